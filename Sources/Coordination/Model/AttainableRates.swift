extension CoordinationInstance {
  /// The instance with rates of tasks that are no larger than what the capacities let pass at the wanted accuracy.
  ///
  /// A rate of 1e9 that never comes about puts the coefficients of a model out of proportion, and a solver then takes what
  /// can pass for a rounding error. No plan has a rate that is cut.
  /// - Complexity: O(A) for A arcs in each round of a search for a multiplier, for each task.
  public func withAttainableRates(_ graph: BlockGraph) -> CoordinationInstance {
    var instance = self
    for task in tasks.indices where counts(task: task) {
      let use = RequestUse(self, graph, task: task).least
      guard use > 0 else { continue }
      // Rounding errors must not make it less than what passes.
      let most = Double(graph.resources.count) / use * (1 + 1e-9)
      instance.tasks[task].rate = min(tasks[task].rate, most)
    }
    return instance
  }
}

/// How much a request of a task uses of all resources together, at least.
///
/// For paths p with uses u_p and accuracies that lack e_p of the wanted one, the rates of a plan have a sum of u_p x_p of at
/// most the number of resources, and a sum of e_p x_p of at most 0. So a request uses at least the least of u_p + lambda e_p,
/// for any lambda >= 0. The best one is found as for constrained shortest paths (Handler and Zang, Networks 10, 1980).
private struct RequestUse {
  private struct Path {
    /// The shares of all resources together; infinite if one of them can do nothing.
    var use: Double
    /// What the accuracy lacks, negative if it is higher than wanted.
    var lack: Double
  }

  private let paths: TaskPaths
  private let graph: BlockGraph
  private let wanted: Double
  private let measured: [Path]
  /// By arc of the graph of blocks; infinite for an arc on which no request can be.
  private var uses: [Double]

  init(_ instance: CoordinationInstance, _ graph: BlockGraph, task: Int) {
    self.graph = graph
    paths = TaskPaths(instance, graph, task: task)
    let wanted = instance.leastAccuracy(ofTask: task) ?? -.infinity
    self.wanted = wanted
    uses = zip(graph.nodeUses, graph.linkUses).map { $0 + $1 }
    let isSingle = instance.paths == .single
    measured = paths.measured.map { [uses] path in
      Path(use: path.arcs.reduce(0) { $0 + uses[Int($1)] }, lack: wanted - path.accuracy)
    }.filter { $0.use < .infinity && (!isSingle || $0.lack <= 0) }
    if isSingle, wanted > -.infinity { barInaccurateArcs() }
  }

  /// Where a task takes one path, arcs are of no use if none of their paths is accurate enough.
  private mutating func barInaccurateArcs() {
    let arcs = paths.graph.arcs.map(Int.init)
    let penalties = paths.graph.leastLengths(
      arcs.map { uses[$0] < .infinity ? graph.penalties[$0] : .infinity })
    var least = [Double](repeating: .infinity, count: graph.arcCount)
    for (arc, penalty) in zip(arcs, penalties) { least[arc] = min(least[arc], penalty) }
    // The sum in another order may be a little larger.
    for arc in least.indices where paths.base - least[arc] < wanted - 1e-12 { uses[arc] = .infinity }
  }

  /// Infinite if no request can pass.
  var least: Double {
    guard var inaccurate = best(useFactor: 1, lackFactor: 0) else { return .infinity }
    if inaccurate.lack <= 0 { return inaccurate.use }
    guard var accurate = best(useFactor: 0, lackFactor: 1), accurate.lack <= 0 else { return .infinity }
    var least = inaccurate.use
    for _ in 0..<Self.mostRounds {
      let factor = (accurate.use - inaccurate.use) / (inaccurate.lack - accurate.lack)
      guard let path = best(useFactor: 1, lackFactor: factor) else { return .infinity }
      least = max(least, path.use + factor * path.lack)
      if least >= (inaccurate.use + factor * inaccurate.lack) * (1 - 1e-9) { break }
      if path.lack > 0 { inaccurate = path } else { accurate = path }
    }
    return least
  }

  /// Every multiplier gives a bound, and the first ones nearly the best.
  private static let mostRounds = 30

  /// The path with the least sum of both by some factors.
  private func best(useFactor: Double, lackFactor: Double) -> Path? {
    func cost(_ path: Path) -> Double {
      useFactor * path.use + (lackFactor > 0 ? lackFactor * path.lack : 0)
    }
    var candidates = measured
    if !paths.graph.isEmpty {
      let weights = uses.indices.map { arc in
        uses[arc] < .infinity ? useFactor * uses[arc] + lackFactor * graph.penalties[arc] : .infinity
      }
      let arcs = paths.graph.leastPath(weights)
      let use = arcs.reduce(0) { $0 + uses[Int($1)] }
      if use < .infinity {
        candidates.append(Path(use: use, lack: wanted - paths.predictedAccuracy(of: arcs, in: graph)))
      }
    }
    return candidates.min { cost($0) < cost($1) }
  }
}
