import Foundations

/// Numbers with which somebody else can check a lower bound without solving anything (docs/certificate.md).
public struct Certificate: Sendable, Equatable {
  /// What the proof shows: no plan is worth less [s].
  public var bound: Double
  public var proof: Proof

  public init(bound: Double, proof: Proof) {
    self.bound = bound
    self.proof = proof
  }

  public enum Proof: Sendable, Equatable {
    /// Prices of the coupling constraints: at these, what each job has to pay is a bound.
    case multipliers(Multipliers)
    /// For jobs that take their shortest ways: how far every vertex of each job's layered graph is, or more.
    case potentials([Potentials])
  }

  /// A job's potentials: feasible for the dual of its shortest path problem, so that they prove its latency.
  ///
  /// At a vertex with the lower bound h on what is left, the potential is `latency` - h, but at most the distance in
  /// ``settled`` and at least 0. The bound h follows from ``leastTimes`` and ``runs``.
  public struct Potentials: Sendable, Equatable {
    public var job: Name
    /// [s]
    public var latency: Double
    /// For each layer a time that it takes at least, wherever it runs [s].
    public var leastTimes: [Double]
    /// The stages that start the bound's runs, ascending from 0; empty for the bound without runs.
    public var runs: [Int]
    public var settled: [Settled]

    public init(
      job: Name, latency: Double, leastTimes: [Double], runs: [Int], settled: [Settled]
    ) {
      self.job = job
      self.latency = latency
      self.leastTimes = leastTimes
      self.runs = runs
      self.settled = settled
    }
  }

  /// Distances from the source of vertices in one copy of the layered graph.
  public struct Settled: Sendable, Equatable {
    public var stage: Int
    /// Whether they are those where nodes have been entered to compute, after waiting.
    public var isComputing: Bool
    public var nodes: [Name]
    /// One entry a node [s].
    public var distances: [Double]

    public init(stage: Int, isComputing: Bool, nodes: [Name], distances: [Double]) {
      self.stage = stage
      self.isComputing = isComputing
      self.nodes = nodes
      self.distances = distances
    }
  }

  /// Multipliers of coupling constraints, none negative; what is not named has none.
  public struct Multipliers: Sendable, Equatable {
    /// Of nodes' memory [s/byte].
    public var memory: [OfNode] = []
    /// Of nodes' compute load, which is at most 1 [s].
    public var computeLoad: [OfNode] = []
    /// Of links' load [s/(bit/s)].
    public var linkLoad: [OfLink] = []
    /// Of jobs' deadlines.
    public var deadline: [OfJob] = []
    /// Under the objective `max`, of weight times latency being at most the makespan: they sum to 1.
    public var makespan: [OfJob] = []

    public init() {}
  }

  public struct OfNode: Sendable, Equatable {
    public var node: Name
    public var value: Double

    public init(node: Name, value: Double) {
      self.node = node
      self.value = value
    }
  }

  public struct OfLink: Sendable, Equatable {
    public var from: Name
    public var to: Name
    public var value: Double

    public init(from: Name, to: Name, value: Double) {
      self.from = from
      self.to = to
      self.value = value
    }
  }

  public struct OfJob: Sendable, Equatable {
    public var job: Name
    public var value: Double

    public init(job: Name, value: Double) {
      self.job = job
      self.value = value
    }
  }
}
