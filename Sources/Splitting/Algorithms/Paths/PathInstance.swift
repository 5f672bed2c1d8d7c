import Foundations
import Graphs
import Splitting

/// An instance as the methods of this folder see it: what each job pays and uses on its paths.
struct PathInstance {
  /// The limits with the tolerance included.
  let resources: CouplingLimits
  let jobs: [PathJob]
  /// Whether the largest cost of a job is minimised, and not the sum.
  let minimisesLargest: Bool
  /// A typical cost, in which tolerances are counted [s].
  let unit: Double

  init(_ routing: ResidualRouting, _ objective: ObjectiveKind) {
    self.init(routing.jobs, within: routing.resources, objective)
  }

  /// Jobs within limits that include the tolerance.
  init(_ figures: [RoutingJob], within resources: CouplingLimits, _ objective: ObjectiveKind) {
    minimisesLargest = objective == .max
    self.resources = resources
    var sizes = StageSizes()
    jobs = figures.map { PathJob($0, resources, &sizes) }
    let sum = figures.reduce(0) { $0 + $1.weight * $1.shortestLatency }
    unit = sum > 0 && sum < .infinity ? sum / Double(figures.count) : 1
  }

  /// Whether memory does not add up over layers and jobs.
  var hasHoldings: Bool { jobs.contains(where: \.figures.hasHoldings) }

  /// What a path takes of each resource if no other job is there, in the order of the resources.
  func ownUses(of path: JobPath) -> [JobPath.Use] {
    summed(path.uses + path.holdings.map { JobPath.Use(resource: $0.resource, amount: $0.amount) })
  }

  /// What paths take together, by resource: weights that they share once.
  func totalUse(of paths: [JobPath]) -> [Double] {
    var sums = [Double](repeating: 0, count: resources.sharedCount)
    var held: Set<Int32> = []
    for path in paths {
      for use in path.uses { sums[Int(use.resource)] += use.amount }
      for holding in path.holdings where held.insert(holding.cell).inserted {
        sums[Int(holding.resource)] += holding.amount
      }
    }
    return sums
  }

  /// The resources of which paths take more than there is together.
  ///
  /// - Parameter part: the part of a limit from which on it is exceeded.
  func exceeded(by sums: [Double], above part: Double) -> [Int] {
    sums.indices.filter { sums[$0] > resources.values[$0] * part }
  }

  fileprivate func summed(_ uses: [JobPath.Use]) -> [JobPath.Use] {
    var sums: [JobPath.Use] = []
    for use in uses.sorted(by: { $0.resource < $1.resource }) {
      if let last = sums.last, last.resource == use.resource {
        sums[sums.count - 1] = JobPath.Use(resource: use.resource, amount: last.amount + use.amount)
      } else {
        sums.append(use)
      }
    }
    return sums
  }
}

/// A path of a job as a column of the master.
struct PathColumn {
  let job: Int
  let path: JobPath
  /// The path's weighted latency [s].
  let cost: Double
  /// What adds up of the path's use of each resource, in the order of the resources: without weights that jobs share, and
  /// without activations.
  let uses: [JobPath.Use]
  /// By layer: the place of the path's layer, `layer * hostCount + host`; empty if nothing but ``uses`` is taken.
  let places: [Int]

  init(_ path: JobPath, of index: Int, _ instance: PathInstance) {
    let job = instance.jobs[index]
    self.job = index
    self.path = path
    cost = job.figures.weight > 0 ? job.figures.weight * path.latency : 0
    uses = instance.summed(path.pricedUses(job.addedMemory, of: job.figures))
    places = job.figures.hasHoldings ? path.places(of: job.figures) : []
  }

  /// What the path costs its job at prices [s].
  func cost(at prices: PathPrices, _ instance: PathInstance) -> Double {
    var sum = uses.reduce(prices.latency * path.latency) { $0 + prices.cost(of: $1, instance) }
    if !prices.layer.isEmpty { sum = places.reduce(sum) { $0 + prices.layer[$1] } }
    if prices.blocks.isEmpty { return sum }
    let figures = instance.jobs[job]
    let costs = BlockCosts(figures, prices.blocks)
    let hosts = path.places(of: figures.figures).map { $0 % figures.hostCount }
    var first = 0
    for end in 1..<hosts.count + 1 where end == hosts.count || hosts[end] != hosts[first] {
      sum += costs.cost(hosts[first], first, end)
      first = end
    }
    return sum
  }
}

/// The routes of all jobs' stages, by the links that are tracked; stages of one size share them.
final class RouteCache {
  private struct Key: Hashable {
    let size: Int
    let tracked: [Int]
  }

  private var known: [Key: HostRoutes] = [:]

  func routes(of job: PathJob, tracked: [Int]) -> [HostRoutes] {
    (0...job.layerCount).map { stage in
      let key = Key(size: job.sizeOfStage[stage], tracked: tracked)
      if let routes = known[key] { return routes }
      let routes = HostRoutes(
        job.figures.network, costs: job.figures.stagePaths[stage].arcCosts, tracked: tracked)
      known[key] = routes
      return routes
    }
  }
}
