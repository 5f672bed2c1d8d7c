import ArgumentParser
import Batching
import Charts
import Documents
import Foundation
import Foundations
import Importers

/// What batching and early exits are each good for, exactly: value against users, bandwidth, deadlines and early exits.
struct BatchingStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batching",
    abstract: "Study batches at an edge server: exact optima, heuristics, and without batching or exits.",
    discussion:
      "With -o, report.md, values.csv and the figures are written to that folder; all of it is seeded.")

  @Option(help: "The measured times of a network: a table of blocks and batches (CSV).") var times: String
  @Option(help: "Instances of each point, with the seeds 1 to this.") var seeds: UInt64 = 20
  @Option(name: .shortAndLong, help: "The folder for the report and the figures.") var output: String?

  func run() async throws {
    let measured = try BlockTable(InputFile.read(file: times), file: times).blocks.map(\.extended)
    let sweeps = BatchingSweeps(seeds: seeds, report: StudyReport(folder: output))
    try await sweeps.measure(StudiedServer(name: "accelerator", blocks: nil, slowness: 1))
    try await sweeps.measure(StudiedServer(name: "processor", blocks: measured, slowness: 10))
    try sweeps.summarise()
  }
}

/// The server of a study.
struct StudiedServer {
  let name: String
  /// The measured blocks; `nil` for those of the family `cell`, in which a batch shares a large part of its time.
  let blocks: [BatchingInstance.Block]?
  /// What deadlines and windows are multiplied by, because the server is slower.
  let slowness: Double
}

/// A way to serve users.
enum ServingRule: String, CaseIterable {
  case exact
  case shelfExits = "best-shelf-exits"
  case noExits = "exact, no exits"
  case shelf = "best-shelf"
  case single = "no batching"
  case singleNoExits = "no batching, no exits"
}

extension BatchingInstance.Block {
  /// The largest batch of the study.
  private static let largest = 80

  /// The block with times for all batches of the study: what was not measured grows by the average of what was.
  fileprivate var extended: BatchingInstance.Block {
    guard case .table(var times) = self.times, let first = times.first, let last = times.last else {
      return self
    }
    let growth = (last - first) / Double(max(1, times.count - 1))
    while times.count < Self.largest { times.append(times[times.count - 1] + growth) }
    var block = self
    block.times = .table(times)
    return block
  }
}
