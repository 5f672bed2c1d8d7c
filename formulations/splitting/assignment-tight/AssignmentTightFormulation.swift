import LinearModels
import Problems
import Splitting

/// Placement binaries, their products tied to both placements by sums, and routes fixed beforehand; README.md
/// beside this file states the model with the same symbols.
public struct AssignmentTightFormulation: Formulation {
  public typealias P = SplittingProblem

  public let name = "assignment-tight"
  public let summary = "placement binaries, products with sum_v y = x, sum_u y = x', routes fixed beforehand"

  public init() {}

  public func refusal(of instance: Instance) -> String? { fixedRouteRefusal(of: instance) }

  public func size(of stated: SplittingChoices) -> ModelSize {
    fixedRouteSize(of: stated, rows: { $0 + $1 }, nonzeros: { 2 * $0 * $1 + $0 + $1 })
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    try fixedRouteEncoding(of: stated, name: name, linearise: addMarginalProducts)
  }
}
