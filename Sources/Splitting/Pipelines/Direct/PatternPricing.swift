/// The dearest set of pieces that a node can run: a knapsack with two resources, work and memory.
///
/// Depth first in the order of price by a mixture of both resources, the mixture with the least fractional bound
/// (the surrogate relaxation). The largest activations count for what has been taken. Where that takes too long, as it
/// does with integers, labels that others dominate are dropped.
struct PatternPricing {
  /// By piece, in parts of the limit and of the memory; infinite work if the piece does not fit.
  private let work: [Double]
  private let memory: [Double]
  private let activations: [Double]
  private static let stepLimit = 10_000
  private static let labelLimit = 2_000

  /// - Parameters:
  ///   - work: by piece, in any unit; infinite if the node may not run it.
  ///   - room: the node's memory, which may be infinite.
  init(work: [Double], memory: [Double], activations: [Double], room: Double) {
    let isLimited = room < .infinity
    let scale = room > 0 && isLimited ? 1 / room : 0
    self.memory = memory.map { $0 * scale }
    self.activations = activations.map { $0 * scale }
    self.work = work.indices.map {
      memory[$0] + activations[$0] <= room * (1 + LimitedPipeline.slack) ? work[$0] : .infinity
    }
  }

  struct Answer {
    /// No set has a larger price.
    var bound: Double
    /// The dearest set found.
    var set: PieceSet
    var value: Double
  }

  private struct Item {
    let piece: Int
    let price: Double
    let work: Double
    let memory: Double
    let peak: Double
  }

  func best(_ prices: [Double], limit: Double) -> Answer {
    let most = 1 + LimitedPipeline.slack
    let items = prices.indices.filter { prices[$0] > 0 && work[$0] <= limit * most }.map {
      Item(piece: $0, price: prices[$0], work: work[$0] / limit, memory: memory[$0], peak: activations[$0])
    }
    guard !items.isEmpty else { return Answer(bound: 0, set: PieceSet(), value: 0) }
    var chosen: Search?
    for share in [0, 0.25, 0.5, 0.75, 1] {
      let search = Search(items, share)
      if search.rootBound < chosen?.rootBound ?? .infinity { chosen = search }
    }
    guard var search = chosen else { return Answer(bound: 0, set: PieceSet(), value: 0) }
    search.stepsLeft = Self.stepLimit
    search.extend(PieceSet(), from: 0, price: 0, work: most, memory: most, peak: 0)
    let isExact = search.stepsLeft >= 0 || search.extendLabels(most, countLimit: Self.labelLimit)
    return Answer(
      bound: isExact ? search.value + search.tolerance : search.rootBound + search.tolerance, set: search.set,
      value: search.value)
  }

  private struct Search {
    let items: [Item]
    let share: Double
    /// By position: the sums of prices and of mixed sizes before it.
    let priceBefore: [Double]
    let sizeBefore: [Double]
    let tolerance: Double
    var set = PieceSet()
    var value = 0.0
    var stepsLeft = 0

    init(_ given: [Item], _ share: Double) {
      func size(_ item: Item) -> Double { share * item.work + (1 - share) * item.memory }
      items = given.sorted { $0.price * size($1) > $1.price * size($0) }
      self.share = share
      var (prices, sizes) = ([0.0], [0.0])
      for item in items {
        prices.append(prices[prices.count - 1] + item.price)
        sizes.append(sizes[sizes.count - 1] + size(item))
      }
      (priceBefore, sizeBefore) = (prices, sizes)
      tolerance = 1e-12 * prices[prices.count - 1]
    }

    var rootBound: Double { bound(0, 1 + LimitedPipeline.slack) }

    /// The most that the items from a position on add in a mixed capacity.
    private func bound(_ position: Int, _ capacity: Double) -> Double {
      var next = position
      let end = sizeBefore[position] + capacity
      while next < items.count && sizeBefore[next + 1] <= end { next += 1 }
      let whole = priceBefore[next] - priceBefore[position]
      guard next < items.count else { return whole }
      let size = sizeBefore[next + 1] - sizeBefore[next]
      return whole + items[next].price * max(0, end - sizeBefore[next]) / size
    }

    /// What is left after some items, their largest activations and price, and the set.
    private struct Label {
      let work: Double
      let memory: Double
      let peak: Double
      let price: Double
      let set: PieceSet
    }

    /// Finds the dearest set item by item; false if there are too many labels.
    mutating func extendLabels(_ most: Double, countLimit: Int) -> Bool {
      var labels = [Label(work: most, memory: most, peak: 0, price: 0, set: PieceSet())]
      for (position, item) in items.enumerated() {
        var larger: [Label] = []
        for label in labels {
          let peak = max(label.peak, item.peak)
          guard item.work <= label.work, item.memory + peak <= label.memory else { continue }
          var set = label.set
          set.insert(item.piece)
          let price = label.price + item.price
          larger.append(
            Label(
              work: label.work - item.work, memory: label.memory - item.memory, peak: peak, price: price,
              set: set))
          if price > value { (value, self.set) = (price, set) }
        }
        labels = merge(labels, larger, next: position + 1)
        if labels.count > countLimit { return false }
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
        if label.price + bound(next, capacity) <= value + tolerance { continue }
        let isDominated = kept.contains {
          $0.price >= label.price - tolerance / 1000 && $0.memory >= label.memory - rounding
            && $0.work >= label.work - rounding && $0.peak <= label.peak
        }
        if !isDominated { kept.append(label) }
      }
      return kept
    }

    mutating func extend(
      _ given: PieceSet, from: Int, price: Double, work: Double, memory: Double, peak: Double
    ) {
      if price > value { (value, set) = (price, given) }
      var position = from
      while position < items.count {
        stepsLeft -= 1
        if stepsLeft < 0 { return }
        let capacity = share * work + (1 - share) * (memory - peak)
        if price + bound(position, capacity) <= value + tolerance { return }
        let item = items[position]
        position += 1
        let largest = max(peak, item.peak)
        guard item.work <= work, item.memory + largest <= memory else { continue }
        var larger = given
        larger.insert(item.piece)
        extend(
          larger, from: position, price: price + item.price, work: work - item.work,
          memory: memory - item.memory,
          peak: largest)
      }
    }
  }
}
