import Foundations
import Graphs
import Networks

/// A network, the DNNs that may run on it, and the jobs that ask for them.
///
/// All quantities are in base units: FLOP, FLOP/s, byte, bit/s, second, 1/s. References between parts are indices
/// into the arrays here; the reader has checked them.
public struct Instance: Sendable, Equatable {
  public var network: Network
  public var dnns: [DNN]
  public var jobs: [Job]
  public var options: Options
  /// The number of different nodes on which the layers of all jobs together may run; `nil` for any number. Only
  /// the search for the front of value against number of hosts sets it.
  public var hostLimit: Int?
  /// Limits that replace those that the figures state; `nil` to keep the stated ones. Only the search for the
  /// reason of an infeasibility sets them.
  public var relaxedLimits: CouplingLimits?

  public init(network: Network, dnns: [DNN], jobs: [Job], options: Options = Options()) {
    self.network = network
    self.dnns = dnns
    self.jobs = jobs
    self.options = options
  }

  /// The size of the stages of a job [byte], L+1 entries.
  public func stageBytes(ofJob job: Int) -> [Double] {
    let dnn = dnn(ofJob: job)
    return [dnn.input] + dnn.layers.map(\.output)
  }

  /// The DNN that job `job` runs.
  public func dnn(ofJob job: Int) -> DNN { dnns[jobs[job].dnn] }

  /// A lower bound on the objective if each job takes the given latency [s]; infinite if one of these is. It is the
  /// objective itself but for `bottleneck`, of which latencies say nothing else.
  package func cost(ofLatencies latencies: [Double]) -> Double {
    let weighted = zip(jobs, latencies).map { $1 < .infinity ? $0.weight * $1 : .infinity }
    return switch options.objective {
    case .total: weighted.reduce(0, +)
    case .max: weighted.max() ?? 0
    case .bottleneck: weighted.contains(.infinity) ? .infinity : 0
    }
  }
}

/// One stream of inferences: a DNN, the node where its input starts and the node where its output ends.
public struct Job: Sendable, Equatable {
  public var id: Name
  /// The index of the DNN.
  public var dnn: Int
  /// The index of the node where stage 0 starts.
  public var source: Int
  /// The index of the node where the last stage ends.
  public var target: Int
  /// The rate of inferences [1/s].
  public var rate: Double
  public var weight: Double
  /// The largest latency allowed [s]; `nil` if there is no limit.
  public var deadline: Double?
  /// The time at which the job arrives [s]; only schedules use it.
  public var release: Double
  /// Restrictions of the layers' hosts, in the order of the file; at most one for each layer.
  public var hosts: [HostRule]
  /// Whether a node runs at most one run of consecutive layers of the job.
  public var isContiguous: Bool

  public init(
    id: Name, dnn: Int, source: Int, target: Int, rate: Double = 0, weight: Double = 1,
    deadline: Double? = nil, release: Double = 0, hosts: [HostRule] = [], isContiguous: Bool = false
  ) {
    self.id = id
    self.dnn = dnn
    self.source = source
    self.target = target
    self.rate = rate
    self.weight = weight
    self.deadline = deadline
    self.release = release
    self.hosts = hosts
    self.isContiguous = isContiguous
  }
}

/// The waiting policy and the objective of an instance.
public struct Options: Sendable, Equatable {
  public var waiting: WaitingPolicy
  public var objective: ObjectiveKind

  public init(waiting: WaitingPolicy = .visit, objective: ObjectiveKind = .total) {
    self.waiting = waiting
    self.objective = objective
  }
}

/// The function of a plan that is minimised.
public enum ObjectiveKind: String, Sendable, CaseIterable {
  /// The sum of the weighted latencies.
  case total
  /// The largest weighted latency.
  case max
  /// The largest load of a node or link: its inverse is the factor by which all rates can grow, and for one job without a
  /// rate the throughput.
  case bottleneck
}

extension Instance {
  /// The inferences a second with which a job loads nodes and links [1/s]: its rate; but under `bottleneck` each job counts
  /// with 1/s if none has a rate.
  ///
  /// - Complexity: O(1), and O(J) under `bottleneck`.
  public func loadRate(ofJob job: Int) -> Double {
    let rate = jobs[job].rate
    guard options.objective == .bottleneck, rate == 0 else { return rate }
    return jobs.allSatisfy { $0.rate == 0 } ? 1 : 0
  }

  /// The same question for the least total latency if no node and no link may have a load above `largest` [s of work a
  /// second], which is one of rates divided by that limit.
  package func limitingLoads(to largest: Double) -> Instance {
    var limited = self
    for job in jobs.indices { limited.jobs[job].rate = loadRate(ofJob: job) / largest }
    limited.options.objective = .total
    return limited
  }

  /// The same question for the least total latency if loads have no limits: that of a plan with its bottleneck beside.
  package var withFreeLoads: Instance {
    var free = self
    free.options.objective = .total
    free.relaxedLimits = free.limits.keeping([CouplingConstraint.Family.memory, .deadline])
    return free
  }

  /// The source, target, DNN, rate and rules for hosts of a job, from which its layered graph is made.
  public func request(ofJob job: Int) -> LayeredRequest {
    let description = jobs[job]
    return LayeredRequest(
      source: description.source, target: description.target, dnn: dnns[description.dnn],
      rate: loadRate(ofJob: job), hosts: description.hosts)
  }

  /// The layered graph of a job, without the choices that alone exceed a capacity.
  ///
  /// - Complexity: O(N + L).
  public func layeredGraph(ofJob job: Int, _ network: NetworkGraph, _ capacities: Capacities) -> LayeredGraph
  {
    LayeredGraph(request(ofJob: job), in: network, waiting: options.waiting, capacities: capacities)
  }

  /// The network for searches, without the choices that by themselves break a coupling constraint.
  ///
  /// - Complexity: O(N + E).
  public var searchNetwork: SearchNetwork {
    SearchNetwork(network, waiting: options.waiting, capacities: limits.capacities)
  }
}
