/// What the stages from one on can still put on some links, to tell loads that no longer matter apart.
struct LaterLoads {
  /// At `k * width + e`: the most that stages k...L can put on a link together, and the least of one of them.
  private let most: [Double]
  private let least: [Double]
  private let width: Int

  /// - Complexity: O(layers · links · crossings).
  init(_ graph: BlockGraph, links tracked: [Int]) {
    let layers = graph.layerCount
    let cap = graph.limit * BlockGraph.slack
    width = tracked.count
    var most = [Double](repeating: 0, count: (layers + 2) * width)
    var least = [Double](repeating: .infinity, count: (layers + 2) * width)
    for (position, link) in tracked.enumerated() {
      // The largest shares so far, as many as can cross, in ascending order.
      var largest: [Double] = []
      for stage in stride(from: layers, through: 0, by: -1) {
        let (here, later) = (stage * width + position, (stage + 1) * width + position)
        (most[here], least[here]) = (most[later], least[later])
        guard graph.figures.crossing(stage, link) <= cap else { continue }
        let share = graph.share(stage, link)
        least[here] = min(least[later], share)
        largest.insert(share, at: largest.firstIndex { $0 >= share } ?? largest.count)
        if largest.count > graph.network.crossings[link] { largest.removeFirst() }
        most[here] = largest.reduce(0, +)
      }
    }
    (self.most, self.least) = (most, least)
  }

  /// A load that allows the same rests from a stage on: 0 if nothing can overload the link, infinite if everything does.
  func lifted(_ load: Double, stage: Int, position: Int) -> Double {
    let index = stage * width + position
    if load + most[index] <= 1 { return 0 }
    return load + least[index] > BlockGraph.slack ? .infinity : load
  }
}
