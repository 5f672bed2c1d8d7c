/// Up to `width` labels at each vertex of a copy, the cheapest first.
struct LabelLists {
  private var width = 1
  private var counts: [Int32] = []
  private var ids: [Int32] = []

  mutating func reset(count: Int, width: Int) {
    self.width = width
    counts.removeAll(keepingCapacity: true)
    counts.append(contentsOf: repeatElement(0, count: count))
    if ids.count < count * width { ids = Array(repeating: -1, count: count * width) }
  }

  func count(_ vertex: Int) -> Int { Int(counts[vertex]) }
  subscript(vertex: Int, index: Int) -> Int32 { ids[vertex * width + index] }

  /// The cost that a label must be below to be kept.
  func worst(_ vertex: Int, _ labels: [LabelSearch.Label]) -> Double {
    count(vertex) < width ? .infinity : labels[Int(ids[vertex * width + width - 1])].cost
  }

  mutating func append(_ id: Int32, at vertex: Int) {
    ids[vertex * width + count(vertex)] = id
    counts[vertex] += 1
  }

  /// Keeps a label unless one in the list dominates it or `width` are cheaper; drops those that it dominates.
  ///
  /// - Returns: the label's position among `labels`.
  mutating func insert(
    _ label: LabelSearch.Label, at vertex: Int, _ labels: inout [LabelSearch.Label], comparesLatency: Bool
  ) -> Int32? {
    let base = vertex * width
    let count = Int(counts[vertex])
    var position = 0
    while position < count {
      let other = Int(ids[base + position])
      if labels[other].cost > label.cost { break }
      if labels[other].dominates(label, comparesLatency) { return nil }
      position += 1
    }
    if position == width { return nil }
    var kept = position
    for index in position..<count {
      let other = Int(ids[base + index])
      if label.dominates(labels[other], comparesLatency) {
        labels[other].isKept = false
      } else {
        ids[base + kept] = Int32(other)
        kept += 1
      }
    }
    if kept == width {
      labels[Int(ids[base + width - 1])].isKept = false
      kept -= 1
    }
    for index in stride(from: kept, to: position, by: -1) { ids[base + index] = ids[base + index - 1] }
    ids[base + position] = Int32(labels.count)
    counts[vertex] = Int32(kept + 1)
    labels.append(label)
    return Int32(labels.count - 1)
  }
}
