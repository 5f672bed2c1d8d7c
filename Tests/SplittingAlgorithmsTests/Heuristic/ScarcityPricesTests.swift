import Foundations
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

@Suite struct ScarcityPricesTests {
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
