import Networks
import Splitting

/// What the jobs of a generated instance are, and how tightly they are coupled.
public struct Workload: Sendable, Equatable {
  public var jobs: Int
  public var dnn: Architecture
  /// Layers of a random chain, or encoder blocks of a transformer; `nil` for the usual number.
  public var layers: Int?
  /// Inferences a second of a job on average [1/s]; a job's own lies between half and one and a half of it. At 0
  /// nothing loads nodes or links.
  public var rate: Double
  /// What the capacities are scaled to: each coupling's own (memory, compute rates, bandwidths, deadlines).
  public var tightness: Tightness
  /// Work waiting at a server, in inferences, and data waiting at a link, in inputs: drawn evenly from 0 to this.
  public var backlog: Double
  public var options: Options

  public init(
    jobs: Int, dnn: Architecture, layers: Int? = nil, rate: Double = 0,
    tightness: Tightness = Tightness(), backlog: Double = 0, options: Options = Options()
  ) {
    self.jobs = jobs
    self.dnn = dnn
    self.layers = layers
    self.rate = rate
    self.tightness = tightness
    self.backlog = backlog
    self.options = options
  }
}
