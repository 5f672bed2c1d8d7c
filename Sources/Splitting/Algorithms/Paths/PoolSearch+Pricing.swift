/// What the paths of a pool cost at the prices of a solution, by inspection.
extension PoolSearch {
  /// The paths of one job at some prices.
  struct PricedPaths {
    /// The least cost of a path [s].
    var least = Double.infinity
    /// In the order of the paths that are allowed [s].
    var costs: [Double]
    /// Paths that are not in the master and would improve its mixture: the cheapest ones.
    var entering: [(cost: Double, place: Int32)] = []

    private static let mostEntering = 3

    fileprivate mutating func enter(_ cost: Double, _ place: Int32) {
      if entering.count == Self.mostEntering && cost >= entering[entering.count - 1].cost { return }
      entering.append((cost, place))
      entering.sort { $0.cost < $1.cost }
      if entering.count > Self.mostEntering { entering.removeLast() }
    }
  }

  /// The prices of rows for one job, as flat lists of those that are not 0.
  private struct RowPrices {
    private var (columns, prices): ([Int], [Double]) = ([], [])
    /// Of rows that count paths from a threshold on.
    private var (countedColumns, thresholds, steps): ([Int], [Double], [Double]) = ([], [], [])

    init(_ search: PoolSearch, _ job: Int, _ prices: [Double]) {
      for (row, price) in prices.enumerated() where price > 0 {
        if row < search.rowCount {
          columns.append(row)
          self.prices.append(price)
        } else {
          let counted = search.counted[row - search.rowCount]
          countedColumns.append(counted.column)
          thresholds.append(counted.thresholds[job])
          steps.append(counted.share * price)
        }
      }
    }

    /// What a path pays whose numbers begin at a place.
    @inline(__always)
    func cost(_ numbers: UnsafeBufferPointer<Double>, from first: Int) -> Double {
      var cost = 0.0
      for entry in columns.indices { cost += prices[entry] * numbers[first + columns[entry]] }
      for entry in countedColumns.indices where numbers[first + countedColumns[entry]] >= thresholds[entry] {
        cost += steps[entry]
      }
      return cost
    }
  }

  /// The paths that are allowed at a solution's prices, and the Lagrangian bound that follows. An open job may get a path
  /// that is new to the pool.
  mutating func price(
    _ allowed: inout [[Int32]], _ solution: RestrictedMaster.Solution
  ) -> (jobs: [PricedPaths], bound: Double) {
    var jobs = (0..<jobCount).map { price($0, allowed[$0], solution) }
    var prices: PathPrices?
    if var openJob {
      var heldPrices = [Double](repeating: 0, count: pool.held.count)
      for (counted, price) in zip(counted, solution.prices[rowCount...])
      where counted.isLink && counted.thresholds[openJob.index] < 1 {
        heldPrices[counted.column - rowCount] += price
      }
      let cheapest = openJob.cheapest(
        solution.prices[..<rowCount], held: heldPrices, weight: solution.jobWeights[openJob.index])
      prices = cheapest.prices
      self.openJob = openJob
      jobs[openJob.index].least = cheapest.bound
      open(cheapest, openJob, &jobs[openJob.index], &allowed[openJob.index], solution)
    }
    let sum = jobs.reduce(0) { $0 + $1.least }
    // The difference of two sums has their rounding errors.
    let bound = offset(solution) + sum - 1e-12 * abs(sum)
    if let openJob, let prices, bound > openBound?.value ?? -.infinity {
      openBound = OpenBound(
        value: bound, prices: prices, ownLimits: openJob.ownLimits, others: bound - jobs[openJob.index].least)
    }
    return (jobs, bound)
  }

  /// The paths of one job among some of its list.
  func price(_ job: Int, _ places: [Int32], _ solution: RestrictedMaster.Solution) -> PricedPaths {
    let rows = RowPrices(self, job, solution.prices)
    let (known, weight) = (solution.jobCosts[job], solution.jobWeights[job])
    let improving = known - 1e-9 * (1 + abs(known))
    var priced = PricedPaths(costs: Array(repeating: 0, count: places.count))
    let (paths, columns) = (pool.paths[job], columnOf[job])
    paths.shares.withUnsafeBufferPointer { shares in
      for (index, place) in places.enumerated() {
        let cost = weight * paths.costs[Int(place)] + rows.cost(shares, from: Int(place) * pool.width)
        priced.costs[index] = cost
        priced.least = min(priced.least, cost)
        if cost < improving && columns[Int(place)] < 0 { priced.enter(cost, place) }
      }
    }
    return priced
  }

  /// Adds the cheapest path of the open job to the pool if it improves the mixture.
  private mutating func open(
    _ cheapest: OpenJob.Cheapest, _ openJob: OpenJob, _ priced: inout PricedPaths, _ places: inout [Int32],
    _ solution: RestrictedMaster.Solution
  ) {
    let (known, weight) = (solution.jobCosts[openJob.index], solution.jobWeights[openJob.index])
    guard let path = cheapest.path else { return }
    // Its activations have a price here, but not in the block program.
    let shares = pool.shares(of: path, openJob.instance)
    let pathCost = PathColumn(path, of: openJob.index, openJob.instance).cost
    var cost = weight * pathCost
    for (share, price) in zip(shares[..<rowCount], solution.prices) { cost += share * price }
    for (counted, price) in zip(counted, solution.prices[rowCount...])
    where shares[counted.column] >= counted.thresholds[openJob.index] {
      cost += counted.share * price
    }
    guard cost < known - 1e-9 * (1 + abs(known)) else { return }
    let place = pool.append(cost: pathCost, shares: shares, ofJob: openJob.index)
    columnOf[openJob.index].append(-1)
    places.append(place)
    priced.costs.append(cost)
    priced.entering = [(cost, place)]
  }

  /// The Lagrangian bound at a solution's prices, without the jobs' least costs.
  private func offset(_ solution: RestrictedMaster.Solution) -> Double {
    var (sum, heldCosts) = (0.0, pool.held.map { $0.share * solution.prices[$0.row] })
    for (row, price) in solution.prices.enumerated() where price > 0 {
      if row >= rowCount && counted[row - rowCount].isLink {
        heldCosts[counted[row - rowCount].column - rowCount] -= price
      } else {
        sum -= price
      }
    }
    // What is held is at most 1.
    return heldCosts.reduce(sum) { $0 + min(0, $1) }
  }
}
