import Foundations
import LinearModels
import Splitting

/// Solves the relaxation in which each job takes a mixture of its paths, by column generation: the Dantzig-Wolfe form of
/// `layered`.
///
/// Rows enter when a mixture exceeds them. For any prices, the least costs of all jobs minus the price of all limits
/// bound every plan's cost (the Lagrangian bound), so that a bound is known after every round; prices are smoothed
/// between the best ones and those of the master (Pessoa, Sadykov, Uchoa and Vanderbeck, 2018).
struct ColumnGeneration {
  private let instance: PathInstance
  private let cancellation: Cancellation
  private var master: RestrictedMaster
  private(set) var pricing: Pricing
  private(set) var columns: [PathColumn] = []
  /// The rows of the master, as resources.
  private(set) var rows: [Int] = []
  private var rowOfResource: [Int32]

  /// The prices with the best bound, by resource, and each job's least cost under them.
  private(set) var bestPrices: [Double]
  /// The weights of the jobs' costs in that bound.
  private(set) var bestWeights: [Double]
  private(set) var leastCosts: [Double]
  private(set) var bound = -Double.infinity

  /// The relaxation without paths; leaving out a job costs `artificialCost` [s].
  init(
    _ instance: PathInstance, _ session: any LinearSession, artificialCost: Double,
    _ cancellation: Cancellation
  ) {
    self.instance = instance
    self.cancellation = cancellation
    master = RestrictedMaster(
      session, jobCount: instance.jobs.count, minimisesLargest: instance.minimisesLargest,
      unit: instance.unit, artificialCost: artificialCost)
    pricing = Pricing(instance, cancellation)
    rowOfResource = Array(repeating: -1, count: instance.resources.sharedCount)
    bestPrices = Array(repeating: 0, count: instance.resources.sharedCount)
    bestWeights = Array(repeating: 1, count: instance.jobs.count)
    leastCosts = Array(repeating: 0, count: instance.jobs.count)
  }

  mutating func add(_ column: PathColumn) {
    var (entries, shares): ([Int32], [Double]) = ([], [])
    for use in column.uses where rowOfResource[Int(use.resource)] >= 0 {
      entries.append(rowOfResource[Int(use.resource)])
      shares.append(use.amount / instance.resources.values[Int(use.resource)])
    }
    master.addColumn(job: column.job, cost: column.cost, rows: entries, shares: shares)
    columns.append(column)
  }

  /// Adds the rows that a mixture of the columns exceeds; returns whether there were any.
  mutating func addRows(exceededBy values: some Collection<Double>) -> Bool {
    var sums = [Double](repeating: 0, count: instance.resources.sharedCount)
    for (column, value) in zip(columns, values) where value > 0 {
      for use in column.uses { sums[Int(use.resource)] += value * use.amount }
    }
    return addRows(whereUsed: sums, above: 1 + 1e-9)
  }

  /// Adds the rows that paths of all jobs exceed together; returns whether there were any.
  mutating func addRows(exceededBy paths: [JobPath]) -> Bool {
    var sums = [Double](repeating: 0, count: instance.resources.sharedCount)
    for use in paths.lazy.flatMap(\.uses) { sums[Int(use.resource)] += use.amount }
    // Sums in another order must not exceed the limits of the evaluator.
    return addRows(whereUsed: sums, above: 1 - 1e-12)
  }

  /// Adds the rows of which more is used than a part of the limit; returns whether there were any.
  private mutating func addRows(whereUsed sums: [Double], above part: Double) -> Bool {
    let exceeded = sums.indices.filter {
      rowOfResource[$0] < 0 && sums[$0] > instance.resources.values[$0] * part
    }
    for resource in exceeded { addRow(resource) }
    return !exceeded.isEmpty
  }

  private mutating func addRow(_ resource: Int) {
    rowOfResource[resource] = Int32(rows.count)
    rows.append(resource)
    var (entries, shares): ([Int32], [Double]) = ([], [])
    for (index, column) in columns.enumerated() {
      for use in column.uses where Int(use.resource) == resource {
        entries.append(Int32(index))
        shares.append(use.amount / instance.resources.values[resource])
      }
    }
    master.addRow(columns: entries, shares: shares)
  }

  /// The outcome of a run.
  enum Outcome {
    /// The relaxation is solved, or the bound has reached the target; with the solution, if that is a plan.
    case solved(plan: [JobPath]?)
    /// The known paths do not suffice for a mixture within the limits, and no other path mends that.
    case noMixture
    /// Some job has no path.
    case noPath
    /// A limit was reached.
    case stopped
  }

  /// How near to the best prices those of a round are: 0 takes the master's, 1 would stay. Not tuned.
  private static let usualSmoothing = 0.6

  /// Raises the bound until the relaxation is solved or the bound reaches `target`; `raised` hears each new bound.
  mutating func run(target: Double, raised: (Double) throws -> Void) throws -> Outcome {
    var smoothing = Self.usualSmoothing
    while !cancellation.isCancelled {
      guard let solution = try master.solve() else { return .stopped }
      if addRows(exceededBy: solution.values) { continue }
      var masterPrices = [Double](repeating: 0, count: bestPrices.count)
      for (row, resource) in rows.enumerated() {
        masterPrices[resource] = solution.prices[row] / instance.resources.values[resource]
      }
      let isSmoothed = smoothing > 0 && bound > -.infinity
      let prices =
        isSmoothed
        ? zip(bestPrices, masterPrices).map { smoothing * $0 + (1 - smoothing) * $1 } : masterPrices
      let weights =
        isSmoothed
        ? zip(bestWeights, solution.jobWeights).map { smoothing * $0 + (1 - smoothing) * $1 }
        : solution.jobWeights
      var costs: [Double] = []
      var found: [PathColumn] = []
      for job in instance.jobs.indices {
        let answer = pricing.cheapest(job, pathPrices(job, prices, weights))
        if answer.bound == .infinity { return .noPath }
        if cancellation.isCancelled { return .stopped }
        costs.append(answer.bound)
        guard let path = answer.path else { continue }
        let column = PathColumn(path, of: job, instance)
        let reduced = column.uses.reduce(solution.jobWeights[job] * column.cost) {
          $0 + masterPrices[Int($1.resource)] * $1.amount
        }
        let known = solution.jobCosts[job]
        if reduced < known - 1e-9 * (instance.unit + abs(known)) { found.append(column) }
      }
      let spread = costs.reduce(0, +)
      var value = spread
      for resource in rows { value -= prices[resource] * instance.resources.values[resource] }
      // The difference of two sums has their rounding errors.
      value -= 1e-12 * spread
      if value > bound {
        (bound, bestPrices, bestWeights, leastCosts) = (value, prices, weights, costs)
        try raised(value)
      }
      let isClosed = bound >= target || solution.objective - bound <= 1e-9 * abs(solution.objective)
      if isClosed || found.isEmpty && !isSmoothed {
        if solution.missing.contains(where: { $0 > 1e-6 }) && bound < target { return .noMixture }
        return .solved(plan: plan(of: solution.values))
      }
      smoothing = found.isEmpty ? 0 : Self.usualSmoothing
      for column in found { add(column) }
    }
    return .stopped
  }

  /// The paths of a mixture that takes one path for each job.
  private func plan(of values: some Collection<Double>) -> [JobPath]? {
    var paths = [JobPath?](repeating: nil, count: instance.jobs.count)
    for (column, value) in zip(columns, values) where value > 1 - 1e-6 { paths[column.job] = column.path }
    let plan = paths.compactMap(\.self)
    return plan.count == paths.count ? plan : nil
  }

  /// What a job pays at the best prices.
  func bestPrices(ofJob job: Int) -> PathPrices { pathPrices(job, bestPrices, bestWeights) }

  private func pathPrices(_ job: Int, _ prices: [Double], _ weights: [Double]) -> PathPrices {
    let nodes = instance.resources.nodeCount
    let links = prices[(2 * nodes)...]
    return PathPrices(
      latency: weights[job] * instance.jobs[job].figures.weight, memory: Array(prices[..<nodes]),
      load: Array(prices[nodes..<2 * nodes]), link: links.contains { $0 > 0 } ? Array(links) : [])
  }
}
