/// States of a ``ChainSearch`` from which no completion keeps to a limit, for dominance.
///
/// A state that has used at least as much of every node, at the same place of the chain and under the same or a smaller
/// limit, has no completion either: it would be one of the stored state.
struct ChainMemo {
  /// What a state has used, three entries a node: work, memory, and memory with the largest activations.
  typealias Use = [Double]

  private struct Bucket {
    var limits: [Double] = []
    var uses: [Double] = []
    var next = 0
  }

  /// States a place, the oldest of which are replaced; and the entries of all places together (64 MB).
  private static let bucketLimit = 128
  private static let entryLimit = 8_000_000

  private let width: Int
  private let stageCount: Int
  private var buckets: [Int: Bucket] = [:]
  private var entryCount = 0

  init(_ figures: PipelineFigures) {
    width = 3 * figures.nodeCount
    stageCount = figures.layerCount + 1
  }

  /// Whether a stored state dominates this one.
  func refutes(stage: Int, node: Int, limit: Double, _ use: Use) -> Bool {
    guard let bucket = buckets[node * stageCount + stage] else { return false }
    return use.withUnsafeBufferPointer { use in
      bucket.uses.withUnsafeBufferPointer { stored in
        for (index, storedLimit) in bucket.limits.enumerated() where storedLimit >= limit {
          let base = index * width
          var entry = 0
          while entry < width && stored[base + entry] <= use[entry] { entry += 1 }
          if entry == width { return true }
        }
        return false
      }
    }
  }

  mutating func store(stage: Int, node: Int, limit: Double, _ use: Use) {
    let key = node * stageCount + stage
    if buckets[key] == nil { buckets[key] = Bucket() }
    if buckets[key]?.limits.count ?? 0 < Self.bucketLimit {
      guard entryCount + width <= Self.entryLimit else { return }
      entryCount += width
      buckets[key]?.limits.append(limit)
      buckets[key]?.uses.append(contentsOf: use)
    } else if let next = buckets[key]?.next {
      buckets[key]?.limits[next] = limit
      buckets[key]?.uses.replaceSubrange(next * width..<(next + 1) * width, with: use)
      buckets[key]?.next = (next + 1) % Self.bucketLimit
    }
  }
}
