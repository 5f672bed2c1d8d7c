import Foundations
import Networks
import Splitting

/// The times of a job's layers on nodes and of its stages on links, computed from the instance's stored figures.
struct JobFigures {
  let job: Job
  let layers: [Layer]
  /// The sizes of the stages 0...L [byte].
  let stageBytes: [Double]
  /// The time that a job waits for the backlog of each node [s].
  let waits: [Double]
  /// Whether the job waits before every layer, not only where it enters a node to compute.
  let waitsForEachLayer: Bool
  /// For each node whether a stage may pass it; `nil` if it may pass all.
  let relays: [Bool]?
  private let network: Network

  /// - Complexity: O(N + L).
  init(_ instance: Instance, job: Int) {
    self.job = instance.jobs[job]
    layers = instance.dnn(ofJob: job).layers
    stageBytes = instance.stageBytes(ofJob: job)
    waits = instance.network.nodes.map { $0.backlog == 0 ? 0 : $0.backlog / $0.compute }
    waitsForEachLayer = instance.options.waiting == .layer
    network = instance.network
    relays = network.nodes.allSatisfy(\.isRelay) ? nil : network.nodes.map(\.isRelay)
  }

  /// The time of a layer on each node [s]; infinite if the node cannot or may not run it, or if the layer alone
  /// exceeds the node's memory or time.
  ///
  /// - Complexity: O(N).
  func times(ofLayer layer: Int) -> [Double] {
    let figures = layers[layer]
    var times = [Double](repeating: .infinity, count: network.nodes.count)
    if figures.work != nil || figures.times.isEmpty {
      for (index, node) in network.nodes.enumerated() where node.compute > 0 {
        // The roofline: computing, or moving the layer's bytes, whichever takes longer.
        let moving = node.memoryBandwidth.map { figures.traffic / $0 } ?? 0
        times[index] = max((figures.work ?? 0) / node.compute, moving)
      }
    }
    for measured in figures.times { times[measured.node] = measured.seconds }
    if let rule = job.rule(ofLayer: layer) {
      var allowed = [Double](repeating: .infinity, count: times.count)
      for node in rule.nodes { allowed[node] = times[node] }
      times = allowed
    }
    for (index, node) in network.nodes.enumerated() {
      let exceedsMemory = node.memory.map { figures.footprint > $0 * Tolerance.slack } ?? false
      if exceedsMemory || job.rate * times[index] > Tolerance.slack { times[index] = .infinity }
    }
    return times
  }

  /// The load that a tensor of this size puts on a link [bit/s].
  func load(bytes: Double) -> Double { 8 * job.rate * bytes }

  /// The time that a tensor takes over a link [s]; infinite if it alone exceeds the bandwidth.
  func seconds(onLink link: Int, bytes: Double) -> Double {
    let link = network.links[link]
    guard load(bytes: bytes) <= link.bandwidth * Tolerance.slack else { return .infinity }
    return 8 * bytes / link.bandwidth + link.latency + 8 * link.backlog / link.bandwidth
  }
}

extension Job {
  /// The rule for the hosts of a layer; `nil` if any node may run it.
  func rule(ofLayer layer: Int) -> HostRule? {
    hosts.first { $0.layer == layer } ?? hosts.first { $0.layer == nil }
  }
}
