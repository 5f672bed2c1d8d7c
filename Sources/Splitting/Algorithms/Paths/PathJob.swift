import Graphs
import Splitting

/// One job's figures for searches over its blocks: the runs of consecutive layers that one host computes.
///
/// Figures of hosts are host by host, with an entry for each layer that may come next: `host * (layerCount + 1) + layer`.
final class PathJob: Sendable {
  let figures: RoutingJob
  /// By node: its position among the hosts, if it is one.
  let hostOfNode: [Int]
  /// The memory of the layers before each one [byte]; L+1 entries.
  let memoryBefore: [Double]
  /// The load on a host of the layers before each one [s of work a second].
  let loadBefore: [Double]
  /// The end of the longest block that begins with a layer: the host can run all of its layers, and they fit there alone.
  let reach: [Int32]
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
  /// - Complexity: O(L (H + E)).
  init(_ figures: RoutingJob, _ resources: CouplingLimits, _ sizes: inout StageSizes) {
    let (layers, hosts) = (figures.layerCount, figures.hostCount)
    self.figures = figures
    hostOfNode = (0..<figures.network.nodeCount).map(figures.hostIndex)
    memoryLimit = figures.hosts.map { resources[.memory($0)] }
    loadLimit = figures.hosts.map { resources[.computeLoad($0)] }
    linkLimit = Array(resources.linkLoad)
    var memoryBefore = [0.0]
    for memory in figures.memory { memoryBefore.append(memoryBefore[memoryBefore.count - 1] + memory) }
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
      var end = 0
      for layer in 0..<layers {
        end = max(end, layer)
        while end < layers, figures.computeCosts[end * hosts + host] < .infinity,
          memoryBefore[end + 1] - memoryBefore[layer] <= memoryLimit[host],
          loadBefore[base + end + 1] - loadBefore[base + layer] <= loadLimit[host]
        {
          end += 1
        }
        reach.append(Int32(end))
      }
      reach.append(Int32(layers))
    }
    self.memoryBefore = memoryBefore
    self.loadBefore = loadBefore
    self.reach = reach
    let found = figures.stagePaths.map { sizes.find($0.arcCosts, figures) }
    backwardCosts = found.map(\.backwardCosts)
    sizeOfStage = found.map(\.number)
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
}
