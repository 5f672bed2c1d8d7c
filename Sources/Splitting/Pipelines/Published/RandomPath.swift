import Foundations

extension PublishedPlacement {
  /// Different nodes for the parts, all choices alike.
  ///
  /// - Complexity: O(N).
  package func randomHosts(seed: UInt64) -> [Int] {
    var random = SplitMix64(seed: seed)
    return random.nextIndices(partition.parts.count, below: nodes.count).map { nodes[$0] }
  }
}
