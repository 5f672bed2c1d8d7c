import ArgumentParser
import BenchmarkHarness
import Foundation
import Solvers
import Synchronization

/// Runs a suite.
struct BenchRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a suite, or go on with one that was stopped; `bench SUITE` is short for it.",
    discussion: """
      Suites: \(Suite.Shipped.all.map { "\($0.name)" }.joined(separator: ", ")); `layerroute bench show SUITE` prints \
      one, as the beginning of your own.

      Every run has a process of its own, and the limit of the suite for building its model and solving it. The first \
      repetition solves the model as it is stated, the others with rows and columns in another order. What a run finds \
      is evaluated, and held against what all others found.

      Each record is a line of JSON in the file of results, written as soon as the run ends. The same command goes on \
      after what the file holds already. The summary goes to standard output at the end; `bench report` prints it \
      again, and draws the figures.

      Exit status 0: all that finished agree; runs that a limit stopped are results too. 1: an answer was wrong. 65: the \
      suite cannot be read, or the file holds other results. 69: no backend is available. 70: every run broke. 130 and \
      143: ended by SIGINT or SIGTERM; the run in progress is lost.
      """)

  @Argument(
    help: ArgumentHelp("A suite (\(suiteNames)) or a file that states one.", valueName: "suite"),
    completion: .list(Suite.Shipped.all.map(\.name)))
  var suite: String

  @Option(
    name: .shortAndLong,
    help: "Where results are written. (default: SUITE.jsonl, with --shard SUITE-I-of-N.jsonl)",
    completion: .file(extensions: ["jsonl"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Run only this part of the instances, for example 1/4; `bench merge` puts the parts together.",
      valueName: "i/n"))
  var shard: Campaign.Shard?

  @Option(help: "How the summary is printed.")
  var format: OutputFormat = .text

  @Flag(name: .shortAndLong, help: "Print no summary.")
  var quiet = false

  func run() async throws {
    let suite = try Suite.read(suite)
    let backends = await AvailableBackends(of: suite)
    for complaint in backends.complaints { Console.complain(complaint) }
    guard !backends.methods.isEmpty else { throw ExitStatus.unavailable }
    guard let executable = WorkerLocation.path(ofWorker: "layerroute") else {
      throw UsageError(message: "this program cannot find itself, to run each run in a process of its own")
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

/// Which methods of a suite can be run here.
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
        complaints.append("backend \(worker.name) is left out, it is not available: \(reason)")
      }
    }
  }
}
