import Graphs
import Instances
import Verification

/// A plan for a coupled instance within milliseconds: jobs one after the other, each on a shortest path through
/// what the others leave of memory, compute rate and bandwidth.
///
/// A heuristic: the search keeps one label a vertex, so it can miss the best way and even the only one. It tries
/// several orders and, where memory or load bind, random prices on the nodes; then it routes each job again
/// among the others until nothing improves. What it returns was accepted by the evaluator.
public struct ResidualRouting: Sendable {
  private let instance: Instance
  private let rows: CouplingRows
  private let evaluator: Evaluator
  private let graphs: [LayeredGraph]
  private let computeCosts: [[[Double]]]
  private let times: [[[Double]]]

  /// - Complexity: O(J L (N + E)).
  public init(_ instance: Instance, rows: CouplingRows? = nil) {
    let rows = rows ?? CouplingRows(allOf: instance)
    let network = NetworkGraph(instance.network)
    self.instance = instance
    self.rows = rows
    evaluator = Evaluator(instance)
    graphs = instance.jobs.indices.map { LayeredGraph(instance, job: $0, network: network, rows: rows) }
    computeCosts = graphs.map { graph in (0..<graph.layerCount).map(graph.computeCosts(ofLayer:)) }
    times = graphs.map { graph in (0..<graph.layerCount).map(graph.times(ofLayer:)) }
  }

  /// The best plan found and its value [s]; `nil` where none was.
  ///
  /// - Parameter attempts: how many orders and prices are tried.
  public func bestPlan(attempts: Int = 24) -> (plan: Plan, value: Double)? {
    var random = SplitMix64(seed: 1)
    var best: (plan: Plan, value: Double)?
    for attempt in 0..<attempts {
      let prices = attempt == 0 ? noPrices : randomPrices(&random)
      guard let plan = route(inOrder: order(attempt, &random), prices: prices) else { continue }
      let improved = improve(plan)
      guard let value = value(of: improved) else { continue }
      if value < best?.value ?? .infinity { best = (improved, value) }
    }
    return best
  }

  /// Under relaxed rows (the search for a reason) the evaluator's verdict on the dropped ones does not count.
  private func value(of plan: Plan) -> Double? {
    let evaluation = evaluator.evaluate(plan)
    let isAccepted = evaluation.isFeasible || rows != CouplingRows(allOf: instance)
    return isAccepted ? evaluation.objective(instance.options.objective) : nil
  }

  private var noPrices: [Double] { Array(repeating: 0, count: instance.network.nodes.count) }

  /// What using up a node's whole capacity is charged, as a multiple of its share of the latency.
  private func randomPrices(_ random: inout SplitMix64) -> [Double] {
    noPrices.map { _ in 2 * random.nextUnit() }
  }

  private func order(_ attempt: Int, _ random: inout SplitMix64) -> [Int] {
    var order = Array(instance.jobs.indices)
    if attempt == 1 { order.reverse() }
    if attempt > 1 { order.shuffle(using: &random) }
    return order
  }

  private func route(inOrder order: [Int], prices: [Double]) -> Plan? {
    var used = Usage(instance)
    var plans = [JobPlan?](repeating: nil, count: order.count)
    for job in order {
      guard let plan = search(job, used, prices) else { return nil }
      used.add(plan, job: job, times: times[job])
      plans[job] = plan
    }
    return Plan(jobs: plans.compactMap { $0 })
  }

  /// Routes one job at a time again while that lowers the objective.
  private func improve(_ plan: Plan) -> Plan {
    var plan = plan
    guard var value = value(of: plan), plan.jobs.count > 1 else { return plan }
    for _ in 0..<8 {
      let before = value
      for job in plan.jobs.indices {
        var candidate = plan
        guard let better = search(job, usage(of: plan, without: job), noPrices) else { continue }
        candidate.jobs[job] = better
        if let candidateValue = self.value(of: candidate), candidateValue < value {
          (plan, value) = (candidate, candidateValue)
        }
      }
      if value >= before * (1 - 1e-9) { break }
    }
    return plan
  }

  private func usage(of plan: Plan, without job: Int) -> Usage {
    var used = Usage(instance)
    for (other, jobPlan) in plan.jobs.enumerated() where other != job {
      used.add(jobPlan, job: other, times: times[other])
    }
    return used
  }

  private func search(_ job: Int, _ used: Usage, _ prices: [Double]) -> JobPlan? {
    var search = ResidualSearch(
      graph: graphs[job], job: instance.jobs[job], layers: instance.dnn(ofJob: job).layers,
      nodes: instance.network.nodes, rows: rows, deadlineHolds: rows.deadline[job], used: used,
      computeCosts: computeCosts[job], times: times[job], prices: prices)
    return search.run()
  }
}

/// What the plans so far take of each node and link.
private struct Usage {
  private let instance: Instance
  /// [byte], by node.
  var memory: [Double]
  /// Seconds of work a second, by node.
  var load: [Double]
  /// Load of the links [bit/s], by tail * N + head.
  var bits: [Int: Double] = [:]

  init(_ instance: Instance) {
    self.instance = instance
    memory = Array(repeating: 0, count: instance.network.nodes.count)
    load = memory
  }

  mutating func add(_ plan: JobPlan, job: Int, times: [[Double]]) {
    let dnn = instance.dnn(ofJob: job)
    let rate = instance.jobs[job].rate
    for (layer, host) in plan.hosts.enumerated() {
      memory[host] += dnn.layers[layer].memory
      if rate > 0 { load[host] += rate * times[layer][host] }
    }
    guard rate > 0 else { return }
    for (stage, route) in plan.routes.enumerated() {
      let bytes = stage == 0 ? dnn.input : dnn.layers[stage - 1].output
      for (tail, head) in zip(route, route.dropFirst()) {
        bits[tail * memory.count + head, default: 0] += 8 * rate * bytes
      }
    }
  }
}

/// Dijkstra's algorithm on the layered graph, every label checked against what is left along its own path.
private struct ResidualSearch {
  let graph: LayeredGraph
  let job: Job
  let layers: [Layer]
  let nodes: [Node]
  let rows: CouplingRows
  let deadlineHolds: Bool
  let used: Usage
  let computeCosts: [[Double]]
  let times: [[Double]]
  let prices: [Double]

  // Vertices are numbered copy by copy, transit before compute; see `vertex`.
  private var distance: [Double] = []
  private var latency: [Double] = []
  private var parent: [Int32] = []

  init(
    graph: LayeredGraph, job: Job, layers: [Layer], nodes: [Node], rows: CouplingRows, deadlineHolds: Bool,
    used: Usage, computeCosts: [[Double]], times: [[Double]], prices: [Double]
  ) {
    self.graph = graph
    self.job = job
    self.layers = layers
    self.nodes = nodes
    self.rows = rows
    self.deadlineHolds = deadlineHolds
    self.used = used
    self.computeCosts = computeCosts
    self.times = times
    self.prices = prices
  }

  private enum Side: Int { case transit, compute }

  private func vertex(_ stage: Int, _ node: Int, _ side: Side) -> Int {
    (stage * 2 + side.rawValue) * graph.nodeCount + node
  }

  private func parts(of vertex: Int) -> (stage: Int, node: Int, side: Side) {
    let copy = vertex / graph.nodeCount
    return (copy / 2, vertex % graph.nodeCount, copy % 2 == 0 ? .transit : .compute)
  }

  mutating func run() -> JobPlan? {
    let count = 2 * (graph.layerCount + 1) * graph.nodeCount
    distance = Array(repeating: .infinity, count: count)
    latency = distance
    parent = Array(repeating: -1, count: count)
    let goal = vertex(graph.layerCount, graph.target, .transit)
    var heap = DistanceHeap()
    let start = vertex(0, graph.source, .transit)
    (distance[start], latency[start]) = (0, 0)
    heap.push(distance: 0, node: Int32(start))
    let stageCosts = (0...graph.layerCount).map { graph.stageCosts(ofStage: $0, in: graph.network.forward) }
    while let entry = heap.pop() {
      let vertex = Int(entry.node)
      if entry.distance > distance[vertex] { continue }
      if vertex == goal { return plan(to: goal) }
      expand(vertex, stageCosts, &heap)
    }
    return nil
  }

  private mutating func expand(_ vertex: Int, _ stageCosts: [[Double]], _ heap: inout DistanceHeap) {
    let (stage, node, side) = parts(of: vertex)
    switch side {
    case .transit:
      let forward = graph.network.forward
      for arc in forward.arcs(from: node) {
        let head = Int(forward.head[arc])
        let cost = stageCosts[stage][arc]
        guard cost < .infinity, carries(vertex, stage, node, head, link: Int(forward.origin[arc])) else {
          continue
        }
        reach(self.vertex(stage, head, .transit), from: vertex, cost: cost, price: 0, &heap)
      }
      if stage < graph.layerCount, computeCosts[stage][node] < .infinity {
        reach(self.vertex(stage, node, .compute), from: vertex, cost: graph.entryWaits[node], price: 0, &heap)
      }
    case .compute:
      if stage < graph.layerCount, computeCosts[stage][node] < .infinity, fits(vertex, stage, node) {
        let cost = computeCosts[stage][node]
        let price = price(ofLayer: stage, on: node)
        reach(self.vertex(stage + 1, node, .compute), from: vertex, cost: cost, price: price, &heap)
      }
      if stage > 0 { reach(self.vertex(stage, node, .transit), from: vertex, cost: 0, price: 0, &heap) }
    }
  }

  private mutating func reach(
    _ vertex: Int, from origin: Int, cost: Double, price: Double, _ heap: inout DistanceHeap
  ) {
    let candidate = distance[origin] + cost + price
    guard candidate < distance[vertex] else { return }
    if deadlineHolds, let deadline = job.deadline,
      latency[origin] + cost > deadline * CouplingRows.slack
    {
      return
    }
    distance[vertex] = candidate
    latency[vertex] = latency[origin] + cost
    parent[vertex] = Int32(origin)
    heap.push(distance: candidate, node: Int32(vertex))
  }

  private func price(ofLayer layer: Int, on node: Int) -> Double {
    guard prices[node] > 0 else { return 0 }
    var share = 0.0
    if rows.memory[node], let limit = nodes[node].memory, limit > 0 { share = layers[layer].memory / limit }
    if rows.computeLoad[node] { share = max(share, job.rate * times[layer][node]) }
    return prices[node] * share * computeCosts[layer][node]
  }

  /// Whether the node still has room for the layer after the layers that this label computed there.
  private func fits(_ vertex: Int, _ layer: Int, _ node: Int) -> Bool {
    let limitsMemory = rows.memory[node] && nodes[node].memory != nil
    guard limitsMemory || (rows.computeLoad[node] && job.rate > 0) else { return true }
    var memory = used.memory[node] + layers[layer].memory
    var load = used.load[node] + job.rate * times[layer][node]
    forEachStep(to: vertex) { from, to in
      if from.side == .compute && to.side == .compute && to.node == node {
        memory += layers[from.stage].memory
        load += job.rate * times[from.stage][node]
      }
    }
    if limitsMemory, let limit = nodes[node].memory, memory > limit * CouplingRows.slack { return false }
    return !rows.computeLoad[node] || load <= CouplingRows.slack
  }

  /// Whether the link still has bandwidth for the stage after the stages that this label sent over it.
  private func carries(_ vertex: Int, _ stage: Int, _ tail: Int, _ head: Int, link: Int) -> Bool {
    guard rows.linkLoad[link], job.rate > 0 else { return true }
    var bits = 8 * job.rate * graph.stageBytes[stage] + (used.bits[tail * nodes.count + head] ?? 0)
    forEachStep(to: vertex) { from, to in
      if from.side == .transit && to.side == .transit && from.node == tail && to.node == head {
        bits += 8 * job.rate * graph.stageBytes[to.stage]
      }
    }
    return bits <= graph.network.bandwidth[link] * CouplingRows.slack
  }

  private typealias Step = (stage: Int, node: Int, side: Side)

  private func forEachStep(to vertex: Int, _ body: (_ from: Step, _ to: Step) -> Void) {
    var current = vertex
    while parent[current] >= 0 {
      let previous = Int(parent[current])
      body(parts(of: previous), parts(of: current))
      current = previous
    }
  }

  private func plan(to goal: Int) -> JobPlan {
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
