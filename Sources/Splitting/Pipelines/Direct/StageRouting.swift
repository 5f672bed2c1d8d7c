/// Routes for the moves of a pipeline such that no link exceeds a limit, found exactly where that takes few steps.
///
/// Without relays each move has its one link. Otherwise moves are routed one after the other, the heaviest first, by
/// least largest load; if that fails, a depth-first search over simple routes decides or gives up.
struct StageRouting {
  /// A tensor that changes its node.
  struct Move {
    let stage: Int
    let from: Int
    let to: Int
  }

  enum Outcome {
    /// The nodes of each move's route, and the largest load of a link.
    case routed([[Int]], Double)
    case impossible
    case unknown
  }

  let hasRelays: Bool
  private let figures: PipelineFigures
  /// At `tail * nodeCount + head`: the link, or -1.
  private let linkTable: [Int32]
  private let outgoing: [[Int]]
  private var load: [Double]
  private var steps = 0

  init(_ figures: PipelineFigures) {
    self.figures = figures
    hasRelays = figures.isRelay.contains(true)
    var table = [Int32](repeating: -1, count: figures.nodeCount * figures.nodeCount)
    var outgoing = [[Int]](repeating: [], count: figures.nodeCount)
    for link in 0..<figures.linkCount where figures.tails[link] != figures.heads[link] {
      table[figures.tails[link] * figures.nodeCount + figures.heads[link]] = Int32(link)
      outgoing[figures.tails[link]].append(link)
    }
    linkTable = table
    self.outgoing = outgoing
    load = [Double](repeating: 0, count: figures.linkCount)
  }

  /// The link between two nodes; `nil` if there is none.
  func link(_ from: Int, _ to: Int) -> Int? {
    let link = linkTable[from * figures.nodeCount + to]
    return link < 0 ? nil : Int(link)
  }

  /// The moves of hosts.
  func moves(_ hosts: [Int]) -> [Move] {
    let stops = [figures.source] + hosts + [figures.target]
    return (0...hosts.count).compactMap { stage in
      stops[stage] == stops[stage + 1] ? nil : Move(stage: stage, from: stops[stage], to: stops[stage + 1])
    }
  }

  /// Routes moves within a limit; without relays, and where the first try succeeds, the limit is not looked at.
  ///
  /// - Parameter stepLimit: the links that the search over simple routes may try.
  mutating func route(_ moves: [Move], limit: Double, stepLimit: Int) -> Outcome {
    for link in load.indices { load[link] = 0 }
    return hasRelays ? routeOverRelays(moves, limit, stepLimit) : routeDirectly(moves)
  }

  private mutating func routeDirectly(_ moves: [Move]) -> Outcome {
    var largest = 0.0
    for move in moves {
      guard let link = link(move.from, move.to) else { return .impossible }
      load[link] += figures.crossing(move.stage, link)
      largest = max(largest, load[link])
    }
    return largest < .infinity ? .routed(moves.map { [$0.from, $0.to] }, largest) : .impossible
  }

  private mutating func routeOverRelays(_ moves: [Move], _ limit: Double, _ stepLimit: Int) -> Outcome {
    let order = moves.indices.sorted {
      (-figures.bits[moves[$0].stage], $0) < (-figures.bits[moves[$1].stage], $1)
    }
    var routes = [[Int]](repeating: [], count: moves.count)
    for index in order {
      guard let links = leastLoadedRoute(moves[index]) else { return .impossible }
      for link in links { load[link] += figures.crossing(moves[index].stage, link) }
      routes[index] = [moves[index].from] + links.map { figures.heads[$0] }
    }
    let largest = load.max() ?? 0
    if largest <= limit { return .routed(routes, largest) }
    for link in load.indices { load[link] = 0 }
    steps = stepLimit
    var search = RouteSearch(moves: moves, order: order, limit: limit, routes: routes)
    switch place(0, &search) {
    case true?: return .routed(search.routes, load.max() ?? 0)
    case false?: return .impossible
    case nil: return .unknown
    }
  }

  /// The route with the least largest load after the move, then the fewest links (Dijkstra with a lexicographic cost);
  /// `nil` if there is none.
  private func leastLoadedRoute(_ move: Move) -> [Int]? {
    let n = figures.nodeCount
    var cost = [(Double, Int)](repeating: (.infinity, 0), count: n)
    var through = [Int](repeating: -1, count: n)
    var isSettled = [Bool](repeating: false, count: n)
    cost[move.from] = (0, 0)
    while true {
      var node = -1
      for other in 0..<n where !isSettled[other] && cost[other].0 < .infinity {
        if node < 0 || cost[other] < cost[node] { node = other }
      }
      if node < 0 { return nil }
      if node == move.to { break }
      isSettled[node] = true
      guard node == move.from || figures.isRelay[node] else { continue }
      for link in outgoing[node] {
        let head = figures.heads[link]
        let next = (max(cost[node].0, load[link] + figures.crossing(move.stage, link)), cost[node].1 + 1)
        if !isSettled[head] && next < cost[head] {
          cost[head] = next
          through[head] = link
        }
      }
    }
    var links: [Int] = []
    var node = move.to
    while node != move.from {
      links.append(through[node])
      node = figures.tails[through[node]]
    }
    return links.reversed()
  }

  private struct RouteSearch {
    let moves: [Move]
    let order: [Int]
    let limit: Double
    var routes: [[Int]]
    var path: [Int] = []
  }

  /// Routes the moves from a position of the order on; `nil` if the steps ran out.
  private mutating func place(_ position: Int, _ search: inout RouteSearch) -> Bool? {
    guard position < search.order.count else { return true }
    search.path = [search.moves[search.order[position]].from]
    return extend(position, &search)
  }

  /// Extends the route of one move by a link.
  private mutating func extend(_ position: Int, _ search: inout RouteSearch) -> Bool? {
    let move = search.moves[search.order[position]]
    let path = search.path
    let node = path[path.count - 1]
    if node == move.to {
      search.routes[search.order[position]] = path
      let result = place(position + 1, &search)
      search.path = path
      return result
    }
    guard node == move.from || figures.isRelay[node] else { return false }
    for link in outgoing[node] where !path.contains(figures.heads[link]) {
      let share = figures.crossing(move.stage, link)
      guard load[link] + share <= search.limit else { continue }
      steps -= 1
      if steps < 0 { return nil }
      let before = load[link]
      load[link] += share
      search.path.append(figures.heads[link])
      let result = extend(position, &search)
      if result == true { return true }
      search.path = path
      load[link] = before
      if result == nil { return nil }
    }
    return false
  }
}
