import Foundations
import Testing

@testable import SplittingAlgorithms

/// What a job at least still pays, against the enumeration of all routes whose layers and tensors fit one by one.
@Suite struct CostToGoTests {
  @Test(arguments: SearchCase.Form.all)
  func theCostOfTheWholeJobIsThatOfTheCheapestRoute(_ form: SearchCase.Form) {
    var (compared, infinite) = (0, 0)
    for seed in UInt64(0)..<60 {
      let item = SearchCase(form, seed: seed, layers: Int(seed % 4))
      var toGo = CostToGo(item.resources)
      toGo.setLayerCosts(item.job, item.query)
      let found = toGo.findOverLinks(item.job, item.query, Budget())
      let context = "\(form), seed \(seed)"
      let least = item.routes.filter(item.fitsPiecewise).map { item.cost($0) }.min()
      guard let least else {
        #expect(found == .infinity, "\(context): \(found), enumeration finds nothing")
        infinite += 1
        continue
      }
      compared += 1
      #expect(abs(found - least) <= 1e-9 * least, "\(context): \(found), enumeration \(least)")
      let route = JobPath(steps: toGo.pathOverLinks(item.job), of: item.job, item.resources)
      let cost = item.twin(of: route).map { item.cost($0) }
      #expect(
        cost.map { abs($0 - found) <= 1e-9 * found } == true, "\(context): its route costs \(cost ?? .nan)")
      checkOverPairs(item, found, context)
      checkRests(item, toGo, context)
    }
    #expect(compared > 25, "\(compared)")
    #expect(infinite > 0 || form.scarcity == .nothing, "\(infinite)")
  }

  /// The same over shortest paths between all pairs, unless links are scarce or have prices.
  private func checkOverPairs(_ item: SearchCase, _ expected: Double, _ context: String) {
    guard item.job.knowsAllPairs, !item.query.prices.pricesLinks else { return }
    var toGo = CostToGo(item.resources)
    toGo.setLayerCosts(item.job, item.query)
    let found = toGo.findOverPairs(item.job)
    // Links carry any load here.
    #expect(found <= expected * (1 + 1e-9), "\(context): \(found) over pairs, \(expected) over links")
    let firstLink = item.resources.index(of: .linkLoad(0))
    if item.query.room[firstLink...].allSatisfy({ $0 == .infinity }) {
      #expect(abs(found - expected) <= 1e-9 * expected, "\(context): \(found) over pairs")
      let route = JobPath(steps: toGo.pathOverPairs(item.job), of: item.job, item.resources)
      let cost = item.twin(of: route).map { item.cost($0) }
      #expect(cost.map { abs($0 - found) <= 1e-9 * found } == true, "\(context): \(cost ?? .nan) over pairs")
    }
  }

  /// No route pays less after a layer than the bound says.
  private func checkRests(_ item: SearchCase, _ toGo: CostToGo, _ context: String) {
    for route in item.routes where item.fitsPiecewise(route) {
      for (layer, node) in route.plan.hosts.enumerated() {
        let host = item.job.hostIndex(of: node)
        let bound = toGo.fromComputed[(layer + 1) * item.job.hostCount + host]
        let rest = item.cost(route, afterLayer: layer)
        if bound > rest + 1e-9 * item.cost(route) {
          Issue.record(
            "\(context): \(bound) after layer \(layer) on node \(node), but \(route.plan) pays \(rest)")
          return
        }
      }
    }
  }
}
