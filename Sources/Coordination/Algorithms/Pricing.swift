import Coordination

/// Prices the paths of all tasks: what no plan can exceed under given prices, and paths that would improve the mixture.
///
/// For prices pi >= 0 of resources and alpha >= 0 of accuracies, the reward of a plan is at most
///
///     sum of pi_r + sum over tasks of max(0, max over paths p of (v A_p + alpha (A_p - a) - pi . use_p) rate)
///
/// where rate is the largest rate of the task. If a task takes one path, it is the largest rate of that path, which is at
/// most that of the task. It holds for any prices, whatever a solver made of them.
struct Pricing {
  private let instance: CoordinationInstance
  private let graph: BlockGraph
  private(set) var tasks: [PricedTask]

  init(_ instance: CoordinationInstance, _ graph: BlockGraph) {
    self.instance = instance
    self.graph = graph
    tasks = instance.tasks.indices.filter(instance.counts).map { PricedTask(instance, graph, task: $0) }
  }

  /// The largest rate of each task, at least a little: rows are divided by it.
  var rates: [Double] {
    instance.tasks.map { max($0.rate, .leastNormalMagnitude) }
  }

  mutating func restrict(_ position: Int, to allowed: [Bool]) { tasks[position].restrict(to: allowed) }

  struct Outcome {
    /// What no plan exceeds, rounded up; `nil` if the search was stopped.
    var bound: Double?
    /// Paths that improve the mixture.
    var paths: [RequestPath] = []
  }

  /// What the rounding of a sum can add to a bound, as a part of each term: twice the error of a number.
  private static let rounding = 2.3e-16

  /// - Parameters:
  ///   - prices: by resource, not negative.
  ///   - accuracyPrices: alpha by task, not negative.
  ///   - taskPrices: by task, the earnings above which a path improves the mixture.
  func price(
    _ prices: [Double], accuracyPrices: [Double], above taskPrices: [Double], mustStop: () -> Bool
  ) -> Outcome {
    var outcome = Outcome()
    var (sum, magnitude) = (prices.reduce(0, +), prices.reduce(0, +))
    let hasPrices = sum > 0
    for task in tasks {
      let alpha = accuracyPrices[task.task]
      let best: Double? =
        instance.paths == .single
        ? bestRate(task, prices, above: taskPrices[task.task], &outcome.paths, mustStop)
        : bestGain(task, prices, alpha, above: taskPrices[task.task], &outcome.paths)
      guard let best else { return Outcome() }
      sum += best
      // Without prices, what earns nothing earns nothing exactly.
      if best > 0 || hasPrices { magnitude += task.rate * (task.value + alpha) }
    }
    outcome.bound = sum + Self.rounding * magnitude * Double(1 + graph.arcCount)
    return outcome
  }

  /// What a task earns at most by any mixture of its paths.
  private func bestGain(
    _ task: PricedTask, _ prices: [Double], _ alpha: Double, above price: Double,
    _ paths: inout [RequestPath]
  ) -> Double {
    let least = instance.leastMeanAccuracy(ofTask: task.task) ?? 0
    var best = 0.0
    for path in task.measured where task.allows(path) {
      best = max(best, task.rate * (path.earnings(task, prices) + alpha * (path.accuracy - least)))
    }
    let gains = task.gains(factor: task.value + alpha, prices: prices)
    guard let (gain, arcs) = task.longestPath(gains) else { return best }
    let earnings = task.rate * ((task.value + alpha) * task.base - alpha * least + gain)
    if earnings > price { paths.append(predicted(task, arcs)) }
    return max(best, earnings)
  }

  /// What a task earns at most by one of its paths; `nil` if the search was stopped.
  private func bestRate(
    _ task: PricedTask, _ prices: [Double], above price: Double, _ paths: inout [RequestPath],
    _ mustStop: () -> Bool
  ) -> Double? {
    // The bound needs no more than the price where no path exceeds it.
    var best = price
    for path in task.measured where path.accuracy >= task.least ?? path.accuracy && task.allows(path) {
      best = max(best, path.limit * path.earnings(task, prices))
    }
    var search = RateSearch(
      task,
      RateSearch.Figures(
        start: task.value * task.base, gains: task.gains(factor: task.value, prices: prices),
        rate: task.rate, capacities: Array(repeating: 1, count: prices.count),
        mostPenalty: task.least.map { task.base - $0 } ?? .infinity), dropsDominated: true)
    let found = search.next(above: best, floor: best, mustStop: mustStop)
    if mustStop() { return nil }
    guard let found else { return best }
    paths.append(predicted(task, found.arcs))
    return found.earnings
  }

  private func predicted(_ task: PricedTask, _ arcs: [Int32]) -> RequestPath {
    let accuracy = arcs.reduce(task.base) { $0 - graph.penalties[Int($1)] }
    return RequestPath(instance, graph, task: task.task, arcs: arcs, accuracy: accuracy)
  }
}

extension RequestPath {
  /// What a request earns beyond what it uses.
  fileprivate func earnings(_ task: PricedTask, _ prices: [Double]) -> Double {
    zip(resources, uses).reduce(task.value * accuracy) { $0 - prices[Int($1.0)] * $1.1 }
  }
}
