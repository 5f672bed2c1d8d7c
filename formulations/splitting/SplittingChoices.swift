import Foundations
import Graphs
import Problems
import Splitting

/// An instance with the choices that can matter, which every formulation encodes.
///
/// Under `bottleneck` the costs of plans are their largest loads, and a choice is left out if it alone loads a node or a link
/// by more than `upperBound`.
///
/// Solvers return wrong results on models with extreme choices, such as an hour on the weakest node beside microseconds
/// on the strongest. Therefore a choice is left out if it alone breaks a coupling constraint, if its shortest latency
/// misses its job's deadline, or if every plan with it costs more than `upperBound`. An optimal plan uses none of these.
public struct SplittingChoices: Choices {
  public let instance: Instance
  /// The coupling constraints in force.
  public let limits: CouplingLimits
  public let network: NetworkGraph
  /// The choices of each job, in the instance's order.
  public private(set) var jobs: [JobChoices]
  /// The cost above which plans are of no interest; `nil` if nothing is known.
  public private(set) var upperBound: Double?
  /// The factor by which rows of coupling constraints exceed their limits: the tolerance of plans, unless a solver
  /// exceeded it.
  public private(set) var rowSlack = Tolerance.slack
  /// What choices load nodes and links with; `nil` unless the objective is `bottleneck`.
  private var loads: ChoiceLoads?

  /// Every choice of an instance that by itself breaks no constraint.
  ///
  /// - Throws: if the task is cancelled; large instances take seconds.
  /// - Complexity: O(J L (N + E) log E).
  public init(_ instance: Instance) throws(CancellationError) {
    self.instance = instance
    limits = instance.limits
    network = NetworkGraph(instance.network)
    jobs = []
    for job in instance.jobs.indices {
      if Task.isCancelled { throw CancellationError() }
      jobs.append(choices(ofJob: job, limits.capacities))
    }
    if instance.options.objective == .bottleneck { loads = ChoiceLoads(jobs, of: instance) }
  }

  private func choices(ofJob job: Int, _ capacities: Capacities) -> JobChoices {
    let potentials = LayeredPotentials(instance.layeredGraph(ofJob: job, network, capacities))
    return JobChoices(potentials: potentials, longestLatency: limits[.deadline(job)])
  }

  public func tightened() -> SplittingChoices? {
    guard rowSlack == Tolerance.slack else { return nil }
    var tightened = self
    tightened.rowSlack = 1 + 9e-7
    return tightened
  }

  /// The choices without those whose plans all cost more than `upperBound` [s].
  public func limited(to upperBound: Double) -> SplittingChoices {
    var limited = self
    limited.upperBound = upperBound
    let slackBound = (1 + 1e-9) * upperBound
    if instance.options.objective == .bottleneck {
      var capacities = limits.capacities
      capacities.computeLoad = capacities.computeLoad.map { _ in slackBound }
      capacities.linkLoad = instance.network.links.map { slackBound * $0.bandwidth }
      limited.jobs = jobs.indices.map { choices(ofJob: $0, capacities) }
      return limited
    }
    let others: [Double] =
      instance.options.objective == .max ? Array(repeating: 0, count: jobs.count) : lowerBoundsOfOthers
    for job in jobs.indices {
      limited.jobs[job].limit = (instance.jobs[job].weight, others[job], slackBound)
    }
    return limited
  }

  /// For each job a lower bound on the cost of the others [s]; sums from both ends, because a difference of large sums
  /// could cut off the optimum.
  private var lowerBoundsOfOthers: [Double] {
    let weighted = zip(instance.jobs, jobs).map { $0.weight == 0 ? 0 : $0.weight * $1.shortestLatency }
    var before = [0.0]
    for value in weighted { before.append(before[before.count - 1] + value) }
    var after = 0.0
    var others = Array(before.dropLast())
    for job in weighted.indices.reversed() {
      others[job] += after
      after += weighted[job]
    }
    return others
  }

  /// Whether a constraint could be violated where plans use up to `largest` of what it limits.
  func couldBind(_ constraint: CouplingConstraint, reaching largest: Double) -> Bool {
    largest > limits[constraint] * Tolerance.slack
  }

  /// The rows that limit the loads of links, at most.
  var linkRows: Double {
    let isLoadLimited =
      instance.options.objective == .bottleneck || limits.linkLoad.contains { $0 < .infinity }
    return isLoadLimited ? Double(network.linkCount) : 0
  }

  /// The nodes that may host some layer, ascending.
  var possibleHosts: [Int] { Set(jobs.lazy.flatMap(\.hosts).joined()).sorted() }

  /// Whether `upperBound` excludes no choice, so that an infeasible model proves that there is no plan.
  public var isComplete: Bool {
    if let loads { return loads.largest <= upperBound ?? .infinity }
    return jobs.allSatisfy(\.isComplete)
  }

  /// A lower bound on every plan's value, from each job alone on its shortest path, or from the work of all layers; infinite
  /// if a job has no path, 0 without jobs.
  public var lowerBound: Double {
    max(instance.cost(ofLatencies: jobs.map(\.shortestLatency)), loads?.lowerBound ?? 0)
  }

  /// The approximate size of the objective [s]; `nil` if it may be 0.
  public var objectiveMagnitude: Double? {
    // The optimum can lie far above the lower bound if jobs compete for scarce resources.
    if let upperBound, upperBound > 0 { return upperBound }
    return lowerBound > 0 && lowerBound < .infinity ? lowerBound : nil
  }
}

/// The choices of one job.
public struct JobChoices: Sendable {
  public let potentials: LayeredPotentials
  /// The nodes that may host each layer, ascending, L entries.
  public private(set) var hosts: [[Int]] = []
  private let longestLatency: Double
  /// The limit of the upper bound for this job: weight * latency + others <= upperBound.
  var limit: (weight: Double, others: Double, upperBound: Double)? { didSet { updateHosts() } }

  init(potentials: LayeredPotentials, longestLatency: Double) {
    self.potentials = potentials
    self.longestLatency = longestLatency
    updateHosts()
  }

  public var graph: LayeredGraph { potentials.graph }
  public var shortestLatency: Double { potentials.shortestLatency }

  /// Whether routes may pass through a node, beside starting or ending there.
  func isRelay(_ node: Int) -> Bool { graph.network.forward.isRelay(node) }

  /// Whether a choice with the shortest latency `latency` is kept [s].
  public func keeps(_ latency: Double) -> Bool {
    latency < .infinity && latency <= longestLatency * Tolerance.slack && isWithinLimit(latency)
  }

  /// Whether the upper bound excludes no choice of this job.
  var isComplete: Bool {
    isWithinLimit(min(potentials.longestChoice, longestLatency * Tolerance.slack))
  }

  private func isWithinLimit(_ latency: @autoclosure () -> Double) -> Bool {
    guard let limit, limit.weight > 0 else { return true }
    return limit.weight * latency() + limit.others <= limit.upperBound
  }

  /// An arc of the layered graph that moves a stage over a link.
  public struct StageArc: Sendable {
    /// The index of the link.
    public let link: Int
    public let tail: Int
    public let head: Int
    /// The transfer time, propagation delay and waiting time [s].
    public let cost: Double
  }

  /// The arcs of copy `stage` that are kept, by tail.
  ///
  /// - Complexity: O(E).
  public func keptArcs(ofStage stage: Int) -> [StageArc] {
    let forward = graph.network.forward
    return graph.stageCosts(ofStage: stage, in: forward).enumerated().compactMap { arc, cost in
      let (tail, head) = (Int(graph.network.tails[arc]), Int(forward.head[arc]))
      guard cost < .infinity,
        keeps(potentials.latency(throughStage: stage, from: tail, to: head, cost: cost))
      else { return nil }
      return StageArc(link: Int(forward.origin[arc]), tail: tail, head: head, cost: cost)
    }
  }

  private mutating func updateHosts() {
    hosts = (0..<graph.layerCount).map { layer in
      (0..<graph.nodeCount).filter { keeps(potentials.latency(throughLayer: layer, on: $0)) }
    }
  }
}
