import Problems
import Solvers

/// A method on several instances. Repetitions count as runs; refused runs count only as refused.
public struct MethodSummary: Sendable {
  public let method: BenchmarkMethod
  /// The number of runs by verdict.
  public let counts: [Outcome: Int]
  /// Shifted geometric means of the time, with shifts of 10 s and 10 ms; unsolved runs count as the limit [s].
  public let meanShiftedBySeconds: Double?
  public let meanShiftedByMilliseconds: Double?
  /// Penalised average runtime: unsolved runs count as ten times the limit [s].
  public let par10: Double?
  /// The comparison with the baseline; `nil` for the baseline itself, and if there is none.
  public let baseline: BaselineComparison?
  /// Mean of (optimum - relaxation) / optimum over the instances whose gap is known for all methods that state
  /// a model.
  public let rootGap: Double?
  /// Mean of (value - bound) / value over the unsolved runs that found a plan and proved a bound.
  public let gapLeft: Double?
  /// Medians over the models of the runs, including models that are too large.
  public let rows: Double?
  public let columns: Double?
  public let nonzeros: Double?
  /// Median of the branch-and-bound nodes of solved runs.
  public let nodes: Double?
  /// Median of the simplex iterations of solved runs.
  public let iterations: Double?
  /// Median over the runs of the larger peak memory of their two processes [byte].
  public let memory: Double?
  /// Median over the instances of the ratio of the longest to the shortest time of a repetition.
  public let spread: Ratio?

  public var runs: Int { counts.values.reduce(0, +) }
  /// Including proofs of infeasibility.
  public var solved: Int { count(.solved) + count(.infeasible) }

  /// The number of runs with a verdict.
  ///
  /// - Parameter verdict: a verdict of the judgement.
  public func count(_ verdict: Outcome) -> Int { counts[verdict] ?? 0 }

  /// Sums up a method's runs.
  ///
  /// - Parameters:
  ///   - method: a method that has run on some of the instances.
  ///   - instances: the instances to sum up.
  ///   - rooted: those of the instances over which root gaps are averaged.
  ///   - baseline: the method to compare with.
  ///   - limit: the time limit of the runs [s].
  init(
    _ method: BenchmarkMethod, on instances: [InstanceSummary], relaxedOn rooted: [InstanceSummary],
    baseline: BenchmarkMethod?, limit: Double
  ) {
    let attempts = instances.compactMap { $0.attempts[method] }
    let runs = attempts.flatMap(\.applicable)
    let times = runs.map { $0.isSolved ? $0.record.seconds : nil }
    self.method = method
    counts = Dictionary(attempts.flatMap(\.runs).map { ($0.outcome, 1) }, uniquingKeysWith: +)
    let cutOff = times.map { $0 ?? limit }
    meanShiftedBySeconds = Statistics.shiftedGeometricMean(cutOff, shift: 10)
    meanShiftedByMilliseconds = Statistics.shiftedGeometricMean(cutOff, shift: 0.01)
    par10 = Statistics.par10(times, limit: limit)
    self.baseline = baseline.flatMap { baseline in
      baseline == method ? nil : BaselineComparison(of: method, to: baseline, on: instances, limit: limit)
    }
    rootGap = Statistics.mean(rooted.compactMap { $0.rootGap(of: method) })
    gapLeft = Statistics.mean(runs.filter { !$0.isSolved && !$0.isWrong }.compactMap(\.record.gap))
    rows = Self.median(runs) { $0.model.map { Double($0.rows) } }
    columns = Self.median(runs) { $0.model.map { Double($0.columns) } }
    nonzeros = Self.median(runs) { $0.model.map { Double($0.nonzeros) } }
    nodes = Self.median(runs.filter(\.isSolved)) { $0.nodes.map(Double.init) }
    iterations = Self.median(runs.filter(\.isSolved)) { $0.iterations.map(Double.init) }
    memory = Self.median(runs) { [$0.buildMemory, $0.solveMemory].compactMap { $0 }.max() }
    spread = Ratio.median(attempts.compactMap { $0.spread(limit: limit) })
  }

  /// The median over the runs that report the figure.
  private static func median(_ runs: [JudgedRun], of figure: (RunRecord) -> Double?) -> Double? {
    Statistics.median(runs.compactMap { figure($0.record) })
  }
}

extension InstanceSummary {
  /// (optimum - relaxation) / optimum, or (relaxation - optimum) / relaxation where larger values are better; `nil` if one
  /// of them is not known.
  ///
  /// - Parameter method: one that was run.
  public func rootGap(of method: BenchmarkMethod) -> Double? {
    guard let optimum, let root = root(of: method) else { return nil }
    let (worse, better) = subject.isMaximised ? (root, optimum) : (optimum, root)
    let gap = worse == 0 ? 0 : (worse - better) / worse
    // Gaps within rounding errors are shown as 0; relaxations may even exceed their optima by such errors.
    return gap < 1e-9 ? 0 : gap
  }
}

/// A method's times compared with the baseline's, instance by instance: medians over repetitions.
public struct BaselineComparison: Sendable {
  public let baseline: BenchmarkMethod
  /// Median of the ratio of times over the instances that at least one of both methods solves.
  public let ratio: Ratio?
  /// The 95 % interval of this median, from a bootstrap over the instances.
  public let interval: ClosedRange<Double>?
  /// The number of instances over which the median is taken.
  public let compared: Int
  /// The number of instances on which the method is faster by more than 10 %, or that it alone solves.
  public private(set) var wins = 0
  /// The number of instances on which the times differ by at most 10 %, or that neither method solves.
  public private(set) var ties = 0
  /// The number of remaining instances.
  public private(set) var losses = 0

  /// Compares a method with another.
  ///
  /// - Parameters:
  ///   - method: the method whose times are divided.
  ///   - baseline: the method by whose times they are divided.
  ///   - instances: the instances; those that one of both methods refused or was not run on are left out.
  ///   - limit: the time limit of the runs [s].
  init(
    of method: BenchmarkMethod, to baseline: BenchmarkMethod, on instances: [InstanceSummary], limit: Double
  ) {
    let pairs = instances.compactMap { instance -> (time: Double?, reference: Double?)? in
      guard let attempts = instance.attempts[method], !attempts.applicable.isEmpty,
        let references = instance.attempts[baseline], !references.applicable.isEmpty
      else { return nil }
      return (attempts.seconds, references.seconds)
    }
    let ratios = pairs.compactMap { Ratio(of: $0.time, to: $0.reference, limit: limit) }
    self.baseline = baseline
    ratio = Ratio.median(ratios)
    interval = Ratio.medianInterval(ratios)
    compared = ratios.count
    for pair in pairs { count(pair.time, against: pair.reference) }
  }

  private mutating func count(_ time: Double?, against reference: Double?) {
    let time = time ?? .infinity
    let reference = reference ?? .infinity
    if time * 1.1 < reference {
      wins += 1
    } else if time > reference * 1.1 {
      losses += 1
    } else {
      ties += 1
    }
  }
}

extension BaselineComparison {
  /// The method to compare a method with: the reference formulation with the same backend. The native planner has no
  /// backend: it is compared with the reference formulation and the preferred backend or, if that was not run, the
  /// first one that was.
  ///
  /// - Parameters:
  ///   - method: the method to compare.
  ///   - methods: the methods that were run.
  /// - Returns: the baseline, perhaps the method itself; `nil` if none of the methods is suitable.
  static func baseline(for method: BenchmarkMethod, among methods: [BenchmarkMethod]) -> BenchmarkMethod? {
    let candidates = methods.filter {
      $0.formulation == BenchmarkMethod.reference && $0.backend != Origin.native
    }
    if method.backend != Origin.native { return candidates.first { $0.backend == method.backend } }
    let preferred = WorkerBackend.all.first?.name
    return candidates.first { $0.backend == preferred } ?? candidates.first
  }
}
