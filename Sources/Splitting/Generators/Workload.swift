import Networks
import Splitting

/// The jobs of a generated instance and the tightness of their coupling.
public struct Workload: Sendable, Equatable {
  public var jobs: Int
  public var dnn: Architecture
  /// Layers of a random chain, or encoder blocks of a transformer; `nil` for the usual number.
  public var layers: Int?
  /// The mean rate of the jobs [1/s]; a job's own lies between half and one and a half of it. At 0 nothing loads
  /// nodes or links.
  public var rate: Double
  /// The tightness to which capacities are scaled: memory, compute rates, bandwidths and deadlines, each for its own
  /// coupling.
  public var tightness: Tightness
  /// The largest work waiting at a server, in inferences, and the largest data waiting at a link, in inputs; drawn
  /// uniformly from 0 on.
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

// The usual workloads of the families.
extension Workload {
  /// One random job of six layers, uncoupled.
  public static let chain = Workload(jobs: 1, dnn: .random, layers: 6)
  /// Four jobs of different DNNs, coupled by memory.
  public static let twoTier = Workload(jobs: 4, dnn: .mixed, tightness: Tightness(memory: 0.7))
  /// Six jobs of different DNNs, coupled by memory.
  public static let geometric = Workload(jobs: 6, dnn: .mixed, tightness: Tightness(memory: 0.65))
  // Jobs of one DNN share its weights: the nodes together have room for two or three copies, and no node for one.
  /// Four jobs through VGG-19, coupled by memory.
  public static let backbone = Workload(jobs: 4, dnn: .vgg19, tightness: Tightness(memory: 0.5))
  /// Six jobs through VGG-16, coupled by memory.
  public static let fatTree = Workload(jobs: 6, dnn: .vgg16, tightness: Tightness(memory: 0.35))
}
