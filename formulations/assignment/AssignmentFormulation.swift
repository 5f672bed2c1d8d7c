import Formulations
import Graphs
import Instances
import LinearModels

/// Placement binaries, their products linearised one by one, and routes fixed beforehand; README.md beside this
/// file states it with the same symbols.
public struct AssignmentFormulation: Formulation {
  public let name = "assignment"
  public let summary = "placement binaries, products linearised as y >= x + x' - 1, routes fixed beforehand"

  public init() {}

  public func refusal(of instance: Instance) -> String? { fixedRouteRefusal(of: instance) }

  public func encode(_ problem: Problem) throws(ModelError) -> Encoding {
    var placement = PlacementModel(problem, formulation: name)
    var routes = RouteCosts(problem.network)
    var latencies: [JobLatency] = []
    for (job, choices) in problem.jobs.enumerated() {
      var encoder = JobEncoder(job: job, choices: choices, x: placement.x[job])
      latencies.append(encoder.encode(into: &placement.model, &routes))
    }
    placement.addNodeRows()
    placement.addLatencies(latencies)
    return try placement.encoding(decode: fixedRouteDecoder(problem, x: placement.x))
  }
}

/// Adds one job's rows and products.
private struct JobEncoder {
  let job: Int
  let choices: JobChoices
  let x: [[Variable]]
  private var latency = JobLatency()

  init(job: Int, choices: JobChoices, x: [[Variable]]) {
    self.job = job
    self.choices = choices
    self.x = x
  }

  private var graph: LayeredGraph { choices.graph }

  mutating func encode(into model: inout LinearModel, _ routes: inout RouteCosts) -> JobLatency {
    guard graph.layerCount > 0 else {
      let cost = routes.cost(from: graph.source, to: graph.target, bytes: graph.stageBytes[0])
      if choices.keeps(cost) {
        latency.constant = cost
      } else {
        model.add(Label("route", job), LinearExpression() >= 1.0)
      }
      return latency
    }
    for layer in 0..<graph.layerCount {
      model.add(Label("place", job, layer + 1), sum(over: x[layer]) { $0 } == 1.0)
      addPlacementCosts(ofLayer: layer, &routes)
    }
    for layer in 0..<(graph.layerCount - 1) { addProducts(after: layer, to: &model, &routes) }
    return latency
  }

  /// Computing each layer, the way from the source to the first one and from the last one to the target.
  private mutating func addPlacementCosts(ofLayer layer: Int, _ routes: inout RouteCosts) {
    let (first, last) = (layer == 0, layer == graph.layerCount - 1)
    var alternatives: [(cost: Double, variable: Variable)] = []
    for (position, host) in choices.hosts[layer].enumerated() {
      var cost = choices.potentials.computeCosts[layer][host]
      if first {
        cost += routes.cost(from: graph.source, to: host, bytes: graph.stageBytes[0])
        cost += graph.entryWaits[host]
      }
      if last { cost += routes.cost(from: host, to: graph.target, bytes: graph.stageBytes[layer + 1]) }
      alternatives.append((cost, x[layer][position]))
    }
    latency.add(alternatives)
  }

  /// For every pair of hosts of two consecutive layers y[l,u,v] >= x[l,u] + x[l+1,v] - 1, or no such pair.
  private mutating func addProducts(
    after layer: Int, to model: inout LinearModel, _ routes: inout RouteCosts
  ) {
    var alternatives: [(cost: Double, variable: Variable)] = []
    for (position, host) in choices.hosts[layer].enumerated() {
      for (nextPosition, next) in choices.hosts[layer + 1].enumerated() {
        let (here, there) = (x[layer][position], x[layer + 1][nextPosition])
        let label = (job, layer + 1, host, next)
        guard let cost = pairCost(layer, host, next, &routes) else {
          model.add(Label("apart", label.0, label.1, label.2, label.3), here + there <= 1.0)
          continue
        }
        let y = model.addContinuous(Label("y", label.0, label.1, label.2, label.3))
        model.add(Label("product", label.0, label.1, label.2, label.3), y >= here + there - 1.0)
        alternatives.append((cost, y))
      }
    }
    latency.add(alternatives)
  }

  /// The way between two hosts and the wait at the second; `nil` where the pair cannot matter. Staying costs
  /// nothing: a wait is never a credit on y[l,u,u].
  private func pairCost(_ layer: Int, _ host: Int, _ next: Int, _ routes: inout RouteCosts) -> Double? {
    if host == next {
      return choices.keeps(choices.potentials.latency(throughLayer: layer, andNextOn: host)) ? 0 : nil
    }
    let way = routes.cost(from: host, to: next, bytes: graph.stageBytes[layer + 1])
    let through = choices.potentials.latency(
      throughLayer: layer, on: host, thenOn: next, routeCost: way)
    return choices.keeps(through) ? way + graph.entryWaits[next] : nil
  }
}
