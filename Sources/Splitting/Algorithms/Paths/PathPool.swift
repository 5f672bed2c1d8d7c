import Foundations
import Splitting

/// All paths of each job that a plan within a limit can use, as rows of numbers: what they cost, and their shares of the
/// limits that count.
///
/// Other paths of the job are dominated: one that is listed costs no more and uses no more of any of these limits.
struct PathPool {
  /// The paths of one job.
  struct Paths {
    /// The weighted latency [s].
    var costs: [Double] = []
    /// The shares of the limits, path by path.
    var shares: [Double] = []
    /// The labels of the search that found them.
    var labels: [Int32] = []
  }

  /// The resources whose limits count.
  let rows: [Int]
  private(set) var paths: [Paths] = []
  private var searches: [PathSearch] = []

  var columnCount: Int { paths.reduce(0) { $0 + $1.costs.count } }

  init(rows: [Int]) { self.rows = rows }

  /// A cost above that of every choice [s].
  func largestCost(_ instance: PathInstance) -> Double {
    let costs = paths.map { $0.costs.max() ?? 0 }
    return instance.unit + 2 * (instance.minimisesLargest ? costs.max() ?? 0 : costs.reduce(0, +))
  }

  /// The labels of all searches.
  var labelCount: Int { searches.reduce(0) { $0 + $1.labels.count } }

  /// Lists the paths of the next job; returns false if the search was truncated.
  mutating func list(
    _ index: Int, of instance: PathInstance, _ prices: PathPrices, _ pricing: Pricing, costLimit: Double,
    latencyLimit: Double = .infinity, labelLimit: Int, _ cancellation: Cancellation
  ) -> Bool {
    let job = instance.jobs[index]
    var bound = BlockProgram()
    _ = bound.run(job, prices)
    let (ownLimits, watched) = (pricing.ownLimits[index], pricing.isWatched[index])
    var second: PathSearch.Second?
    if !ownLimits.isFree {
      let priced = ownLimits.added(to: prices)
      var program = BlockProgram()
      _ = program.run(job, priced)
      second = PathSearch.Second(prices: priced, bound: program, offset: ownLimits.offset)
    }
    var isCompared = [Bool](repeating: false, count: instance.resources.sharedCount)
    for resource in rows { isCompared[resource] = true }
    let firstLink = 2 * job.nodeCount
    let tracked = watched.indices.filter { watched[$0] || isCompared[firstLink + $0] }
    guard tracked.count <= HostRoutes.mostTracked else { return false }
    var search = PathSearch(
      PathSearch.Query(
        job: job, prices: prices, bound: bound, second: second, isCompared: isCompared, tracked: tracked,
        routes: pricing.routes.routes(of: job, tracked: tracked), comparesLatency: true, costLimit: costLimit,
        latencyLimit: latencyLimit, labelLimit: labelLimit))
    search.list(cancellation)
    if search.isTruncated { return false }
    var rowOfResource = [Int](repeating: -1, count: instance.resources.sharedCount)
    for (row, resource) in rows.enumerated() { rowOfResource[resource] = row }
    var found = Paths()
    for label in search.arrived {
      let entry = search.labels[Int(label)]
      found.costs.append(job.figures.weight > 0 ? job.figures.weight * entry.latency : 0)
      found.labels.append(label)
      let first = found.shares.count
      found.shares.append(contentsOf: repeatElement(0, count: rows.count))
      for use in search.uses[Int(entry.firstUse)..<Int(entry.firstUse + entry.useCount)]
      where rowOfResource[Int(use.resource)] >= 0 {
        found.shares[first + rowOfResource[Int(use.resource)]] =
          use.amount / instance.resources.values[Int(use.resource)]
      }
    }
    paths.append(found)
    searches.append(search)
    return true
  }

  /// The path of a job at a place of its list.
  func path(_ place: Int, ofJob index: Int, _ instance: PathInstance) -> JobPath {
    JobPath(
      steps: searches[index].steps(to: paths[index].labels[place]), of: instance.jobs[index].figures,
      instance.resources)
  }
}
