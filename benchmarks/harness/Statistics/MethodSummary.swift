import Problems
import Solvers

/// A method on several instances. Repetitions count as runs; refused ones count nowhere but in their own number.
public struct MethodSummary: Sendable {
  public let method: BenchmarkMethod
  /// Runs by verdict.
  public let counts: [Outcome: Int]
  /// Shifted geometric means of the time, with shifts of 10 s and 10 ms; unsolved runs count as the limit [s].
  public let meanShiftedBySeconds: Double?
  public let meanShiftedByMilliseconds: Double?
  /// Unsolved runs count as ten times the limit [s].
  public let par10: Double?
  /// `nil` for the baseline itself, and where there is none.
  public let baseline: BaselineComparison?
  /// Mean of (optimum - relaxation) / optimum over the instances where it is known for all methods that state a model.
  public let rootGap: Double?
  /// Mean of (value - bound) / value over the unsolved runs that found a plan and proved a bound.
  public let gapLeft: Double?
  /// Medians over the runs' models, of those that are too large as well.
  public let rows: Double?
  public let columns: Double?
  public let nonzeros: Double?
  /// Median of the branch-and-bound nodes of solved runs.
  public let nodes: Double?
  /// Median of the simplex iterations of solved runs.
  public let iterations: Double?
  /// Median over the runs of the peak of whichever process took more [byte].
  public let memory: Double?
  /// Median over the instances of longest / shortest time of a repetition.
  public let spread: Ratio?

  public var runs: Int { counts.values.reduce(0, +) }
  /// Infeasibility that was proved included.
  public var solved: Int { count(.solved) + count(.infeasible) }

  /// Runs with a verdict.
  ///
  /// - Parameter verdict: the judgement's.
  public func count(_ verdict: Outcome) -> Int { counts[verdict] ?? 0 }

  /// Sums up a method's runs.
  ///
  /// - Parameters:
  ///   - method: that has run on some of the instances.
  ///   - instances: to sum up.
  ///   - rooted: those of them that root gaps are averaged over.
  ///   - baseline: what to compare with.
  ///   - limit: of the runs [s].
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

  /// Over the runs that tell the figure.
  private static func median(_ runs: [JudgedRun], of figure: (RunRecord) -> Double?) -> Double? {
    Statistics.median(runs.compactMap { figure($0.record) })
  }
}

extension InstanceSummary {
  /// (optimum - relaxation) / optimum; `nil` where one of them is not known.
  ///
  /// - Parameter method: one that was run.
  public func rootGap(of method: BenchmarkMethod) -> Double? {
    guard let optimum, let root = root(of: method) else { return nil }
    let gap = optimum == 0 ? 0 : (optimum - root) / optimum
    // What is nothing, but for rounding, is shown as nothing; relaxations even exceed their optima by that.
    return gap < 1e-9 ? 0 : gap
  }
}

/// A method's times against the baseline's, instance by instance: medians over repetitions.
public struct BaselineComparison: Sendable {
  public let baseline: BenchmarkMethod
  /// Median of time / baseline's time, over the instances that one of both solves.
  public let ratio: Ratio?
  /// Of that median, 95 %, from a bootstrap over the instances.
  public let interval: ClosedRange<Double>?
  /// Instances that the median is over.
  public let compared: Int
  /// Instances on which the method is faster by more than 10 %, or alone solves.
  public private(set) var wins = 0
  /// Instances on which the times differ by 10 % at most, or that neither solves.
  public private(set) var ties = 0
  /// The remaining instances.
  public private(set) var losses = 0

  /// Compares a method with another.
  ///
  /// - Parameters:
  ///   - method: whose times are divided.
  ///   - baseline: by whose times they are divided.
  ///   - instances: those on which one of both was not run, or refused, are left out.
  ///   - limit: of the runs [s].
  init(of method: BenchmarkMethod, to baseline: BenchmarkMethod, on instances: [InstanceSummary], limit: Double) {
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
  /// What a method is compared with: the best formulation with the same backend; for the native planner, which has no
  /// such, with the preferred backend, or whichever was run.
  ///
  /// - Parameters:
  ///   - method: to compare.
  ///   - methods: that were run.
  /// - Returns: `nil` where none of them will do; the method itself where it is the baseline.
  static func baseline(for method: BenchmarkMethod, among methods: [BenchmarkMethod]) -> BenchmarkMethod? {
    let candidates = methods.filter {
      $0.formulation == BenchmarkMethod.reference && $0.backend != Origin.native
    }
    if method.backend != Origin.native { return candidates.first { $0.backend == method.backend } }
    let preferred = WorkerBackend.all.first?.name
    return candidates.first { $0.backend == preferred } ?? candidates.first
  }
}
