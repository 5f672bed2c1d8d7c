import Networks
import Splitting

/// Every choice of hosts and routes for the only job of an instance, from the instance's stored figures alone.
struct EnumeratedRoutes {
  /// One of them.
  struct Route {
    var plan = JobPlan(hosts: [], routes: [])
    /// [s]
    var latency = 0.0
    /// The latency after each layer [s].
    var latencies: [Double] = []
    /// What each layer takes of a node and each stage of a link, in order, and how many of them belong to the layers
    /// before each.
    var uses: [(constraint: CouplingConstraint, amount: Double)] = []
    var useCounts: [Int] = []
  }

  let all: [Route]
  private let instance: Instance
  private let job: Job
  private let layers: [Layer]

  /// - Parameter instance: a few nodes and layers.
  init(_ instance: Instance) {
    var routes = EnumeratedRoutes(of: instance)
    routes = EnumeratedRoutes(all: routes.extended(Route(), at: routes.job.source), routes)
    self = routes
  }

  private init(of instance: Instance) {
    all = []
    self.instance = instance
    job = instance.jobs[0]
    layers = instance.dnn(ofJob: 0).layers
  }

  private init(all: [Route], _ other: EnumeratedRoutes) {
    self.all = all
    instance = other.instance
    job = other.job
    layers = other.layers
  }

  private func extended(_ route: Route, at node: Int) -> [Route] {
    let layer = route.plan.hosts.count
    let isLast = layer == layers.count
    let bytes = layer == 0 ? instance.dnn(ofJob: 0).input : layers[layer - 1].output
    var found: [Route] = []
    for next in isLast ? [job.target] : Array(instance.network.nodes.indices) {
      guard let time = isLast ? 0 : time(layer, next) else { continue }
      for path in paths(from: node, to: next, visited: [node]) {
        var longer = route
        longer.plan.routes.append([node] + path.map { instance.network.links[$0].head })
        for link in path {
          let figures = instance.network.links[link]
          longer.latency += 8 * (bytes + figures.backlog) / figures.bandwidth + figures.latency
          longer.uses.append((.linkLoad(link), 8 * bytes * job.rate))
        }
        if isLast {
          found.append(longer)
          continue
        }
        longer.latency += time + wait(next, after: route.plan.hosts.last)
        longer.uses += [(.memory(next), layers[layer].memory), (.computeLoad(next), job.rate * time)]
        longer.plan.hosts.append(next)
        longer.latencies.append(longer.latency)
        longer.useCounts.append(longer.uses.count)
        found += extended(longer, at: next)
      }
    }
    return found
  }

  private func wait(_ host: Int, after previous: Int?) -> Double {
    let node = instance.network.nodes[host]
    let isWaiting = node.backlog > 0 && (instance.options.waiting == .layer || previous != host)
    return isWaiting ? node.backlog / node.compute : 0
  }

  private func time(_ layer: Int, _ host: Int) -> Double? {
    let rule = job.hosts.first { $0.layer == layer } ?? job.hosts.first { $0.layer == nil }
    if let rule, !rule.nodes.contains(host) { return nil }
    let (figures, node) = (layers[layer], instance.network.nodes[host])
    if let measured = figures.times.first(where: { $0.node == host }) { return measured.seconds }
    guard node.compute > 0, figures.work != nil || figures.times.isEmpty else { return nil }
    let computing = (figures.work ?? 0) / node.compute
    return node.memoryBandwidth.map { max(computing, figures.traffic / $0) } ?? computing
  }

  /// Simple paths through relays alone, as lists of links.
  private func paths(from node: Int, to end: Int, visited: Set<Int>) -> [[Int]] {
    if node == end { return [[]] }
    return instance.network.links.indices.flatMap { link -> [[Int]] in
      let (tail, head) = (instance.network.links[link].tail, instance.network.links[link].head)
      guard tail == node, !visited.contains(head) else { return [] }
      guard head == end || instance.network.nodes[head].isRelay else { return [] }
      return paths(from: head, to: end, visited: visited.union([head])).map { [link] + $0 }
    }
  }
}
