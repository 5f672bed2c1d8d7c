extension PublishedPlacement {
  /// The nodes of the parts: from every start over the widest link to a node without a part, and of these paths the one
  /// with the least largest transfer.
  ///
  /// The notebooks to Parthasarathy and Krishnamachari (arXiv 2210.12219) call it joint optimisation.
  ///
  /// - Complexity: O(N^2 K) for K parts.
  package func greedyHosts() -> [Int]? {
    if partition.cuts.isEmpty { return partition.parts.isEmpty ? [] : onlyHost.map { [$0] } }
    let paths = nodes.compactMap(greedyPath)
    let transfers = paths.map(largestTransfer)
    return paths.indices.min { transfers[$0] < transfers[$1] }.map { paths[$0] }
  }

  private func greedyPath(from start: Int) -> [Int]? {
    var path = [start]
    var isFree = [Bool](repeating: false, count: figures.nodeCount)
    for node in nodes { isFree[node] = node != start }
    for _ in partition.cuts {
      let tail = path[path.count - 1]
      let next = nodes.filter { isFree[$0] && perBit(from: tail, to: $0) < .infinity }
        .min { perBit(from: tail, to: $0) < perBit(from: tail, to: $1) }
      guard let next else { return nil }
      path.append(next)
      isFree[next] = false
    }
    return path
  }
}
