import Foundations
import Splitting

/// Takes jobs out of a plan and puts them back in other orders, at other prices, while that helps.
///
/// First one job and two jobs at a time, then a few chosen at random: a large neighbourhood search (Shaw,
/// 1998) that accepts a plan a little worse than the best (record-to-record travel: Dueck, 1993). Jobs are put back in
/// a dive: after each, prices are adjusted to what is left, until the rest fits or a bound says that it is in vain.
struct JobExchange {
  private let jobs: [RoutingJob]
  private let resources: CouplingLimits
  private let objective: ObjectiveKind
  private let budget: Budget
  private let free: ResourcePrices
  private var search: LabelSearch
  private var prices: ScarcityPrices
  private var random = SplitMix64(seed: 1)
  private var plan: PartialPlan
  private var worth: PartialPlan.Worth

  /// How often prices are adjusted in a dive before the next job is placed.
  private static let repricings = 3

  /// The best plan so far; one that lacks ways only as long as none has all.
  private(set) var best: PartialPlan?
  private var bestWorth: PartialPlan.Worth

  init(
    _ jobs: [RoutingJob], _ resources: CouplingLimits, _ objective: ObjectiveKind, _ budget: Budget
  ) {
    self.jobs = jobs
    self.resources = resources
    self.objective = objective
    self.budget = budget
    free = ResourcePrices(free: resources)
    search = LabelSearch(resources)
    prices = ScarcityPrices(jobs, resources)
    plan = PartialPlan(jobCount: jobs.count, resources)
    worth = plan.worth(jobs, objective)
    bestWorth = PartialPlan.Worth(missing: jobs.count, value: .infinity, total: .infinity)
  }

  /// A lower bound on every plan's value [s].
  var lowerBound: Double {
    switch objective {
    case .total: prices.lowerBound
    case .max: jobs.map { $0.weight * $0.shortestLatency }.max() ?? 0
    }
  }

  /// The prices that prove it, under `total`.
  var bestPrices: ResourcePrices { prices.best }

  private var isFinished: Bool {
    if budget.isExhausted { return true }
    return bestWorth.missing == 0 && bestWorth.value <= lowerBound * (1 + 1e-9)
  }

  mutating func run(rounds: Int) {
    var order = jobs.indices.sorted {
      jobs[$0].weight * jobs[$0].shortestLatency > jobs[$1].weight * jobs[$1].shortestLatency
    }
    for round in 0..<rounds where !isFinished {
      // Prices of successive rounds lead to much the same plans.
      if round % 8 == 0 {
        construct(&order)
        exchangePairs()
        order.shuffle(using: &random)
      }
      let target = bestWorth.missing == 0 ? bestWorth.total : nil
      if !prices.adjust(&search, target: target, budget) { break }
    }
    if let best { adopt(best) }
    let exchanges = 5 * rounds
    var exchange = 0
    var sinceGain = 0
    while exchange < exchanges && sinceGain < 2 * rounds && !isFinished {
      let before = bestWorth
      exchangeSome(tolerance: 0.01 * Double(exchanges - exchange) / Double(exchanges))
      exchange += 1
      sinceGain = bestWorth.isBetter(than: before) ? 0 : sinceGain + 1
    }
  }

  // MARK: Plans

  private mutating func adopt(_ other: PartialPlan) {
    plan = other
    worth = plan.worth(jobs, objective)
  }

  /// Remembers the plan at hand if it is the best.
  private mutating func record() {
    worth = plan.worth(jobs, objective)
    guard worth.isBetter(than: bestWorth) else { return }
    bestWorth = worth
    best = plan
  }

  /// The cheapest way found that fits; without prices where those lead past the deadline.
  private mutating func way(
    of job: Int, _ prices: ResourcePrices, below limit: Double = .infinity, asGoodAs known: JobRoute? = nil
  ) -> JobRoute? {
    let figures = jobs[job]
    var query = LabelSearch.Query(room: plan.room, prices: prices)
    query.latencyLimit = min(figures.longestLatency, figures.weight > 0 ? limit / figures.weight : .infinity)
    if prices.isFree {
      query.costLimit = limit
    } else if let known {
      query.costLimit = (1 + 1e-9) * cost(job, known, prices.perUnit)
    }
    if let found = search.run(figures, query, budget) { return found }
    guard known == nil, query.latencyLimit < .infinity, !prices.isFree else { return known }
    query.prices = free
    return search.run(figures, query, budget)
  }

  private func weighted(_ job: Int, _ route: JobRoute) -> Double { jobs[job].weight * route.latency }

  private func cost(_ job: Int, _ route: JobRoute, _ prices: [Double]) -> Double {
    route.uses.reduce(weighted(job, route)) { $0 + prices[Int($1.resource)] * $1.amount }
  }

  /// What a job costs more than it would alone [s].
  private func regret(_ job: Int) -> Double {
    guard let route = plan.routes[job] else { return .infinity }
    return jobs[job].weight * (route.latency - jobs[job].shortestLatency)
  }

  private func canGain(_ job: Int) -> Bool {
    regret(job) > 1e-12 * jobs[job].weight * jobs[job].shortestLatency
  }

  // MARK: Moves

  /// All jobs in turn; one that finds no way comes first the next time.
  private mutating func construct(_ order: inout [Int]) {
    plan = PartialPlan(jobCount: jobs.count, resources)
    let current = prices.current
    var failed: [Int] = []
    for job in order {
      if let route = way(of: job, current) ?? (current.isFree ? nil : way(of: job, free)) {
        plan.place(route, of: job)
      } else {
        failed.append(job)
      }
    }
    if !failed.isEmpty { order = failed + order.filter { !failed.contains($0) } }
    for job in failed { makeRoom(for: job) }
    improveSingles()
    record()
  }

  /// Moves one other job out of the way of one that has none.
  private mutating func makeRoom(for job: Int) {
    if let route = way(of: job, free) {
      plan.place(route, of: job)
      return
    }
    for other in jobs.indices where other != job && !budget.isExhausted {
      guard let old = plan.remove(other) else { continue }
      for prices in [free, prices.current] {
        guard let route = way(of: job, prices) else { break }
        plan.place(route, of: job)
        if let moved = way(of: other, free) {
          plan.place(moved, of: other)
          return
        }
        _ = plan.remove(job)
      }
      plan.place(old, of: other)
    }
  }

  private mutating func improveSingles() {
    var hasChanged = true
    while hasChanged && !budget.isExhausted {
      hasChanged = false
      for job in jobs.indices where plan.routes[job] != nil && canGain(job) {
        guard let old = plan.remove(job) else { continue }
        let better = way(of: job, free, below: weighted(job, old) * (1 - 1e-9))
        plan.place(better ?? old, of: job)
        if better != nil { hasChanged = true }
      }
    }
  }

  /// Routes two jobs again, the first better than before, while that pays.
  private mutating func exchangePairs() {
    var hasChanged = true
    while hasChanged && !isFinished {
      hasChanged = false
      for first in jobs.indices where plan.routes[first] != nil && canGain(first) {
        for second in jobs.indices where second != first && !budget.isExhausted {
          if exchange(first, second) {
            hasChanged = true
            record()
          }
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
    if let newFirst = way(of: first, free, below: weighted(first, oldFirst) * (1 - 1e-9)) {
      plan.place(newFirst, of: first)
      let limit = limit(ofSecond: oldSecond, second, after: newFirst, insteadOf: oldFirst, first)
      if let newSecond = way(of: second, free, below: limit) {
        plan.place(newSecond, of: second)
        return true
      }
      _ = plan.remove(first)
    }
    plan.place(oldFirst, of: first)
    plan.place(oldSecond, of: second)
    return false
  }

  /// What the second of two jobs may cost so that both together are better: their sum, or under `max` the worse.
  private func limit(
    ofSecond oldSecond: JobRoute, _ second: Int, after newFirst: JobRoute, insteadOf oldFirst: JobRoute,
    _ first: Int
  ) -> Double {
    let (one, two) = (weighted(first, oldFirst), weighted(second, oldSecond))
    switch objective {
    case .total: return (one + two) * (1 - 1e-9) - weighted(first, newFirst)
    case .max: return one > two ? one * (1 - 1e-9) : two * (1 + 1e-12)
    }
  }

  // MARK: Large neighbourhoods

  /// Takes some jobs out and puts them back at new prices; keeps the result if it is at most `tolerance` worse than
  /// the best.
  private mutating func exchangeSome(tolerance: Double) {
    let (oldPlan, oldWorth) = (plan, worth)
    let removed = some()
    for job in removed { _ = plan.remove(job) }
    let allowed = bestWorth.missing == 0 ? bestWorth.value * (1 + tolerance) : .infinity
    dive(removed, allowed)
    if bestWorth.missing > 0 {
      for job in jobs.indices where plan.routes[job] == nil { makeRoom(for: job) }
    }
    worth = plan.worth(jobs, objective)
    if worth.missing <= oldWorth.missing {
      improveSingles()
      record()
    }
    if worth.missing > oldWorth.missing || (worth.missing == 0 && worth.value > allowed) {
      (plan, worth) = (oldPlan, oldWorth)
    }
  }

  /// Places jobs one after the other, and adjusts the prices of what is left to those that remain after each.
  ///
  /// Gives up where the Lagrangian bound says that the value will exceed `allowed` [s].
  private mutating func dive(_ removed: [Int], _ allowed: Double) {
    var remaining = removed.shuffled(using: &random)
    var current = prices.best.varied(&random).perUnit
    var placed = plan.worth(jobs, .total).total
    while !remaining.isEmpty && !budget.isExhausted {
      var routes: [JobRoute] = []
      for _ in 0..<Self.repricings {
        let prices = ResourcePrices(current, resources)
        var bound = placed
        for (position, job) in remaining.enumerated() {
          let limit = objective == .max ? allowed : .infinity
          let last = position < routes.count ? routes[position] : nil
          guard let route = way(of: job, prices, below: limit, asGoodAs: last) else { return }
          bound += cost(job, route, current)
          if last == nil { routes.append(route) } else { routes[position] = route }
        }
        guard let excess = excess(of: routes) else {
          for (job, route) in zip(remaining, routes) { plan.place(route, of: job) }
          return
        }
        for resource in current.indices where current[resource] > 0 {
          bound -= current[resource] * plan.room[resource]
        }
        if objective == .total && bound > allowed { return }
        let target = objective == .total && allowed < .infinity ? allowed : bound * 1.1
        reprice(&current, excess, by: max(target - bound, 1e-3 * abs(bound)))
      }
      plan.place(routes[routes.count - 1], of: remaining[remaining.count - 1])
      placed += weighted(remaining[remaining.count - 1], routes[routes.count - 1])
      remaining.removeLast()
    }
  }

  /// What the ways together take more than there is, in shares of the capacity, where anything is scarce; `nil`
  /// where they fit.
  private func excess(of routes: [JobRoute]) -> [Double]? {
    var left = plan.room
    for route in routes {
      for use in route.uses { left[Int(use.resource)] -= use.amount }
    }
    guard left.contains(where: { $0 < 0 }) else { return nil }
    return left.indices.map { resources.isScarce($0) ? -left[$0] / resources.values[$0] : 0 }
  }

  /// A subgradient step: prices rise where there is excess and fall where there is none.
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

  /// One to three others and a job that could gain: one without a way if there is any, and under `max` the worst.
  private mutating func some() -> [Int] {
    let missing = jobs.indices.filter { plan.routes[$0] == nil }
    let gainers = missing.isEmpty ? jobs.indices.filter { canGain($0) } : missing
    guard var seed = gainers.randomElement(using: &random) else { return [] }
    if objective == .max, let worst = gainers.max(by: { loss($0) < loss($1) }) { seed = worst }
    let others = jobs.indices.filter { $0 != seed && plan.routes[$0] != nil }.shuffled(using: &random)
    return [seed] + others.prefix(Int.random(in: 1...3, using: &random))
  }

  /// The weighted latency [s]; infinite without a way.
  private func loss(_ job: Int) -> Double { plan.routes[job].map { weighted(job, $0) } ?? .infinity }
}
