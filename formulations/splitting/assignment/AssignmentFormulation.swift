import LinearModels
import Problems
import Splitting

/// Placement binaries, their products linearised one by one, and routes fixed beforehand; README.md beside
/// this file states the model with the same symbols.
public struct AssignmentFormulation: Formulation {
  public typealias P = SplittingProblem

  public let name = "assignment"
  public let summary = "placement binaries, products linearised as y >= x + x' - 1, routes fixed beforehand"

  public init() {}

  public func refusal(of instance: Instance) -> String? { fixedRouteRefusal(of: instance) }

  public func size(of stated: SplittingChoices) -> ModelSize {
    fixedRouteSize(of: stated, rows: { $0 * $1 }, nonzeros: { 3 * $0 * $1 })
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    try fixedRouteEncoding(of: stated, name: name, linearise: addProductsOneByOne)
  }
}

/// Adds y[l,u,v] >= x[l,u] + x[l+1,v] - 1 for every kept pair of hosts of two consecutive layers, and
/// excludes the other pairs.
private func addProductsOneByOne(
  of pairs: HostPairs, x: [Variable], nextX: [Variable], to model: inout LinearModel
) -> [Variable?] {
  let (job, layer) = (pairs.job, pairs.layer + 1)
  return pairs.all.map { pair in
    let (here, there) = (x[pair.position], nextX[pair.nextPosition])
    guard pair.isKept else {
      model.add(Label("apart", job, layer, pair.host, pair.nextHost), here + there <= 1.0)
      return nil
    }
    let y = model.addContinuous(Label("y", job, layer, pair.host, pair.nextHost))
    model.add(Label("product", job, layer, pair.host, pair.nextHost), y >= here + there - 1.0)
    return y
  }
}
