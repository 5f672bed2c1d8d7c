import Foundations
import Splitting

/// The cheapest path of each job at given prices: by the block program, and by a search over labels only if its path
/// takes more of a host or a link than the job may.
struct Pricing {
  private let instance: PathInstance
  private let cancellation: Cancellation
  private var program = BlockProgram()
  private var pricedProgram = BlockProgram()
  /// By job and link: whether a path of the job alone took more than the link carries.
  private(set) var isWatched: [[Bool]]
  private(set) var ownLimits: [OwnLimits]
  private let noneCompared: [Bool]
  let routes = RouteCache()

  init(_ instance: PathInstance, _ cancellation: Cancellation) {
    self.instance = instance
    self.cancellation = cancellation
    isWatched = instance.jobs.map { Array(repeating: false, count: $0.linkLimit.count) }
    ownLimits = instance.jobs.map { OwnLimits(nodeCount: $0.nodeCount) }
    noneCompared = Array(repeating: false, count: instance.resources.sharedCount)
  }

  /// The labels that a search for one path may have; beyond, its bound is what it had proved by then.
  private static let mostLabels = 1 << 20

  struct Answer {
    /// A cheapest path; `nil` if there is none, or none was found.
    var path: JobPath?
    /// A lower bound on the cost of every path of the job; infinite if the job has none.
    var bound: Double
  }

  /// The cheapest path of a job.
  mutating func cheapest(_ index: Int, _ prices: PathPrices) -> Answer {
    let job = instance.jobs[index]
    let least = program.run(job, prices)
    guard least < .infinity else { return Answer(path: nil, bound: .infinity) }
    let path = JobPath(steps: program.steps(job), of: job.figures, instance.resources)
    if keepsLimits(path, index) { return Answer(path: path, bound: least) }
    var known: JobPath?
    var knownCost = Double.infinity
    var second = price(index, prices, &known, &knownCost, least: least)
    if let known, knownCost <= max(least, second?.value ?? 0) * (1 + 1e-12) {
      return Answer(path: known, bound: max(least, second?.value ?? 0))
    }
    while true {
      let tracked = isWatched[index].indices.filter {
        isWatched[index][$0] || !prices.link.isEmpty && prices.link[$0] > 0
      }
      // More links than a route has bits for: the bound of the block program is what is left.
      guard tracked.count <= HostRoutes.mostTracked else { return Answer(path: nil, bound: least) }
      var search = PathSearch(
        PathSearch.Query(
          job: job, prices: prices, bound: program, second: second?.bound, isCompared: noneCompared,
          tracked: tracked, routes: routes.routes(of: job, tracked: tracked),
          comparesLatency: job.figures.longestLatency < .infinity, costLimit: knownCost,
          labelLimit: Self.mostLabels))
      let (found, bound) = search.cheapest(cancellation)
      guard let found else { return Answer(path: search.isTruncated ? nil : known, bound: bound) }
      let path = JobPath(steps: PathTree(search, [found]).steps(0), of: job.figures, instance.resources)
      if !watch(path, index) { return Answer(path: path, bound: bound) }
      second = nil
    }
  }

  /// The adjustments of the prices of the job's own limits in one call; the next call goes on from the best.
  private static let mostSteps = 12

  /// Adjusts the prices of the job's own limits, and returns the best bound; remembers the cheapest path that it meets.
  private mutating func price(
    _ index: Int, _ prices: PathPrices, _ known: inout JobPath?, _ knownCost: inout Double, least: Double
  ) -> (value: Double, bound: PathSearch.Second)? {
    let job = instance.jobs[index]
    var limits = ownLimits[index]
    var best: (value: Double, bound: PathSearch.Second)?
    var factor = 1.0
    for _ in 0..<Self.mostSteps {
      let priced = limits.added(to: prices, of: job)
      let value = pricedProgram.run(job, priced) - limits.offset
      let path = JobPath(steps: pricedProgram.steps(job), of: job.figures, instance.resources)
      if keepsLimits(path, index) {
        let cost = PathColumn(path, of: index, instance).cost(at: prices, instance)
        if cost < knownCost { (known, knownCost) = (path, cost) }
      }
      if value > best?.value ?? least {
        best = (value, PathSearch.Second(prices: priced, bound: pricedProgram, offset: limits.offset))
        ownLimits[index] = limits
      } else {
        factor *= 0.6
      }
      if knownCost <= (best?.value ?? least) * (1 + 1e-9) { break }
      let target = knownCost < .infinity ? knownCost : 1.1 * max(least, best?.value ?? least)
      if !limits.step(path, of: index, instance, value: value, target: target, factor: factor) { break }
    }
    return best
  }

  /// Whether a path keeps the limits that the job has alone.
  private func keepsLimits(_ path: JobPath, _ index: Int) -> Bool {
    let resources = instance.resources
    if instance.jobs[index].figures.isContiguous && path.returnsToHost { return false }
    return path.latency <= instance.jobs[index].figures.longestLatency
      && instance.ownUses(of: path).allSatisfy { $0.amount <= resources.values[Int($0.resource)] }
  }

  /// Watches the links of which a path takes too much; returns whether there are any.
  mutating func watch(_ path: JobPath, _ index: Int) -> Bool {
    let firstLink = 2 * instance.resources.nodeCount
    var isNew = false
    for use in instance.ownUses(of: path) where Int(use.resource) >= firstLink {
      if use.amount > instance.resources.values[Int(use.resource)] {
        isWatched[index][Int(use.resource) - firstLink] = true
        isNew = true
      }
    }
    return isNew
  }
}

extension PathPrices {
  /// What a use costs.
  func cost(of use: JobPath.Use, _ instance: PathInstance) -> Double {
    let (resource, nodes) = (Int(use.resource), instance.resources.nodeCount)
    if resource < nodes { return memory[resource] * use.amount }
    if resource < 2 * nodes { return load[resource - nodes] * use.amount }
    return link.isEmpty ? 0 : link[resource - 2 * nodes] * use.amount
  }
}
