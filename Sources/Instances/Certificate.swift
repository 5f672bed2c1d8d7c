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
