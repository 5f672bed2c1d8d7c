import Foundations
import Graphs
import Networks
import Splitting

/// The reasons why a job has no plan even alone, proved by shortest paths without choices that break a constraint.
///
/// - Complexity: O(L (N + E) log E) for each kind of reasons.
struct SingleJobReason {
  let instance: Instance
  let job: Int
  let network: NetworkGraph
  /// The limits of the instance.
  let limits: CouplingLimits
  /// The shortest latency of a path on which no choice alone breaks a constraint [s]; infinite if there is none.
  let latency: Double

  /// A layer without a host, or no route through hosts, whatever the constraints are.
  var missingHostOrRoute: String? {
    if latency < .infinity { return nil }
    return missingHost() ?? (path(under: []).latency < .infinity ? nil : missingPath())
  }

  /// A constraint on memory, compute load or link load that no path satisfies, though there are paths without it: for want
  /// of capacity, or of links between the nodes that have it.
  var overload: String? {
    latency < .infinity || path(under: []).latency == .infinity ? nil : missingPath()
  }

  /// The families that remove choices from the layered graph.
  private static let placing: Set<CouplingConstraint.Family> = [.memory, .computeLoad, .linkLoad]

  private var dnn: DNN { instance.dnn(ofJob: job) }
  private var rate: Double { instance.jobs[job].rate }
  private var name: String { "job \(instance.quoted(job: job))" }
  private var pace: String { "at \(Figures.digits(rate, 5)) inferences a second" }

  private func layerName(_ layer: Int) -> String {
    "layer \(TerminalText.quoted(dnn.layers[layer].name.text))"
  }

  /// The memory of a layer where nothing else is.
  private func need(ofLayer layer: Int) -> MemoryNeed { MemoryNeed([(job, layer)], of: instance) }

  private func graph(under families: Set<CouplingConstraint.Family>) -> LayeredGraph {
    instance.layeredGraph(ofJob: job, network, limits.keeping(families).capacities)
  }

  private func path(under families: Set<CouplingConstraint.Family>) -> LayeredShortestPath {
    LayeredShortestPath(in: graph(under: families))
  }

  /// A minimal set of families that keeps the shortest latency above `limit`; empty if that is longer without any.
  private func families(keepingLatencyAbove limit: Double) -> Set<CouplingConstraint.Family> {
    var kept = Self.placing
    for family in CouplingConstraint.Family.allCases where kept.contains(family) {
      let others = kept.subtracting([family])
      let latency = path(under: others).latency
      if latency > limit || latency == .infinity { kept = others }
    }
    return kept
  }

  /// A layer that no node can and may run.
  private func missingHost() -> String? {
    let graph = graph(under: [])
    for (layer, figures) in dnn.layers.enumerated()
    where !graph.times(ofLayer: layer).contains(where: { $0 < .infinity }) {
      let rule = instance.jobs[job].rule(forLayer: layer)
      let detail =
        rule.map { "none of the allowed nodes (\(instance.list(nodes: $0.nodes))) can compute it" }
        ?? "no node can compute it"
      let hint = figures.work == nil && !figures.times.isEmpty ? "; it has measured times and no work" : ""
      return "host: \(layerName(layer)) of \(name) has no host: \(detail)\(hint)"
    }
    return nil
  }

  /// The reason if every layer has hosts, but no path connects them.
  private func missingPath() -> String {
    let families = families(keepingLatencyAbove: .infinity)
    if families == [.memory], let text = tooLarge() { return text }
    if families == [.computeLoad], let text = tooSlow() { return text }
    let gap = gap(under: families)
    let relays = missingRelays(under: families)
    if lacksLinksAlone(under: families) {
      let obstacle = relays.isEmpty ? obstacle(under: families)?.text : nil
      let remark = obstacle.map { "; it would have one but for \($0)" } ?? relays
      return "route: \(name) has no route \(gap)\(remark)"
    }
    let kinds = CouplingConstraint.Family.allCases.filter(families.contains).map(\.name)
    return "\(kinds.joined(separator: " and ")): \(name) has no route \(gap)\(relays)"
  }

  /// Whether every layer has a host within the limits, and every link can carry every tensor, so that the job would have a
  /// path if more nodes were linked.
  private func lacksLinksAlone(under families: Set<CouplingConstraint.Family>) -> Bool {
    let graph = graph(under: families)
    return !families.contains(.linkLoad)
      && dnn.layers.indices.allSatisfy { graph.computeCosts(ofLayer: $0).contains { $0 < .infinity } }
  }

  /// A layer that does not fit the memory of any host.
  private func tooLarge() -> String? {
    let graph = graph(under: [])
    for (layer, figures) in dnn.layers.enumerated() {
      let times = graph.times(ofLayer: layer)
      let hosts = times.indices.filter { times[$0] < .infinity }
      let most = hosts.map { limits[.memory($0)] }.max() ?? .infinity
      if figures.footprint > most * Tolerance.slack {
        let sizes = Figures.apart([figures.footprint, most], .size)
        return "memory: \(layerName(layer)) of \(name) needs \(sizes[0])\(need(ofLayer: layer).remark), "
          + "and no node that may host it has more than \(sizes[1])"
      }
    }
    return nil
  }

  /// A layer whose load exceeds 1 even on its fastest host.
  private func tooSlow() -> String? {
    let graph = graph(under: [])
    for layer in dnn.layers.indices {
      let times = graph.times(ofLayer: layer)
      guard let host = times.indices.min(by: { times[$0] < times[$1] }) else { continue }
      let load = rate * times[host]
      if load > Tolerance.slack {
        let figure = Figures.apart([load, 1], .load)[0]
        return "compute load: \(layerName(layer)) of \(name) takes \(Figures.duration(times[host])) on its "
          + "fastest host \(instance.quoted(node: host)), which \(pace) is \(figure)"
      }
    }
    return nil
  }

  /// The first hosts that no path connects, and the requirements on it.
  private func gap(under families: Set<CouplingConstraint.Family>) -> String {
    let graph = graph(under: families)
    let forward = network.forward
    var hosts = [graph.source]
    for layer in 0...graph.layerCount {
      let reached = graph.paths(ofStage: layer, in: forward, seeds: forward.seeds(at: hosts)).distance
      let isLast = layer == graph.layerCount
      let costs = isLast ? [] : graph.computeCosts(ofLayer: layer)
      let next = isLast ? [graph.target] : costs.indices.filter { costs[$0] < .infinity }
      hosts = next.filter { reached[$0] < .infinity }
      if hosts.isEmpty {
        let end =
          isLast
          ? "its target \(instance.quoted(node: graph.target))"
          : "a host of \(layerName(layer))" + demands(onHostOf: layer, families)
        return "from \(start(layer)) to \(end)" + demand(onLinksOf: layer, families)
      }
    }
    preconditionFailure("a job without a path has a gap")
  }

  /// The nodes that would have to be relays for the job to have a route; empty if that would not be enough.
  private func missingRelays(under families: Set<CouplingConstraint.Family>) -> String {
    relays(passedBy: openedPath(under: families)).map { "; it would have one if \($0)" } ?? ""
  }

  /// The shortest path if every node forwarded.
  private func openedPath(under families: Set<CouplingConstraint.Family>) -> LayeredShortestPath {
    var opened = instance
    for node in opened.network.nodes.indices { opened.network.nodes[node].isRelay = true }
    let (network, capacities) = (NetworkGraph(opened.network), limits.keeping(families).capacities)
    return LayeredShortestPath(in: opened.layeredGraph(ofJob: job, network, capacities))
  }

  /// The condition that the nodes which a path passes without computing were relays; `nil` if they are.
  private func relays(passedBy path: LayeredShortestPath) -> String? {
    let passed = Set((path.plan?.routes ?? []).flatMap { $0.dropFirst().dropLast() })
    let closed = passed.sorted().filter { !instance.network.nodes[$0].isRelay }
    switch closed.count {
    case 0: return nil
    case 1: return "node \(instance.list(nodes: closed)) were a relay"
    default: return "nodes \(instance.list(nodes: closed)) were relays"
    }
  }

  private func start(_ layer: Int) -> String {
    if layer == 0 { return "its source \(instance.quoted(node: instance.jobs[job].source))" }
    return layer == dnn.layers.count
      ? "any host that its last \(layerName(layer - 1)) can have" : "where \(layerName(layer - 1)) can run"
  }

  private func demands(onHostOf layer: Int, _ families: Set<CouplingConstraint.Family>) -> String {
    var demands: [String] = []
    if families.contains(.memory) {
      let need = need(ofLayer: layer)
      demands.append("with \(Figures.apart([need.total], .size)[0]) of memory\(need.remark)")
    }
    if families.contains(.computeLoad) { demands.append("fast enough for it \(pace)") }
    return demands.isEmpty ? "" : " " + demands.joined(separator: " and ")
  }

  private func demand(onLinksOf stage: Int, _ families: Set<CouplingConstraint.Family>) -> String {
    guard families.contains(.linkLoad) else { return "" }
    let bits = 8 * rate * instance.stageBytes(ofJob: job)[stage]
    let widest = network.bandwidth.max() ?? 0
    let figures = Figures.apart([bits, widest], .bandwidth)
    let remark = bits > widest * Tolerance.slack ? "; no link has more than \(figures[1])" : ""
    return " over links that can carry its tensor of \(figures[0]) (\(pace))\(remark)"
  }

  /// A deadline that no path meets.
  var missedDeadline: String? {
    let deadline = limits[.deadline(job)]
    guard latency < .infinity, latency > deadline * Tolerance.slack else { return nil }
    let figures = Figures.apart([deadline, latency], .duration)
    return "deadline: \(name) must be done in \(figures[0]), but \(figures[1]) is the fastest possible"
      + obstacle(deadline)
  }

  /// The constraint that excludes a faster path, if distance alone is not the reason.
  private func obstacle(_ deadline: Double) -> String {
    let families = families(keepingLatencyAbove: deadline * Tolerance.slack)
    if families.isEmpty {
      let opened = openedPath(under: Self.placing)
      guard opened.latency <= deadline * Tolerance.slack, let relays = relays(passedBy: opened) else {
        return ""
      }
      return "; it would be \(Figures.duration(opened.latency)) if \(relays)"
    }
    guard let obstacle = obstacle(under: families) else { return "" }
    return "; it would be \(Figures.duration(obstacle.latency)) but for \(obstacle.text)"
  }

  /// The latency of the shortest path if some constraints did not hold [s], and the first of them that it breaks.
  private func obstacle(
    under families: Set<CouplingConstraint.Family>
  ) -> (latency: Double, text: String)? {
    let free = path(under: Self.placing.subtracting(families))
    guard let plan = free.plan else { return nil }
    let first = families.contains(.memory) ? layerThatDoesNotFit(plan) : nil
    let second = families.contains(.computeLoad) ? layerThatIsTooSlow(plan) : nil
    let third = families.contains(.linkLoad) ? tensorThatIsTooLarge(plan) : nil
    return (first ?? second ?? third).map { (free.latency, $0) }
  }

  private func layerThatDoesNotFit(_ plan: JobPlan) -> String? {
    for (layer, host) in plan.hosts.enumerated() {
      let limit = limits[.memory(host)]
      let need = need(ofLayer: layer)
      guard need.total > limit * Tolerance.slack else { continue }
      let sizes = Figures.apart([need.total, limit], .size)
      return "memory: \(layerName(layer)) needs \(sizes[0])\(need.remark), "
        + "and node \(instance.quoted(node: host)) has \(sizes[1])"
    }
    return nil
  }

  private func layerThatIsTooSlow(_ plan: JobPlan) -> String? {
    let graph = graph(under: [])
    for (layer, host) in plan.hosts.enumerated() {
      let load = rate * graph.times(ofLayer: layer)[host]
      let limit = limits[.computeLoad(host)]
      guard load > limit * Tolerance.slack else { continue }
      return "compute load: \(layerName(layer)) \(pace) is \(Figures.apart([load, limit], .load)[0]) on node "
        + instance.quoted(node: host)
    }
    return nil
  }

  private func tensorThatIsTooLarge(_ plan: JobPlan) -> String? {
    let links = instance.network.links
    for (route, bytes) in zip(plan.routes, instance.stageBytes(ofJob: job)) {
      let bits = 8 * rate * bytes
      for (tail, head) in zip(route, route.dropFirst()) {
        guard let link = links.firstIndex(where: { $0.tail == tail && $0.head == head }),
          bits > limits[.linkLoad(link)] * Tolerance.slack
        else { continue }
        let figures = Figures.apart([bits, limits[.linkLoad(link)]], .bandwidth)
        return "link load: \(pace) a tensor is \(figures[0]), and link \(instance.quoted(link: link)) has "
          + figures[1]
      }
    }
    return nil
  }
}

extension Job {
  /// The rule for the hosts of a layer, its own or that for "*"; `nil` if any node may run it.
  func rule(forLayer layer: Int) -> HostRule? {
    hosts.first { $0.layer == layer } ?? hosts.first { $0.layer == nil }
  }
}
