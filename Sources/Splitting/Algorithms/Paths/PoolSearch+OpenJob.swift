import Splitting

/// The bound of a pool in which one job may take any of its paths.
extension PoolSearch {
  /// A job whose paths are priced by the block program, and not by inspection. It is in no cut, because a cut's price
  /// depends on how much a path takes of a row at all its visits, which the program does not know.
  struct OpenJob {
    let index: Int
    let instance: PathInstance
    /// The resources of the pool's rows.
    let rows: [Int]
    let ownLimits: OwnLimits

    /// What the block program finds at some prices.
    struct Cheapest {
      /// Every path of the job costs at least that [s].
      let bound: Double
      let path: JobPath
      /// The path's weighted latency [s].
      let pathCost: Double
      let prices: PathPrices
    }

    /// - Parameters:
    ///   - rowPrices: the prices of whole limits [s].
    ///   - weight: the weight of the job's cost.
    func cheapest(_ rowPrices: ArraySlice<Double>, weight: Double) -> Cheapest {
      let job = instance.jobs[index]
      var all = [Double](repeating: 0, count: instance.resources.sharedCount)
      for (resource, price) in zip(rows, rowPrices) {
        all[resource] = price / instance.resources.values[resource]
      }
      let prices = PathPrices(
        latency: weight * job.figures.weight, perUnit: all, nodeCount: instance.resources.nodeCount)
      var program = BlockProgram()
      var bound = program.run(job, prices)
      if !ownLimits.isFree {
        bound = max(bound, program.run(job, ownLimits.added(to: prices)) - ownLimits.offset)
      }
      let path = JobPath(steps: program.steps(job), of: job.figures, instance.resources)
      let cost = PathColumn(path, of: index, instance).cost
      return Cheapest(bound: bound, path: path, pathCost: cost, prices: prices)
    }
  }

  /// A Lagrangian bound over the paths of the pool and all paths of the open job.
  struct OpenBound {
    /// [s]
    let value: Double
    /// The prices for the open job.
    let prices: PathPrices
    /// What all other jobs add to the value [s].
    let others: Double
  }

  /// The best bound that the root of a search with an open job reaches; `nil` if a limit was reached before the first.
  mutating func boundOfRoot() throws -> OpenBound? {
    _ = try evaluate(Node(bound: bound, demands: []))
    return openBound
  }
}

extension PathPool {
  /// The shares of the rows that a path takes, in a pool where nothing is held for several jobs.
  func shares(of path: JobPath, _ instance: PathInstance) -> [Double] {
    rows.map { resource in
      path.uses.reduce(0) {
        Int($1.resource) == resource ? $0 + $1.amount / instance.resources.values[resource] : $0
      }
    }
  }
}
