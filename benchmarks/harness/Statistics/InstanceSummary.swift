import Problems

/// An instance, and what came of each method on it.
public struct InstanceSummary: Sendable {
  public let subject: Subject
  /// [s]; `nil` where no run proved it.
  public let optimum: Double?
  /// Value of the best plan known [s]; `nil` without one.
  public let bestValue: Double?
  /// Whether it was proved that there is no plan.
  public let isInfeasible: Bool
  /// Of the methods that were run.
  public let attempts: [BenchmarkMethod: Attempts]

  /// The repetitions of a method on an instance.
  public struct Attempts: Sendable {
    /// All, in the order in which they ended.
    public let runs: [JudgedRun]

    /// Those that apply: the formulation can express the instance.
    public var applicable: [JudgedRun] { runs.filter { $0.outcome != .refused } }

    /// Median time over the repetitions [s], with unsolved ones as the longest; `nil` where that is unsolved.
    public var seconds: Double? {
      let times = applicable.map { $0.isSolved ? $0.record.seconds : .infinity }
      return Statistics.median(times).flatMap { $0 < .infinity ? $0 : nil }
    }

    /// Whether every repetition solved the instance.
    public var isSolvedThroughout: Bool { !applicable.isEmpty && applicable.allSatisfy(\.isSolved) }

    /// The longest time of a repetition / the shortest; `nil` for fewer than two repetitions, or if all are unsolved.
    ///
    /// - Parameter limit: of the runs [s].
    func spread(limit: Double) -> Ratio? {
      let solved = applicable.filter(\.isSolved).map(\.record.seconds)
      guard applicable.count > 1, let shortest = solved.min() else { return nil }
      return Ratio(of: isSolvedThroughout ? solved.max() : nil, to: shortest, limit: limit)
    }
  }

  /// The value of the model's linear relaxation as the method stated it [s]; `nil` where it is not known, or refuted.
  ///
  /// - Parameter method: one that was run.
  public func root(of method: BenchmarkMethod) -> Double? {
    attempts[method]?.applicable.lazy.filter { !$0.isWrong }.compactMap(\.record.root).first
  }
}

extension InstanceSummary {
  /// Whether the method stated the instance as a model, or would have: it has a relaxation then.
  func states(_ method: BenchmarkMethod) -> Bool {
    method.backend != Origin.native && attempts[method]?.applicable.isEmpty == false
  }

  /// What each subject's runs come to.
  ///
  /// - Parameter judgement: of all runs.
  /// - Returns: by size, smallest first, then by name.
  static func all(in judgement: Judgement) -> [InstanceSummary] {
    let bySubject = Dictionary(grouping: judgement.runs, by: \.record.subject.name)
    let summaries = bySubject.values.map { runs in
      let subject = runs[0].record.subject
      return InstanceSummary(
        subject: subject, optimum: judgement.optimum(of: subject),
        bestValue: judgement.bestValue(of: subject), isInfeasible: judgement.isInfeasible(subject),
        attempts: Dictionary(grouping: runs, by: \.record.method).mapValues { Attempts(runs: $0) })
    }
    return summaries.sorted { ($0.size, $0.subject.name) < ($1.size, $1.subject.name) }
  }

  /// A figure that grows with the instance: arcs of all jobs' layered graphs.
  var size: Int { subject.links * subject.layers * subject.jobs }
}
