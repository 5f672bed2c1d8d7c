import Foundations
import LinearModels

/// What a plan is judged by, as people read it.
///
/// Every algorithm minimises a *cost*. The objective turns costs into the *values* that files and tables show: the same
/// number for a latency, its negative for a throughput.
public struct Objective: Sendable, Equatable {
  public enum Sense: Sendable { case minimise, maximise }

  /// The word that files use, for example `total`.
  public let name: String
  public let sense: Sense
  /// How values are printed.
  public let quantity: Figures.Quantity
  /// The value at which gaps begin to count; 0 but for objectives that contain a constant.
  public let origin: Double

  public init(
    _ name: String, _ sense: Sense = .minimise, quantity: Figures.Quantity, origin: Double = 0
  ) {
    self.name = name
    self.sense = sense
    self.quantity = quantity
    self.origin = origin
  }

  /// The value of a cost. The same function turns a value into a cost.
  public func value(ofCost cost: Double) -> Double { sense == .minimise ? cost : 0 - cost }

  /// How far a bound is from a plan's value, relative to the larger of the two; 0 where both are equal.
  public func gap(value: Double, bound: Double) -> Double {
    max(0, signedGap(value: value, bound: bound))
  }

  /// The same, negative where the bound is on the wrong side of the value.
  public func signedGap(value: Double, bound: Double) -> Double {
    let (better, worse) = sense == .minimise ? (bound, value) : (value, bound)
    let size = worse - origin
    return size > 0 ? (worse - better) / size : 0
  }

  /// The same for costs.
  public func gap(cost: Double, bound: Double) -> Double {
    gap(value: value(ofCost: cost), bound: value(ofCost: bound))
  }

  /// A cost as its value with a unit.
  public func text(ofCost cost: Double) -> String { quantity.text(value(ofCost: cost)) }

  /// Costs as values with as many digits as it takes to tell them apart.
  public func texts(ofCosts costs: [Double]) -> [String] {
    Figures.apart(costs.map(value(ofCost:)), quantity)
  }
}
