import LinearModels
import Splitting

/// Placement binaries, their products tied to both placements by sums, and routes fixed beforehand; README.md
/// beside this file states it with the same symbols.
public struct AssignmentTightFormulation: Formulation {
  public let name = "assignment-tight"
  public let summary = "placement binaries, products with sum_v y = x, sum_u y = x', routes fixed beforehand"

  public init() {}

  public func refusal(of instance: Instance) -> String? { fixedRouteRefusal(of: instance) }

  public func size(of problem: Problem) -> ModelSize {
    fixedRouteSize(of: problem, rows: { $0 + $1 }, nonzeros: { 2 * $0 * $1 + $0 + $1 })
  }

  public func encode(_ problem: Problem) throws(ModelError) -> Encoding {
    try fixedRouteEncoding(of: problem, name: name, linearise: addMarginalProducts)
  }
}
