import LinearModels
import Splitting

/// The optimum by enumeration: every way to host and route every job, and every combination of these. It shares
/// nothing with the program but the instance's stored figures.
public struct BruteForce {
  private let instance: Instance
  private let limits: Limits
  private let decidesRoutes: Bool
  /// By job: the inferences a second with which it loads nodes and links.
  private let rates: [Double]

  /// What the coupling constraints allow, in the instance's order; infinite where there is no limit.
  public struct Limits: Sendable {
    /// By node [byte].
    public var memory: [Double]
    /// By node [s of work a second].
    public var load: [Double]
    /// By link [bit/s].
    public var bits: [Double]
    /// By job [s].
    public var deadline: [Double]

    /// What the instance says.
    public init(_ instance: Instance) {
      // Loads are what is minimised under `bottleneck`, and without a limit there.
      let isLimited = instance.options.objective != .bottleneck
      memory = instance.network.nodes.map { $0.memory ?? .infinity }
      load = instance.network.nodes.map { _ in isLimited ? 1 : .infinity }
      bits = instance.network.links.map { isLimited ? $0.bandwidth : .infinity }
      deadline = instance.jobs.map { $0.deadline ?? .infinity }
    }
  }

  /// - Parameter limits: `nil` for those of the instance.
  public init(_ instance: Instance, limits: Limits? = nil) {
    self.instance = instance
    self.limits = limits ?? Limits(instance)
    // Where no link's load can matter, the cheapest path between two nodes is the only one worth trying.
    let hasRates = instance.jobs.contains { $0.rate > 0 }
    let isPipeline = instance.options.objective == .bottleneck
    decidesRoutes = hasRates || isPipeline
    rates = instance.jobs.map { isPipeline && !hasRates ? 1 : $0.rate }
  }

  /// The total latency [s] and the largest load of a plan.
  public struct Point: Sendable, Equatable {
    public var latency: Double
    public var bottleneck: Double
  }

  /// The plans that no other beats both in total latency and in the largest load, that of the least latency first.
  public func frontier() -> [Point] {
    let options = instance.jobs.indices.map { job in
      self.options(ofJob: job).filter { fits($0, Usage(instance)) }
    }
    var points: [Point] = []
    collect(options, job: 0, latency: 0, usage: Usage(instance), &points)
    return points.sorted { $0.latency < $1.latency }
  }

  private func collect(
    _ options: [[Option]], job: Int, latency: Double, usage: Usage, _ points: inout [Point]
  ) {
    if job == options.count {
      let loads = zip(usage.bits, instance.network.links).map { $0 / $1.bandwidth }
      let point = Point(latency: latency, bottleneck: max(usage.load.max() ?? 0, loads.max() ?? 0))
      func beats(_ one: Point, _ other: Point) -> Bool {
        one.latency <= other.latency * (1 + 1e-12) && one.bottleneck <= other.bottleneck * (1 + 1e-12)
      }
      if points.contains(where: { beats($0, point) }) { return }
      points.removeAll { beats(point, $0) }
      points.append(point)
      return
    }
    for option in options[job] where fits(option, usage) {
      collect(
        options, job: job + 1, latency: latency + instance.jobs[job].weight * option.latency,
        usage: sum(usage, option), &points)
    }
  }

  private func sum(_ usage: Usage, _ option: Option) -> Usage {
    var next = usage
    for (node, amount) in memory(of: option, besides: usage) { next.memory[node] += amount }
    next.weights.formUnion(option.weights)
    for (node, amount) in option.load { next.load[node] += amount }
    for (link, amount) in option.bits { next.bits[link] += amount }
    return next
  }

  /// The best objective, a latency [s] or a load; `nil` where no plan keeps every constraint.
  public func optimum() -> Double? {
    if instance.options.objective == .bottleneck { return frontier().map(\.bottleneck).min() }
    var options: [[Option]] = []
    for job in instance.jobs.indices {
      let feasible = self.options(ofJob: job).filter { fits($0, Usage(instance)) }
      if feasible.isEmpty { return nil }
      options.append(feasible.sorted { $0.latency < $1.latency })
    }
    var best: Double?
    combine(options, job: 0, value: 0, usage: Usage(instance), &best)
    return best
  }

  /// The parameters of one layer of a DNN on one node.
  private struct Weights: Hashable {
    let dnn: Int
    let layer: Int
    let node: Int
  }

  /// One way to run one job.
  private struct Option {
    var latency = 0.0
    /// What only this job takes, by host: the memory of its layers there and the largest of their activations [byte].
    var memory: [Int: Double] = [:]
    /// The activations that are the largest so far, by host [byte].
    var peak: [Int: Double] = [:]
    /// What its hosts hold and can share with other jobs.
    var weights: Set<Weights> = []
    var load: [Int: Double] = [:]
    var bits: [Int: Double] = [:]
    /// The hosts that have run layers before the current one.
    var left: Set<Int> = []
  }

  private struct Usage {
    var memory: [Double]
    var weights: Set<Weights> = []
    var load: [Double]
    var bits: [Double]

    init(_ instance: Instance) {
      memory = Array(repeating: 0, count: instance.network.nodes.count)
      load = memory
      bits = Array(repeating: 0, count: instance.network.links.count)
    }
  }

  private func combine(_ options: [[Option]], job: Int, value: Double, usage: Usage, _ best: inout Double?) {
    if job == options.count {
      best = min(best ?? .infinity, value)
      return
    }
    for option in options[job] {
      let weighted = instance.jobs[job].weight * option.latency
      let total = instance.options.objective == .total ? value + weighted : max(value, weighted)
      if let best, total >= best { break }
      guard fits(option, usage) else { continue }
      combine(options, job: job + 1, value: total, usage: sum(usage, option), &best)
    }
  }

  private func fits(_ option: Option, _ usage: Usage) -> Bool {
    for (node, amount) in memory(of: option, besides: usage)
    where usage.memory[node] + amount > limits.memory[node] * 1.000001 {
      return false
    }
    for (node, amount) in option.load where usage.load[node] + amount > limits.load[node] * 1.000001 {
      return false
    }
    for (link, amount) in option.bits where usage.bits[link] + amount > limits.bits[link] * 1.000001 {
      return false
    }
    return true
  }

  /// What an option adds to the memory of its hosts: weights that are there already are held once [byte].
  private func memory(of option: Option, besides usage: Usage) -> [Int: Double] {
    var added = option.memory
    for weights in option.weights where !usage.weights.contains(weights) {
      added[weights.node, default: 0] += instance.dnns[weights.dnn].layers[weights.layer].weights
    }
    return added
  }

  private func options(ofJob job: Int) -> [Option] {
    var found: [Option] = []
    extend(Option(), job: job, layer: 0, at: instance.jobs[job].source, previousHost: nil, &found)
    return found.filter { $0.latency <= limits.deadline[job] * 1.000001 }
  }

  private func extend(
    _ option: Option, job: Int, layer: Int, at node: Int, previousHost: Int?, _ found: inout [Option]
  ) {
    let description = instance.jobs[job]
    let dnn = instance.dnns[description.dnn]
    let bytes = layer == 0 ? dnn.input : dnn.layers[layer - 1].output
    let isLast = layer == dnn.layers.count
    for next in isLast ? [description.target] : Array(instance.network.nodes.indices) {
      let time = isLast ? 0 : self.time(job, layer, next)
      guard let time else { continue }
      let isReturn = !isLast && next != previousHost && option.left.contains(next)
      if isReturn && description.isContiguous { continue }
      for path in paths(from: node, to: next, bytes: bytes) {
        var extended = option
        for link in path {
          let figures = instance.network.links[link]
          extended.latency += (8 * bytes + 8 * figures.backlog) / figures.bandwidth + figures.latency
          if rates[job] > 0 { extended.bits[link, default: 0] += rates[job] * 8 * bytes }
        }
        if isLast {
          extended.memory.merge(extended.peak, uniquingKeysWith: +)
          found.append(extended)
          continue
        }
        extended.latency += time + wait(next, previousHost)
        let figures = dnn.layers[layer]
        extended.memory[next, default: 0] += figures.memory
        extended.peak[next] = max(extended.peak[next] ?? 0, figures.activations)
        if figures.weights > 0 {
          extended.weights.insert(Weights(dnn: description.dnn, layer: layer, node: next))
        }
        extended.load[next, default: 0] += rates[job] * time
        if let previousHost, previousHost != next { extended.left.insert(previousHost) }
        extend(extended, job: job, layer: layer + 1, at: next, previousHost: next, &found)
      }
    }
  }

  private func wait(_ host: Int, _ previousHost: Int?) -> Double {
    if instance.options.waiting == .visit && previousHost == host { return 0 }
    let node = instance.network.nodes[host]
    return node.backlog > 0 ? node.backlog / node.compute : 0
  }

  private func time(_ job: Int, _ layer: Int, _ host: Int) -> Double? {
    let rules = instance.jobs[job].hosts
    if let rule = rules.first(where: { $0.layer == layer }) ?? rules.first(where: { $0.layer == nil }) {
      guard rule.nodes.contains(host) else { return nil }
    }
    let figures = instance.dnn(ofJob: job).layers[layer]
    for measured in figures.times where measured.node == host { return measured.seconds }
    let node = instance.network.nodes[host]
    if node.compute == 0 { return nil }
    if figures.work == nil && !figures.times.isEmpty { return nil }
    let computing = (figures.work ?? 0) / node.compute
    guard let bandwidth = node.memoryBandwidth else { return computing }
    return max(computing, figures.traffic / bandwidth)
  }

  /// The simple paths between two nodes whose other nodes are relays, as lists of links; the cheapest alone where
  /// routes do not matter.
  private func paths(from start: Int, to end: Int, bytes: Double) -> [[Int]] {
    if start == end { return [[]] }
    var found: [[Int]] = []
    walk(from: start, to: end, visited: [start], path: [], &found)
    if decidesRoutes { return found }
    let cheapest = found.min { cost($0, bytes) < cost($1, bytes) }
    return cheapest.map { [$0] } ?? []
  }

  private func cost(_ path: [Int], _ bytes: Double) -> Double {
    path.reduce(0) { sum, link in
      let figures = instance.network.links[link]
      return sum + 8 * (bytes + figures.backlog) / figures.bandwidth + figures.latency
    }
  }

  private func walk(from node: Int, to end: Int, visited: Set<Int>, path: [Int], _ found: inout [[Int]]) {
    for (index, link) in instance.network.links.enumerated()
    where link.tail == node && !visited.contains(link.head) {
      if link.head == end {
        found.append(path + [index])
      } else if instance.network.nodes[link.head].isRelay {
        walk(from: link.head, to: end, visited: visited.union([link.head]), path: path + [index], &found)
      }
    }
  }
}
