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
    /// The cost at the prices of the list [s].
    var priced: [Double] = []
    /// The shares of the limits and, 0 or 1, what is held, path by path.
    var shares: [Double] = []
    /// By path: its number in the job's tree.
    var numbers: [Int32] = []
  }

  /// The resources whose limits count.
  let rows: [Int]
  /// What nodes hold for several jobs, where their memory is a row.
  let held: [Held]
  /// By cell, see ``RoutingJob/cell(_:_:)``: its position in `held`.
  let heldOfCell: [Int: Int]

  /// The weights of a layer on a node.
  struct Held {
    /// The row of the node's memory.
    let row: Int
    /// The share of the memory that they take.
    let share: Double
  }

  /// By row of which something is held: the position of what a path takes of it in all, as if it shared nothing.
  let wholeOfRow: [Int: Int]

  /// The numbers of a path: its shares of the rows, whether it runs each layer that is held, and what it takes in all.
  var width: Int { rows.count + held.count + wholeOfRow.count }
  private(set) var paths: [Paths] = []
  /// By job.
  private var trees: [PathTree] = []

  var columnCount: Int { paths.reduce(0) { $0 + $1.costs.count } }

  /// A pool without paths, for limits of these resources.
  init(rows: [Int], _ instance: PathInstance) {
    var (held, heldOfCell): ([Held], [Int: Int]) = ([], [:])
    for (row, node) in rows.enumerated() where node < instance.resources.nodeCount {
      for job in instance.jobs where job.hostOfNode[node] >= 0 && job.figures.sharesWeights {
        for layer in 0..<job.layerCount where job.figures.sharedWeights[layer] > 0 {
          let cell = job.figures.cell(layer, job.hostOfNode[node])
          if heldOfCell[cell] != nil { continue }
          heldOfCell[cell] = held.count
          held.append(
            Held(row: row, share: job.figures.sharedWeights[layer] / instance.resources.values[node]))
        }
      }
    }
    self.rows = rows
    self.held = held
    self.heldOfCell = heldOfCell
    var wholeOfRow: [Int: Int] = [:]
    for held in held where wholeOfRow[held.row] == nil {
      wholeOfRow[held.row] = rows.count + self.held.count + wholeOfRow.count
    }
    self.wholeOfRow = wholeOfRow
  }

  /// A cost above that of every choice [s].
  func largestCost(_ instance: PathInstance) -> Double {
    let costs = paths.map { $0.costs.max() ?? 0 }
    return instance.unit + 2 * (instance.minimisesLargest ? costs.max() ?? 0 : costs.reduce(0, +))
  }

  /// The labels of all searches.
  var labelCount: Int { trees.reduce(0) { $0 + $1.labelCount } }

  /// Lists the paths of the next job; returns false if the search was truncated.
  mutating func list(
    _ index: Int, of instance: PathInstance, _ prices: PathPrices, _ pricing: Pricing, costLimit: Double,
    latencyLimit: Double = .infinity, labelLimit: Int, _ cancellation: Cancellation
  ) -> Bool {
    guard
      let (found, tree) = listed(
        index, of: instance, prices, pricing, costLimit: costLimit, latencyLimit: latencyLimit,
        labelLimit: labelLimit, cancellation)
    else { return false }
    paths.append(found)
    trees.append(tree)
    return true
  }

  /// The pool with only the paths up to a cost at the prices of their lists, by job.
  func shortened(to limits: [Double]) -> PathPool {
    var shortened = self
    for job in paths.indices {
      shortened.paths[job] = paths[job].keeping(width: width) { paths[job].priced[$0] <= limits[job] }
    }
    return shortened
  }

  /// The pool in which one job has other paths; `nil` if their list was truncated.
  ///
  /// - Parameters:
  ///   - costLimit: the largest cost of the job's paths at `prices`.
  ///   - second: other prices, at which the paths have a largest cost as well, with prices of the job's own limits.
  ///   - floor: the cost at `prices` from which on the paths count.
  func replacing(
    _ index: Int, of instance: PathInstance, _ prices: PathPrices, _ pricing: Pricing, costLimit: Double,
    second: (prices: PathPrices, ownLimits: OwnLimits, costLimit: Double)?, latencyLimit: Double,
    floor: Double, labelLimit: Int,
    _ cancellation: Cancellation
  ) -> PathPool? {
    guard
      let (found, tree) = listed(
        index, of: instance, prices, pricing, costLimit: costLimit, second: second,
        latencyLimit: latencyLimit,
        labelLimit: labelLimit, cancellation)
    else { return nil }
    var replaced = self
    replaced.trees[index] = tree
    replaced.paths[index] = found.keeping(width: width) { found.priced[$0] > floor }
    return replaced
  }

  private func listed(
    _ index: Int, of instance: PathInstance, _ prices: PathPrices, _ pricing: Pricing, costLimit: Double,
    second: (prices: PathPrices, ownLimits: OwnLimits, costLimit: Double)? = nil, latencyLimit: Double,
    labelLimit: Int,
    _ cancellation: Cancellation
  ) -> (paths: Paths, tree: PathTree)? {
    let job = instance.jobs[index]
    var bound = BlockProgram()
    _ = bound.run(job, prices)
    let (ownLimits, watched) = (second?.ownLimits ?? pricing.ownLimits[index], pricing.isWatched[index])
    var secondBound: PathSearch.Second?
    if second != nil || !ownLimits.isFree {
      let priced = ownLimits.added(to: second?.prices ?? prices, of: job)
      var program = BlockProgram()
      _ = program.run(job, priced)
      let slack = second.map { $0.costLimit - costLimit } ?? 0
      secondBound = PathSearch.Second(prices: priced, bound: program, offset: ownLimits.offset + slack)
    }
    var isCompared = [Bool](repeating: false, count: instance.resources.sharedCount)
    for resource in rows { isCompared[resource] = true }
    let firstLink = 2 * job.nodeCount
    let tracked = watched.indices.filter { watched[$0] || isCompared[firstLink + $0] }
    guard tracked.count <= HostRoutes.mostTracked else { return nil }
    var search = PathSearch(
      PathSearch.Query(
        job: job, prices: prices, bound: bound, second: secondBound, isCompared: isCompared, tracked: tracked,
        routes: pricing.routes.routes(of: job, tracked: tracked), comparesLatency: true, costLimit: costLimit,
        latencyLimit: latencyLimit, labelLimit: labelLimit))
    search.list(cancellation)
    if search.isTruncated { return nil }
    var rowOfResource = [Int](repeating: -1, count: instance.resources.sharedCount)
    for (row, resource) in rows.enumerated() { rowOfResource[resource] = row }
    let (resources, limits) = (PathResources(job), instance.resources.values)
    var found = Paths()
    for label in search.arrived {
      let entry = search.labels[Int(label)]
      found.costs.append(job.figures.weight > 0 ? job.figures.weight * entry.latency : 0)
      found.priced.append(entry.cost)
      found.numbers.append(Int32(found.numbers.count))
      let first = found.shares.count
      found.shares.append(contentsOf: repeatElement(0, count: width))
      for use in search.uses[Int(entry.firstUse)..<Int(entry.firstUse + entry.useCount)] {
        switch resources.kind(of: Int(use.resource)) {
        case .held(let layer, let node):
          let cell = job.figures.cell(layer, job.hostOfNode[node])
          if let place = heldOfCell[cell] { found.shares[first + rows.count + place] = 1 }
        case .memory(let node), .peak(let node):
          if rowOfResource[node] >= 0 {
            found.shares[first + rowOfResource[node]] += use.amount / limits[node]
          }
        case .load, .link:
          let resource = Int(use.resource)
          if rowOfResource[resource] >= 0 {
            found.shares[first + rowOfResource[resource]] = use.amount / limits[resource]
          }
        // A matter of the job alone.
        case .run: break
        }
      }
      addWholes(&found.shares, from: first)
    }
    return (found, PathTree(search, search.arrived))
  }

  /// Sets what a path takes of rows in all, among its numbers that begin at a place.
  func addWholes(_ numbers: inout [Double], from first: Int) {
    for (row, position) in wholeOfRow { numbers[first + position] = numbers[first + row] }
    for (variable, held) in held.enumerated() where numbers[first + rows.count + variable] > 0 {
      if let position = wholeOfRow[held.row] { numbers[first + position] += held.share }
    }
  }

  /// Adds a path to the list of a job, only to be priced: it has no label. Returns its place.
  mutating func append(cost: Double, shares: [Double], ofJob job: Int) -> Int32 {
    paths[job].costs.append(cost)
    paths[job].shares += shares
    return Int32(paths[job].costs.count - 1)
  }

  /// The paths of a choice: of each job the one at its place.
  func paths(of choice: [Int32], _ instance: PathInstance) -> [JobPath] {
    choice.indices.map { path(Int(choice[$0]), ofJob: $0, instance) }
  }

  /// The path of a job at a place of its list.
  func path(_ place: Int, ofJob index: Int, _ instance: PathInstance) -> JobPath {
    JobPath(
      steps: trees[index].steps(Int(paths[index].numbers[place])), of: instance.jobs[index].figures,
      instance.resources)
  }
}

extension PathPool.Paths {
  /// The paths at some places.
  fileprivate func keeping(width: Int, where isKept: (_ place: Int) -> Bool) -> Self {
    var kept = Self()
    for place in costs.indices where isKept(place) {
      kept.costs.append(costs[place])
      kept.priced.append(priced[place])
      kept.numbers.append(numbers[place])
      kept.shares.append(contentsOf: shares[place * width..<(place + 1) * width])
    }
    return kept
  }
}
