/// How much of a task's traffic the arcs of its graph can carry at the most, if nothing else runs.
///
/// Every request that passes an arc uses at least the least share of each resource that a path through the arc uses. So the
/// rate on the arc is at most the inverse of the largest of these shares.
public struct RateLimits: Sendable {
  /// The largest rate of the whole task [1/s].
  public let total: Double
  /// The largest rate on each arc of the path graph [1/s]; 0 if no request can pass it.
  public let arcs: [Double]

  /// - Complexity: O(R (S + A)) for R resources, S states and A arcs.
  public init(_ paths: PathGraph, _ graph: BlockGraph, rate: Double) {
    let resources = graph.resources.count
    var largest = [Double](repeating: 0, count: paths.arcs.count)
    for resource in 0..<Int32(resources) {
      let uses = paths.arcs.map { arc in
        (graph.nodeResources[Int(arc)] == resource ? graph.nodeUses[Int(arc)] : 0)
          + (graph.linkResources[Int(arc)] == resource ? graph.linkUses[Int(arc)] : 0)
      }
      let lengths = paths.leastLengths(uses)
      for arc in uses.indices { largest[arc] = max(largest[arc], lengths[arc]) }
    }
    let limits = largest.map { use in use > 0 ? min(rate, 1 / use) : rate }
    arcs = limits
    // All of the rate leaves the start.
    let first = paths.isEmpty ? 0 : (paths.starts[0]..<paths.starts[1]).reduce(0) { $0 + limits[Int($1)] }
    total = min(rate, first)
  }
}

extension PathGraph {
  /// The least sum of weights over the paths through each arc.
  ///
  /// - Parameter weights: one for each arc of this graph; infinite for an arc that no path may take.
  /// - Complexity: O(states + arcs).
  public func leastLengths(_ weights: [Double]) -> [Double] {
    guard !isEmpty else { return [] }
    var before = [Double](repeating: .infinity, count: stateCount)
    var after = before
    before[0] = 0
    for state in 0..<stateCount {
      for arc in Int(starts[state])..<Int(starts[state + 1]) {
        before[Int(heads[arc])] = min(before[Int(heads[arc])], before[state] + weights[arc])
      }
    }
    after[stateCount - 1] = 0
    var lengths = weights
    for state in (0..<stateCount).reversed() {
      for arc in Int(starts[state])..<Int(starts[state + 1]) {
        let rest = weights[arc] + after[Int(heads[arc])]
        after[state] = min(after[state], rest)
        lengths[arc] = before[state] + rest
      }
    }
    return lengths
  }
}
