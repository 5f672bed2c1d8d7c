/// The labels of a list that is sorted by uploads which no earlier one dominates.
///
/// Label a dominates label b if it has no more tasks, no longer uploads, no earlier R and no less value. Since labels come
/// in ascending order of uploads, a front for each batch size holds the pairs of R and value that no other pair beats.
struct LabelFronts {
  /// By batch size, R descending and value ascending.
  private var fronts: [[(latest: Double, value: Double)]]
  /// The largest value of a label of at most so many tasks.
  private var mostValues: [Double]

  init(largestBatch: Int) {
    fronts = Array(repeating: [], count: largestBatch + 1)
    mostValues = Array(repeating: -.infinity, count: largestBatch + 1)
  }

  mutating func removeAll() {
    for batch in fronts.indices {
      fronts[batch].removeAll(keepingCapacity: true)
      mostValues[batch] = -.infinity
    }
  }

  /// Adds a label unless it is dominated; returns whether it was added.
  /// - Complexity: O(B log L + L) for fronts of L labels.
  mutating func add(batch: Int, latest: Double, value: Double) -> Bool {
    for smaller in (0...batch).reversed() {
      // Usually few smaller batches are as valuable.
      if mostValues[smaller] < value { break }
      let end = Self.end(of: fronts[smaller], latest)
      if end > 0, fronts[smaller][end - 1].value >= value { return false }
    }
    // Those after it have a smaller R; they go if their value is no larger.
    let start = Self.end(of: fronts[batch], latest)
    var first = start
    while first > 0, fronts[batch][first - 1].latest == latest { first -= 1 }
    var last = start
    while last < fronts[batch].count, fronts[batch][last].value <= value { last += 1 }
    fronts[batch].replaceSubrange(first..<last, with: CollectionOfOne((latest: latest, value: value)))
    for larger in batch..<mostValues.count {
      if mostValues[larger] >= value { break }
      mostValues[larger] = value
    }
    return true
  }

  /// The number of pairs with at least this R.
  private static func end(of front: [(latest: Double, value: Double)], _ latest: Double) -> Int {
    var (low, high) = (0, front.count)
    while low < high {
      let middle = (low + high) / 2
      if front[middle].latest >= latest { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
