/// Decides whether a plan keeps to a limit, by depth-first search along the chain of layers.
///
/// A state has placed the pieces before a cut, and the piece after it runs on a given node. Its children choose where
/// that block ends and which node follows. A state is left if the cheapest rest (``BlockWindows``) at some prices costs
/// more than what is left of the nodes at these prices: a completion is a way of that program and uses no more than
/// what is left (weak duality). Nodes that fit no further block count as having nothing left. Prices come from a
/// projected subgradient method with Polyak's steps; its ways double as the heuristic that finds plans.
///
/// Links add up exactly: without relays by their sums, otherwise by routing the moves so far (``StageRouting``).
struct ChainSearch {
  enum Outcome { case found, exhausted, limit }

  /// The end of a subtree. A failure is clean if it depends on nothing but what nodes have left, so that others may be
  /// refuted by it.
  private enum Result { case found, clean, tainted, limit }

  private let limited: LimitedPipeline
  private let record: BottleneckRecord
  private let stateLimit: Int
  private var assembly: PlanAssembly
  private var state: ChainState
  private var windows: BlockWindows
  private var moves: [StageRouting.Move] = []
  private var stateCount = 0
  private var isUndecided = false

  init(_ limited: LimitedPipeline, _ record: BottleneckRecord, stateLimit: Int) {
    self.limited = limited
    self.record = record
    self.stateLimit = stateLimit
    assembly = PlanAssembly(limited.figures, record)
    state = ChainState(limited)
    windows = BlockWindows(limited)
  }

  /// - Returns: `found` if the record has a plan within the limit now; `exhausted` if there is none, which is proved.
  mutating func run(_ memo: inout ChainMemo) -> Outcome {
    guard limited.piecesFit else { return .exhausted }
    switch visit(limited.figures.balancedPrices, node: nil, depth: 0, &memo) {
    case .found: return .found
    case .limit: return .limit
    case .clean, .tainted: return isUndecided ? .limit : .exhausted
    }
  }

  /// A block of the current node, and the node after it.
  private struct Child {
    let end: Int
    let next: Int
    var cost: Double
  }

  /// Searches the completions of the current state, whose next block runs on `node`, or on any at the beginning.
  private mutating func visit(
    _ inherited: BlockWindows.Prices, node: Int?, depth: Int, _ memo: inout ChainMemo
  ) -> Result {
    stateCount += 1
    if stateCount > stateLimit || record.mustStop { return .limit }
    let cut = state.hosts.count
    state.updateWindows(first: node)
    let use = state.use()
    var isClean = true
    if let node {
      if memo.refutes(stage: limited.stages[cut], node: node, limit: limited.limit, use) { return .clean }
      if state.ends[node * limited.stages.count + cut] == limited.pieceCount, canFinish(from: node) {
        if finish(state.hosts + repeatElement(node, count: limited.pieceCount - cut)) == .found {
          return .found
        }
        isClean = false
      }
    }
    var prices = inherited
    var children = self.children(of: node)
    switch improve(&prices, node, depth, &children) {
    case .found?: return .found
    case .clean?:
      remember(node, use, &memo)
      return .clean
    case let other?: return other
    case nil: break
    }
    children.sort { $0.cost < $1.cost }
    for child in children where child.cost < .infinity {
      switch descend(prices, node, child, depth, &memo) {
      case .found: return .found
      case .limit: return .limit
      case .tainted: isClean = false
      case .clean: break
      }
    }
    guard isClean else { return .tainted }
    if node != nil { remember(node, use, &memo) }
    return .clean
  }

  private func remember(_ node: Int?, _ use: ChainMemo.Use, _ memo: inout ChainMemo) {
    guard let node else { return }
    memo.store(stage: limited.stages[state.hosts.count], node: node, limit: limited.limit, use)
  }

  private func canFinish(from node: Int) -> Bool {
    node == limited.figures.target || limited.reaches(limited.pieceCount, node, limited.figures.target)
  }

  /// Offers a plan that the nodes allow.
  private mutating func finish(_ pieceHosts: [Int]) -> Result {
    switch assembly.offer(limited.layerHosts(pieceHosts), limit: limited.limit) {
    case .valid(let value): return value <= limited.limit * (1 + LimitedPipeline.slack) ? .found : .tainted
    case .impossible: return .tainted
    case .unknown:
      isUndecided = true
      return .tainted
    }
  }

  private func children(of node: Int?) -> [Child] {
    let (n, cut) = (limited.figures.nodeCount, state.hosts.count)
    guard let node else {
      return (0..<n)
        .filter {
          ($0 == limited.figures.source || limited.reaches(0, limited.figures.source, $0))
            && state.isUsable[$0]
        }
        .map { Child(end: 0, next: $0, cost: 0) }
    }
    let end = min(Int(state.ends[node * limited.stages.count + cut]), limited.pieceCount - 1)
    guard end > cut else { return [] }
    return (cut + 1...end).flatMap { end in
      (0..<n).filter { state.isUsable[$0] && limited.reaches(end, node, $0) }
        .map { Child(end: end, next: $0, cost: 0) }
    }
  }

  /// Improves prices until they refute the state, or a way is a plan, or the iterations are over (`nil`). Children that
  /// some prices refute get an infinite cost; the others their cost at the last prices.
  private mutating func improve(
    _ prices: inout BlockWindows.Prices, _ node: Int?, _ depth: Int, _ children: inout [Child]
  ) -> Result? {
    let cut = state.hosts.count
    let iterations = depth == 0 ? 200 : depth <= 2 ? 24 : depth <= 5 ? 12 : 3
    var polyak = PriceSteps(prices)
    for _ in 0..<iterations {
      if record.mustStop { return .limit }
      windows.solve(limited, polyak.prices, from: cut, ends: state.ends)
      let (start, cost) = cheapestRest(node)
      guard let start, cost < .infinity else { return .clean }
      let capacity = state.capacity(polyak.prices)
      let bar = capacity * (1 + 1e-9) + 1e-11
      if cost > bar { return .clean }
      refute(&children, node, bar)
      let rest = windows.path(from: cut, on: start)
      let demand = Demand(state, rest)
      if demand.fits && !isKnown(rest) && finish(state.hosts + rest) == .found { return .found }
      if !children.contains(where: { $0.cost < .infinity }) { break }
      if !polyak.step(state, demand, shortfall: capacity - cost) { break }
    }
    prices = polyak.best
    return nil
  }

  /// Whether a way can only be the current node's block to the end, which was tried before.
  private func isKnown(_ rest: [Int]) -> Bool { rest.allSatisfy { $0 == rest[0] } && !state.hosts.isEmpty }

  private func cheapestRest(_ node: Int?) -> (Int?, Double) {
    let row = state.hosts.count * limited.figures.nodeCount
    if let node { return (node, windows.cheapest[row + node]) }
    let start = windows.cheapestStart(limited)
    return (start, start.map { windows.cheapest[$0] } ?? .infinity)
  }

  /// Marks the children that cost more than a bar.
  private func refute(_ children: inout [Child], _ node: Int?, _ bar: Double) {
    let n = limited.figures.nodeCount
    var (base, here) = (0, 0.0)
    if let node {
      base = node * limited.stages.count
      here = windows.before[base + state.hosts.count]
    }
    for index in children.indices where children[index].cost < .infinity {
      let child = children[index]
      let block = node == nil ? 0 : windows.before[base + child.end] - here
      let cost = block + windows.cheapest[child.end * n + child.next]
      children[index].cost = cost > bar ? .infinity : cost
    }
  }

  /// Takes the step to a child, searches it, and steps back.
  private mutating func descend(
    _ prices: BlockWindows.Prices, _ node: Int?, _ child: Child, _ depth: Int, _ memo: inout ChainMemo
  ) -> Result {
    let from = node ?? limited.figures.source
    let undo = node.map { state.append($0, to: child.end) }
    defer { if let undo { state.remove(undo) } }
    guard from != child.next else { return visit(prices, node: child.next, depth: depth + 1, &memo) }
    let stage = limited.stages[child.end]
    moves.append(StageRouting.Move(stage: stage, from: from, to: child.next))
    defer { moves.removeLast() }
    if assembly.routing.hasRelays {
      if case .impossible = assembly.route(moves, limit: limited.limit, stepLimit: 500) { return .tainted }
      return visit(prices, node: child.next, depth: depth + 1, &memo)
    }
    guard let link = assembly.routing.link(from, child.next) else { return .clean }
    let (before, load) = (state.linkLoad[link], limited.figures.crossing(stage, link))
    guard before + load <= limited.limit * (1 + LimitedPipeline.slack) else { return .tainted }
    state.cross(link, load)
    defer { state.setLoad(link, before) }
    return visit(prices, node: child.next, depth: depth + 1, &memo)
  }
}
