import Graphs
import Instances

/// One job's search through what is left of the network.
struct ResidualJob: Sendable {
  let graph: LayeredGraph
  /// [s]; infinite where the job has no way at all.
  let shortestLatency: Double
  fileprivate let layers: [Layer]
  fileprivate let rate: Double
  /// [s]; infinite where no deadline is in force.
  fileprivate let longestLatency: Double
  fileprivate let computeCosts: [[Double]]
  fileprivate let times: [[Double]]
  fileprivate let stageCosts: [[Double]]
  private let linkIndices: [Int: Int]

  init(_ instance: Instance, job: Int, graph: LayeredGraph, _ rows: CouplingRows) {
    self.graph = graph
    layers = instance.dnn(ofJob: job).layers
    rate = instance.jobs[job].rate
    let deadline = rows.deadline[job] ? instance.jobs[job].deadline : nil
    longestLatency = deadline.map { $0 * CouplingRows.slack } ?? .infinity
    shortestLatency = LayeredShortestPath(in: graph).latency
    computeCosts = (0..<graph.layerCount).map(graph.computeCosts(ofLayer:))
    times = (0..<graph.layerCount).map(graph.times(ofLayer:))
    stageCosts = (0...graph.layerCount).map { graph.stageCosts(ofStage: $0, in: graph.network.forward) }
    var indices: [Int: Int] = [:]
    if rate > 0 {
      for (index, link) in instance.network.links.enumerated() {
        indices[link.tail * graph.nodeCount + link.head] = index
      }
    }
    linkIndices = indices
  }

  /// The cheapest plan found that fits into `room`; `nil` where the search finds none.
  ///
  /// - Parameters:
  ///   - prices: what the whole of a resource's capacity costs [s]; a share of it costs the share.
  ///   - capacity: the whole.
  ///   - stopwatch: once it has expired, nothing is found.
  func search(
    room: Resources, prices: Resources, capacity: Resources, _ stopwatch: Stopwatch
  ) -> JobPlan? {
    guard shortestLatency < .infinity else { return nil }
    var search = ResidualSearch(job: self, room: room, prices: prices, capacity: capacity)
    return search.run(stopwatch)
  }

  /// Calls `body` with each resource that the plan uses and how much of it.
  func forEachUse(of plan: JobPlan, _ body: (Resource, Double) -> Void) {
    for (layer, host) in plan.hosts.enumerated() {
      body(.memory(host), layers[layer].memory)
      if rate > 0 { body(.computeLoad(host), rate * times[layer][host]) }
    }
    guard rate > 0 else { return }
    for (stage, route) in plan.routes.enumerated() {
      for (tail, head) in zip(route, route.dropFirst()) {
        if let link = linkIndices[tail * graph.nodeCount + head] { body(.linkLoad(link), bits(stage)) }
      }
    }
  }

  /// What a stage puts on every link it crosses [bit/s].
  fileprivate func bits(_ stage: Int) -> Double { 8 * rate * graph.stageBytes[stage] }
}

/// Dijkstra's algorithm on the layered graph, every label checked against what is left along its own path.
private struct ResidualSearch {
  let job: ResidualJob
  let room: Resources
  let prices: Resources
  let capacity: Resources

  // By vertex; see `vertex`.
  private var distance: [Double] = []
  private var latency: [Double] = []
  private var parent: [Int32] = []
  private var heap = DistanceHeap()

  init(job: ResidualJob, room: Resources, prices: Resources, capacity: Resources) {
    self.job = job
    self.room = room
    self.prices = prices
    self.capacity = capacity
  }

  private enum Side: Int { case transit, compute }
  private typealias Vertex = (stage: Int, node: Int, side: Side)

  /// Vertices are numbered copy by copy, transit before compute.
  private func number(_ stage: Int, _ node: Int, _ side: Side) -> Int {
    (stage * 2 + side.rawValue) * job.graph.nodeCount + node
  }

  private func vertex(_ number: Int) -> Vertex {
    let copy = number / job.graph.nodeCount
    return (copy / 2, number % job.graph.nodeCount, copy % 2 == 0 ? .transit : .compute)
  }

  mutating func run(_ stopwatch: Stopwatch) -> JobPlan? {
    let graph = job.graph
    let count = 2 * (graph.layerCount + 1) * graph.nodeCount
    distance = Array(repeating: .infinity, count: count)
    latency = distance
    parent = Array(repeating: -1, count: count)
    let start = number(0, graph.source, .transit)
    let goal = number(graph.layerCount, graph.target, .transit)
    (distance[start], latency[start]) = (0, 0)
    heap.push(distance: 0, node: Int32(start))
    var expansions = 0
    while let entry = heap.pop() {
      let number = Int(entry.node)
      if entry.distance > distance[number] { continue }
      expansions += 1
      if expansions % 1024 == 0 && stopwatch.hasExpired { return nil }
      if number == goal { return plan(to: goal) }
      expand(number)
    }
    return nil
  }

  private mutating func expand(_ number: Int) {
    let vertex = vertex(number)
    switch vertex.side {
    case .transit:
      expandLinks(number, vertex)
      if vertex.stage < job.graph.layerCount, job.computeCosts[vertex.stage][vertex.node] < .infinity {
        reach(
          (vertex.stage, vertex.node, .compute), from: number, job.graph.entryWaits[vertex.node], price: 0)
      }
    case .compute:
      expandLayer(number, vertex)
      if vertex.stage > 0 { reach((vertex.stage, vertex.node, .transit), from: number, 0, price: 0) }
    }
  }

  private mutating func expandLinks(_ number: Int, _ vertex: Vertex) {
    let forward = job.graph.network.forward
    let bits = job.bits(vertex.stage)
    for arc in forward.arcs(from: vertex.node) where job.stageCosts[vertex.stage][arc] < .infinity {
      let link = Resource.linkLoad(Int(forward.origin[arc]))
      let head = Int(forward.head[arc])
      guard
        bits == 0
          || fits(
            bits, link, number,
            { from, to in
              from.side == .transit && to.side == .transit && from.node == vertex.node && to.node == head
                ? job.bits(to.stage) : 0
            })
      else { continue }
      reach(
        (vertex.stage, head, .transit), from: number, job.stageCosts[vertex.stage][arc],
        price: price(bits, link))
    }
  }

  private mutating func expandLayer(_ number: Int, _ vertex: Vertex) {
    let (layer, node) = (vertex.stage, vertex.node)
    guard layer < job.graph.layerCount, job.computeCosts[layer][node] < .infinity else { return }
    let memory = job.layers[layer].memory
    let load = job.rate * job.times[layer][node]
    let fitsMemory = fits(memory, .memory(node), number) { from, to in
      isComputing(from, to, on: node) ? job.layers[from.stage].memory : 0
    }
    let fitsLoad = fits(load, .computeLoad(node), number) { from, to in
      isComputing(from, to, on: node) ? job.rate * job.times[from.stage][node] : 0
    }
    guard fitsMemory && fitsLoad else { return }
    reach(
      (layer + 1, node, .compute), from: number, job.computeCosts[layer][node],
      price: price(memory, .memory(node)) + price(load, .computeLoad(node)))
  }

  private func isComputing(_ from: Vertex, _ to: Vertex, on node: Int) -> Bool {
    from.side == .compute && to.side == .compute && to.node == node
  }

  private func price(_ amount: Double, _ resource: Resource) -> Double {
    let whole = capacity[resource]
    return whole > 0 && whole < .infinity ? prices[resource] * amount / whole : 0
  }

  private mutating func reach(_ target: Vertex, from origin: Int, _ cost: Double, price: Double) {
    let number = number(target.stage, target.node, target.side)
    let candidate = distance[origin] + cost + price
    guard candidate < distance[number], latency[origin] + cost <= job.longestLatency else { return }
    distance[number] = candidate
    latency[number] = latency[origin] + cost
    parent[number] = Int32(origin)
    heap.push(distance: candidate, node: Int32(number))
  }

  /// Whether the resource still has room for `amount` after what the steps of this label took of it.
  private func fits(
    _ amount: Double, _ resource: Resource, _ number: Int, _ taken: (_ from: Vertex, _ to: Vertex) -> Double
  ) -> Bool {
    let available = room[resource]
    guard available < .infinity, amount > 0 else { return true }
    var sum = amount
    forEachStep(to: number) { sum += taken($0, $1) }
    return sum <= available
  }

  private func forEachStep(to number: Int, _ body: (_ from: Vertex, _ to: Vertex) -> Void) {
    var current = number
    while parent[current] >= 0 {
      let previous = Int(parent[current])
      body(vertex(previous), vertex(current))
      current = previous
    }
  }

  private func plan(to goal: Int) -> JobPlan {
    let graph = job.graph
    var hosts = [Int](repeating: 0, count: graph.layerCount)
    var routes = [[Int]](repeating: [], count: graph.layerCount + 1)
    routes[graph.layerCount] = [graph.target]
    forEachStep(to: goal) { from, to in
      switch (from.side, to.side) {
      case (.compute, .compute):
        hosts[from.stage] = from.node
        routes[from.stage].append(from.node)
      case (.transit, .transit): routes[from.stage].append(from.node)
      default: break
      }
    }
    // Walked from the goal to the start, so each route stands in reverse.
    for stage in routes.indices { routes[stage].reverse() }
    return JobPlan(hosts: hosts, routes: routes)
  }
}
