import Foundations
import Graphs
import Splitting

/// One job's figures in flat arrays, for many searches: by layer and host at `layer * hostCount + host`,
/// where hosts are counted among the nodes that can host any layer of the job.
struct RoutingJob: Sendable {
  let network: NetworkGraph
  let weight: Double
  let source: Int
  let target: Int
  let layerCount: Int
  /// Whether a host runs at most one run of consecutive layers.
  let isContiguous: Bool
  /// The latency that a deadline in force allows [s]; infinite without one.
  let longestLatency: Double
  /// The shortest latency without other jobs [s]; infinite if the job has no path.
  let shortestLatency: Double

  /// The nodes that can host a layer, ascending.
  let hosts: [Int]
  /// The compute time and the waiting time of each layer [s], by layer and host; infinite if it cannot run.
  let computeCosts: [Double]
  /// The same times the job's weight.
  let weightedComputeCosts: [Double]
  /// The waiting time on entering each host [s].
  let entryWaits: [Double]
  /// A layer's use of a host: bytes by layer, and shares of the host's time by layer and host.
  ///
  /// The memory is what adds up over layers and jobs, weights included if no other job runs the DNN.
  let memory: [Double]
  let load: [Double]
  /// The weights of each layer that a host holds once for all jobs of the DNN [byte]; 0 if no other job runs it.
  let sharedWeights: [Double]
  /// The position of the first layer among all with shared weights, the same for all jobs of the DNN; `nil` if the job
  /// shares none.
  let firstItem: Int?
  /// The activations of each layer [byte], of which a host holds the largest.
  let activations: [Double]
  /// The load of each stage on a link [bit/s].
  let bits: [Double]
  /// The same summed over all layers or stages from one on: the most that the rest of the job can use.
  let memoryAhead: [Double]
  let loadAhead: [Double]
  let bitsAhead: [Double]
  /// The largest activations of all layers from one on [byte].
  let peakAhead: [Double]

  /// The costs of arcs and the shortest paths of each stage.
  let stagePaths: [StagePaths]
  /// On small networks the weighted costs of the shortest paths between hosts, by stage, the last host and
  /// the first host of the path; otherwise empty.
  private(set) var pathCosts: [Double] = []
  /// The position of each link among the network's forward arcs.
  let arcOfLink: [Int32]
  /// The shortest remaining latency to the target [s]: after a host computed the layer that writes a stage,
  /// by stage and host (unused for stage 0), and for a stage in transit, by stage and node.
  let fromComputed: [Double]
  let fromTransit: [Double]

  var hostCount: Int { hosts.count }
  /// The most memory that the job takes on a host [byte].
  var mostMemory: Double { memoryAhead[0] + peakAhead[0] }

  /// The figures of a job; `pathsBySize` holds the paths that were found for other jobs, and `sharing` says which DNNs
  /// have weights that jobs share.
  ///
  /// - Complexity: O(L (N + E) log E), and O(N^3) for each new size of a tensor on a small network.
  init(
    _ instance: Instance, job: Int, network: NetworkGraph, arcOfLink: [Int32], limits: CouplingLimits,
    capacities: Capacities, sharing: WeightSharing, pathsBySize: inout [StageSize: StagePaths]
  ) {
    let graph = instance.layeredGraph(ofJob: job, network, capacities)
    let potentials = LayeredPotentials(graph)
    let (description, layers) = (instance.jobs[job], instance.dnn(ofJob: job).layers)
    let costs = potentials.computeCosts
    let hosts = (0..<graph.nodeCount).filter { node in costs.contains { $0[node] < .infinity } }
    self.network = network
    self.hosts = hosts
    self.arcOfLink = arcOfLink
    weight = description.weight
    isContiguous = description.isContiguous
    (source, target) = (graph.source, graph.target)
    layerCount = layers.count
    longestLatency = limits[.deadline(job)] * Tolerance.slack
    shortestLatency = potentials.shortestLatency
    computeCosts = costs.flatMap { costs in hosts.map { costs[$0] } }
    weightedComputeCosts = computeCosts.map { $0 < .infinity ? description.weight * $0 : .infinity }
    entryWaits = hosts.map { graph.entryWaits[$0] }
    firstItem = sharing.firstItem[description.dnn]
    let sharesWeights = firstItem != nil
    memory = layers.map { sharesWeights ? $0.memory : $0.memory + $0.weights }
    sharedWeights = layers.map { sharesWeights ? $0.weights : 0 }
    activations = layers.map(\.activations)
    let rate = instance.loadRate(ofJob: job)
    bits = graph.stageBytes.map { 8 * rate * $0 }
    load = layers.indices.flatMap { layer in
      let times = graph.times(ofLayer: layer)
      return hosts.map { costs[layer][$0] < .infinity ? rate * times[$0] : 0 }
    }
    memoryAhead = Self.sumsAhead(zip(memory, sharedWeights).map(+), width: 1)
    peakAhead = (0...layers.count).map { layers[$0...].reduce(0) { max($0, $1.activations) } }
    loadAhead = Self.sumsAhead(load, width: hosts.count)
    bitsAhead = Self.sumsAhead(bits, width: 1)
    stagePaths = graph.stageBytes.enumerated().map { stage, bytes in
      let costs = graph.stageCosts(ofStage: stage, in: network.forward)
      let size = StageSize(bytes: bytes, closedBy: costs.contains(.infinity) ? rate : 0)
      let found = pathsBySize[size] ?? StagePaths(arcCosts: costs, network: network)
      pathsBySize[size] = found
      return found
    }
    fromTransit = potentials.fromTransit.flatMap(\.self)
    let unused = [Double](repeating: .infinity, count: hosts.count)
    fromComputed =
      unused
      + layers.indices.flatMap { layer in
        hosts.map { potentials.latencyToTarget(afterLayer: layer, on: $0) }
      }
    guard knowsAllPairs else { return }
    pathCosts = stagePaths.indices.flatMap { stage in
      hosts.flatMap { host in hosts.map { cost(ofPathIn: stage, from: $0, to: host) } }
    }
  }

  /// The sums of all rows from each row on; the last is 0.
  private static func sumsAhead(_ amounts: [Double], width: Int) -> [Double] {
    var sums = amounts + [Double](repeating: 0, count: width)
    for index in amounts.indices.reversed() { sums[index] += sums[index + width] }
    return sums
  }
}

/// The DNNs whose weights a node may hold for several jobs.
struct WeightSharing {
  /// By DNN: the position of its first layer among all layers of such DNNs; `nil` if it is none of these.
  let firstItem: [Int?]

  init(_ instance: Instance) {
    var (jobs, count) = ([Int](repeating: 0, count: instance.dnns.count), 0)
    for job in instance.jobs { jobs[job.dnn] += 1 }
    firstItem = zip(instance.dnns, jobs).map { dnn, jobs in
      guard jobs > 1, dnn.layers.contains(where: { $0.weights > 0 }) else { return nil }
      defer { count += dnn.layers.count }
      return count
    }
  }
}

/// The quantities that determine which links a tensor can cross, and at what cost.
struct StageSize: Hashable {
  let bytes: Double
  /// The job's rate if it is too much for some link, otherwise 0.
  let closedBy: Double
}

/// A path of one job through its layered graph.
struct JobPath: Sendable {
  /// The steps in order: an arc of the network's forward graph, or `-1 - node` that computes the next layer.
  let steps: [Int32]
  /// [s]
  let latency: Double
  /// The path's uses of resources, but for `holdings`; a resource may occur several times.
  let uses: [Use]
  /// The weights on the path's hosts that these hold for other jobs of the DNN too.
  let holdings: [Holding]

  struct Use: Sendable {
    let resource: Int32
    let amount: Double
  }

  struct Holding: Sendable {
    /// The same for all jobs of the DNN: see ``RoutingJob/cell(_:_:)``.
    let cell: Int32
    /// The layer and the host among the job's: `layer * hostCount + host`.
    let place: Int32
    /// The resource of the node's memory.
    let resource: Int32
    /// [byte]
    let amount: Double
  }

  /// - Complexity: O(number of steps).
  init(steps: [Int32], of job: RoutingJob, _ resources: CouplingLimits) {
    var latency = 0.0
    var uses: [Use] = []
    var holdings: [Holding] = []
    var peaks: [(node: Int, amount: Double)] = []
    var layer = 0
    var previousHost = -1
    func use(_ amount: Double, of constraint: CouplingConstraint) {
      if amount > 0 { uses.append(Use(resource: Int32(resources.index(of: constraint)), amount: amount)) }
    }
    for step in steps {
      if step >= 0 {
        latency += job.stagePaths[layer].arcCosts[Int(step)]
        use(job.bits[layer], of: .linkLoad(Int(job.network.forward.origin[Int(step)])))
        continue
      }
      let node = -1 - Int(step)
      let host = job.hostIndex(of: node)
      let place = layer * job.hostCount + host
      latency += job.computeCosts[place] + (host == previousHost ? 0 : job.entryWaits[host])
      use(job.memory[layer], of: .memory(node))
      use(job.load[place], of: .computeLoad(node))
      if job.sharedWeights[layer] > 0 {
        holdings.append(
          Holding(
            cell: Int32(job.cell(layer, host)), place: Int32(place),
            resource: Int32(resources.index(of: .memory(node))), amount: job.sharedWeights[layer]))
      }
      if job.activations[layer] > 0 {
        if let index = peaks.firstIndex(where: { $0.node == node }) {
          peaks[index].amount = max(peaks[index].amount, job.activations[layer])
        } else {
          peaks.append((node, job.activations[layer]))
        }
      }
      previousHost = host
      layer += 1
    }
    for peak in peaks { use(peak.amount, of: .memory(peak.node)) }
    self.steps = steps
    self.latency = latency
    self.uses = uses
    self.holdings = holdings
  }

  /// The place of each layer among the job's figures: `layer * hostCount + host`.
  func places(of job: RoutingJob) -> [Int] {
    steps.lazy.filter { $0 < 0 }.enumerated().map { layer, step in
      layer * job.hostCount + job.hostIndex(of: -1 - Int(step))
    }
  }

  /// Whether the path runs layers on a host again after others, which a contiguous job must not.
  var returnsToHost: Bool {
    var ended: Set<Int32> = []
    var last: Int32?
    for step in steps where step < 0 && step != last {
      if let last { ended.insert(last) }
      if ended.contains(step) { return true }
      last = step
    }
    return false
  }

  /// The uses for which prices are paid: of memory what the layers are charged for, if that is not their own.
  func pricedUses(_ charges: [Double], of job: RoutingJob) -> [Use] {
    if charges.isEmpty { return uses }
    // The resources of memory are the first, one a node.
    return uses.filter { $0.resource >= job.network.nodeCount }
      + places(of: job).map { Use(resource: Int32(job.hosts[$0 % job.hostCount]), amount: charges[$0]) }
  }

  /// The path as hosts and routes.
  func plan(of job: RoutingJob) -> JobPlan {
    var plan = JobPlan(hosts: [], routes: [[job.source]])
    for step in steps {
      if step >= 0 {
        plan.routes[plan.hosts.count].append(Int(job.network.forward.head[Int(step)]))
      } else {
        plan.hosts.append(-1 - Int(step))
        plan.routes.append([-1 - Int(step)])
      }
    }
    return plan
  }
}

extension RoutingJob {
  /// Whether the shortest paths between all pairs of nodes are known.
  var knowsAllPairs: Bool { !stagePaths[0].distance.isEmpty }

  /// The weighted cost of the shortest path between two nodes [s]; infinite if there is none.
  func cost(ofPathIn stage: Int, from origin: Int, to node: Int) -> Double {
    let distance = stagePaths[stage].distance[origin * network.nodeCount + node]
    return distance < .infinity ? weight * distance : .infinity
  }

  /// Appends the arcs of the shortest path between two nodes.
  func appendPath(from origin: Int, to node: Int, stage: Int, _ steps: inout [Int32]) {
    let first = steps.count
    let lastArc = stagePaths[stage].lastArc
    var current = node
    while current != origin {
      let arc = lastArc[origin * network.nodeCount + current]
      steps.append(arc)
      current = Int(network.tails[Int(arc)])
    }
    steps[first...].reverse()
  }

  /// The position of a node among the hosts, by bisection.
  func hostIndex(of node: Int) -> Int {
    var (low, high) = (0, hosts.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if hosts[middle] < node { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
