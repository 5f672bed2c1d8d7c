import Foundation
import Foundations

/// Prices for ``BalanceBound`` without a solver, for programs of any size: the method of Frank and Wolfe (Naval Research
/// Logistics 3, 1956) on a smooth approximation of the load of the busiest resource.
///
/// For loads x, prices p_r proportional to exp(a x_r / max x) are the gradient of the logarithm of a sum of exponentials,
/// which approaches the maximum as a grows. At these prices the cheapest paths of all jobs prove a bound, and a step towards
/// the loads that these paths bring reduces the load of the busiest resource. That load is never below the best bound: the
/// gap between them measures the progress of the search, and a grows as the gap shrinks.
struct PriceSearch {
  private let bound: BalanceBound

  init(_ bound: BalanceBound) { self.bound = bound }

  /// The cost of the cheapest paths of all jobs at some prices, and the load that they bring to each resource [s].
  private struct Response {
    var cost = 0.0
    var loads: [Double]
  }

  /// No schedule has a smaller makespan [s]. After each round, which takes O(B L E log N) for B pairs of a DNN with a
  /// target, it asks whether to end.
  func seconds(rounds: Int, cancellation: Cancellation) -> Double {
    let resources = bound.batch.resources.count
    var loads = response([Double](repeating: 1, count: resources)).loads
    var best = 0.0
    for _ in 0..<rounds {
      let busiest = loads.max() ?? 0
      let gap = busiest > 0 ? (busiest - best) / busiest : 0
      // The last per cent would take most of the rounds.
      guard gap > 0.01, !cancellation.isCancelled else { break }
      let sharpness = min(300, 2 * log(Double(resources) + 1) / gap)
      let prices = loads.map { exp(sharpness * ($0 / busiest - 1)) }
      let response = response(prices)
      best = max(best, response.cost / prices.reduce(0, +))
      loads = Self.step(from: loads, towards: response.loads, sharpness / busiest)
    }
    return best
  }

  /// The point between two loads with the least approximation, which is convex.
  private static func step(from loads: [Double], towards target: [Double], _ sharpness: Double) -> [Double] {
    func value(_ share: Double) -> Double {
      let mixed = zip(loads, target).map { $0 + share * ($1 - $0) }
      let busiest = mixed.max() ?? 0
      return busiest + log(mixed.reduce(0) { $0 + exp(sharpness * ($1 - busiest)) }) / sharpness
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<30 {
      let (left, right) = (low + (high - low) / 3, high - (high - low) / 3)
      if value(left) < value(right) { high = right } else { low = left }
    }
    let share = (low + high) / 2
    return zip(loads, target).map { $0 + share * ($1 - $0) }
  }

  /// Processors share the commodities; their results are added up in the same order on any machine.
  private func response(_ prices: [Double]) -> Response {
    let commodities = bound.commodities
    let portions = min(16, commodities.count)
    let all = concurrentMap(portions) { portion in
      var own = Response(loads: [Double](repeating: 0, count: prices.count))
      for index in portion * commodities.count / portions..<(portion + 1) * commodities.count / portions {
        let commodity = commodities[index]
        let costs = bound.costs(of: commodity, prices)
        for source in commodity.sources {
          own.cost += source.jobs * costs.seconds[source.node]
          add(source.jobs, of: commodity.kind, from: source.node, costs, to: &own.loads)
        }
      }
      return own
    }
    return all.reduce(into: Response(loads: [Double](repeating: 0, count: prices.count))) { sum, own in
      sum.cost += own.cost
      for resource in own.loads.indices { sum.loads[resource] += own.loads[resource] }
    }
  }

  /// Adds the loads that jobs bring to the resources on their cheapest path.
  private func add(
    _ jobs: Double, of kind: JobKind, from source: Int, _ costs: RemainingTimes, to loads: inout [Double]
  ) {
    let nodes = bound.batch.tables.nodeCount
    let resources = bound.batch.resources
    var (vertex, isSent) = (source, false)
    while true {
      let following = Int(isSent ? costs.nextOnArrival[vertex] : costs.next[vertex])
      guard following >= 0 else { return }
      let (stage, node) = (vertex / nodes, vertex % nodes)
      isSent = following != vertex + nodes
      if !isSent {
        loads[node] += jobs * kind.seconds[vertex]
      } else if let link = resources.link(from: node, to: following % nodes) {
        let bandwidth = bound.batch.tables.links[link].bandwidth
        loads[resources.link(link)] += jobs * kind.bits[stage] / bandwidth
      }
      vertex = following
    }
  }
}
