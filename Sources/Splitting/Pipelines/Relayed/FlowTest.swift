import LinearModels

/// A test whether every plan of a pipeline exceeds a limit: the linear program with patterns by column generation, a
/// Lagrangian bound that is computed outside the program, and probing.
///
/// For prices a >= 0 of layers on nodes and tau >= 0 of links,
///
///     theta = cheapest way under a and tau - sum over v of max over patterns S of a(S) - sum of tau > 0
///
/// proves that there is no plan within the limit: such a plan is a way, a pattern on each node, and costs at most tau_e on each
/// link. Layers with one host only and crossings that must be are free and taken off the capacities, since z could not
/// fall below 1 otherwise, and its prices would say nothing. A choice is forbidden if the cheapest way through it costs more than the other terms.
struct FlowTest {
  enum Verdict {
    /// Every plan exceeds the limit.
    case exceeded
    case open
    /// The search was cancelled, or the solver failed.
    case stopped
  }

  private var master: FlowMaster
  private var chain: PricedChain
  private let floor: Double
  /// The prices of the best bound so far, to which new ones are drawn.
  private var centre: Prices?
  /// The last solution of the program.
  private(set) var solution: FlowMaster.Solution?
  /// The bound z - 1 >= theta that the prices of `centre` prove.
  private(set) var theta = -Double.infinity

  private struct Prices {
    var hosts: [Double]
    var links: [Double]
  }

  /// The part of theta's terms that rounding errors can reach.
  private static let margin = 1e-9

  /// - Parameter floor: the least z that is of interest: 1 to know whether the program excludes the limit, less to have
  ///   prices that forbid choices where it does not.
  init(_ session: any LinearSession, _ pipeline: RelayedPipeline, floor: Double) {
    master = FlowMaster(session, pipeline, floor: floor)
    self.floor = floor
    chain = PricedChain(pipeline)
  }

  /// Adds the patterns of a pool, as far as they fit.
  mutating func add(_ pool: PatternPool, _ pipeline: RelayedPipeline) {
    for node in 0..<pipeline.nodeCount {
      for layers in pool.patterns(of: node, pipeline) { master.add(layers: layers, on: node) }
    }
  }

  /// Keeps the patterns that were found in a pool.
  func keepPatterns(in pool: inout PatternPool, _ pipeline: RelayedPipeline) {
    for pattern in master.patterns where pattern.layers.count > 1 {
      pool.add(pattern.layers, on: pattern.node, pipeline.contraction)
    }
  }

  /// Tests the choices that are left, and forbids more of them.
  /// - Parameters:
  ///   - tolerance: how far z may be from its least value where no answer is in sight.
  ///   - probes: how often choices are forbidden and the program is solved again.
  mutating func settle(
    _ pipeline: inout RelayedPipeline, tolerance: Double, probes: Int, mustStop: () -> Bool
  ) throws(BackendError) -> Verdict {
    for probe in 0...probes {
      guard pipeline.trim() else { return .exceeded }
      master.restrict(to: pipeline)
      let verdict = try optimise(pipeline, tolerance, mustStop)
      guard verdict == .open, probe < probes else { return verdict }
      guard let centre, let solution, solution.objective > floor + 1e-9 else { return verdict }
      let (bound, most) = evaluate(centre, pipeline)
      theta = bound
      let forbidden = chain.forbid(above: most + Self.margin * (1 + most), &pipeline)
      if forbidden == 0 { return .open }
    }
    return .open
  }

  /// Solves the program by column generation, until theta is positive, or z is at most 1 and near its least value.
  private mutating func optimise(
    _ pipeline: RelayedPipeline, _ tolerance: Double, _ mustStop: () -> Bool
  ) throws(BackendError) -> Verdict {
    theta = -.infinity
    while true {
      guard let solution = try master.solve(mustStop: mustStop), !mustStop() else { return .stopped }
      self.solution = solution
      let prices = Prices(hosts: solution.hostPrices, links: solution.linkPrices)
      var added = 0
      if let centre {
        let mixture = Prices(
          hosts: zip(prices.hosts, centre.hosts).map { 0.5 * ($0 + $1) },
          links: zip(prices.links, centre.links).map { 0.5 * ($0 + $1) })
        if improve(with: mixture, solution, pipeline, &added) { return .exceeded }
      }
      if improve(with: prices, solution, pipeline, &added) { return .exceeded }
      let isLow = solution.objective < floor + 1e-9
      if isLow { return .open }
      let isNear = solution.objective - (1 + theta) <= tolerance
      if added == 0 || isNear, relieve(solution, pipeline) { continue }
      if added == 0 || solution.objective <= 1 && isNear { return .open }
    }
  }

  /// Where z is 1 because of nodes that are full in any case, takes these out of it, so that the other prices count.
  private mutating func relieve(_ solution: FlowMaster.Solution, _ pipeline: RelayedPipeline) -> Bool {
    guard abs(solution.objective - 1) < 1e-6 else { return false }
    let full = (0..<pipeline.nodeCount).filter { !master.isFull[$0] && solution.nodePrices[$0] > 0.05 }
    guard !full.isEmpty else { return false }
    master.setFull(full, pipeline)
    // Prices of another scale do not mix.
    centre = nil
    theta = -.infinity
    return true
  }

  /// Computes theta, and adds patterns that the program lacks.
  /// - Returns: whether theta proves that every plan exceeds the limit.
  private mutating func improve(
    with prices: Prices, _ solution: FlowMaster.Solution, _ pipeline: RelayedPipeline, _ added: inout Int
  ) -> Bool {
    chain.hostPrices = prices.hosts
    chain.linkPrices = prices.links
    var most = linkTerms(prices, pipeline)
    let cheapest = chain.cheapest(pipeline)
    for node in 0..<pipeline.nodeCount {
      let pattern = RelayedPatternPricing.best(on: node, pipeline, prices: prices.hosts)
      most += pattern.bound
      var worth = 0.0
      for layer in pattern.layers { worth += solution.hostPrices[layer * pipeline.nodeCount + node] }
      if worth > solution.nodePrices[node] + 1e-7 {
        master.add(layers: pattern.layers, on: node)
        added += 1
      }
    }
    if cheapest - most > theta || centre == nil {
      theta = cheapest - most
      centre = prices
    }
    return cheapest > most + Self.margin * (1 + most)
  }

  /// What crossings that need not be can cost at most within the limit.
  private func linkTerms(_ prices: Prices, _ pipeline: RelayedPipeline) -> Double {
    var sum = 0.0
    for (link, price) in prices.links.enumerated() {
      sum += price * max(0, RelayedPipeline.slack - pipeline.linkLoads[link] / pipeline.limit)
    }
    return sum
  }

  /// Theta under prices, and its terms beside the cheapest way.
  private mutating func evaluate(_ prices: Prices, _ pipeline: RelayedPipeline) -> (
    theta: Double, most: Double
  ) {
    chain.hostPrices = prices.hosts
    chain.linkPrices = prices.links
    var most = linkTerms(prices, pipeline)
    for node in 0..<pipeline.nodeCount {
      most += RelayedPatternPricing.best(on: node, pipeline, prices: prices.hosts).bound
    }
    return (chain.cheapest(pipeline) - most, most)
  }
}
