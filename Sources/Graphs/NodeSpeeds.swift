import Networks

/// How fast the nodes of a network compute and move bytes.
struct NodeSpeeds: Sendable {
  /// The compute rates [FLOP/s]; 0 if a node only hosts layers measured on it.
  let compute: FlatArray<Double>
  /// The memory bandwidths [byte/s], infinite without one; `nil` if no node has one.
  let memoryBandwidth: FlatArray<Double>?
  /// The largest compute rate [FLOP/s], and the largest memory bandwidth of a node that computes [byte/s].
  let largest: (compute: Double, memoryBandwidth: Double)

  /// - Complexity: O(N).
  init(_ nodes: [Node]) {
    compute = FlatArray(nodes.lazy.map(\.compute))
    let isBound = nodes.contains { $0.memoryBandwidth != nil }
    memoryBandwidth = isBound ? FlatArray(nodes.lazy.map { $0.memoryBandwidth ?? .infinity }) : nil
    largest = Self.largest(compute, memoryBandwidth, among: nodes.indices)
  }

  /// The largest speeds of these nodes.
  func largest(among nodes: [Int]) -> (compute: Double, memoryBandwidth: Double) {
    Self.largest(compute, memoryBandwidth, among: nodes)
  }

  private static func largest(
    _ compute: FlatArray<Double>, _ memoryBandwidth: FlatArray<Double>?, among nodes: some Sequence<Int>
  ) -> (compute: Double, memoryBandwidth: Double) {
    var (rate, bandwidth) = (0.0, 0.0)
    for node in nodes where compute[node] > 0 {
      rate = max(rate, compute[node])
      bandwidth = max(bandwidth, memoryBandwidth?[node] ?? .infinity)
    }
    return (rate, bandwidth)
  }

  /// The time on a node that computes: by its rate or by its memory bandwidth, whichever takes longer [s].
  ///
  /// It is the roofline model (Williams, Waterman and Patterson, "Roofline", 2009).
  @inline(__always)
  func time(work: Double, traffic: Double, on node: Int) -> Double {
    let computing = work / compute[node]
    guard let memoryBandwidth else { return computing }
    return max(computing, traffic / memoryBandwidth[node])
  }
}
