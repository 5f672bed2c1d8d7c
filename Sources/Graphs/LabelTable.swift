/// The labels of one search over a layered graph. Memory follows the search: what it does not touch is not there.
///
/// A *vertex* is a node in a row, and rows are the transit and compute vertices of the copies. Labels of four nodes with
/// neighbouring numbers share a cache line, and a hash table with linear probing (Knuth, TAOCP 6.4) finds the line.
/// Small graphs get a line for every vertex, which saves the hashing, and generations in place of clearing.
final class LabelTable {
  struct Label {
    /// From the source [s].
    var distance = Double.infinity
    /// The node before in the same row, or one of the marks below.
    var parent: Int32 = 0
    /// Generation times two, plus one if the label is settled.
    fileprivate var stamp: UInt32 = 0

    /// The layer before was computed on the node.
    static let computed: Int32 = -1
    /// Entered from the transit vertex of the same stage.
    static let entered: Int32 = -2
    static let source: Int32 = -3
  }

  private struct Slot {
    var line = LabelTable.free
    var position: UInt32 = 0
  }

  private static let lineShift = 4
  private static let labelsPerLine = 1 << lineShift
  private static let linesPerChunk = 1 << 10
  /// No line has this number, because a row takes less than 32 bits.
  private static let free = UInt64.max
  /// Graphs up to this size have a label for every vertex [labels of 16 bytes].
  private static let denseLimit = 1 << 18

  private var slots = freeSlots(1 << 10)
  private var capacity = 1 << 10
  private var lineCount = 0
  private var chunks: [UnsafeMutablePointer<Label>] = []
  private var dense: UnsafeMutablePointer<Label>?
  private var denseCount = 0
  private var stamp: UInt32 = 0
  private var nodeCount = 0
  private var rowCount = 0
  private var isDense = false

  deinit {
    slots.deallocate()
    dense?.deallocate()
    for chunk in chunks { chunk.deallocate() }
  }

  /// Forgets all labels and prepares for a graph of that size.
  func reset(nodeCount: Int, rowCount: Int) {
    precondition(nodeCount < 1 << 31 && rowCount < 1 << 30)
    self.nodeCount = nodeCount
    self.rowCount = rowCount
    isDense = nodeCount * rowCount <= Self.denseLimit
    if isDense { resetDense(nodeCount * rowCount) } else { resetSparse() }
    checkInvariants()
  }

  private func resetDense(_ count: Int) {
    if denseCount < count || stamp > UInt32.max - 4 {
      dense?.deallocate()
      denseCount = max(count, denseCount)
      dense = .allocate(capacity: max(1, denseCount))
      dense?.initialize(repeating: Label(), count: denseCount)
      stamp = 0
    }
    stamp += 2
  }

  private func resetSparse() {
    // A table much larger than the last search needed would cost more to clear than to grow again.
    if capacity > 1 << 14 && lineCount < capacity / 32 {
      slots.deallocate()
      capacity = 1 << 10
      slots = Self.freeSlots(capacity)
    } else {
      slots.initialize(repeating: Slot(), count: capacity)
    }
    lineCount = 0
  }

  private static func freeSlots(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    slots.initialize(repeating: Slot(), count: capacity)
    return slots
  }

  /// The label of a vertex, infinite and unsettled if nothing has reached it yet; valid until the next call.
  @inline(__always)
  func label(row: Int, node: Int) -> UnsafeMutablePointer<Label> {
    assert(row < rowCount && node < nodeCount)
    if isDense, let dense {
      let label = dense + (row &* nodeCount &+ node)
      if label.pointee.stamp | 1 != stamp | 1 { label.pointee = Label(stamp: stamp) }
      return label
    }
    return line(UInt64(row) << 32 | UInt64(node >> Self.lineShift)) + (node & (Self.labelsPerLine &- 1))
  }

  @inline(__always)
  func isSettled(_ label: UnsafeMutablePointer<Label>) -> Bool { label.pointee.stamp & 1 == 1 }

  @inline(__always)
  func settle(_ label: UnsafeMutablePointer<Label>) { label.pointee.stamp |= 1 }

  /// Gives a label a shorter distance and opens it again.
  @inline(__always)
  func improve(_ label: UnsafeMutablePointer<Label>, distance: Double, parent: Int32) {
    label.pointee.distance = distance
    label.pointee.parent = parent
    label.pointee.stamp &= ~1
  }

  @inline(__always)
  private func line(_ line: UInt64) -> UnsafeMutablePointer<Label> {
    var slot = hash(line)
    while slots[slot].line != line {
      if slots[slot].line == Self.free { return insert(line, at: slot) }
      slot = (slot &+ 1) & (capacity &- 1)
    }
    return labels(Int(slots[slot].position))
  }

  /// Fibonacci hashing of row and number, so that neighbouring lines are spread.
  @inline(__always)
  private func hash(_ line: UInt64) -> Int {
    let mixed = line &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 29) >> 16) & (capacity &- 1)
  }

  @inline(__always)
  private func labels(_ position: Int) -> UnsafeMutablePointer<Label> {
    chunks[position / Self.linesPerChunk] + position % Self.linesPerChunk * Self.labelsPerLine
  }

  @inline(never)
  private func insert(_ line: UInt64, at slot: Int) -> UnsafeMutablePointer<Label> {
    slots[slot] = Slot(line: line, position: UInt32(lineCount))
    if lineCount == chunks.count * Self.linesPerChunk {
      chunks.append(.allocate(capacity: Self.linesPerChunk * Self.labelsPerLine))
    }
    let labels = labels(lineCount)
    labels.initialize(repeating: Label(), count: Self.labelsPerLine)
    lineCount += 1
    if lineCount > capacity / 2 { grow() }
    return labels
  }

  private func grow() {
    let (old, oldCapacity) = (slots, capacity)
    capacity *= 2
    slots = Self.freeSlots(capacity)
    for entry in UnsafeBufferPointer(start: old, count: oldCapacity) where entry.line != Self.free {
      var slot = hash(entry.line)
      while slots[slot].line != Self.free { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = entry
    }
    old.deallocate()
    checkInvariants()
  }

  /// Calls `body` with each settled vertex, in any order: O(labels touched), O(vertices) for small graphs.
  func forEachSettled(_ body: (_ row: Int, _ node: Int, _ distance: Double) -> Void) {
    if isDense, let dense {
      for vertex in 0..<(nodeCount * rowCount) where dense[vertex].stamp == stamp | 1 {
        body(vertex / nodeCount, vertex % nodeCount, dense[vertex].distance)
      }
      return
    }
    for slot in UnsafeBufferPointer(start: slots, count: capacity) where slot.line != Self.free {
      let labels = labels(Int(slot.position))
      for offset in 0..<Self.labelsPerLine where isSettled(labels + offset) {
        let node = Int(slot.line & 0xFFFF_FFFF) * Self.labelsPerLine + offset
        body(Int(slot.line >> 32), node, labels[offset].distance)
      }
    }
  }

  /// Checks that every line is found where it is looked for, and has labels of its own; compiled away in release
  /// builds, and called where the table is reset or grows and by tests, because it is O(capacity).
  @inline(__always)
  func checkInvariants() {
    #if DEBUG
      precondition(stamp & 1 == 0)
      if isDense { return precondition(dense != nil && denseCount >= nodeCount * rowCount) }
      precondition(capacity & (capacity - 1) == 0 && lineCount <= capacity / 2)
      precondition(lineCount <= chunks.count * Self.linesPerChunk)
      var positions = Set<UInt32>()
      for (place, slot) in UnsafeBufferPointer(start: slots, count: capacity).enumerated()
      where slot.line != Self.free {
        precondition(
          slot.line >> 32 < rowCount && Int(slot.line & 0xFFFF_FFFF) * Self.labelsPerLine < nodeCount)
        precondition(slot.position < lineCount && positions.insert(slot.position).inserted)
        var probe = hash(slot.line)
        while probe != place {
          precondition(slots[probe].line != Self.free && slots[probe].line != slot.line)
          probe = (probe + 1) & (capacity - 1)
        }
      }
      precondition(positions.count == lineCount)
    #endif
  }
}
