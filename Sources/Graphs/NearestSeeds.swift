import Foundations

/// Computes least costs from seeds to all nodes by Dijkstra's algorithm (1959), for tensors of one size.
struct NearestSeeds {
  let arcs: SearchNetwork.Arcs
  /// The size of the tensor [byte].
  let bytes: Double
  /// The rate of inferences [1/s]; arcs without the bandwidth for `rate` tensors a second are not used.
  let rate: Double
  /// For each node whether paths may pass it; `nil` if they may pass all.
  let relays: FlatArray<Bool>?

  /// Lowers the value of each node u to the least, over all nodes v, of the value of v plus the cost of the
  /// shortest path from v to u; values are infinite if a node is no seed.
  ///
  /// A node that is no relay sends on what starts there, and nothing else.
  ///
  /// In `previous`, the entries of improved nodes become the nodes before them on their paths from the seeds. Only
  /// nodes whose values an arc lowers enter the heap, so the work is small if most seeds already have their least
  /// values.
  ///
  /// - Throws: if the work is cancelled.
  /// - Complexity: O((N + E) log E).
  func spread(
    _ values: FlatArray<Double>, previous: FlatArray<Int32>? = nil, heap: KeyHeap, cancellation: Cancellation
  ) throws(CancellationError) {
    precondition(values.count == arcs.firstArc.count - 1)
    heap.removeAll()
    // Listed first, because nodes that a seed reaches are no seeds; and what a seed without relaying sends on is its
    // own value, whatever reaches it.
    let seeds = (0..<values.count).filter { values[$0] < .infinity }
    let starts = relays == nil ? values : FlatArray(copying: values)
    for node in seeds { relax(from: node, at: starts[node], values, previous, heap) }
    var untilAsked = 1
    while let entry = heap.pop() {
      if entry.key > values[entry.label] { continue }
      relax(from: entry.label, at: entry.key, values, previous, heap)
      untilAsked -= 1
      if untilAsked == 0 {
        if cancellation.isCancelled { throw CancellationError() }
        untilAsked = Cancellation.interval
      }
    }
  }

  @inline(__always)
  private func relax(
    from node: Int, at value: Double, _ values: FlatArray<Double>, _ previous: FlatArray<Int32>?,
    _ heap: KeyHeap
  ) {
    let bits = 8 * rate * bytes
    for arc in arcs.range(node) {
      let head = Int(arcs.head[arc])
      let candidate = value + arcs.cost[arc].seconds(bytes: bytes)
      guard candidate < values[head], arcs.admits(arc, bits: bits) else { continue }
      values[head] = candidate
      previous?[head] = Int32(truncatingIfNeeded: node)
      if relays?[head] ?? true { heap.push(key: candidate, label: head) }
    }
  }

  /// The costs of the shortest paths from one node [s], infinite if there is none, and the node before each on its
  /// path, -1 at the first and if there is none.
  func paths(
    from origin: Int, heap: KeyHeap, cancellation: Cancellation
  ) throws(CancellationError) -> (cost: FlatArray<Double>, previous: FlatArray<Int32>) {
    let cost = FlatArray(repeating: Double.infinity, count: arcs.firstArc.count - 1)
    let previous = FlatArray(repeating: Int32(-1), count: cost.count)
    cost[origin] = 0
    try spread(cost, previous: previous, heap: heap, cancellation: cancellation)
    return (cost, previous)
  }
}

extension SearchNetwork {
  /// The least costs from one node to all others for a tensor of that many bytes, with all links allowed [s]: a
  /// plain search on the network, with which other searches are compared.
  ///
  /// - Throws: if the work is cancelled, which never happens here.
  /// - Complexity: O((N + E) log E).
  public func leastCosts(
    from origin: Int, bytes: Double, workspace: SearchWorkspace
  ) throws(CancellationError) -> [Double] {
    let values = FlatArray(repeating: Double.infinity, count: nodeCount)
    values[origin] = 0
    try NearestSeeds(arcs: forward, bytes: bytes, rate: 0, relays: relays)
      .spread(values, heap: workspace.heap, cancellation: .never)
    return (0..<nodeCount).map { values[$0] }
  }
}
