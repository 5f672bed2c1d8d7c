/// The nodes that a search has reached and not settled, of which the nearest comes next.
///
/// Dijkstra's search with a list in blocks, each with its least distance: fewer steps than a heap takes on some tens of nodes,
/// and O(sqrt(nodes)) a node on hundreds. It is a reference, so that nothing checks for sharing in the inner loop: each
/// search has one of its own.
final class OpenNodes {
  private static let blockBits = 5
  private let blockCount: Int
  /// By node, filled up to whole blocks: its distance; infinite if it is not open. And the least one of each block.
  private let distances: UnsafeMutablePointer<Double>
  private let least: UnsafeMutablePointer<Double>

  init(nodeCount: Int) {
    blockCount = (nodeCount + (1 << Self.blockBits) - 1) >> Self.blockBits
    distances = .allocate(capacity: blockCount << Self.blockBits)
    distances.initialize(repeating: .infinity, count: blockCount << Self.blockBits)
    least = .allocate(capacity: blockCount)
    least.initialize(repeating: .infinity, count: blockCount)
  }

  deinit {
    distances.deallocate()
    least.deallocate()
  }

  /// Opens a node, or brings an open one closer. Infinity opens nothing.
  @inline(__always)
  func open(_ node: Int, at distance: Double) {
    distances[node] = distance
    let block = node >> Self.blockBits
    if distance < least[block] { least[block] = distance }
  }

  /// Takes the nearest node out; `nil` if none is open.
  @inline(__always)
  func next() -> (node: Int, distance: Double)? {
    var (block, distance) = (-1, Double.infinity)
    for other in 0..<blockCount where least[other] < distance { (block, distance) = (other, least[other]) }
    guard block >= 0 else { return nil }
    let first = block << Self.blockBits
    var (node, following) = (-1, Double.infinity)
    for other in first..<first + (1 << Self.blockBits) {
      let reached = distances[other]
      if node < 0 && reached == distance { node = other } else if reached < following { following = reached }
    }
    distances[node] = .infinity
    least[block] = following
    return (node, distance)
  }

  /// Closes all nodes.
  func removeAll() {
    distances.update(repeating: .infinity, count: blockCount << Self.blockBits)
    least.update(repeating: .infinity, count: blockCount)
  }
}
