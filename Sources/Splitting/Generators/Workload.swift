import Networks
import Problems
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

extension Workload {
  func validate() throws(GeneratorError) {
    try GeneratorError.check("the number of jobs", jobs, in: 1...1000)
    if let layers {
      guard dnn.hasFreeLayers else {
        throw GeneratorError(description: "\(dnn.rawValue) has its own number of layers; none can be chosen")
      }
      try GeneratorError.check("the number of layers", layers, in: 1...1000)
    }
    try GeneratorError.checkUnlessZero("the rate", rate, in: 1e-3...1e6)
    try GeneratorError.checkUnlessZero("the tightness of memory", tightness.memory, in: 1e-3...10)
    try GeneratorError.checkUnlessZero("the tightness of compute load", tightness.computeLoad, in: 1e-3...10)
    try GeneratorError.checkUnlessZero("the tightness of link load", tightness.linkLoad, in: 1e-3...10)
    try GeneratorError.checkUnlessZero("the tightness of deadlines", tightness.deadline, in: 1e-3...10)
    guard rate > 0 || (tightness.computeLoad == 0 && tightness.linkLoad == 0) else {
      throw GeneratorError(description: "without a rate nothing loads nodes or links: give one")
    }
    try GeneratorError.check("the backlog", backlog, in: 0...1000)
  }
}
