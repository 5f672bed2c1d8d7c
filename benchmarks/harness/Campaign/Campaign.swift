import Documents
import Foundation
import Foundations
import LayerRoute
import LinearModels
import Planning
import Problems

/// Runs a suite, or a part of it, and writes the record of each run as soon as the run ends.
public struct Campaign: Sendable {
  public let suite: Suite
  /// The methods of the suite whose backends are available.
  public let methods: [BenchmarkMethod]
  public let shard: Shard
  private let launcher: RunLauncher
  private let versions: [String: String]

  /// A part of a suite: every `count`-th instance, starting with that of the shard's number. All runs of an instance
  /// are in one part, so that their times come from one machine.
  public struct Shard: Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public let number: Int
    public let count: Int

    /// The whole suite.
    public static let all = Shard(1, of: 1)

    private init(_ number: Int, of count: Int) {
      self.number = number
      self.count = count
    }

    /// `nil` unless the number is between 1 and the count.
    public init?(number: Int, count: Int) {
      guard count >= 1, (1...count).contains(number) else { return nil }
      self.init(number, of: count)
    }

    public var description: String { "\(number)/\(count)" }

    func holds(case index: Int) -> Bool { index % count == number - 1 }
  }

  /// The progress of a campaign.
  public struct Progress: Sendable {
    public var done: Int
    public var total: Int
    /// The current run; `nil` between runs.
    public var current: RunRecord.Key?
    /// The number of runs whose answer was detected as wrong.
    public var wrong: Int
    /// The number of runs that failed.
    public var failed: Int
    /// Estimated time left, from the mean times of the methods' runs so far [s]; `nil` before the first run.
    public var secondsLeft: Double?
  }

  /// - Parameters:
  ///   - suite: the suite.
  ///   - shard: the part of the suite to run.
  ///   - methods: the methods of the suite that can be run.
  ///   - executable: the program that starts ``RunProcess`` if it is called with `arguments`.
  ///   - arguments: the arguments for which it does so.
  ///   - versions: the versions of the program and of each backend.
  public init(
    suite: Suite, shard: Shard, methods: [BenchmarkMethod], executable: String, arguments: [String],
    versions: [String: String]
  ) {
    self.suite = suite
    self.shard = shard
    self.methods = methods
    self.versions = versions
    launcher = RunLauncher(executable: executable, arguments: arguments)
  }

  /// Performs the runs that a file does not hold yet. If the task is cancelled, the run in progress is lost.
  ///
  /// - Parameters:
  ///   - path: the path of the results file; runs that it holds already are not repeated.
  ///   - report: called with the progress, before each run and at the end.
  ///   - warn: called with a sentence about anything that limits the use of the results.
  /// - Returns: the results that the file holds at the end.
  /// - Throws: if the file cannot be written, or holds other results.
  public func run(
    into path: String, report: (Progress) -> Void = { _ in }, warn: (String) -> Void = { _ in }
  ) async throws(ResultsFileError) -> Results {
    let file = try ResultsFile(appendingTo: path, of: suite)
    try await run(into: file, report: report, warn: warn)
    return file.results
  }

  private static let changed =
    "the earlier results are from another machine or other versions: their times are not comparable with what follows"

  private func run(
    into file: ResultsFile, report: (Progress) -> Void, warn: (String) -> Void
  ) async throws(ResultsFileError) {
    let planned = plannedRuns()
    let done = Set(file.results.runs.map(\.key))
    let missing = planned.filter { !done.contains(key(of: $0)) }
    guard !missing.isEmpty || file.results.sessions.isEmpty else { return }
    // A run's process may end before its request is written.
    signal(SIGPIPE, SIG_IGN)
    let session = self.session(number: 1 + file.results.sessions.count)
    if let last = file.results.sessions.last, !last.isLike(session) { warn(Self.changed) }
    try file.append(session)
    var clock = RemainingTime(file.results.runs)
    var plans = KnownPlans()
    for (index, run) in missing.enumerated() {
      var progress = progress(of: file, planned, done: planned.count - missing.count + index)
      progress.current = key(of: run)
      progress.secondsLeft = clock.seconds(for: missing[index...].map(\.method))
      report(progress)
      let instance = suite.cases[run.caseIndex].instance
      let known = suite.settings.isGivenPlan ? await plans.plan(of: run.caseIndex, instance) : nil
      guard !Task.isCancelled, var record = await launcher.record(of: request(run, known)) else { return }
      record.session = session.number
      try file.append(record)
      clock.note(record)
    }
    report(progress(of: file, planned, done: planned.count))
  }

  private func progress(of file: ResultsFile, _ planned: [PlannedRun], done: Int) -> Progress {
    let runs = file.results.runs
    return Progress(
      done: done, total: planned.count, wrong: runs.count { $0.outcome == .wrong },
      failed: runs.count { $0.outcome == .failed })
  }

  // MARK: Runs

  struct PlannedRun: Sendable {
    let caseIndex: Int
    let method: BenchmarkMethod
    let repetition: Int
  }

  /// The runs in an order that depends on the suite's seed alone. Repetitions follow each other, the instances of each
  /// are in random order, and so are the methods on each instance. The runs of an instance are next to each other, so
  /// that a drift of the machine's speed favours no method.
  func plannedRuns() -> [PlannedRun] {
    var random = SplitMix64(seed: suite.settings.seed)
    var runs: [PlannedRun] = []
    for repetition in 0..<suite.settings.repetitions {
      for index in suite.cases.indices.shuffled(using: &random) {
        let order = suite.methods.shuffled(using: &random)
        guard shard.holds(case: index) else { continue }
        runs += order.filter(methods.contains).map {
          PlannedRun(caseIndex: index, method: $0, repetition: repetition)
        }
      }
    }
    return runs
  }

  private func key(of run: PlannedRun) -> RunRecord.Key {
    RunRecord.Key(
      subject: suite.cases[run.caseIndex].subject.name, method: run.method, repetition: run.repetition)
  }

  private func request(_ run: PlannedRun, _ known: String?) -> RunRequest {
    let item = suite.cases[run.caseIndex]
    let permutation = run.repetition == 0 ? nil : suite.settings.seed &* 1_000_003 &+ UInt64(run.repetition)
    return RunRequest(
      subject: item.subject, method: run.method, repetition: run.repetition, instance: item.instance,
      known: known, limit: suite.settings.limit, memory: suite.settings.memory,
      isPruned: suite.settings.isPruned, permutation: permutation)
  }

  private func session(number: Int) -> Session {
    Session(
      number: number, suite: suite.name, fingerprint: suite.fingerprint, settings: suite.settings,
      planned: suite.cases.count * methods.count * suite.settings.repetitions, machine: .current,
      versions: versions, shard: shard == .all ? nil : shard.description,
      started: Date.now.formatted(.iso8601))
  }
}

/// The heuristic's plans, each computed once: all runs on an instance are given the same plan.
private struct KnownPlans {
  private var plans: [Int: String?] = [:]
  /// The time limit of the heuristic [s]. Its rounds are limited too and normally end earlier, so that the plan is
  /// always the same.
  private static let limit = 60.0

  /// The text of a plan file. `nil` if the native method solves the instance, since its value would leave nothing to
  /// solve, or if no plan is found.
  mutating func plan(of index: Int, _ instance: String) async -> String? {
    if let found = plans[index] { return found }
    let plan = await Self.plan(instance)
    plans[index] = plan
    return plan
  }

  private static func plan(_ text: String) async -> String? {
    guard let document = try? Document.parse(Array(text.utf8), format: .json, file: "instance"),
      let kind = try? Kinds.kind(ofInstance: document)
    else { return nil }
    return await plan(of: kind, document)
  }

  private static func plan<K: AnyKind>(of kind: K, _ document: Document) async -> String? {
    let kind = kind.kind
    guard let instance = try? K.P.instance(from: document),
      await !kind.isSolvedAtOnce(instance),
      let known = kind.quickPlan(instance, limit)
    else { return nil }
    return kind.file(of: known).json()
  }
}

extension Kind {
  /// Whether a quick one of the kind's own methods solves an instance, which leaves nothing to a plan known before.
  fileprivate func isSolvedAtOnce(_ instance: P.Instance) async -> Bool {
    guard let method = nativeMethods(for: instance).first(where: \.isQuick) else { return false }
    return (try? await solve(instance, SolveRequest(method: method.name))) != nil
  }
}

/// An estimate of the time left, from the mean times of the same methods so far.
private struct RemainingTime {
  private var sums: [BenchmarkMethod: (seconds: Double, count: Int)] = [:]

  init(_ runs: [RunRecord]) {
    for run in runs { note(run) }
  }

  mutating func note(_ run: RunRecord) {
    let sum = sums[run.method] ?? (0, 0)
    sums[run.method] = (sum.seconds + run.seconds, sum.count + 1)
  }

  func seconds(for methods: [BenchmarkMethod]) -> Double? {
    let all = sums.values.reduce((seconds: 0.0, count: 0)) { ($0.seconds + $1.seconds, $0.count + $1.count) }
    guard all.count > 0 else { return nil }
    return methods.reduce(0) { total, method in
      let sum = sums[method] ?? all
      return total + sum.seconds / Double(sum.count)
    }
  }
}
