import Foundations

/// What a solver or another method says of an instance; costs, not values.
///
/// Whether a claim can be true in the light of a plan that the evaluator accepted is decided here and nowhere else.
public enum Claim: Sendable {
  /// No plan costs less.
  case bound(Double)
  /// This is what the best plan costs, to a relative gap.
  case optimal(Double, gap: Double = 0)
  /// There is no plan.
  case infeasible
  /// The cost of the plan itself, as its finder states it.
  case cost(Double)

  /// Whether a plan shows that the claim is not true.
  ///
  /// - Parameters:
  ///   - cost: what the plan costs; infinite for none.
  ///   - scale: differences far below this are rounding, since solvers compute in the unit of their model.
  ///   - origin: the cost at which gaps begin to count; 0 but for objectives that contain a constant.
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

  /// Why the claim is not true, in the light of a plan; `nil` if it can be true.
  ///
  /// - Parameters:
  ///   - known: what the plan costs.
  ///   - scale: differences far below this are rounding.
  ///   - objective: turns costs into words.
  ///   - finder: who found the plan; `nil` if that does not matter.
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
