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

  /// The sum of a path's uses of each resource, in the order of the resources.
  func uses(of path: JobPath) -> [JobPath.Use] {
    var sums: [JobPath.Use] = []
    for use in path.uses.sorted(by: { $0.resource < $1.resource }) {
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
  /// The path's use of each resource, in the order of the resources.
  let uses: [JobPath.Use]

  init(_ path: JobPath, of job: Int, _ instance: PathInstance) {
    self.job = job
    self.path = path
    let weight = instance.jobs[job].figures.weight
    cost = weight > 0 ? weight * path.latency : 0
    uses = instance.uses(of: path)
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
