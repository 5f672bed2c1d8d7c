import LayerRoute
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// The bound of prices and that of the linear relaxation are duals of each other: no step may pass it.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct PriceBoundTests {
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .together])
  func noStepIsAboveTheRelaxation(_ coupling: Coupling) async throws {
    let solver = try #require(WorkerBackend.all.first { Backends.built.contains($0.name) })
    var compared = 0
    for seed in UInt64(0)..<30 {
      let instance = Instance.random(seed: seed, coupling)
      let routing = ResidualRouting(instance)
      guard let known = routing.outcome(rounds: 8).plan else { continue }
      let relaxation = await LinearRelaxation(
        of: instance, LayeredFormulation(), solver, limitedTo: known.cost, Budget())
      let value = try #require(relaxation, "seed \(seed)").value
      guard instance.options.objective == .total else { continue }
      var search = LabelSearch(routing.resources)
      var prices = ScarcityPrices(routing.jobs, routing.resources)
      for step in 0..<40 {
        let goesOn = prices.adjust(&search, target: known.cost, Budget())
        // The rows allow the tolerance of plans, and negligible costs are left out of the model.
        #expect(prices.lowerBound <= value * (1 + 1e-6), "\(coupling), seed \(seed), step \(step)")
        if !goesOn { break }
      }
      compared += 1
    }
    #expect(compared >= 8, "\(coupling)")
  }
}
