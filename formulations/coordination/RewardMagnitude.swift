import Coordination

extension CoordinationInstance {
  /// A part of a resource or of the reward that is left out: a tolerance would not show it, but a coefficient as small spoils
  /// the scaling, and GLPK 5.0 aborts if it finds one of 1e-305.
  static let leastShare = 1e-15

  /// About the size of the reward: the most that a task earns alone on one of three paths, its own blocks, those that use
  /// least and the most accurate ones; `nil` if these earn nothing.
  func rewardMagnitude(_ graph: BlockGraph) -> Double? {
    let uses = zip(graph.nodeUses, graph.linkUses).map { $0 + $1 }
    var most = 0.0
    for task in tasks.indices where counts(task: task) {
      let service = tasks[task].service
      let blocks = services[service].blocks.indices.map { BlockVertex(service: service, position: $0 + 1) }
      let all = TaskPaths(self, graph, task: task)
      var candidates = [graph.arcs(through: blocks, of: service)].compactMap(\.self)
      if !all.graph.isEmpty {
        candidates += [all.graph.leastPath(uses), all.graph.leastPath(graph.penalties)]
      }
      let found = candidates.map {
        RequestPath(self, graph, task: task, arcs: $0, accuracy: all.accuracy(of: $0, in: graph))
      }
      // Requests that may take none of these paths earn nothing, however many there are.
      let least = leastAccuracy(ofTask: task) ?? -.infinity
      let isAttainable = paths == .split && found.contains { $0.accuracy >= least }
      for path in found where isAttainable || path.accuracy >= least {
        most = max(most, path.limit * path.reward(self))
      }
    }
    return most > 0 ? most : nil
  }
}
