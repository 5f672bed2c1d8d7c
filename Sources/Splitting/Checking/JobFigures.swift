import Networks
import Splitting

/// What a job's layers take on nodes and its stages on links, derived from the instance's stored figures.
struct JobFigures {
  let job: Job
  let layers: [Layer]
  /// Of stages 0...L [byte].
  let stageBytes: [Double]
  private let network: Network
  /// For each layer the nodes that its rule allows; `nil` without a rule.
  private let allowed: [[Int]?]

  /// - Complexity: O(L).
  init(_ instance: Instance, job: Int) {
    self.job = instance.jobs[job]
    let dnn = instance.dnns[self.job.dnn]
    layers = dnn.layers
    stageBytes = [dnn.input] + dnn.layers.map(\.output)
    network = instance.network
    let others = self.job.hosts.first { $0.layer == nil }?.nodes
    var allowed = [[Int]?](repeating: others, count: layers.count)
    for rule in self.job.hosts { if let layer = rule.layer { allowed[layer] = rule.nodes } }
    self.allowed = allowed
  }

  /// What the node's backlog makes a job wait [s].
  func wait(_ node: Int) -> Double {
    let figures = network.nodes[node]
    return figures.backlog == 0 ? 0 : figures.backlog / figures.compute
  }

  /// Seconds of a layer on each node; infinite where it cannot or may not run, or exceeds the node's memory or time alone.
  ///
  /// - Complexity: O(N).
  func times(ofLayer layer: Int) -> [Double] {
    let figures = layers[layer]
    var times = [Double](repeating: .infinity, count: network.nodes.count)
    if figures.work != nil || figures.times.isEmpty {
      for (index, node) in network.nodes.enumerated() where node.compute > 0 {
        times[index] = (figures.work ?? 0) / node.compute
      }
    }
    for measured in figures.times { times[measured.node] = measured.seconds }
    if let rule = job.hosts.first(where: { $0.layer == layer }) ?? job.hosts.first(where: { $0.layer == nil })
    {
      var isAllowed = [Bool](repeating: false, count: times.count)
      for node in rule.nodes { isAllowed[node] = true }
      for node in times.indices where !isAllowed[node] { times[node] = .infinity }
    }
    for (index, node) in network.nodes.enumerated() {
      let exceedsMemory = node.memory.map { figures.memory > $0 * Self.slack } ?? false
      if exceedsMemory || job.rate * times[index] > Self.slack { times[index] = .infinity }
    }
    return times
  }

  /// Bits a second that a tensor of so many bytes puts on a link.
  func load(bytes: Double) -> Double { 8 * job.rate * bytes }

  /// Seconds that a tensor takes over a link; infinite where it alone exceeds the bandwidth.
  func seconds(onLink link: Int, bytes: Double) -> Double {
    let link = network.links[link]
    guard load(bytes: bytes) <= link.bandwidth * Self.slack else { return .infinity }
    return 8 * bytes / link.bandwidth + link.latency + 8 * link.backlog / link.bandwidth
  }

  private static let slack = 1 + 1e-6
}
