import Foundations
import Splitting

/// Removes jobs from a plan and inserts them in other orders and at other prices, as long as that improves it.
///
/// It first exchanges one or two jobs at a time, then a few chosen at random: a large neighbourhood search (Shaw,
/// 1998) that accepts a plan a little worse than the best (record-to-record travel: Dueck, 1993). Jobs are inserted
/// in a dive: after each insertion, prices are adjusted to the remaining capacities, until the other jobs fit or a
/// bound shows that no better plan is left.
struct JobExchange {
  private let jobs: [RoutingJob]
  private let resources: CouplingLimits
  private let objective: ObjectiveKind
  private let budget: Budget
  private let free: ResourcePrices
  private var search: LabelSearch
  /// The best of these prove the bound, under `total`.
  private(set) var prices: ScarcityPrices
  private var random = SplitMix64(seed: 1)
  private var plan: PartialPlan
  private var score: PartialPlan.Score

  /// The number of price adjustments in a dive before the next job is placed.
  private static let repricings = 3

  /// The best plan so far; it lacks paths of jobs only if no plan with all of them was found.
  private(set) var best: PartialPlan?
  private var bestScore: PartialPlan.Score

  init(_ jobs: [RoutingJob], _ resources: CouplingLimits, _ objective: ObjectiveKind, _ budget: Budget) {
    self.jobs = jobs
    self.resources = resources
    self.objective = objective
    self.budget = budget
    free = ResourcePrices(free: resources)
    search = LabelSearch(resources)
    prices = ScarcityPrices(jobs, resources)
    plan = PartialPlan(jobs, resources)
    score = plan.score(jobs, objective)
    bestScore = PartialPlan.Score(missing: jobs.count, value: .infinity, total: .infinity)
  }

  /// A lower bound on every plan's value [s].
  var lowerBound: Double {
    objective == .total ? prices.lowerBound : jobs.map { $0.weight * $0.shortestLatency }.max() ?? 0
  }

  private var isFinished: Bool {
    budget.isExhausted || bestScore.missing == 0 && bestScore.value <= lowerBound * (1 + 1e-9)
  }

  mutating func run(rounds: Int) {
    var order = jobs.indices.sorted {
      jobs[$0].weight * jobs[$0].shortestLatency > jobs[$1].weight * jobs[$1].shortestLatency
    }
    for round in 0..<rounds where !isFinished {
      // Prices of successive rounds lead to similar plans.
      if round % 8 == 0 {
        construct(&order)
        exchangePairs()
        order.shuffle(using: &random)
      }
      let target = bestScore.missing == 0 ? bestScore.total : nil
      if !prices.adjust(&search, target: target, budget) { break }
    }
    if let best { (plan, score) = (best, bestScore) }
    let exchanges = 5 * rounds
    var sinceGain = 0
    for exchange in 0..<exchanges {
      if sinceGain >= 2 * rounds || isFinished { break }
      let before = bestScore
      exchangeSome(tolerance: 0.01 * Double(exchanges - exchange) / Double(exchanges))
      sinceGain = bestScore.isBetter(than: before) ? 0 : sinceGain + 1
    }
  }

  /// Remembers the current plan if it is the best.
  private mutating func record() {
    score = plan.score(jobs, objective)
    if score.isBetter(than: bestScore) { (best, bestScore) = (plan, score) }
  }

  /// The cheapest path found that fits; without prices if the priced paths miss the deadline.
  private mutating func findPath(
    of job: Int, _ prices: ResourcePrices, below limit: Double = .infinity, asGoodAs known: JobPath? = nil
  ) -> JobPath? {
    let figures = jobs[job]
    var query = LabelSearch.Query(room: plan.room, prices: prices)
    query.weights = plan.weights(broughtBy: figures)
    query.charges = prices.charges(ofJob: job, figures, weights: query.weights)
    query.latencyLimit = min(figures.longestLatency, figures.weight > 0 ? limit / figures.weight : .infinity)
    if prices.isFree {
      query.costLimit = limit
    } else if let known {
      query.costLimit = (1 + 1e-9) * cost(job, known, prices)
    }
    if let found = search.run(figures, query, budget) { return found }
    guard known == nil, query.latencyLimit < .infinity, !prices.isFree else { return known }
    (query.prices, query.charges) = (free, [])
    return search.run(figures, query, budget)
  }

  private func weighted(_ job: Int, _ path: JobPath) -> Double { jobs[job].weight * path.latency }

  /// The weighted latency and the prices of a path for a job that is not in the plan [s].
  private func cost(_ job: Int, _ path: JobPath, _ prices: ResourcePrices) -> Double {
    pricedUses(job, path, prices).reduce(weighted(job, path)) {
      $0 + prices.perUnit[Int($1.resource)] * $1.amount
    }
  }

  private func pricedUses(_ job: Int, _ path: JobPath, _ prices: ResourcePrices) -> [JobPath.Use] {
    if prices.shares == nil { return path.uses }
    let figures = jobs[job]
    let charges = prices.charges(ofJob: job, figures, weights: plan.weights(broughtBy: figures))
    return path.pricedUses(charges, of: figures)
  }

  /// Whether the weighted latency of a job exceeds that of its shortest path.
  private func canGain(_ job: Int) -> Bool {
    guard let path = plan.paths[job] else { return true }
    let (weight, shortest) = (jobs[job].weight, jobs[job].shortestLatency)
    return weight * (path.latency - shortest) > 1e-12 * weight * shortest
  }

  /// Places all jobs in turn; a job that finds no path comes first the next time.
  private mutating func construct(_ order: inout [Int]) {
    plan = PartialPlan(jobs, resources)
    let current = prices.current
    var failed: [Int] = []
    for job in order {
      if let path = findPath(of: job, current) ?? (current.isFree ? nil : findPath(of: job, free)) {
        plan.place(path, of: job)
      } else {
        failed.append(job)
      }
    }
    if !failed.isEmpty { order = failed + order.filter { !failed.contains($0) } }
    for job in failed { makeRoom(for: job) }
    improveSingles()
    record()
  }

  /// Places a job, moving one other job if necessary.
  private mutating func makeRoom(for job: Int) {
    if let path = findPath(of: job, free) { return plan.place(path, of: job) }
    for other in jobs.indices where other != job && !budget.isExhausted {
      guard let old = plan.remove(other) else { continue }
      for prices in [free, prices.current] {
        guard let path = findPath(of: job, prices) else { break }
        plan.place(path, of: job)
        if let moved = findPath(of: other, free) { return plan.place(moved, of: other) }
        _ = plan.remove(job)
      }
      plan.place(old, of: other)
    }
  }

  private mutating func improveSingles() {
    var hasChanged = true
    while hasChanged && !budget.isExhausted {
      hasChanged = false
      for job in jobs.indices where plan.paths[job] != nil && canGain(job) {
        guard let old = plan.remove(job) else { continue }
        let better = findPath(of: job, free, below: weighted(job, old) * (1 - 1e-9))
        plan.place(better ?? old, of: job)
        if better != nil { hasChanged = true }
      }
    }
  }

  /// Routes pairs of jobs again, the first better than before, as long as that improves the plan.
  private mutating func exchangePairs() {
    var hasChanged = true
    while hasChanged && !isFinished {
      hasChanged = false
      for first in jobs.indices where plan.paths[first] != nil && canGain(first) {
        for second in jobs.indices where second != first && !budget.isExhausted {
          guard exchange(first, second) else { continue }
          hasChanged = true
          record()
        }
      }
      if hasChanged {
        improveSingles()
        record()
      }
    }
  }

  private mutating func exchange(_ first: Int, _ second: Int) -> Bool {
    guard let oldFirst = plan.remove(first) else { return false }
    guard let oldSecond = plan.remove(second) else {
      plan.place(oldFirst, of: first)
      return false
    }
    if let newFirst = findPath(of: first, free, below: weighted(first, oldFirst) * (1 - 1e-9)) {
      plan.place(newFirst, of: first)
      // The plan improves if the sum of both does, or under `max` the larger.
      let (one, two) = (weighted(first, oldFirst), weighted(second, oldSecond))
      let largest = one > two ? one * (1 - 1e-9) : two * (1 + 1e-12)
      let limit = objective == .max ? largest : (one + two) * (1 - 1e-9) - weighted(first, newFirst)
      if let newSecond = findPath(of: second, free, below: limit) {
        plan.place(newSecond, of: second)
        return true
      }
      _ = plan.remove(first)
    }
    plan.place(oldFirst, of: first)
    plan.place(oldSecond, of: second)
    return false
  }

  /// Inserts some jobs anew at other prices; keeps the result if it is at most `tolerance` worse than the best.
  private mutating func exchangeSome(tolerance: Double) {
    let (oldPlan, oldScore) = (plan, score)
    let removed = some()
    for job in removed { _ = plan.remove(job) }
    let allowed = bestScore.missing == 0 ? bestScore.value * (1 + tolerance) : .infinity
    dive(removed, allowed)
    if bestScore.missing > 0 {
      for job in jobs.indices where plan.paths[job] == nil { makeRoom(for: job) }
    }
    score = plan.score(jobs, objective)
    if score.missing <= oldScore.missing {
      improveSingles()
      record()
    }
    if score.missing > oldScore.missing || (score.missing == 0 && score.value > allowed) {
      (plan, score) = (oldPlan, oldScore)
    }
  }

  /// Places jobs one after the other, and after each adjusts the prices for the others; stops if the Lagrangian bound
  /// shows that the value will exceed `allowed` [s].
  private mutating func dive(_ removed: [Int], _ allowed: Double) {
    var remaining = removed.shuffled(using: &random)
    let shares = prices.best.shares
    var current = prices.best.varied(&random).perUnit
    var placed = plan.score(jobs, .total).total
    while !remaining.isEmpty && !budget.isExhausted {
      var paths: [JobPath] = []
      for _ in 0..<Self.repricings {
        let prices = ResourcePrices(current, resources, shares: shares)
        var bound = placed
        for (position, job) in remaining.enumerated() {
          let limit = objective == .max ? allowed : .infinity
          let last = position < paths.count ? paths[position] : nil
          guard let path = findPath(of: job, prices, below: limit, asGoodAs: last) else { return }
          bound += cost(job, path, prices)
          if last == nil { paths.append(path) } else { paths[position] = path }
        }
        guard let excess = excess(of: paths) else {
          for (job, path) in zip(remaining, paths) { plan.place(path, of: job) }
          return
        }
        for resource in current.indices where current[resource] > 0 {
          bound -= current[resource] * plan.room[resource]
        }
        if objective == .total && bound > allowed { return }
        let target = objective == .total && allowed < .infinity ? allowed : bound * 1.1
        reprice(&current, excess, by: max(target - bound, 1e-3 * abs(bound)))
      }
      let (job, path) = (remaining.removeLast(), paths[paths.count - 1])
      plan.place(path, of: job)
      placed += weighted(job, path)
    }
  }

  /// The use of paths beyond the remaining capacities, in shares of scarce resources; `nil` if they fit together.
  private func excess(of paths: [JobPath]) -> [Double]? {
    let left = plan.room(after: paths)
    guard left.contains(where: { $0 < 0 }) else { return nil }
    return left.indices.map { resources.isScarce($0) ? -left[$0] / resources.values[$0] : 0 }
  }

  /// A subgradient step: prices of overused resources rise, the others fall.
  private func reprice(_ prices: inout [Double], _ excess: [Double], by distance: Double) {
    var square = 0.0
    for resource in prices.indices where prices[resource] > 0 || excess[resource] > 0 {
      square += excess[resource] * excess[resource]
    }
    guard square > 0 else { return }
    let length = distance / square
    for resource in prices.indices where resources.isScarce(resource) {
      let price = prices[resource] * resources.values[resource] + length * excess[resource]
      prices[resource] = max(0, price) / resources.values[resource]
    }
  }

  /// One to three jobs and one that has no path or, if all have one, could gain; under `max` the worst of these.
  private mutating func some() -> [Int] {
    let missing = jobs.indices.filter { plan.paths[$0] == nil }
    let gainers = missing.isEmpty ? jobs.indices.filter { canGain($0) } : missing
    guard var seed = gainers.randomElement(using: &random) else { return [] }
    if objective == .max, let worst = gainers.max(by: { loss($0) < loss($1) }) { seed = worst }
    let others = jobs.indices.filter { $0 != seed && plan.paths[$0] != nil }.shuffled(using: &random)
    return [seed] + others.prefix(Int.random(in: 1...3, using: &random))
  }

  /// The weighted latency [s]; infinite without a path.
  private func loss(_ job: Int) -> Double { plan.paths[job].map { weighted(job, $0) } ?? .infinity }
}
