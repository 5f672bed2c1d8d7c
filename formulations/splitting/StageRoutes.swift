import LinearModels

// The common parts of the formulations that decide routes: a stage's route as a set of links that it crosses,
// and back.

/// An arc of the layered graph that moves a stage over a link, with its binary variable.
public struct Crossing: Sendable {
  public let arc: JobChoices.StageArc
  public let variable: Variable
}

extension [Crossing] {
  /// A route from `start` to `end` along the arcs whose variables are 1, without cycles; `nil` if there is none.
  ///
  /// - Complexity: O(arcs + nodes passed * arcs that carry flow); few do.
  public func route(from start: Int, to end: Int, in values: [Double]) -> [Int]? {
    let used = filter { values[$0.variable.column] > 0.5 }.map(\.arc)
    var parents: [Int: Int] = [start: start]
    var frontier = [start]
    while parents[end] == nil, let node = frontier.popLast() {
      for arc in used where arc.tail == node && parents[arc.head] == nil {
        parents[arc.head] = node
        frontier.append(arc.head)
      }
    }
    guard parents[end] != nil else { return nil }
    var path = [end]
    while let node = path.last, node != start, let parent = parents[node] { path.append(parent) }
    return path.reversed()
  }

  /// Sets the variables of a route's arcs to 1; returns false if one was left out.
  public func mark(_ route: [Int], in values: inout [Double]) -> Bool {
    for (tail, head) in zip(route, route.dropFirst()) {
      guard let crossing = first(where: { $0.arc.tail == tail && $0.arc.head == head }) else { return false }
      values[crossing.variable.column] = 1
    }
    return true
  }
}
