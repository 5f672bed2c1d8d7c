import Foundations

/// Numbers with which anybody can check a lower bound without a solver (docs/certificate.md).
public struct Certificate: Sendable, Equatable {
  /// The bound that the proof shows: no plan has a smaller value [s].
  public var bound: Double
  public var proof: Proof

  public init(bound: Double, proof: Proof) {
    self.bound = bound
    self.proof = proof
  }

  /// The numbers that prove the bound.
  public enum Proof: Sendable, Equatable {
    /// Prices of the coupling constraints: the least costs of the jobs at these prices give a bound.
    case multipliers(Multipliers)
    /// Potentials of each job's layered graph, for plans in which each job takes its shortest path.
    case potentials([Potentials])
  }

  /// A job's potentials: a feasible solution of the dual of its shortest path problem, which proves its latency.
  ///
  /// At a vertex from which at least h remains, the potential is `latency` - h, but at most the distance in
  /// ``settled`` and at least 0. The bound h follows from ``leastTimes`` and ``runs``.
  public struct Potentials: Sendable, Equatable {
    public var job: Name
    /// [s]
    public var latency: Double
    /// For each layer a lower bound on its time on any node [s].
    public var leastTimes: [Double]
    /// The stages at which the bound's runs start, ascending from 0; empty for the bound without runs.
    public var runs: [Int]
    public var settled: [Settled]

    public init(job: Name, latency: Double, leastTimes: [Double], runs: [Int], settled: [Settled]) {
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
    /// Whether the vertices are those of nodes that have been entered to compute, after waiting.
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

  /// Multipliers of coupling constraints, none negative; a constraint that is not listed has the multiplier 0.
  public struct Multipliers: Sendable, Equatable {
    /// Whether jobs take the cheapest of the paths on which every block fits its node: a run of layers that it computes one
    /// after the other. Otherwise each layer by itself has to fit.
    public var blocks = false
    /// For the memory of nodes [s/byte].
    public var memory: [Multiplier] = []
    /// For the constraints that a node holds a layer's weights if a job runs the layer there, for DNNs that two or
    /// more jobs run [s].
    public var holding: [LayerMultiplier] = []
    /// For the constraints that the largest activations of a job on a node are at least those of a layer that the
    /// job runs there [s/byte].
    public var peak: [LayerMultiplier] = []
    /// For the compute load of nodes, which is at most 1 [s].
    public var computeLoad: [Multiplier] = []
    /// For the load of links, each named by its tail and its head [s/(bit/s)].
    public var linkLoad: [Multiplier] = []
    /// For the deadlines of jobs.
    public var deadline: [Multiplier] = []
    /// For cuts: of some jobs' large blocks not all are on a node; only with ``blocks``.
    public var cuts: [Cut] = []
    /// By job: a value such that no path of the job that keeps the job's own limits costs less [s].
    public var paths: [Multiplier] = []
    /// For the limits that a job has alone, as an aid to checking its value in ``paths``: for the memory of a node
    /// without activations [s/byte], and for the compute load of a node [s], by job and node.
    public var (ownMemory, ownComputeLoad): ([Multiplier], [Multiplier]) = ([], [])
    /// The same for the job's deadline.
    public var ownDeadline: [Multiplier] = []
    /// Under the objective `max`, for the constraints that a job's weight times its latency is at most the
    /// makespan; they sum to 1.
    public var makespan: [Multiplier] = []

    public init() {}
  }

  /// The multiplier of the constraint of a node, a link, a job, or a job on a node.
  public struct Multiplier: Sendable, Equatable {
    /// The node, the tail and the head of the link, the job, or the job and the node.
    public var names: [Name]
    public var value: Double

    public init(_ names: [Name], value: Double) {
      self.names = names
      self.value = value
    }
  }

  /// The multiplier of a cut: of some jobs, at most so many have a large block on a node, because the memory of
  /// more of these blocks does not fit there.
  public struct Cut: Sendable, Equatable {
    public var node: Name
    public var jobs: [CutJob]
    /// How many of the jobs' blocks the node has room for, at most.
    public var atMost: Int
    /// [s]
    public var value: Double

    public init(node: Name, jobs: [CutJob], atMost: Int, value: Double) {
      self.node = node
      self.jobs = jobs
      self.atMost = atMost
      self.value = value
    }
  }

  /// Which block of a job counts in a cut.
  public struct CutJob: Sendable, Equatable {
    public var job: Name
    /// The layers that the block holds, from 0: the first and the last.
    public var layers: ClosedRange<Int>
    /// The memory that it takes at least [byte].
    public var memory: Double

    public init(job: Name, layers: ClosedRange<Int>, memory: Double) {
      self.job = job
      self.layers = layers
      self.memory = memory
    }
  }

  /// The multiplier of a constraint of one layer of a job on one node.
  public struct LayerMultiplier: Sendable, Equatable {
    public var job: Name
    /// The index of the layer, from 0.
    public var layer: Int
    public var node: Name
    public var value: Double

    public init(job: Name, layer: Int, node: Name, value: Double) {
      self.job = job
      self.layer = layer
      self.node = node
      self.value = value
    }
  }
}
