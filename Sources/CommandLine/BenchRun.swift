import ArgumentParser
import BenchmarkHarness
import Foundation
import LayerRoute

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
    output: "The results file. (default: SUITE.jsonl, with --shard SUITE-I-of-N.jsonl)",
    extensions: ["jsonl"])
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Run only this part of the instances, for example 1/4; `bench merge` merges the results of the parts.",
      valueName: "i/n"))
  var shard: Campaign.Shard?

  @Option(help: "Format of the summary.") var format: OutputFormat = .text

  @Flag(name: .shortAndLong, help: "Print no summary.") var quiet = false

  func run() async throws {
    let suite = try Suite.read(suite)
    let (methods, versions) = await runnable(suite.methods)
    guard !methods.isEmpty else { throw ExitStatus.unavailable }
    guard let executable = WorkerLocation.path(ofWorker: "layerroute") else {
      throw UsageError("the program cannot find its own file, which it starts for each run")
    }
    let shard = shard ?? .all
    let campaign = Campaign(
      suite: suite, shard: shard, methods: methods, executable: executable,
      arguments: [Bench._commandName, BenchWorker.name],
      versions: versions.merging(["layerroute": LayerRouteCommand.configuration.version]) { $1 })
    try await self.run(campaign, into: output ?? Self.file(suite.name, shard))
  }

  /// The methods whose backends are available, with the backends' versions; complains about the others.
  private func runnable(
    _ methods: [BenchmarkMethod]
  ) async -> (methods: [BenchmarkMethod], versions: [String: String]) {
    var (methods, versions) = (methods, [String: String]())
    let wanted = Set(methods.map(\.backend))
    for case let worker as WorkerBackend in WorkerBackend.all where wanted.contains(worker.name) {
      switch await worker.probe() {
      case .available(let version): versions[worker.name] = version
      case .unavailable(let reason):
        methods.removeAll { $0.backend == worker.name }
        Console.complain("backend \(worker.name) is left out because it is not available: \(reason)")
      }
    }
    return (methods, versions)
  }

  private func run(_ campaign: Campaign, into file: String) async throws {
    let line = ProgressLine(campaign)
    defer { line.end() }
    let results = try await Interrupts.cancelling {
      line.end()
      return nil
    } _: {
      try await campaign.run(into: file) {
        line.note(($0, .now))
      } warn: {
        Console.complain($0)
      }
    }
    line.end()
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

extension ProgressLine<(Campaign.Progress, noted: ContinuousClock.Instant)> {
  fileprivate convenience init(_ campaign: Campaign) {
    self.init(after: 0.2) { progress, noted in
      let seconds = (ContinuousClock.now - noted) / .seconds(1)
      let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 1
      let filled = Int(share * 20)
      let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
      var parts = ["\(campaign.suite.name) [\(bar)] \(progress.done) of \(progress.total)"]
      if let left = progress.secondsLeft {
        parts.append("about \(Self.duration(max(0, left - seconds))) left")
      }
      if progress.wrong > 0 { parts.append("\(progress.wrong) WRONG") }
      if progress.failed > 0 { parts.append("\(progress.failed) failed") }
      if let current = progress.current {
        let subject = TerminalText.escaped(current.subject)
        parts.append("\(current.method) on \(subject), \(Int(seconds.rounded(.down))) s")
      }
      // A line that wraps cannot be replaced.
      return String(parts.joined(separator: ", ").prefix(Self.columns - 1))
    }
  }

  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
    return Int(size.ws_col)
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded())) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: "\(Int(seconds / 3600)) h \(Int(seconds / 60) % 60) min"
    }
  }
}
