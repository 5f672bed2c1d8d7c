import Networks
import Splitting

/// The times of a job's layers on nodes and of its stages on links, computed from the instance's stored
/// figures.
struct JobFigures {
  let job: Job
  let layers: [Layer]
  /// The sizes of the stages 0...L [byte].
  let stageBytes: [Double]
  private let network: Network

  /// - Complexity: O(L).
  init(_ instance: Instance, job: Int) {
    self.job = instance.jobs[job]
    let dnn = instance.dnns[self.job.dnn]
    layers = dnn.layers
    stageBytes = [dnn.input] + dnn.layers.map(\.output)
    network = instance.network
  }

  /// The time that a job waits for the node's backlog [s].
  func wait(_ node: Int) -> Double {
    let figures = network.nodes[node]
    return figures.backlog == 0 ? 0 : figures.backlog / figures.compute
  }

  /// The time of a layer on each node [s]; infinite if the node cannot or may not run it, or if the layer
  /// alone exceeds the node's memory or time.
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

  /// The load that a tensor of this size puts on a link [bit/s].
  func load(bytes: Double) -> Double { 8 * job.rate * bytes }

  /// The time that a tensor takes over a link [s]; infinite if it alone exceeds the bandwidth.
  func seconds(onLink link: Int, bytes: Double) -> Double {
    let link = network.links[link]
    guard load(bytes: bytes) <= link.bandwidth * Self.slack else { return .infinity }
    return 8 * bytes / link.bandwidth + link.latency + 8 * link.backlog / link.bandwidth
  }

  private static let slack = 1 + 1e-6
}
