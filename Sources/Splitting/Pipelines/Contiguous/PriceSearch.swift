import Foundations

/// The search for prices that prove that there is no plan within the limit of a block graph, by subgradient steps of
/// Polyak's length (Polyak, "Minimization of unsmooth functionals", 1969).
enum PriceSearch {
  /// How the search ended.
  enum Outcome {
    /// The prices prove that there is no plan.
    case impossible
    /// A path that uses every node once, and no shared link beyond the limit.
    case path(BlockPath)
    /// Neither; or it was cancelled, which leaves the prices as they are.
    case open
  }

  /// By how much the cheapest path is hoped to cost more than the sum of all prices, which is 1.
  private static let target = 0.02
  /// After so many steps without progress the steps become shorter by a factor, down to the shortest.
  private static let patience = 6
  private static let shortening = 0.6
  private static let shortest = 1e-3
  /// The steps after which a search may be hopeless.
  private static let trial = 20

  /// Improves prices; where that decides nothing they are the best ones, and priced.
  /// - Parameter hopeless: the search ends early if the cost of the cheapest path minus 1 is less than that.
  static func run(
    _ prices: inout BlockPrices, _ graph: BlockGraph, steps: Int, hopeless: Double,
    _ cancellation: Cancellation
  ) -> Outcome {
    var best = (value: -Double.infinity, prices: prices.prices)
    var (factor, stalls) = (1.0, 0)
    for step in 1...steps {
      let value = prices.price(graph) - 1
      if value > BlockPrices.slack - 1 { return .impossible }
      stalls = value > best.value + 1e-6 ? 0 : stalls + 1
      if value > best.value { best = (value, prices.prices) }
      let path = prices.path(graph)
      let excess = path.usage(graph).map { $0 - 1 }
      if excess.allSatisfy({ $0 <= BlockGraph.slack - 1 }) { return .path(path) }
      if stalls >= patience { (factor, stalls) = (factor * shortening, 0) }
      if step == steps || factor < shortest || (step > trial && best.value < hopeless) { break }
      if cancellation.isCancelled { return .open }
      let length = factor * (target - value) / excess.reduce(0) { $0 + $1 * $1 }
      for index in excess.indices {
        prices.prices[index] = max(0, prices.prices[index] + length * excess[index])
      }
      prices.normalise()
    }
    prices.prices = best.prices
    prices.price(graph)
    return .open
  }
}
