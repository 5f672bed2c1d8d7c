import Foundations

/// A statement of a solver or another method about an instance, in costs. This type alone decides whether a plan that
/// the evaluator accepted refutes it.
public enum Claim: Sendable {
  /// No plan costs less than this.
  case bound(Double)
  /// The best plan has this cost, within a relative gap.
  case optimal(Double, gap: Double = 0)
  /// There is no plan.
  case infeasible
  /// The cost of the plan itself, as its finder states it.
  case cost(Double)

  /// Whether a plan of a cost, infinite for no plan, refutes the claim. Differences far below `scale` are rounding
  /// errors, because solvers compute in the unit of their model. Gaps are measured from the cost `origin`, which is 0
  /// except for objectives that contain a constant.
  public func isContradicted(byCost cost: Double, scale: Double = 0, origin: Double = 0) -> Bool {
    guard cost < .infinity else { return false }
    func size(_ cost: Double) -> Double { abs(cost - origin) }
    switch self {
    case .bound(let bound): return bound > cost + Tolerance.relative * size(cost) + 1e-12 * scale
    case .optimal(let claimed, let gap):
      return claimed - gap * size(claimed) > cost + Tolerance.relative * size(cost)
    case .infeasible: return true
    case .cost(let claimed): return cost > claimed + Tolerance.relative * (size(claimed) + scale)
    }
  }

  /// The reason why a known plan refutes the claim, with the name of its finder if that matters; `nil` if it does not
  /// refute it. Differences far below `scale` are rounding errors.
  public func contradiction(
    knownCost known: Double, scale: Double = 0, objective: Objective, finder: String? = nil
  ) -> String? {
    let origin = objective.value(ofCost: objective.origin)
    guard isContradicted(byCost: known, scale: scale, origin: origin) else { return nil }
    func found(_ cost: String) -> String {
      finder.map { "\($0) found a plan of \(cost)" } ?? "a plan of \(cost) is known"
    }
    switch self {
    case .bound(let bound):
      let texts = objective.texts(ofCosts: [bound, known])
      let than = objective.sense == .minimise ? "less" : "more"
      return "it says that no plan has \(than) than \(texts[0]), but \(found(texts[1]))"
    case .optimal(let cost, _):
      let texts = objective.texts(ofCosts: [cost, known])
      return "it calls \(texts[0]) optimal, but \(found(texts[1]))"
    case .infeasible:
      return "it calls the instance infeasible, but \(found(objective.text(ofCost: known)))"
    case .cost(let claimed):
      let texts = objective.texts(ofCosts: [known, claimed])
      return "its plan has the value \(texts[0]), not \(texts[1]) as it says"
    }
  }
}
