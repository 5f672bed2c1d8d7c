/// The paths of one task: those with a measured accuracy as a list, all others as a graph.
public struct TaskPaths: Sendable {
  /// The paths that are not measured.
  public let graph: PathGraph
  public let measured: [Measured]
  /// The accuracy of the service's own chain, from which arcs take their penalties.
  public let base: Double

  public struct Measured: Sendable {
    /// Of the graph of blocks.
    public let arcs: [Int32]
    public let accuracy: Double
  }

  /// The paths of a task in the graph of blocks of its instance.
  public init(_ instance: CoordinationInstance, _ graph: BlockGraph, task: Int) {
    let service = instance.tasks[task].service
    measured = instance.measured.filter { $0.task == task }.compactMap { path in
      graph.arcs(through: path.blocks, of: service).map { Measured(arcs: $0, accuracy: path.accuracy) }
    }
    self.graph = PathGraph(graph, service: service, besides: measured.map(\.arcs))
    base = instance.services[service].accuracy
  }

  /// The number of paths, exact up to 2^53.
  public var count: Double { graph.pathCount + Double(measured.count) }

  /// A number of paths in words.
  public static func text(ofCount count: Double) -> String {
    count < 0x1p53 ? "\(Int(count))" : count < .infinity ? "about \(count)" : "more than 1e308"
  }

  /// The accuracy of a path: measured, or predicted from the penalties of its arcs.
  public func accuracy(of arcs: [Int32], in graph: BlockGraph) -> Double {
    measured.first { $0.arcs == arcs }?.accuracy ?? predictedAccuracy(of: arcs, in: graph)
  }

  public func predictedAccuracy(of arcs: [Int32], in graph: BlockGraph) -> Double {
    arcs.reduce(base) { $0 - graph.penalties[Int($1)] }
  }

  /// The most accurate path, measured or predicted; `nil` if the task has no path.
  /// - Complexity: O(states + arcs).
  public func mostAccurate(in graph: BlockGraph) -> Measured? {
    var best = measured.max { $0.accuracy < $1.accuracy }
    guard !self.graph.isEmpty else { return best }
    let arcs = self.graph.leastPath(graph.penalties)
    let predicted = Measured(arcs: arcs, accuracy: predictedAccuracy(of: arcs, in: graph))
    if best.map({ $0.accuracy < predicted.accuracy }) ?? true { best = predicted }
    return best
  }
}

extension CoordinationInstance {
  /// The number of paths of all tasks together, as ``TaskPaths/count``.
  public func pathCount(_ graph: BlockGraph) -> Double {
    tasks.indices.reduce(0) { $0 + TaskPaths(self, graph, task: $1).count }
  }
}
