import Documents
import Foundation
import Foundations
import LayerRoute
import LinearModels
import Planning
import Problems

/// Runs a suite, or a part of it, and writes each run's record as soon as there is one.
public struct Campaign: Sendable {
  public let suite: Suite
  /// Those of the suite whose backends are at hand.
  public let methods: [BenchmarkMethod]
  public let shard: Shard
  private let launcher: RunLauncher
  private let versions: [String: String]

  /// A part of a suite: every `count`-th instance, from the one with that number on. All runs of an instance are in
  /// one part, so that their times come from one machine.
  public struct Shard: Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public let number: Int
    public let count: Int

    /// The whole.
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

  /// How far it is.
  public struct Progress: Sendable {
    public var done: Int
    public var total: Int
    /// What runs now; `nil` between runs.
    public var current: RunRecord.Key?
    /// Runs caught as wrong, or broken.
    public var wrong: Int
    public var failed: Int
    /// Until the end, if runs take what those of their methods took so far [s]; `nil` before the first.
    public var secondsLeft: Double?
  }

  /// - Parameters:
  ///   - suite: what is run.
  ///   - shard: the part of it.
  ///   - methods: of the suite's, those that can be run.
  ///   - executable: the program whose ``RunProcess`` answers to `arguments`.
  ///   - arguments: what makes it answer.
  ///   - versions: of the program and of each backend.
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

  /// Runs what a file does not hold yet. Cancelling the task ends it; the run in progress is lost.
  ///
  /// - Parameters:
  ///   - path: of the file that records go to; what it holds by now is not run again.
  ///   - report: told how far it is, before each run and at the end.
  ///   - warn: told what makes results worth less, in a sentence.
  /// - Returns: what the file holds then.
  /// - Throws: where the file cannot be written, or holds other results.
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
    // A run's process may be gone before it was written to.
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

  /// In an order that depends on the suite's seed alone: repetition by repetition, instances at random, and the methods
  /// of an instance next to each other in a random order, so that nothing that drifts favours one of them.
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

/// The heuristic's plans, each found once: all runs on an instance are given the same.
private struct KnownPlans {
  private var plans: [Int: String?] = [:]
  /// Its rounds are limited as well, and take less as a rule, so that the plan is always the same [s].
  private static let limit = 60.0

  /// The file of a plan; `nil` if the native method solves the instance, since the cost of its plan would leave nothing to
  /// solve, and if no plan is found.
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
      (try? await kind.solve(instance, SolveRequest(backend: Origin.native))) == nil,
      let known = kind.quickPlan(instance, limit)
    else { return nil }
    return kind.file(of: known, of: instance).json()
  }
}

/// How long what is left will take: as long as what was run of the same methods.
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
