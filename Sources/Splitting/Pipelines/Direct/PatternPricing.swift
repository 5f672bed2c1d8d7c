/// The dearest set of pieces that a node can run within a limit, by ``PatternKnapsack``.
struct PatternPricing {
  /// By piece, in parts of the limit and of the memory; infinite work if the piece does not fit.
  private let work: [Double]
  private let memory: [Double]
  private let activations: [Double]

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
    let bound: Double
    /// The dearest set found.
    let set: PieceSet
  }

  func best(_ prices: [Double], limit: Double) -> Answer {
    let most = 1 + LimitedPipeline.slack
    let items = prices.indices.filter { prices[$0] > 0 && work[$0] <= limit * most }.map {
      PatternKnapsack.Item(
        index: $0, value: prices[$0], work: work[$0] / limit, memory: memory[$0], peak: activations[$0])
    }
    let answer = PatternKnapsack.best(items, work: most, memory: most, peak: 0)
    var set = PieceSet()
    for piece in answer.indices { set.insert(piece) }
    return Answer(bound: answer.bound, set: set)
  }
}
