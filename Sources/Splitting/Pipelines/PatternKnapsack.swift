/// The dearest set of items that a node can take beside what it has: a knapsack with two resources, work and memory, of
/// which the second has a peak.
///
///     maximise   sum of value_i over i in S
///     subject to sum of work_i <= work, sum of memory_i + max(peak, largest peak_i) <= memory
///
/// Depth-first branch and bound (Horowitz and Sahni, 1974) in the order of value by a mixture of both resources, the mixture
/// with the least fractional bound (the surrogate relaxation). Where that takes too long, as it does with integers,
/// labels that others dominate are dropped.
struct PatternKnapsack {
  struct Item {
    /// What the caller knows it by.
    let index: Int
    /// Positive.
    let value: Double
    let work: Double
    let memory: Double
    let peak: Double
  }

  struct Answer {
    /// No set has a larger value.
    var bound = 0.0
    /// The dearest set found, by index, in no order.
    var indices: [Int] = []
  }

  private let items: [Item]
  /// The part of work in the mixture.
  private let share: Double
  private let work: Double
  private let memory: Double
  private let peak: Double
  /// By position: the sums of values and of mixed sizes before it.
  private let valueBefore: [Double]
  private let sizeBefore: [Double]
  /// What rounding of sums of values can reach.
  private let tolerance: Double
  private var chosen: [Int] = []
  private var best: [Int] = []
  private var bestValue = 0.0
  private var stepsLeft = stepLimit

  private static let (stepLimit, labelLimit) = (10_000, 2_000)

  /// The best set.
  ///
  /// - Parameters:
  ///   - work: what is left of the node's work.
  ///   - memory: what is left of its memory, `peak` included.
  ///   - peak: the largest peak of what the node has.
  static func best(_ items: [Item], work: Double, memory: Double, peak: Double) -> Answer {
    guard !items.isEmpty else { return Answer() }
    var knapsack = PatternKnapsack(items, work, memory, peak, share: 0)
    for quarter in 1...4 {
      let other = PatternKnapsack(items, work, memory, peak, share: Double(quarter) / 4)
      if other.rootBound < knapsack.rootBound { knapsack = other }
    }
    knapsack.extend(from: 0, value: 0, work: work, memory: memory, peak: peak)
    let isExact = knapsack.stepsLeft >= 0 || knapsack.extendLabels()
    return Answer(
      bound: (isExact ? knapsack.bestValue : max(knapsack.bestValue, knapsack.rootBound))
        + knapsack.tolerance,
      indices: knapsack.best.map { knapsack.items[$0].index })
  }

  private init(
    _ given: [Item], _ work: Double, _ memory: Double, _ peak: Double, share: Double
  ) {
    func size(_ item: Item) -> Double { share * item.work + (1 - share) * item.memory }
    items = given.sorted { $0.value * size($1) > $1.value * size($0) }
    self.share = share
    (self.work, self.memory, self.peak) = (work, memory, peak)
    var (values, sizes) = ([0.0], [0.0])
    for item in items {
      values.append(values[values.count - 1] + item.value)
      sizes.append(sizes[sizes.count - 1] + size(item))
    }
    (valueBefore, sizeBefore) = (values, sizes)
    tolerance = 1e-12 * values[values.count - 1]
  }

  private var rootBound: Double { bound(0, share * work + (1 - share) * (memory - peak)) }

  /// The most that the items from a position on add in a mixed capacity.
  private func bound(_ position: Int, _ capacity: Double) -> Double {
    var next = position
    let end = sizeBefore[position] + capacity
    while next < items.count && sizeBefore[next + 1] <= end { next += 1 }
    let whole = valueBefore[next] - valueBefore[position]
    guard next < items.count else { return whole }
    let size = sizeBefore[next + 1] - sizeBefore[next]
    return whole + items[next].value * max(0, end - sizeBefore[next]) / size
  }

  /// Searches the sets that add items from a position on to those chosen.
  private mutating func extend(from: Int, value: Double, work: Double, memory: Double, peak: Double) {
    if value > bestValue { (bestValue, best) = (value, chosen) }
    var position = from
    while position < items.count {
      stepsLeft -= 1
      if stepsLeft < 0 { return }
      let capacity = share * work + (1 - share) * (memory - peak)
      if value + bound(position, capacity) <= bestValue + tolerance { return }
      let item = items[position]
      position += 1
      let largest = max(peak, item.peak)
      guard item.work <= work, item.memory + largest <= memory else { continue }
      chosen.append(position - 1)
      extend(
        from: position, value: value + item.value, work: work - item.work, memory: memory - item.memory,
        peak: largest)
      chosen.removeLast()
    }
  }

  // MARK: Labels

  /// What is left after some items, their largest peak and value.
  private struct Label {
    let work: Double
    let memory: Double
    let peak: Double
    let value: Double
    /// The place of its last item in the trail; -1 without one.
    let last: Int
  }

  /// Finds the dearest set item by item; false if there are too many labels.
  private mutating func extendLabels() -> Bool {
    var labels = [Label(work: work, memory: memory, peak: peak, value: 0, last: -1)]
    /// By place: the position of an item, and the place of the one before it.
    var trail: [(position: Int, before: Int)] = []
    for (position, item) in items.enumerated() {
      var larger: [Label] = []
      for label in labels {
        let peak = max(label.peak, item.peak)
        guard item.work <= label.work, item.memory + peak <= label.memory else { continue }
        trail.append((position, label.last))
        let value = label.value + item.value
        larger.append(
          Label(
            work: label.work - item.work, memory: label.memory - item.memory, peak: peak, value: value,
            last: trail.count - 1))
        if value > bestValue {
          bestValue = value
          best.removeAll(keepingCapacity: true)
          var place = trail.count - 1
          while place >= 0 {
            best.append(trail[place].position)
            place = trail[place].before
          }
        }
      }
      labels = merge(labels, larger, next: position + 1)
      if labels.count > Self.labelLimit { return false }
    }
    return true
  }

  /// Merges two lists, the most work left first, without labels that cannot improve or that others dominate.
  private func merge(_ first: [Label], _ second: [Label], next: Int) -> [Label] {
    // Equal sums of other items differ by rounding, which is far less than the slack of the limit.
    let rounding = 1e-14
    var kept: [Label] = []
    var (left, right) = (0, 0)
    while left < first.count || right < second.count {
      let isFirst = right == second.count || left < first.count && first[left].work >= second[right].work
      let label = isFirst ? first[left] : second[right]
      if isFirst { left += 1 } else { right += 1 }
      let capacity = share * label.work + (1 - share) * (label.memory - label.peak)
      if label.value + bound(next, capacity) <= bestValue + tolerance { continue }
      let isDominated = kept.contains {
        $0.value >= label.value - tolerance / 1000 && $0.memory >= label.memory - rounding
          && $0.work >= label.work - rounding && $0.peak <= label.peak
      }
      if !isDominated { kept.append(label) }
    }
    return kept
  }
}
