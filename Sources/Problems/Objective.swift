import Foundations
import LinearModels

/// The objective of an instance, as people read it.
///
/// Every algorithm minimises a *cost*. The objective turns costs into the *values* that files and tables show: the same
/// number for a latency, its negative for a throughput.
public struct Objective: Sendable, Equatable {
  public enum Sense: Sendable { case minimise, maximise }

  /// The name in files, for example `total`.
  public let name: String
  public let sense: Sense
  /// The quantity of values, which determines their unit.
  public let quantity: Figures.Quantity
  /// The value from which gaps are measured; 0 except for objectives that contain a constant.
  public let origin: Double
  /// Whether the inverse of a value is a throughput, which plans state as well.
  public let hasThroughput: Bool

  public init(
    _ name: String, _ sense: Sense = .minimise, quantity: Figures.Quantity, origin: Double = 0,
    hasThroughput: Bool = false
  ) {
    self.name = name
    self.sense = sense
    self.quantity = quantity
    self.origin = origin
    self.hasThroughput = hasThroughput
  }

  /// The value of a cost. The function is its own inverse.
  public func value(ofCost cost: Double) -> Double { sense == .minimise ? cost : 0 - cost }

  /// The throughput of a value [1/s]; `nil` where it has no limit.
  public func throughput(ofValue value: Double) -> Double? { value > 0 ? 1 / value : nil }

  /// The gap between a plan's value and a bound, relative to the larger of the two; 0 if both are equal.
  public func gap(value: Double, bound: Double) -> Double {
    max(0, signedGap(value: value, bound: bound))
  }

  /// The gap with a sign: negative if the bound is on the wrong side of the value.
  public func signedGap(value: Double, bound: Double) -> Double {
    let (better, worse) = sense == .minimise ? (bound, value) : (value, bound)
    let size = worse - origin
    // Without a bound on a value that is maximised.
    guard size < .infinity else { return better == worse ? 0 : 1 }
    return size > 0 ? (worse - better) / size : 0
  }

  /// The gap between a cost and a bound on costs.
  public func gap(cost: Double, bound: Double) -> Double {
    gap(value: value(ofCost: cost), bound: value(ofCost: bound))
  }

  /// The text of a cost's value, with its unit.
  public func text(ofCost cost: Double) -> String { quantity.text(value(ofCost: cost)) }

  /// The texts of the costs' values, with enough digits to distinguish them.
  public func texts(ofCosts costs: [Double]) -> [String] {
    Figures.apart(costs.map(value(ofCost:)), quantity)
  }
}
