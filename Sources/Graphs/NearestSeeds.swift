import Foundations

/// Least costs from seeds to all nodes by Dijkstra's algorithm (1959), for tensors of one size.
struct NearestSeeds {
  let arcs: SearchNetwork.Arcs
  /// Size of the tensor [byte].
  let bytes: Double
  /// Inferences a second [1/s]; arcs without the bandwidth for `rate` tensors a second are not used.
  let rate: Double

  /// Lowers `values` to the least of value at v plus cost of the way from v to u over all v, for every node u.
  ///
  /// Only nodes that an arc improves enter the heap, so that little happens where most seeds are as low already as
  /// what reaches them.
  ///
  /// - Parameters:
  ///   - values: one number a node; infinite where a node is no seed.
  ///   - previous: receives the node before each improved one on its way from a seed; others are left alone.
  /// - Throws: where the work is cancelled.
  /// - Complexity: O((N + E) log E).
  func spread(
    _ values: FlatArray<Double>, previous: FlatArray<Int32>? = nil, heap: KeyHeap,
    cancellation: Cancellation
  ) throws(CancellationError) {
    precondition(values.count == arcs.firstArc.count - 1)
    heap.removeAll()
    // Listed first: what a seed reaches is no seed.
    let seeds = (0..<values.count).filter { values[$0] < .infinity }
    for node in seeds { relax(from: node, values, previous, heap) }
    var untilAsked = 1
    while let entry = heap.pop() {
      let node = entry.label
      if entry.key > values[node] { continue }
      relax(from: node, values, previous, heap)
      untilAsked -= 1
      if untilAsked == 0 {
        if cancellation.isCancelled { throw CancellationError() }
        untilAsked = Cancellation.interval
      }
    }
  }

  @inline(__always)
  private func relax(
    from node: Int, _ values: FlatArray<Double>, _ previous: FlatArray<Int32>?, _ heap: KeyHeap
  ) {
    let value = values[node]
    let bits = 8 * rate * bytes
    for arc in arcs.range(node) {
      let head = Int(arcs.head[arc])
      let candidate = value + arcs.cost[arc].seconds(bytes: bytes)
      guard candidate < values[head], arcs.admits(arc, bits: bits) else { continue }
      values[head] = candidate
      previous?[head] = Int32(truncatingIfNeeded: node)
      heap.push(key: candidate, label: head)
    }
  }
}

extension SearchNetwork {
  /// Least costs [s] from one node to all others for a tensor of that many bytes, all links allowed; what a plain search
  /// on the bare network costs, to measure others by.
  ///
  /// - Complexity: O((N + E) log E).
  public func leastCosts(
    from origin: Int, bytes: Double, workspace: SearchWorkspace
  ) throws(CancellationError) -> [Double] {
    let values = FlatArray(repeating: Double.infinity, count: nodeCount)
    values[origin] = 0
    try NearestSeeds(arcs: forward, bytes: bytes, rate: 0)
      .spread(values, heap: workspace.heap, cancellation: .never)
    return (0..<nodeCount).map { values[$0] }
  }
}
