import Problems

/// An instance, and the results of each method on it.
public struct InstanceSummary: Sendable {
  public let subject: Subject
  /// The optimum [s]; `nil` if no run proved it.
  public let optimum: Double?
  /// Value of the best plan known [s]; `nil` without one.
  public let bestValue: Double?
  /// Whether a run proved that there is no plan.
  public let isInfeasible: Bool
  /// The runs by method.
  public let attempts: [BenchmarkMethod: Attempts]

  /// The repetitions of a method on an instance.
  public struct Attempts: Sendable {
    /// All runs, in the order in which they ended.
    public let runs: [JudgedRun]

    /// The runs whose formulation can express the instance.
    public var applicable: [JudgedRun] { runs.filter { $0.outcome != .refused } }

    /// Median time over the repetitions [s], with unsolved ones as the longest; `nil` if the median is
    /// unsolved.
    public var seconds: Double? {
      let times = applicable.map { $0.isSolved ? $0.record.seconds : .infinity }
      return Statistics.median(times).flatMap { $0 < .infinity ? $0 : nil }
    }

    /// Whether every repetition solved the instance.
    public var isSolvedThroughout: Bool { !applicable.isEmpty && applicable.allSatisfy(\.isSolved) }

    /// The ratio of the longest to the shortest time of a repetition; `nil` for fewer than two repetitions, or if all
    /// are unsolved.
    ///
    /// - Parameter limit: the time limit of the runs [s].
    func spread(limit: Double) -> Ratio? {
      let solved = applicable.filter(\.isSolved).map(\.record.seconds)
      guard applicable.count > 1, let shortest = solved.min() else { return nil }
      return Ratio(of: isSolvedThroughout ? solved.max() : nil, to: shortest, limit: limit)
    }
  }

  /// The value of the model's linear relaxation as the method stated it [s]; `nil` if it is not known or is
  /// refuted.
  ///
  /// - Parameter method: one that was run.
  public func root(of method: BenchmarkMethod) -> Double? {
    attempts[method]?.applicable.lazy.filter { !$0.isWrong }.compactMap(\.record.root).first
  }
}

extension InstanceSummary {
  /// Whether the method states the instance as a model, so that it has a relaxation.
  func states(_ method: BenchmarkMethod) -> Bool {
    method.backend != Origin.native && attempts[method]?.applicable.isEmpty == false
  }

  /// Summaries of all instances.
  ///
  /// - Parameter judgement: the judgement of all runs.
  /// - Returns: the summaries, sorted by size, then by name.
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

  /// A measure of size: about the number of arcs of all jobs' layered graphs.
  var size: Int { subject.links * subject.layers * subject.jobs }
}
