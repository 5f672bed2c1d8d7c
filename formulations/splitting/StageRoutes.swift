import LinearModels

// The common parts of the formulations that decide routes: a stage's route as a set of links that it crosses,
// and back.

extension [JobChoices.StageArc] {
  /// A route from `start` to `end` along these arcs, without cycles; `nil` if there is none.
  ///
  /// - Complexity: O(nodes passed * arcs); few arcs carry flow.
  public func route(from start: Int, to end: Int) -> [Int]? {
    var parents: [Int: Int] = [start: start]
    var frontier = [start]
    while parents[end] == nil, let node = frontier.popLast() {
      for arc in self where arc.tail == node && parents[arc.head] == nil {
        parents[arc.head] = node
        frontier.append(arc.head)
      }
    }
    guard parents[end] != nil else { return nil }
    var path = [end]
    while let node = path.last, node != start, let parent = parents[node] { path.append(parent) }
    return path.reversed()
  }

  /// The arcs whose variables, one for each arc, are 1.
  public func used(_ variables: [Variable], in values: [Double]) -> [JobChoices.StageArc] {
    zip(self, variables).compactMap { values[$1.column] > 0.5 ? $0 : nil }
  }

  /// Sets the variables of a route's arcs to 1; returns false if one was left out.
  public func mark(_ route: [Int], _ variables: [Variable], in values: inout [Double]) -> Bool {
    for (tail, head) in zip(route, route.dropFirst()) {
      guard let arc = firstIndex(where: { $0.tail == tail && $0.head == head }) else { return false }
      values[variables[arc].column] = 1
    }
    return true
  }
}
