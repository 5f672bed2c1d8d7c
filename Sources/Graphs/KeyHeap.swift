/// A 4-ary min-heap of (key, label) pairs for searches with lazy deletion that push millions.
///
/// Four children a node halve the depth of a binary heap, and the four keys that are compared share a cache line; see
/// Johnson, "Priority queues with update and finding minimum spanning trees" (1975). The heap keeps its memory from search to
/// search, and is a reference, so that nothing checks for sharing in the inner loop: each search has one of its own.
///
/// Memory: 16 bytes an entry, at most twice as many as were in the heap at once.
public final class KeyHeap {
  public struct Entry {
    public var key: Double
    /// What the key is of: a node, or a row and a node in one number.
    public var label: Int
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 64
  public private(set) var count = 0

  public init() { entries = .allocate(capacity: capacity) }

  deinit { entries.deallocate() }

  public var isEmpty: Bool { count == 0 }

  /// Empties the heap and keeps its memory.
  public func removeAll() { count = 0 }

  /// - Complexity: O(log n)
  @inline(__always)
  public func push(key: Double, label: Int) {
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
    assert(entries[0].key <= key)
  }

  /// Removes the entry with the least key; `nil` if the heap is empty.
  ///
  /// - Complexity: O(log n)
  @inline(__always)
  public func pop() -> Entry? {
    if count == 0 { return nil }
    let least = entries[0]
    count &-= 1
    if count > 0 { sink(entries[count]) }
    assert(count == 0 || least.key <= entries[0].key)
    return least
  }

  /// Puts `entry` where the root was and lets it sink to its place.
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
        // A tournament without branches: which child wins is as good as random.
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
    checkInvariants()
  }

  /// Checks that no entry has a key below its parent's; compiled away in release builds, and called where the heap
  /// grows and by tests, because it is O(n).
  @inline(__always)
  func checkInvariants() {
    #if DEBUG
      precondition(count <= capacity)
      for child in 0..<count where child > 0 {
        precondition(entries[(child - 1) / 4].key <= entries[child].key, "entry \(child) of \(count)")
      }
    #endif
  }
}
