import Foundations

/// Compares runs with each other: a plan that the evaluator accepted refutes each run on the same subject that claims
/// that no such plan exists. The plans of all methods and repetitions count, and so does the heuristic's plan.
public struct Judgement: Sendable {
  /// How far a claimed value may exceed the value of the best plan, relative to it: the tolerance of backends.
  public static let tolerance = 1e-6

  /// The runs, in the order in which they were given.
  public let runs: [JudgedRun]
  /// The best plans, by name of the subject.
  private let bestPlans: [String: BestPlan]
  private let solved: Set<String>
  private let infeasible: Set<String>

  /// Compares runs with each other.
  ///
  /// - Parameter runs: runs on any number of subjects, which are distinguished by their names.
  /// - Complexity: linear in the number of runs.
  public init(_ runs: [RunRecord]) {
    let bestPlans = Self.bestPlans(runs)
    let judged = runs.map { JudgedRun($0, best: bestPlans[$0.subject.name]) }
    self.runs = judged
    self.bestPlans = bestPlans
    solved = Set(judged.filter { $0.outcome == .solved }.map(\.record.subject.name))
    infeasible = Set(judged.filter { $0.outcome == .infeasible }.map(\.record.subject.name))
  }

  /// The runs that were detected as wrong, by themselves or by others.
  public var disagreements: [JudgedRun] { runs.filter(\.isWrong) }

  public var disagrees: Bool { runs.contains(where: \.isWrong) }

  /// Value of the best plan that any run or the heuristic found [s]; `nil` without one.
  ///
  /// - Parameter subject: of some of the runs.
  public func bestValue(of subject: Subject) -> Double? { bestPlans[subject.name]?.value }

  /// Value of the best plan, if some run proved it optimal and is not refuted [s].
  ///
  /// - Parameter subject: of some of the runs.
  public func optimum(of subject: Subject) -> Double? {
    solved.contains(subject.name) ? bestValue(of: subject) : nil
  }

  /// Whether some run proved that there is no plan, and none is known.
  ///
  /// - Parameter subject: of some of the runs.
  public func isInfeasible(_ subject: Subject) -> Bool { infeasible.contains(subject.name) }

  private static func bestPlans(_ runs: [RunRecord]) -> [String: BestPlan] {
    var best: [String: BestPlan] = [:]
    for run in runs {
      for plan in BestPlan.all(of: run) {
        guard let known = best[run.subject.name], !run.subject.prefers(plan.value, to: known.value) else {
          best[run.subject.name] = plan
          continue
        }
      }
    }
    return best
  }
}

/// A run, and its verdict from comparing it with the others on its subject.
public struct JudgedRun: Sendable {
  public let record: RunRecord
  /// The outcome of the record, or `.wrong` if a plan refutes it.
  public let outcome: Outcome
  /// The claim of a wrong run, and the plan that refutes it.
  public let contradiction: String?

  public var isWrong: Bool { outcome == .wrong }

  /// Whether it ended with a proof that is not refuted: that a plan is optimal, or that there is none.
  public var isSolved: Bool { outcome == .solved || outcome == .infeasible }

  fileprivate init(_ record: RunRecord, best: BestPlan?) {
    self.record = record
    contradiction =
      record.outcome == .wrong
      ? record.detail ?? "the answer was detected as wrong" : best?.contradiction(of: record)
    outcome = contradiction == nil ? record.outcome : .wrong
  }
}

/// A plan that the evaluator accepted, and the method that found it.
private struct BestPlan: Sendable {
  let value: Double
  let finder: String

  static func all(of run: RunRecord) -> [BestPlan] {
    var plans: [BestPlan] = []
    if let value = run.value, run.outcome == .solved || run.outcome == .timedOut {
      plans.append(BestPlan(value: value, finder: "\(run.method.formulation) with \(run.method.backend)"))
    }
    if let known = run.known { plans.append(BestPlan(value: known, finder: "the heuristic")) }
    return plans
  }

  /// The claim of a run that this plan refutes, with both values; `nil` if they agree.
  func contradiction(of run: RunRecord) -> String? {
    let quantity: Figures.Quantity = run.subject.isMaximised ? .number : .duration
    if let bound = run.bound, isBetter(than: bound, run.subject) {
      let values = Figures.apart([bound, value], quantity)
      return "it claims the bound \(values[0]), but \(finder) found a plan of value \(values[1])"
    }
    if let root = run.root, isBetter(than: root, run.subject) {
      let values = Figures.apart([root, value], quantity)
      return "its relaxation has the value \(values[0]), but \(finder) found a plan of value \(values[1])"
    }
    if run.outcome == .infeasible {
      let text = quantity.text(value)
      return "it calls the instance infeasible, but \(finder) found a plan of value \(text)"
    }
    if run.outcome == .solved, let claimed = run.value, isBetter(than: claimed, run.subject) {
      let values = Figures.apart([claimed, value], quantity)
      return "it calls \(values[0]) optimal, but \(finder) found a plan of value \(values[1])"
    }
    return nil
  }

  /// Whether the value is better than another by more than rounding errors; for values near 0, by more than 1e-12.
  private func isBetter(than other: Double, _ subject: Subject) -> Bool {
    subject.prefers(value, to: other) && abs(other - value) > max(Judgement.tolerance * abs(value), 1e-12)
  }
}
