import Foundations

/// The test whether a plan of contiguous blocks has a largest load within a limit. It offers every plan that it meets to
/// the record, and raises the record's bound to a limit that no plan keeps.
///
/// In turn: whether there is a path through the block graph that may use nodes again; prices (``PriceSearch``), and what
/// they rule out (``BlockProbing``); the table over sets of nodes (``SubsetTable``); labels (``BlockLabelSearch``). Labels
/// know the loads of no link at first. While the path that they find overloads a link, they learn of the one that carries
/// most, and the search begins anew: where few links bind, labels stay comparable.
struct BlockTest {
  enum Outcome {
    /// The record has a plan within the limit.
    case found
    /// There is no plan within the limit.
    case impossible
    case open
  }

  /// How far a test goes.
  enum Effort {
    /// Whether there is a path that may use nodes again.
    case path
    /// Prices too.
    case prices
    /// Everything, with at most that many labels at a stage.
    case labels(Int)
  }

  private let routing: BlockRouting
  private let record: BottleneckRecord
  /// The last prices of the nodes, then of all links, with which the next test begins.
  private var known: [Double]

  /// The width from which on a test is thorough rather than quick.
  static let mediumWidth = 100
  private static let firstSteps = 100
  private static let laterSteps = 40
  private static let probings = 2
  /// Another round of probing is worthwhile if the last one removed more than this share of the graph.
  private static let worthwhile = 0.02
  /// A test of prices ends early if the cheapest path costs less than all prices by that much.
  private static let hopeless = -0.05

  init(_ routing: BlockRouting, _ record: BottleneckRecord) {
    self.routing = routing
    self.record = record
    let figures = routing.network.figures
    known = Array(repeating: 1, count: figures.nodeCount) + Array(repeating: 0, count: figures.linkCount)
  }

  mutating func run(limit: Double, effort: Effort) -> Outcome {
    let graph = BlockGraph(routing.network, limit: limit, cancellation: record.cancellation)
    if record.mustStop { return .open }
    let outcome = outcome(graph, effort)
    if outcome == .impossible { record.raise(to: limit) }
    return outcome
  }

  private mutating func outcome(_ whole: BlockGraph, _ effort: Effort) -> Outcome {
    var graph = whole
    var prices = BlockPrices(graph)
    if prices.price(graph) == .infinity { return .impossible }
    switch effort {
    case .path: return .open
    case .prices:
      prices.take(known, graph)
      defer { prices.give(&known, graph) }
      return improve(&prices, graph, steps: Self.firstSteps, hopeless: Self.hopeless) ?? .open
    case .labels(let width):
      if let outcome = probe(&prices, &graph, width: width) { return outcome }
      return search(graph, prices, width: width)
    }
  }

  /// Improves prices, and removes what they rule out from the graph; nil if that does not decide the test.
  private mutating func probe(
    _ prices: inout BlockPrices, _ graph: inout BlockGraph, width: Int
  ) -> Outcome? {
    prices.take(known, graph)
    defer { prices.give(&known, graph) }
    if let outcome = improve(&prices, graph, steps: min(Self.firstSteps, 2 * width)) { return outcome }
    if width < Self.mediumWidth { return nil }
    for _ in 0..<Self.probings {
      let removed = BlockProbing.run(&graph, prices)
      if let outcome = improve(&prices, graph, steps: Self.laterSteps) { return outcome }
      if removed < Self.worthwhile { break }
    }
    return nil
  }

  /// Looks for prices that prove the limit impossible, or a path that is a plan; nil if it finds neither.
  private func improve(
    _ prices: inout BlockPrices, _ graph: BlockGraph, steps: Int, hopeless: Double = -.infinity
  ) -> Outcome? {
    switch PriceSearch.run(&prices, graph, steps: steps, hopeless: hopeless, record.cancellation) {
    case .impossible: .impossible
    case .open: record.cancellation.isCancelled ? .open : nil
    case .path(let path): offer(routing.plan(path), graph.limit) ? .found : nil
    }
  }

  /// Searches by the table, and by labels that learn of overloaded links.
  private func search(_ graph: BlockGraph, _ prices: BlockPrices, width: Int) -> Outcome {
    let size: SubsetTable.Size =
      width < Self.mediumWidth ? .small : width == Self.mediumWidth ? .medium : .large
    guard let table = SubsetTable(graph, size: size, cancellation: record.cancellation) else { return .open }
    if !table.isPossible { return .impossible }
    if let hosts = table.hosts(graph), offer(routing.plan(hosts: hosts), graph.limit) { return .found }
    var tracked: [Int] = []
    while true {
      if record.cancellation.isCancelled { return .open }
      var prices = prices
      prices.keepLinks(tracked, graph)
      var labels = BlockLabelSearch(
        graph, table: table, prices: prices, tracked: tracked, width: width, cancellation: record.cancellation
      )
      switch labels.run() {
      case .impossible: return .impossible
      case .open: return .open
      case .found(let path):
        if offer(routing.plan(path), graph.limit) { return .found }
        if offer(routing.plan(hosts: path.hosts), graph.limit) { return .found }
        guard let overloaded = path.mostOverloaded(graph) else { return .open }
        tracked.append(overloaded)
      }
    }
  }

  /// Offers a plan to the record; whether it keeps the limit.
  private func offer(_ found: (plan: PipelinePlan, value: Double)?, _ limit: Double) -> Bool {
    guard let found else { return false }
    record.offer(found.plan, value: found.value)
    return found.value <= limit * BlockGraph.slack
  }
}
