/// A 4-ary min-heap of (key, label) pairs for searches with lazy deletion that push millions of entries.
///
/// In contrast to ``DistanceHeap`` it carries 64-bit labels, keeps its memory from search to search, and is a
/// reference, so that nothing checks for sharing in the inner loop. See Johnson (1975) on d-ary heaps.
final class KeyHeap {
  struct Entry {
    var key: Double
    var label: UInt64
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 1024
    entries = .allocate(capacity: capacity)
  }

  deinit { entries.deallocate() }

  /// Empties the heap and keeps its memory.
  func removeAll() { count = 0 }

  /// - Complexity: O(log n)
  @inline(__always)
  func push(key: Double, label: UInt64) {
    if count == capacity { grow() }
    var hole = count
    count += 1
    while hole > 0 {
      let parent = (hole &- 1) >> 2
      if entries[parent].key <= key { break }
      entries[hole] = entries[parent]
      hole = parent
    }
    entries[hole] = Entry(key: key, label: label)
  }

  /// Removes the entry with the least key.
  ///
  /// - Complexity: O(log n)
  @inline(__always)
  func pop() -> Entry? {
    if count == 0 { return nil }
    let least = entries[0]
    count &-= 1
    if count > 0 { sink(entries[count]) }
    return least
  }

  /// Puts `entry` in place of the root and lets it sink to its position.
  @inline(__always)
  private func sink(_ entry: Entry) {
    let key = entry.key
    let end = count
    let entries = entries
    var hole = 0
    while true {
      let first = hole &* 4 &+ 1
      var least = first
      if first &+ 3 < end {
        // A tournament without branches, because branch prediction cannot guess the least child.
        let left = first &+ (entries[first &+ 1].key < entries[first].key ? 1 : 0)
        let right = first &+ (entries[first &+ 3].key < entries[first &+ 2].key ? 3 : 2)
        least = entries[right].key < entries[left].key ? right : left
      } else {
        if first >= end { break }
        for child in (first &+ 1)..<max(first &+ 1, end) where entries[child].key < entries[least].key {
          least = child
        }
      }
      if entries[least].key >= key { break }
      entries[hole] = entries[least]
      hole = least
    }
    entries[hole] = entry
  }

  private func grow() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: entries, count: count)
    entries.deallocate()
    entries = larger
    capacity *= 2
  }
}
