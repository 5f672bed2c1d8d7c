import Graphs
import Splitting

/// One job's figures for searches over its blocks: the runs of consecutive layers that one host computes.
///
/// Figures of hosts are host by host, with an entry for each layer that may come next: `host * (layerCount + 1) + layer`.
final class PathJob: Sendable {
  let figures: RoutingJob
  /// By node: its position among the hosts; -1 if it is none.
  let hostOfNode: [Int]
  /// The memory that the layers before each one take for the job [byte]; L+1 entries.
  let memoryBefore: [Double]
  /// The weights of the layers before each one that hosts hold once for several jobs [byte]; L+1 entries.
  let weightsBefore: [Double]
  /// By layer and host: the memory that the layer takes for the job; empty if that is all that paths use of memory.
  let addedMemory: [Double]
  /// The load on a host of the layers before each one [s of work a second].
  let loadBefore: [Double]
  /// The end of the longest block that begins with a layer: the host can run all of its layers, and they fit there alone.
  let reach: [Int32]
  /// By host: the last layer that it can run; -1 without one.
  let lastLayer: [Int]
  /// The memory [byte] and the load [s of work a second] that each host has for the job; infinite without a limit.
  let memoryLimit: [Double]
  let loadLimit: [Double]
  /// The most that each link carries [bit/s], in the network's order.
  let linkLimit: [Double]
  /// The time of each stage over the arcs of `network.backward` [s]; stages of one size share the array.
  let backwardCosts: [[Double]]
  /// By stage: a number that only stages of the same size share.
  let sizeOfStage: [Int]

  var layerCount: Int { figures.layerCount }
  var hostCount: Int { figures.hostCount }
  var nodeCount: Int { figures.network.nodeCount }

  /// The figures of a job within limits that include the tolerance.
  ///
  /// - Complexity: O(L (H + E)), and O(H L^2) with activations.
  init(_ figures: RoutingJob, _ resources: CouplingLimits, _ sizes: inout StageSizes) {
    let (layers, hosts) = (figures.layerCount, figures.hostCount)
    self.figures = figures
    var hostOfNode = [Int](repeating: -1, count: figures.network.nodeCount)
    for (host, node) in figures.hosts.enumerated() { hostOfNode[node] = host }
    self.hostOfNode = hostOfNode
    memoryLimit = figures.hosts.map { resources[.memory($0)] }
    loadLimit = figures.hosts.map { resources[.computeLoad($0)] }
    linkLimit = Array(resources.linkLoad)
    let memoryBefore = Self.sumsBefore(figures.memory)
    let weightsBefore = Self.sumsBefore(figures.sharedWeights)
    var loadBefore: [Double] = []
    var reach: [Int32] = []
    for host in 0..<hosts {
      var sum = 0.0
      loadBefore.append(0)
      for layer in 0..<layers {
        sum += figures.load[layer * hosts + host]
        loadBefore.append(sum)
      }
      let base = host * (layers + 1)
      var (end, peak) = (0, 0.0)
      for layer in 0..<layers {
        end = max(end, layer)
        // The peak of the layers that are left of the last block.
        if peak > 0 { peak = figures.activations[layer..<end].max() ?? 0 }
        while end < layers, figures.computeCosts[end * hosts + host] < .infinity,
          memoryBefore[end + 1] - memoryBefore[layer] + weightsBefore[end + 1] - weightsBefore[layer]
            + max(peak, figures.activations[end]) <= memoryLimit[host],
          loadBefore[base + end + 1] - loadBefore[base + layer] <= loadLimit[host]
        {
          peak = max(peak, figures.activations[end])
          end += 1
        }
        reach.append(Int32(end))
      }
      reach.append(Int32(layers))
    }
    self.memoryBefore = memoryBefore
    self.weightsBefore = weightsBefore
    self.loadBefore = loadBefore
    addedMemory =
      figures.hasActivations ? figures.memory.flatMap { Array(repeating: $0, count: hosts) } : []
    self.reach = reach
    lastLayer = (0..<hosts).map { host in
      (0..<layers).last { reach[host * (layers + 1) + $0] > $0 } ?? -1
    }
    let found = figures.stagePaths.map { sizes.find($0.arcCosts, figures) }
    backwardCosts = found.map(\.backwardCosts)
    sizeOfStage = found.map(\.number)
  }

  private static func sumsBefore(_ amounts: [Double]) -> [Double] {
    var sums = [0.0]
    for amount in amounts { sums.append(sums[sums.count - 1] + amount) }
    return sums
  }
}

/// The different sizes of stages, with what stages of one size share.
struct StageSizes {
  private var known: [[Double]: (number: Int, backwardCosts: [Double])] = [:]

  /// The size of a stage with these times over the arcs of the network's forward graph.
  mutating func find(_ arcCosts: [Double], _ job: RoutingJob) -> (number: Int, backwardCosts: [Double]) {
    if let size = known[arcCosts] { return size }
    let size = (known.count, job.network.backward.origin.map { arcCosts[Int(job.arcOfLink[Int($0)])] })
    known[arcCosts] = size
    return size
  }
}

/// What a job pays in a relaxation: for its latency, and for what it uses of the nodes and links.
struct PathPrices: Sendable {
  /// The cost of a second of the job's latency.
  var latency: Double
  /// By node: for a byte, and for a second of work a second.
  var memory: [Double]
  var load: [Double]
  /// By link, for a bit a second; empty if links are free.
  var link: [Double]
  /// By layer and host, at `layer * hostCount + host`: for computing the layer there, because of weights that several jobs
  /// share and of activations; empty if that is free.
  var layer: [Double] = []
  /// Of blocks, because of cuts.
  var blocks: [BlockPrice] = []
}

extension PathPrices {
  /// The prices of a unit of each resource, in the order of ``CouplingLimits``.
  init(
    latency: Double, perUnit prices: [Double], nodeCount nodes: Int, layer: [Double] = [],
    blocks: [BlockPrice] = []
  ) {
    let link = prices[(2 * nodes)...]
    self.init(
      latency: latency, memory: Array(prices[..<nodes]), load: Array(prices[nodes..<2 * nodes]),
      link: link.contains { $0 > 0 } ? Array(link) : [], layer: layer, blocks: blocks)
  }
}
