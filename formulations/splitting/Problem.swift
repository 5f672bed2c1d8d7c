import Graphs
import Splitting

/// An instance with the choices that can matter: what every formulation encodes.
///
/// Solvers are wrong on models with absurd choices in them (an hour on the weakest node beside microseconds on
/// the strongest), so a choice is left out where it alone breaks a coupling row, where its shortest latency
/// misses its job's deadline, or where it makes every plan worth more than `upperBound`. Nothing that an
/// optimal plan could use is lost.
public struct Problem: Sendable {
  public let instance: Instance
  public let rows: CouplingRows
  public let network: NetworkGraph
  /// On how many different nodes layers may run, those of all jobs together; `nil` for any number.
  public let hostLimit: Int?
  /// What each job may choose, in the instance's order.
  public private(set) var jobs: [JobChoices]
  /// The value [s] above which plans are of no interest; `nil` where nothing is known.
  public private(set) var upperBound: Double?
  /// Coupling rows allow their right-hand side times this: the contract's tolerance, unless a solver overstepped it.
  public var rowSlack = CouplingRows.slack

  /// The problem with every choice that breaks no row and no deadline by itself.
  ///
  /// - Parameters:
  ///   - instance: what is to be stated.
  ///   - rows: the coupling constraints in force; `nil` for all of the instance.
  ///   - hostLimit: on how many different nodes layers may run; `nil` for any number.
  /// - Throws: where the task is cancelled; large instances take seconds.
  /// - Complexity: O(J L (N + E) log E).
  public init(
    _ instance: Instance, rows: CouplingRows? = nil, hostLimit: Int? = nil
  ) throws(CancellationError) {
    let rows = rows ?? CouplingRows(allOf: instance)
    let network = NetworkGraph(instance.network)
    self.instance = instance
    self.rows = rows
    self.network = network
    self.hostLimit = hostLimit
    jobs = []
    for job in instance.jobs.indices {
      if Task.isCancelled { throw CancellationError() }
      let potentials = LayeredPotentials(
        LayeredGraph(instance, job: job, network: network, rows: rows))
      jobs.append(JobChoices(potentials: potentials, longestLatency: rows.deadline[job]))
    }
  }

  /// The same problem without the choices whose plans are all worth more than `upperBound` [s].
  public func limited(to upperBound: Double) -> Problem {
    var limited = self
    limited.upperBound = upperBound
    let slackBound = (1 + 1e-9) * upperBound
    let others: [Double] =
      instance.options.objective == .max ? Array(repeating: 0, count: jobs.count) : lowerBoundsOfOthers
    for job in jobs.indices {
      limited.jobs[job].limit(
        weight: instance.jobs[job].weight, others: others[job], upperBound: slackBound)
    }
    return limited
  }

  /// For each job what the others cost at least together [s]: sums from both ends, because a difference of large
  /// sums could cut off the optimum.
  private var lowerBoundsOfOthers: [Double] {
    let weighted = zip(instance.jobs, jobs).map { $0.weight == 0 ? 0 : $0.weight * $1.shortestLatency }
    var before = [0.0]
    for value in weighted { before.append(before[before.count - 1] + value) }
    var after = 0.0
    var others = before
    others.removeLast()
    for job in weighted.indices.reversed() {
      others[job] += after
      after += weighted[job]
    }
    return others
  }

  /// The nodes that may host some layer, ascending.
  var possibleHosts: [Int] { Set(jobs.lazy.flatMap(\.hosts).joined()).sorted() }

  /// Whether `upperBound` leaves out no choice at all, so that an infeasible model is proof that there is no plan.
  public var isComplete: Bool { jobs.allSatisfy(\.isComplete) }

  /// A lower bound on every plan's value [s]: each job alone on its shortest path. Infinite where a job has
  /// none, 0 without jobs.
  public var lowerBound: Double {
    let weighted = zip(instance.jobs, jobs).map {
      $1.shortestLatency == .infinity ? .infinity : $0.weight * $1.shortestLatency
    }
    switch instance.options.objective {
    case .total: return weighted.reduce(0, +)
    case .max: return weighted.max() ?? 0
    }
  }

  /// About how large the objective will be [s]; `nil` where it may be 0.
  public var objectiveMagnitude: Double? {
    // The optimum can lie far above the lower bound, where jobs compete for what is scarce.
    if let upperBound, upperBound > 0 { return upperBound }
    return lowerBound > 0 && lowerBound < .infinity ? lowerBound : nil
  }
}

/// What one job may choose.
public struct JobChoices: Sendable {
  public let potentials: LayeredPotentials
  /// The nodes that may host each layer, ascending, L entries.
  public private(set) var hosts: [[Int]] = []
  private let longestLatency: Double?
  private var limit: Limit?

  /// What the upper bound leaves to this job: weight * latency + others <= upperBound.
  private struct Limit {
    let weight: Double
    let others: Double
    let upperBound: Double
  }

  init(potentials: LayeredPotentials, longestLatency: Double?) {
    self.potentials = potentials
    self.longestLatency = longestLatency
    updateHosts()
  }

  mutating func limit(weight: Double, others: Double, upperBound: Double) {
    limit = Limit(weight: weight, others: others, upperBound: upperBound)
    updateHosts()
  }

  public var graph: LayeredGraph { potentials.graph }
  public var shortestLatency: Double { potentials.shortestLatency }

  /// Whether a choice stays whose shortest latency is `latency` [s].
  public func keeps(_ latency: Double) -> Bool {
    guard latency < .infinity else { return false }
    if let longestLatency, latency > longestLatency * CouplingRows.slack { return false }
    guard let limit, limit.weight > 0 else { return true }
    return limit.weight * latency + limit.others <= limit.upperBound
  }

  /// Whether the upper bound leaves out no choice of this job.
  var isComplete: Bool {
    guard let limit, limit.weight > 0 else { return true }
    let longest = min(potentials.longestChoice, (longestLatency ?? .infinity) * CouplingRows.slack)
    return limit.weight * longest + limit.others <= limit.upperBound
  }

  /// An arc of the layered graph that moves a stage over a link.
  public struct StageArc: Sendable {
    /// Index of the link.
    public let link: Int
    public let tail: Int
    public let head: Int
    /// Transfer, propagation and waiting [s].
    public let cost: Double
  }

  /// The arcs that stay in copy `stage`, by tail.
  ///
  /// - Complexity: O(E).
  public func keptArcs(ofStage stage: Int) -> [StageArc] {
    let forward = graph.network.forward
    let costs = graph.stageCosts(ofStage: stage, in: forward)
    var kept: [StageArc] = []
    for arc in 0..<costs.count where costs[arc] < .infinity {
      let (tail, head) = (Int(graph.network.tails[arc]), Int(forward.head[arc]))
      let latency = potentials.latency(throughStage: stage, from: tail, to: head, cost: costs[arc])
      if keeps(latency) {
        let link = Int(forward.origin[arc])
        kept.append(StageArc(link: link, tail: tail, head: head, cost: costs[arc]))
      }
    }
    return kept
  }

  private mutating func updateHosts() {
    hosts = (0..<graph.layerCount).map { layer in
      (0..<graph.nodeCount).filter { keeps(potentials.latency(throughLayer: layer, on: $0)) }
    }
  }
}
