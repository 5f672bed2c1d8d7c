import Foundations

/// What a solver or another method says of an instance; costs, not values.
///
/// Whether a claim can be true in the light of a known plan is decided here and nowhere else.
public enum Claim: Sendable {
  /// No plan costs less.
  case bound(Double)
  /// This is what the best plan costs, to a relative gap.
  case optimal(Double, gap: Double = 0)
  /// There is no plan.
  case infeasible
  /// The cost of a plan, as whoever found it states it; the known plan is that plan.
  case cost(Double)

  /// Why the claim is not true, given what a plan costs that the evaluator accepted; `nil` if it can be true.
  ///
  /// - Parameters:
  ///   - known: the cost of that plan.
  ///   - scale: magnitudes far below this are rounding: solvers compute in the unit of their model.
  ///   - objective: turns costs into words.
  ///   - finder: who found the plan, for the sentence.
  public func contradiction(
    knownCost known: Double, scale: Double = 0, objective: Objective, finder: String? = nil
  ) -> String? {
    func words(_ claimed: Double) -> (claimed: String, known: String) {
      let texts = objective.texts(ofCosts: [claimed, known])
      return (texts[0], texts[1])
    }
    /// How far a cost is from where gaps begin to count.
    func size(_ cost: Double) -> Double { abs(objective.value(ofCost: cost) - objective.origin) }
    let source = finder.map { "\($0) found one of \(words(known).known)" }
    switch self {
    case .bound(let bound):
      guard bound > known + Tolerance.relative * size(known) + 1e-12 * scale else { return nil }
      let (claimed, known) = words(bound)
      let better = objective.sense == .minimise ? "below" : "above"
      return "it says that no plan has a value \(better) \(claimed), but "
        + (source ?? "one of \(known) is known")
    case .optimal(let cost, let gap):
      guard cost - gap * size(cost) > known + Tolerance.relative * size(known) else { return nil }
      let (claimed, known) = words(cost)
      return "it calls \(claimed) optimal, but "
        + (finder.map { "\($0) found a plan of \(known)" } ?? "a plan of \(known) is known")
    case .infeasible:
      let known = objective.text(ofCost: known)
      return "it calls infeasible what has a plan of \(known)" + (finder.map { ", found by \($0)" } ?? "")
    case .cost(let claimed):
      guard known > claimed + Tolerance.relative * (size(claimed) + scale) else { return nil }
      let (claimed, known) = words(claimed)
      return "its plan has the value \(known), not \(claimed) as it says"
    }
  }
}
