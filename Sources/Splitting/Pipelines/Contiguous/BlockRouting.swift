import Foundations

/// Plans from paths through a block graph, and from hosts alone.
struct BlockRouting {
  let network: BlockNetwork

  private var figures: PipelineFigures { network.figures }

  /// The plan of a path, without the detours of its routes, and its largest load; nil if it is not valid.
  func plan(_ path: BlockPath) -> (plan: PipelinePlan, value: Double)? {
    let hosts = path.hosts
    guard hosts.count == figures.layerCount else { return nil }
    let stops = [figures.source] + hosts + [figures.target]
    var routes = (0...figures.layerCount).map { [stops[$0]] }
    for (stage, link) in path.crossings {
      let next = figures.heads[link]
      if let seen = routes[stage].firstIndex(of: next) {
        routes[stage].removeSubrange((seen + 1)...)
      } else {
        routes[stage].append(next)
      }
    }
    return valued(PipelinePlan(hosts: hosts, routes: routes))
  }

  /// The plan with given hosts whose stages, the largest first, each take the route with the least largest load; nil if
  /// it is not valid.
  /// - Complexity: O(moves · nodes · links).
  func plan(hosts: [Int]) -> (plan: PipelinePlan, value: Double)? {
    let stops = [figures.source] + hosts + [figures.target]
    var routes = (0...figures.layerCount).map { [stops[$0]] }
    var loads = [Double](repeating: 0, count: figures.linkCount)
    let moves = (0...figures.layerCount).filter { stops[$0] != stops[$0 + 1] }
    for stage in moves.sorted(by: { (figures.bits[$1], $0) < (figures.bits[$0], $1) }) {
      guard let route = route(stage, from: stops[stage], to: stops[stage + 1], loads) else { return nil }
      for link in route {
        loads[link] += figures.crossing(stage, link)
        routes[stage].append(figures.heads[link])
      }
    }
    return valued(PipelinePlan(hosts: hosts, routes: routes))
  }

  /// The links of the route with the least largest load, and the fewest links among those.
  private func route(_ stage: Int, from origin: Int, to goal: Int, _ loads: [Double]) -> [Int]? {
    var cost = [(Double, Int)](repeating: (.infinity, 0), count: figures.nodeCount)
    var arrival = [Int](repeating: -1, count: figures.nodeCount)
    cost[origin] = (0, 0)
    var queue = [origin]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      guard node == origin || figures.isRelay[node] else { continue }
      for crossing in network.links(from: node) {
        let (link, next) = (Int(crossing.link), Int(crossing.head))
        let reached = (max(cost[node].0, loads[link] + figures.crossing(stage, link)), cost[node].1 + 1)
        guard next != origin, reached < cost[next] else { continue }
        cost[next] = reached
        arrival[next] = link
        if next != goal { queue.append(next) }
      }
    }
    guard arrival[goal] >= 0 else { return nil }
    var links: [Int] = []
    var node = goal
    while node != origin {
      guard links.count < figures.nodeCount else { return nil }
      links.append(arrival[node])
      node = figures.tails[arrival[node]]
    }
    return links.reversed()
  }

  /// A plan with its largest load; nil if it breaks a constraint.
  private func valued(_ plan: PipelinePlan) -> (plan: PipelinePlan, value: Double)? {
    let (nodes, layers) = (figures.nodeCount, figures.layerCount)
    var load = [Double](repeating: 0, count: nodes)
    var (memory, peak) = (load, load)
    var isClosed = [Bool](repeating: false, count: nodes)
    for (layer, host) in plan.hosts.enumerated() {
      if layer == 0 || plan.hosts[layer - 1] != host {
        guard !isClosed[host] else { return nil }
        isClosed[host] = true
      }
      load[host] += figures.work[layer * nodes + host]
      memory[host] += figures.memory[layer]
      peak[host] = max(peak[host], figures.activations[layer])
    }
    for node in 0..<nodes where memory[node] + peak[node] > figures.memoryLimit[node] { return nil }
    let stops = [figures.source] + plan.hosts + [figures.target]
    var carried = [Double](repeating: 0, count: figures.linkCount)
    for stage in 0...layers {
      let route = plan.routes[stage]
      guard route.first == stops[stage], route.last == stops[stage + 1] else { return nil }
      for (tail, head) in zip(route, route.dropFirst()) {
        guard let link = network.link(from: tail, to: head) else { return nil }
        carried[link] += figures.crossing(stage, link)
      }
      for node in route.dropFirst().dropLast() where !figures.isRelay[node] { return nil }
    }
    let value = max(load.max() ?? 0, carried.max() ?? 0)
    return value < .infinity ? (plan, value) : nil
  }
}
