/// Compares results with those of another campaign on the same suite, such as the committed ones: optima have to be the
/// same, and ratios of times about the same.
public struct Reproduction: Sendable {
  /// How far optima may differ, relative to the committed one: the tolerance of optimal values.
  public static let tolerance = Judgement.tolerance

  /// The instances in both, sorted by size.
  public let optima: [OptimumPair]
  /// The methods in both that are compared with a baseline, over all instances and then for each size class.
  public let ratios: [RatioPair]
  /// The runs of either that are wrong according to the runs of both.
  public let disagreements: [JudgedRun]
  /// The names of instances of the earlier results that the new ones lack.
  public let missing: [String]

  /// The findings of both on an instance.
  public struct OptimumPair: Sendable {
    public let subject: String
    /// The earlier finding; `nil` if nothing was proved.
    public let committed: Finding?
    public let new: Finding?

    /// Whether both findings are the same; `nil` if one of both proved nothing.
    public var agrees: Bool? {
      guard let committed, let new else { return nil }
      if committed == new { return true }
      return difference.map { $0 <= Reproduction.tolerance } ?? false
    }

    /// |new - committed| / committed; `nil` unless both are optima.
    public var difference: Double? {
      guard case .optimum(let old) = committed, case .optimum(let value) = new else { return nil }
      return value == old ? 0 : abs(value - old) / abs(old)
    }
  }

  public enum Finding: Sendable, Equatable {
    /// The optimum [s].
    case optimum(Double)
    case infeasible
  }

  /// The ratio of a method to its baseline, in both.
  public struct RatioPair: Sendable {
    public let section: String
    public let method: BenchmarkMethod
    public let committed: BaselineComparison
    public let new: BaselineComparison

    /// Whether the new median is within the committed interval; `nil` if one of them is missing.
    public var isInside: Bool? {
      guard let ratio = new.ratio, let interval = committed.interval else { return nil }
      return interval.contains(ratio.lower) && interval.contains(ratio.upper)
    }

    /// Whether the intervals have a value in common; `nil` if one of them is missing.
    public var overlaps: Bool? {
      guard let old = committed.interval, let interval = new.interval else { return nil }
      return old.overlaps(interval)
    }
  }

  /// Compares results with each other.
  ///
  /// - Parameters:
  ///   - committed: the earlier results.
  ///   - new: the results that should agree with them, of the same suite.
  public init(of committed: Results, by new: Results) {
    let common = committed.subjects.intersection(new.subjects)
    let old = Summary(committed.restricted(to: common))
    let summary = Summary(new.restricted(to: common))
    let found = Dictionary(uniqueKeysWithValues: summary.instances.map { ($0.subject.name, $0.finding) })
    missing = committed.subjects.subtracting(new.subjects).sorted()
    optima = old.instances.map { instance in
      let name = instance.subject.name
      return OptimumPair(subject: name, committed: instance.finding, new: found[name] ?? nil)
    }
    let classes = Dictionary(uniqueKeysWithValues: summary.sizeClasses.map { ($0.name, $0) })
    ratios =
      Self.ratios(old.overall, summary.overall)
      + old.sizeClasses.flatMap { section in
        classes[section.name].map { Self.ratios(section, $0) } ?? []
      }
    disagreements = Judgement(committed.runs + new.runs).disagreements
  }

  /// The number of instances on which both prove something.
  public var compared: Int { optima.count { $0.agrees != nil } }

  /// The largest relative difference of optima; `nil` if no instance has an optimum in both.
  public var largestDifference: Double? { optima.compactMap(\.difference).max() }

  /// Whether the new results prove all earlier findings again, and no run is wrong. Times do not count, because they
  /// depend on the machine.
  public var isReproduced: Bool {
    missing.isEmpty && disagreements.isEmpty && compared > 0
      && optima.allSatisfy { $0.committed == nil || $0.agrees == true }
  }

  private static func ratios(_ old: Summary.Section, _ new: Summary.Section) -> [RatioPair] {
    old.methods.compactMap { method in
      guard let committed = method.baseline,
        let now = new.methods.first(where: { $0.method == method.method })?.baseline,
        now.baseline == committed.baseline
      else { return nil }
      return RatioPair(section: old.name, method: method.method, committed: committed, new: now)
    }
  }
}

extension InstanceSummary {
  fileprivate var finding: Reproduction.Finding? {
    isInfeasible ? .infeasible : optimum.map { .optimum($0) }
  }
}

extension Results {
  fileprivate var subjects: Set<String> { Set(runs.map(\.subject.name)) }

  fileprivate func restricted(to subjects: Set<String>) -> Results {
    Results(sessions: sessions, runs: runs.filter { subjects.contains($0.subject.name) })
  }
}
