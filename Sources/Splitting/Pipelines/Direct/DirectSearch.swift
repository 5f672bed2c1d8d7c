import LinearModels

/// The least bottleneck of one job whose nodes may run several blocks, exactly. Right for every network; meant for those
/// where most routes are direct links or have few relays.
///
/// Destructive bounds: tests decide whether a plan keeps to a limit between bound and plan. A plan found lowers the one, a
/// refutation raises the other, and a test that gives up moves the limit closer to the plan. A test searches along the
/// chain (``ChainSearch``: links decide), then by node patterns (``PatternSearch``: packing decides). Before come cheap
/// bounds (``BlockBound``), and between them a local search for plans (``Regrouping``) and the configuration LP
/// (``PackingBound``).
///
/// - Complexity: exponential; a test takes a number of states that grows until it decides.
struct DirectSearch {
  private let figures: PipelineFigures
  private let record: BottleneckRecord
  private let links: RankedLinks
  private let session: (any LinearSession)?
  private var memo: ChainMemo
  private var packing: Packing?
  /// The patterns of all nodes that a test may list.
  private static let patternLimit = 300_000
  /// The patterns of the last test.
  private var patternCount = 0
  /// The tests along the chain since the last one that decided, and the most states of one: where packing decides, more of
  /// them would be a waste until tests may take longer.
  private var chainFailures = (count: 0, states: 0)
  /// The least limit, and the least slack of prices, at which there were too many patterns to list.
  private var listing = (limit: Double.infinity, slack: Double.infinity)
  /// Multipliers that the last test ended with, and the stages that could be cut then.
  private var multipliers: (stages: [Int], values: [Double])?

  /// What the searches by packing keep while the same stages can be cut.
  private struct Packing {
    let stages: [Int]
    /// `nil` if there are too many pieces.
    var bound: PackingBound?
    var regrouping: Regrouping
    /// The least limit that packing is known not to refute.
    var ceiling = Double.infinity
  }

  /// - Parameter session: solves the configuration LP; without one its prices come from a subgradient method.
  init(_ figures: PipelineFigures, _ record: BottleneckRecord, session: (any LinearSession)?) {
    self.figures = figures
    self.record = record
    self.session = session
    links = RankedLinks(figures)
    memo = ChainMemo(figures)
  }

  /// Searches until plan and bound of the record meet, or it must stop.
  mutating func run() {
    guard figures.layerCount > 0 else { return routeOnly() }
    var bound = BlockBound(figures, links, record)
    bound.run()
    // The steps of the local search, of which a million take some 0.1 s.
    let pieces = min(figures.layerCount, 100)
    var steps = 10 * pieces * pieces * pieces
    regroup(steps: steps / 10)
    findPlan()
    // Where single blocks and transfers decide, they often meet their bound.
    if record.lower > figures.workBalance && !record.mustStop { _ = test(boundLimit, states: 60) }
    regroup(steps: steps / 2)
    raiseByPacking()
    regroup(steps: steps / 2)
    var states = 600
    // Where between the bound and the plan the limit of a test lies: closer to the plan after each refutation.
    var share = 0.5
    // The largest limit at which a test has given up, and the states of a proof then: limits below it wait for more.
    var undecided = (limit: 0.0, states: 0)
    while !record.mustStop && record.lower < proofLimit {
      raiseByPacking()
      if record.mustStop { return }
      let low = max(record.lower, undecided.limit)
      let between = low + share * (record.upper - low)
      let isProof =
        record.upper == .infinity || share > 0.9
        || record.upper - between < 0.1 * (record.upper - record.lower)
      let limit = isProof ? proofLimit : min(proofLimit, max(between, boundLimit))
      let outcome = test(limit, states: isProof ? states : states / 2)
      share = outcome == .exhausted ? (1 + share) / 2 : 0.5
      let before = record.upper
      if outcome == .limit {
        if isProof {
          states *= 3
          steps = min(2 * steps, 50_000_000)
        } else {
          undecided = (limit, states)
        }
        // As much work for plans as a test takes.
        regroup(steps: max(steps / 2, 5 * patternCount))
      }
      let isBetter = outcome == .found || record.upper < before
      if isBetter && (states > undecided.states || record.upper <= undecided.limit) { undecided = (0, 0) }
    }
  }

  /// The limit whose refutation leaves nothing to do.
  private var proofLimit: Double {
    record.upper < .infinity ? record.upper * (1 - max(record.gap, 1e-9)) : figures.largestValue
  }

  /// A limit that is met only by plans that leave nothing to do; not 0, so that loads can be put in relation to it.
  private var boundLimit: Double {
    max(record.lower * (1 + 0.5 * record.gap), 1e-9 * min(record.upper, figures.largestValue))
  }

  /// Without layers there is but one stage.
  private func routeOnly() {
    var assembly = PlanAssembly(figures, record)
    switch assembly.offer([], limit: .infinity) {
    case .valid(let value): record.raise(to: value)
    case .impossible, .unknown: record.raise(to: .infinity)
    }
  }

  /// Looks for a first plan at growing limits.
  private mutating func findPlan() {
    var limit = record.lower * 1.3
    while limit > 0 && limit < min(record.upper, figures.largestValue) && !record.mustStop {
      _ = test(limit, states: 30)
      limit *= 1.6
    }
    var states = 30
    while record.upper == .infinity && !record.mustStop {
      _ = test(figures.largestValue, states: states)
      regroup(steps: states * 3000)
      states *= 4
    }
  }

  // MARK: Packing

  /// Prepares the searches by packing for the stages that can be cut below the plan's value.
  private mutating func preparePacking() {
    let limited = LimitedPipeline(
      figures, links, limit: record.upper < .infinity ? record.upper : figures.largestValue)
    guard packing?.stages != limited.stages else { return }
    packing = nil
    let known = record.plan.map { plan in limited.stages.dropLast().map { plan.hosts[$0] } }
    guard let hosts = known ?? LargestFirst(limited)?.hosts else { return }
    var bound = PackingBound(limited, session, record)
    bound?.add(hosts)
    packing = Packing(
      stages: limited.stages, bound: bound, regrouping: Regrouping(limited, record, hosts: hosts))
  }

  private mutating func regroup(steps: Int) {
    guard !record.mustStop else { return }
    preparePacking()
    packing?.regrouping.run(steps: steps, lower: record.lower)
  }

  /// Bisects for the largest limit that packing refutes.
  private mutating func raiseByPacking() {
    guard !record.mustStop else { return }
    preparePacking()
    guard packing?.bound != nil, record.upper < 2 * record.lower || record.upper == .infinity else { return }
    if let stages = packing?.stages, let plan = record.plan {
      packing?.bound?.add(stages.dropLast().map { plan.hosts[$0] })
    }
    let ceiling = packing?.ceiling ?? 0
    if proofLimit < ceiling && isRefutedByPacking(proofLimit) {
      return record.raise(to: record.upper < .infinity ? proofLimit : .infinity)
    }
    var (low, high) = (record.lower, min(proofLimit, ceiling))
    // Where links decide, packing does not even raise the bound a little.
    guard low * (1 + 1e-4) < high, isRefutedByPacking(low * (1 + 1e-4)) else { return }
    while high > low * (1 + 2e-5) && low > 0 && !record.mustStop {
      let limit = (low + high) / 2
      if isRefutedByPacking(limit) {
        low = limit
        record.raise(to: limit)
      } else {
        high = limit
      }
    }
  }

  private mutating func isRefutedByPacking(_ limit: Double) -> Bool {
    if packing?.bound?.prices(limit: limit, stopsWhenFeasible: true)?.total ?? 0 > 1 + 1e-9 { return true }
    if let ceiling = packing?.ceiling { packing?.ceiling = min(ceiling, limit) }
    return false
  }

  // MARK: Tests

  /// Searches for a plan within a limit, along the chain and by patterns; a refutation raises the bound.
  private mutating func test(_ limit: Double, states: Int) -> ChainSearch.Outcome {
    let limited = LimitedPipeline(figures, links, limit: limit)
    var outcome = ChainSearch.Outcome.limit
    if chainFailures.count < 2 || states > chainFailures.states {
      var search = ChainSearch(limited, record, stateLimit: states + 3 * limited.pieceCount)
      outcome = search.run(&memo)
      chainFailures =
        outcome == .limit ? (chainFailures.count + 1, max(states, chainFailures.states)) : (0, 0)
    }
    if outcome == .limit && !record.mustStop { outcome = testPatterns(limited, states: states) }
    if outcome == .exhausted { record.raise(to: limit >= figures.largestValue ? .infinity : limit) }
    return outcome
  }

  private mutating func testPatterns(_ limited: LimitedPipeline, states: Int) -> ChainSearch.Outcome {
    var prices: PackingBound.Prices?
    if packing?.stages == limited.stages, limited.limit <= record.upper {
      prices = packing?.bound?.prices(limit: limited.limit, stopsWhenFeasible: false)
      if prices?.total ?? 0 > 1 + 1e-9 { return .exhausted }
    }
    var patterns: NodePatterns?
    let slack = prices.map { 1 - $0.total + 1e-9 } ?? .infinity
    // A listing that was too long is not tried again before much less is to be listed.
    let isTight = slack < 0.05
    let mayListAll = !isTight && limited.limit < 0.97 * listing.limit
    guard mayListAll || slack < 0.8 * listing.slack else { return .limit }
    if mayListAll {
      patterns = NodePatterns(limited, record, countLimit: Self.patternLimit)
    }
    if patterns == nil && !isTight { listing.limit = min(listing.limit, limited.limit) }
    if patterns == nil, let prices {
      let least = NodePatterns.LeastPrice(prices: prices.ofPieces, least: prices.ofNodes.map { $0 - slack })
      patterns = NodePatterns(limited, record, countLimit: Self.patternLimit, least: least)
    }
    if patterns == nil { listing.slack = min(listing.slack, slack) }
    guard let patterns else { return .limit }
    patternCount = patterns.sets.reduce(0) { $0 + $1.count }
    var candidates = [limited.multipliers(figures.balancedPrices)]
    if let multipliers, multipliers.stages == limited.stages { candidates.append(multipliers.values) }
    if let prices {
      candidates.append((0..<figures.nodeCount).flatMap { _ in prices.ofPieces })
    }
    var search = PatternSearch(limited, patterns, record, stateLimit: states / 2 + 5)
    let outcome = search.run(candidates)
    if let values = search.rootMultipliers { multipliers = (limited.stages, values) }
    return outcome
  }
}

extension LimitedPipeline {
  /// At `node * K + piece`: what a piece costs on a node at prices of work and memory; 0 where it does not fit.
  func multipliers(_ prices: BlockWindows.Prices) -> [Double] {
    let n = figures.nodeCount
    return (0..<n * pieceCount).map { index in
      let (node, piece) = (index / pieceCount, index % pieceCount)
      let base = node * stages.count + piece
      let room = figures.memoryLimit[node]
      let work = prices.work[node] * (workBefore[base + 1] - workBefore[base]) / limit
      guard room > 0, room < .infinity else { return work }
      return work + prices.memory[node] * (memoryBefore[piece + 1] - memoryBefore[piece]) / room
    }
  }
}
