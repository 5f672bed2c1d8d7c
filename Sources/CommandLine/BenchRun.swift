import ArgumentParser
import BenchmarkHarness
import Foundation
import Solvers
import Synchronization

/// Runs a suite.
struct BenchRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a suite, or continue a stopped campaign; `bench SUITE` is short for it.",
    discussion: """
      Suites: \(suiteNames). `layerroute bench show SUITE` prints one, from which you can make your own.

      Every run has a process of its own, and the time limit of the suite for building and solving its model. The \
      first repetition solves the model as it is stated, the others with rows and columns in another order. The plans \
      and bounds of each run are evaluated and compared with those of all other runs.

      As soon as a run ends, its record is added to the results file, as a line of JSON. The same command continues \
      with the runs that the file does not hold yet. The summary is printed to standard output at the end; `bench \
      report` prints it again, and draws the figures.

      Exit status 0: all runs that finished agree; runs stopped by a limit are results too. 1: an answer was wrong. \
      65: the suite cannot be read, or the file holds other results. 69: no backend is available. 70: every run \
      failed. 130 and 143: ended by SIGINT or SIGTERM; the run in progress is lost.
      """)

  @Argument(
    help: ArgumentHelp("A suite (\(suiteNames)) or the file of a suite.", valueName: "suite"),
    completion: .list(Suite.Shipped.all.map(\.name)))
  var suite: String

  @Option(
    name: .shortAndLong,
    help: "The results file. (default: SUITE.jsonl, with --shard SUITE-I-of-N.jsonl)",
    completion: .file(extensions: ["jsonl"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Run only this part of the instances, for example 1/4; `bench merge` merges the results of the parts.",
      valueName: "i/n"))
  var shard: Campaign.Shard?

  @Option(help: "Format of the summary.")
  var format: OutputFormat = .text

  @Flag(name: .shortAndLong, help: "Print no summary.")
  var quiet = false

  func run() async throws {
    let suite = try Suite.read(suite)
    let backends = await AvailableBackends(of: suite)
    for complaint in backends.complaints { Console.complain(complaint) }
    guard !backends.methods.isEmpty else { throw ExitStatus.unavailable }
    guard let executable = WorkerLocation.path(ofWorker: "layerroute") else {
      throw UsageError(message: "the program cannot find its own file, which it starts for each run")
    }
    let shard = shard ?? .all
    let campaign = Campaign(
      suite: suite, shard: shard, methods: backends.methods, executable: executable,
      arguments: [Bench._commandName, BenchWorker.name],
      versions: backends.versions.merging(["layerroute": LayerRouteCommand.configuration.version]) { $1 })
    try await self.run(campaign, into: output ?? Self.file(suite.name, shard))
  }

  private func run(_ campaign: Campaign, into file: String) async throws {
    let progress = CampaignLine(campaign.suite.name)
    defer { progress.end() }
    let results = try await Interrupts.cancelling {
      progress.end()
      return nil
    } _: {
      try await campaign.run(into: file) {
        progress.note($0)
      } warn: {
        Console.complain($0)
      }
    }
    progress.end()
    let summary = ResultsSummary(results)
    if !quiet { summary.print(format) }
    if let status = Interrupts.exitStatus ?? summary.exitStatus { throw status }
  }

  private static func file(_ suite: String, _ shard: Campaign.Shard) -> String {
    shard == .all ? "\(suite).jsonl" : "\(suite)-\(shard.number)-of-\(shard.count).jsonl"
  }
}

extension Campaign.Shard: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number: number, count: count)
  }
}

/// The methods of a suite that can run on this machine.
private struct AvailableBackends {
  private(set) var methods: [BenchmarkMethod]
  private(set) var versions: [String: String] = [:]
  private(set) var complaints: [String] = []

  init(of suite: Suite) async {
    methods = suite.methods
    let wanted = Set(methods.map(\.backend))
    for case let worker as WorkerBackend in WorkerBackend.all where wanted.contains(worker.name) {
      switch await worker.probe() {
      case .available(let version): versions[worker.name] = version
      case .unavailable(let reason):
        methods.removeAll { $0.backend == worker.name }
        complaints.append("backend \(worker.name) is left out because it is not available: \(reason)")
      }
    }
  }
}
