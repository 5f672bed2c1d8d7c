import Foundations
import Networks

/// A network, the DNNs that may run on it, and the jobs that ask for them.
///
/// All quantities are in base units: FLOP, FLOP/s, byte, bit/s, second, 1/s. References between parts are
/// indices into the arrays here; the reader has checked them.
public struct Instance: Sendable, Equatable {
  public var network: Network
  public var dnns: [DNN]
  public var jobs: [Job]
  public var options: Options
  /// On how many different nodes layers may run, those of all jobs together; `nil` for any number. No file states it: it
  /// is how the front of value against hosts is searched.
  public var hostLimit: Int?
  /// The limits in force in place of those that the figures state; `nil` for these. No file states them: they are how the
  /// reason of an infeasibility is searched.
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
}

/// One stream of inferences: a DNN, where its input comes from and where its output goes.
public struct Job: Sendable, Equatable {
  public var id: Name
  /// Index of the DNN.
  public var dnn: Int
  /// Index of the node where stage 0 starts.
  public var source: Int
  /// Index of the node where the last stage ends.
  public var target: Int
  /// Inferences a second [1/s].
  public var rate: Double
  public var weight: Double
  /// Largest latency allowed [s]; `nil` where there is none.
  public var deadline: Double?
  /// When the job arrives [s]; only schedules use it.
  public var release: Double
  /// Restrictions of hosts, in the order of the file; at most one a layer.
  public var hosts: [HostRule]

  public init(
    id: Name, dnn: Int, source: Int, target: Int, rate: Double = 0, weight: Double = 1,
    deadline: Double? = nil, release: Double = 0, hosts: [HostRule] = []
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
  }
}

public struct Options: Sendable, Equatable {
  public var waiting: WaitingPolicy
  public var objective: ObjectiveKind

  public init(waiting: WaitingPolicy = .visit, objective: ObjectiveKind = .total) {
    self.waiting = waiting
    self.objective = objective
  }
}

/// What is minimised.
public enum ObjectiveKind: String, Sendable, CaseIterable {
  /// The sum of the weighted latencies.
  case total
  /// The largest weighted latency.
  case max
}

extension Instance {
  /// The objective where each job takes the given latency [s]; infinite if one is.
  package func cost(ofLatencies latencies: [Double]) -> Double {
    let weighted = zip(jobs, latencies).map { $1 < .infinity ? $0.weight * $1 : .infinity }
    return options.objective == .total ? weighted.reduce(0, +) : weighted.max() ?? 0
  }
}
