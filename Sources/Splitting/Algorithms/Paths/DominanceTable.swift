/// The labels at one stage and host in the order of their costs, in chunks whose summaries rule out most comparisons.
///
/// A new label is compared with those next to it by cost: fewer comparisons leave more labels, and never wrong ones.
///
/// - Complexity: O(n / 64 + 64) for a label that comes to n others, and a bounded number of comparisons.
struct DominanceTable {
  /// A label, with what decides most comparisons.
  struct Row {
    var cost: Double
    var latency: Double
    /// A bit for each resource used; several resources share a bit.
    var mask: UInt64
    /// What is used, as parts of the limits in 255ths; several resources share a place. More in any place is more of some
    /// resource, so that most comparisons end here.
    var parts: SIMD16<UInt8>
    var label: Int32

    /// Whether it costs no more than another, and took and uses no more as far as the numbers show.
    @inline(__always)
    func isNoMore(than other: Self) -> Bool {
      cost <= other.cost && latency <= other.latency && mask & ~other.mask == 0 && all(parts .<= other.parts)
    }
  }

  /// Rows next to each other by cost.
  private struct Chunk {
    var rows: [Row]
    /// The least and the most of any row that is or was here.
    private var least: Row
    private var most: Row

    init(_ rows: [Row]) {
      self.rows = rows
      (least, most) = (rows[0], rows[0])
      for row in rows.dropFirst() { widen(by: row) }
    }

    private mutating func widen(by row: Row) {
      least.cost = min(least.cost, row.cost)
      least.latency = min(least.latency, row.latency)
      least.mask &= row.mask
      least.parts = pointwiseMin(least.parts, row.parts)
      most.cost = max(most.cost, row.cost)
      most.latency = max(most.latency, row.latency)
      most.mask |= row.mask
      most.parts = pointwiseMax(most.parts, row.parts)
    }

    mutating func insert(_ row: Row, at place: Int) {
      rows.insert(row, at: place)
      widen(by: row)
    }

    /// Whether some row may dominate the given one, or be dominated by it.
    func mayDominate(_ row: Row) -> Bool { least.isNoMore(than: row) }
    func mayBeDominated(by row: Row) -> Bool { row.isNoMore(than: most) }
  }

  private var chunks: [Chunk] = []

  private static let chunkSize = 64
  /// The labels with which a new one is compared on either side.
  private static let mostCompared = 400

  /// The labels, the cheapest first.
  var labels: [Int32] { chunks.flatMap { $0.rows.map(\.label) } }

  /// Whether a label no dearer dominates a new one, as far as labels are compared; `usesNoMore` tells by the uses of the
  /// label of a row.
  func dominates(_ new: Row, _ usesNoMore: (Int32) -> Bool) -> Bool {
    let (chunk, place) = position(of: new)
    var left = Self.mostCompared
    for index in (0..<min(chunk + 1, chunks.count)).reversed() where chunks[index].mayDominate(new) {
      let end = index == chunk ? place : chunks[index].rows.count
      let first = max(0, end - left)
      let isDominated = chunks[index].rows.withUnsafeBufferPointer { rows in
        for place in (first..<end).reversed() where rows[place].isNoMore(than: new) {
          if usesNoMore(rows[place].label) { return true }
        }
        return false
      }
      if isDominated { return true }
      left -= end - first
      if left == 0 { break }
    }
    return false
  }

  /// Adds a label that none dominates, and drops labels no cheaper that it dominates; `usesMore` tells by the uses of the
  /// label of a row.
  mutating func insert(_ new: Row, _ usesMore: (Int32) -> Bool) {
    let (chunk, place) = position(of: new)
    var left = Self.mostCompared
    var hasEmpty = false
    for index in chunk..<max(chunk, chunks.count) where chunks[index].mayBeDominated(by: new) {
      let first = index == chunk ? place : 0
      let end = min(chunks[index].rows.count, first + left)
      left -= end - first
      guard (first..<end).contains(where: { new.isNoMore(than: chunks[index].rows[$0]) }) else { continue }
      var kept = first
      for place in first..<end {
        let row = chunks[index].rows[place]
        if new.isNoMore(than: row) && usesMore(row.label) { continue }
        chunks[index].rows[kept] = row
        kept += 1
      }
      chunks[index].rows.removeSubrange(kept..<end)
      if chunks[index].rows.isEmpty { hasEmpty = true }
      if left == 0 { break }
    }
    insert(new, chunk, place)
    if hasEmpty { chunks.removeAll { $0.rows.isEmpty } }
  }

  /// Adds a label, and compares it with none.
  mutating func insert(_ new: Row) {
    let (chunk, place) = position(of: new)
    insert(new, chunk, place)
  }

  private mutating func insert(_ new: Row, _ chunk: Int, _ place: Int) {
    if chunk == chunks.count {
      chunks.append(Chunk([new]))
    } else {
      chunks[chunk].insert(new, at: place)
      split(chunk)
    }
  }

  private mutating func split(_ chunk: Int) {
    let rows = chunks[chunk].rows
    guard rows.count > Self.chunkSize else { return }
    // Labels that come in the order of their costs fill their chunks.
    let half = chunk == chunks.count - 1 ? rows.count - 1 : rows.count / 2
    chunks[chunk] = Chunk(Array(rows[..<half]))
    chunks.insert(Chunk(Array(rows[half...])), at: chunk + 1)
  }

  /// The chunk and the place in it where a row belongs: after all rows that cost no more.
  private func position(of row: Row) -> (chunk: Int, place: Int) {
    var (low, high) = (0, chunks.count)
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].rows[0].cost <= row.cost { low = middle + 1 } else { high = middle }
    }
    // The last chunk that begins no dearer.
    let chunk = max(0, low - 1)
    if chunks.isEmpty { return (0, 0) }
    let rows = chunks[chunk].rows
    (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].cost <= row.cost { low = middle + 1 } else { high = middle }
    }
    return (chunk, low)
  }
}
