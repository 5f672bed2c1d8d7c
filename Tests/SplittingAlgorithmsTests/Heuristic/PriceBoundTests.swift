import LayerRoute
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// The bound of prices and that of the linear relaxation are duals of each other: no step may pass it.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct PriceBoundTests {
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .together])
  func noStepIsAboveTheRelaxation(_ coupling: Coupling) async throws {
    try await check("\(coupling)") { Instance.random(seed: $0, coupling) }
  }

  /// The shares of weights and activations are duals of the rows of these.
  @Test(arguments: [MachineFamily.sharedWeights, .peaks, .parts, .together])
  func noStepIsAboveTheRelaxationOfMachines(_ family: MachineFamily) async throws {
    try await check("\(family)") { Instance.machines(family, seed: $0) }
  }

  private func check(_ name: String, _ instance: (_ seed: UInt64) -> Instance) async throws {
    let solver = try #require(WorkerBackend.all.first { Backends.built.contains($0.name) })
    var compared = 0
    for seed in UInt64(0)..<30 {
      let instance = instance(seed)
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
        #expect(prices.lowerBound <= value * (1 + 1e-6), "\(name), seed \(seed), step \(step)")
        if !goesOn { break }
      }
      compared += 1
    }
    #expect(compared >= 8, "\(name): \(compared)")
  }
}
