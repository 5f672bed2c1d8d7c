import Splitting

/// The bound of a pool in which one job may take any of its paths.
extension PoolSearch {
  /// A job whose paths are priced as in column generation, and not by inspection. It is in no cut, because a cut's price
  /// depends on how much a path takes of a row at all its visits, which the block program does not know.
  struct OpenJob {
    let index: Int
    let instance: PathInstance
    /// The resources of the pool's rows.
    let rows: [Int]
    /// Where the job runs the layers whose weights nodes may hold for others too: the variable of the pool by the place
    /// `layer * hostCount + host`.
    let heldOfPlace: [Int: Int]
    private(set) var pricing: Pricing

    /// The prices of the limits that the job has alone, as the last prices left them.
    var ownLimits: OwnLimits { pricing.ownLimits[index] }

    init(index: Int, instance: PathInstance, rows: [Int], heldOfPlace: [Int: Int], pricing: Pricing) {
      (self.index, self.instance, self.rows) = (index, instance, rows)
      (self.heldOfPlace, self.pricing) = (heldOfPlace, pricing)
    }

    /// What pricing finds at some prices.
    struct Cheapest {
      /// Every path of the job costs at least that [s].
      let bound: Double
      /// `nil` if the search for the path was truncated, or the job has none.
      let path: JobPath?
      let prices: PathPrices
    }

    /// - Parameters:
    ///   - rowPrices: the prices of whole limits [s].
    ///   - heldPrices: by variable for what is held: what a path pays that runs the layer on the node [s].
    ///   - weight: the weight of the job's cost.
    mutating func cheapest(
      _ rowPrices: ArraySlice<Double>, held heldPrices: [Double], weight: Double
    ) -> Cheapest {
      let job = instance.jobs[index]
      var all = [Double](repeating: 0, count: instance.resources.sharedCount)
      for (resource, price) in zip(rows, rowPrices) {
        all[resource] = price / instance.resources.values[resource]
      }
      var layers: [Double] = []
      for (place, variable) in heldOfPlace where heldPrices[variable] > 0 {
        if layers.isEmpty { layers = Array(repeating: 0, count: job.layerCount * job.hostCount) }
        layers[place] = heldPrices[variable]
      }
      let prices = PathPrices(
        latency: weight * job.figures.weight, perUnit: all, nodeCount: instance.resources.nodeCount,
        layer: layers)
      let answer = pricing.cheapest(index, prices)
      return Cheapest(bound: answer.bound, path: answer.path, prices: prices)
    }
  }

  /// A Lagrangian bound over the paths of the pool and all paths of the open job.
  struct OpenBound {
    /// [s]
    let value: Double
    /// The prices for the open job, and of its own limits.
    let prices: PathPrices
    let ownLimits: OwnLimits
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
  /// The numbers of a path: its shares of the rows, and what it runs of what is held.
  func shares(of path: JobPath, _ instance: PathInstance) -> [Double] {
    var shares = rows.map { resource in
      path.uses.reduce(0) {
        Int($1.resource) == resource ? $0 + $1.amount / instance.resources.values[resource] : $0
      }
    }
    shares += repeatElement(0, count: width - rows.count)
    for holding in path.holdings {
      if let variable = heldOfCell[Int(holding.cell)] { shares[rows.count + variable] = 1 }
    }
    addWholes(&shares, from: 0)
    return shares
  }

  /// By place of a job, `layer * hostCount + host`: what is held there, as a position in ``held``.
  func heldOfPlace(_ job: PathJob) -> [Int: Int] {
    var places: [Int: Int] = [:]
    for layer in 0..<job.layerCount where job.figures.sharedWeights[layer] > 0 {
      for host in 0..<job.hostCount {
        places[layer * job.hostCount + host] = heldOfCell[job.figures.cell(layer, host)]
      }
    }
    return places
  }
}
