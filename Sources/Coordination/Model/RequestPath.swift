/// A path of a task, with what a request on it gains and uses.
public struct RequestPath: Sendable {
  public let task: Int
  /// Of the graph of blocks.
  public let arcs: [Int32]
  public let accuracy: Double
  /// The resources that it uses, ascending, and the share of each for a request a second.
  public let resources: [Int32]
  public let uses: [Double]
  /// The largest rate that the path takes if nothing else runs [1/s]; 0 if it takes none.
  public let limit: Double

  /// A path of a task, whose accuracy is known.
  public init(
    _ instance: CoordinationInstance, _ graph: BlockGraph, task: Int, arcs: [Int32], accuracy: Double
  ) {
    var total: [Int32: Double] = [:]
    for arc in arcs.map(Int.init) {
      if graph.nodeUses[arc] > 0 { total[graph.nodeResources[arc], default: 0] += graph.nodeUses[arc] }
      if graph.linkUses[arc] > 0 { total[graph.linkResources[arc], default: 0] += graph.linkUses[arc] }
    }
    self.task = task
    self.arcs = arcs
    self.accuracy = accuracy
    resources = total.keys.sorted()
    uses = resources.map { total[$0] ?? 0 }
    let most = uses.max() ?? 0
    limit = most > 0 ? min(instance.tasks[task].rate, 1 / most) : instance.tasks[task].rate
  }

  /// The reward of a request a second.
  public func reward(_ instance: CoordinationInstance) -> Double { instance.tasks[task].value * accuracy }
}

extension CoordinationInstance {
  /// The least accuracy of a path that may carry all requests of a task, tolerance included; `nil` for any.
  public func leastAccuracy(ofTask task: Int) -> Double? {
    tasks[task].accuracy.map { $0 - CoordinationProblem.accuracyTolerance }
  }

  /// The least mean accuracy of a mixture of paths; `nil` for any. A thousandth of the tolerance is left for rounding errors.
  public func leastMeanAccuracy(ofTask task: Int) -> Double? {
    tasks[task].accuracy.map { $0 - 0.999 * CoordinationProblem.accuracyTolerance }
  }

  /// Whether requests of a task can add to the reward.
  public func counts(task: Int) -> Bool { tasks[task].value > 0 && tasks[task].rate > 0 }
}
