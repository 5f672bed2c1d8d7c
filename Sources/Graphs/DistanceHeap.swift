/// A 4-ary min-heap of (distance, node) pairs for Dijkstra's algorithm with lazy deletion.
///
/// Four children for each node halve the depth of a binary heap, and the four keys that are compared share a
/// cache line; see Johnson, "Priority queues with update and finding minimum spanning trees" (1975).
public struct DistanceHeap {
  public struct Entry {
    public var distance: Double
    public var node: Int32
  }

  private var entries: [Entry] = []

  public init() {}

  public var isEmpty: Bool { entries.isEmpty }

  /// Empties the heap and keeps its memory.
  public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  /// Adds an entry.
  ///
  /// - Complexity: O(log n)
  public mutating func push(distance: Double, node: Int32) {
    let entry = Entry(distance: distance, node: node)
    entries.append(entry)
    entries.withUnsafeMutableBufferPointer { heap in
      var hole = heap.count - 1
      while hole > 0 {
        let parent = (hole - 1) >> 2
        if heap[parent].distance <= distance { break }
        heap[hole] = heap[parent]
        hole = parent
      }
      heap[hole] = entry
    }
  }

  /// Removes the entry with the least distance.
  ///
  /// - Complexity: O(log n)
  public mutating func pop() -> Entry? {
    guard let least = entries.first, let last = entries.popLast() else { return nil }
    if !entries.isEmpty { sink(last) }
    return least
  }

  /// Puts `entry` in place of the root and lets it sink to its position.
  private mutating func sink(_ entry: Entry) {
    entries.withUnsafeMutableBufferPointer { heap in
      let count = heap.count
      var hole = 0
      while true {
        let firstChild = hole << 2 + 1
        if firstChild >= count { break }
        var least = firstChild
        for child in (firstChild + 1)..<max(firstChild + 1, min(firstChild + 4, count))
        where heap[child].distance < heap[least].distance {
          least = child
        }
        if heap[least].distance >= entry.distance { break }
        heap[hole] = heap[least]
        hole = least
      }
      heap[hole] = entry
    }
  }
}
