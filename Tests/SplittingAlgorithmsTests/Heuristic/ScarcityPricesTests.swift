import Foundations
import Planning
import Solvers
import Splitting
import SplittingFormulations
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Steps of the subgradient method against the linear relaxation of `layered`, whose optimum is that of the Lagrangian
/// dual: no step may say more, and many of them should come near.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ScarcityPricesTests {
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together])
  func noStepIsAboveTheRelaxation(_ coupling: Coupling) async throws {
    let solver = try #require(WorkerBackend.all.first { Backends.built.contains($0.name) })
    var compared = 0
    var shares: [Double] = []
    for seed in UInt64(0)..<40 {
      var instance = Instance.random(seed: seed, coupling).tightened(memory: 0.8, rate: 1.5)
      instance.options.objective = .total
      let routing = ResidualRouting(instance)
      guard routing.jobs.allSatisfy({ $0.shortestLatency < .infinity }) else { continue }
      let relaxation = await LinearRelaxation(
        of: instance, LayeredFormulation(), solver, limitedTo: .infinity, Budget())
      // Infeasible, or nothing to price.
      guard let relaxation, relaxation.value > 0 else { continue }
      compared += 1
      let context = "\(coupling) seed \(seed)"
      let (first, last) = steps(routing, relaxation.value, context)
      let gain = relaxation.value - first
      if gain > 1e-6 * relaxation.value { shares.append((last - first) / gain) }
    }
    #expect(compared > 15, "\(compared)")
    // Deadlines are relaxed without a price.
    guard coupling != .deadline else { return }
    let mean = shares.reduce(0, +) / Double(max(1, shares.count))
    #expect(shares.count > 3 && mean > 0.8, "\(shares.count) with something to price, \(mean) of it reached")
  }

  /// - Returns: the bound before the first and after the last step.
  private func steps(_ routing: ResidualRouting, _ relaxation: Double, _ context: String) -> (Double, Double)
  {
    var search = LabelSearch(routing.resources)
    var prices = ScarcityPrices(routing.jobs, routing.resources)
    let first = prices.lowerBound
    for step in 0..<200 {
      let before = prices.lowerBound
      let isOpen = prices.adjust(&search, target: relaxation, Budget())
      #expect(prices.lowerBound >= before, "\(context), step \(step): the bound falls")
      #expect(
        prices.lowerBound <= relaxation * (1 + 1e-8),
        "\(context), step \(step): \(prices.lowerBound), relaxation \(relaxation)")
      #expect(prices.best.perUnit.allSatisfy { $0 >= 0 }, "\(context), step \(step): a price is negative")
      if !isOpen { break }
    }
    return (first, prices.lowerBound)
  }

  @Test func withoutScarcityThereIsNothingToAdjust() {
    for seed in UInt64(0)..<20 {
      let routing = ResidualRouting(Instance.random(seed: seed, .none))
      guard routing.jobs.allSatisfy({ $0.shortestLatency < .infinity }) else { continue }
      var search = LabelSearch(routing.resources)
      var prices = ScarcityPrices(routing.jobs, routing.resources)
      #expect(!prices.adjust(&search, target: nil, Budget()), "seed \(seed)")
      #expect(prices.current.isFree, "seed \(seed)")
    }
  }
}
