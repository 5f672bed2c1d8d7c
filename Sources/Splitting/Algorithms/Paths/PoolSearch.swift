import Foundations
import LinearModels
import Splitting

/// Chooses a path for each job from a pool at the least cost within all limits that count, by branch and bound.
///
/// The linear program of a node holds the paths that it has asked for, and all others are priced by inspection, so that
/// the Lagrangian bound over the whole pool is known at every step. A node is split by how much of a limit a job takes:
/// less than a threshold, or at least that much.
struct PoolSearch {
  var pool: PathPool
  private let cancellation: Cancellation
  let minimisesLargest: Bool
  /// A typical cost [s].
  let unit: Double
  let jobCount: Int
  let rowCount: Int
  var master: RestrictedMaster
  /// By job: the paths that are left, as places in the job's list.
  private(set) var left: [[Int32]]
  /// By job and place: the column of the master; -1 if the path is not in it.
  var columnOf: [[Int32]]
  var pathOfColumn: [(job: Int32, place: Int32)] = []
  var isAllowed: [Bool] = []
  var cutPool = CutPool()
  /// The rows of the master after those of the pool.
  var counted: [CountingRow] = []
  /// By job and variable for what is held, at `job * held count + variable`: whether the master has the link.
  var isLinked: [Bool]
  /// By job: the number that jobs of one DNN share whose weights nodes hold once; `nil` for the others.
  let items: [Int?]
  /// By job and row: the least share of a path that was left when the cuts began.
  var base: [[Double]] = []

  /// Whether a choice that keeps the limits that count keeps all others too.
  var isPlan: (_ choice: [Int32]) -> Bool = { _ in true }
  /// The choice with which the search ended because it was no plan.
  private(set) var rejected: [Int32]?
  /// The best choice so far, a place for each job, and its cost. Only what costs less than `cutoff` is looked for.
  private(set) var best: [Int32]?
  private(set) var cutoff: Double
  /// No choice costs less.
  private(set) var bound: Double
  private(set) var nodeCount = 0
  /// The job that may take any path, which is in no cut; `nil` if all jobs take paths of the pool.
  var openJob: OpenJob?
  /// The best bound of the root with an open job; `nil` before there is one.
  var openBound: OpenBound?

  /// The least bound of the nodes that had to be left: a limit ended their program, or its solution was neither a choice
  /// nor mixed any shares.
  private var leastLeft = Double.infinity

  /// What a branch demands of a job's share of a row, or of its cost.
  struct Demand {
    let job: Int32
    /// The row, or what is held after the rows; ``costs`` if the threshold is one of the job's cost in units.
    let row: Int32
    let threshold: Double
    let isBelow: Bool

    static let costs: Int32 = -1
  }

  /// A row that counts the paths of each job that take at least a threshold of something: a cover inequality, or the
  /// link between a job's paths and what is held.
  struct CountingRow {
    /// The position among a path's numbers.
    let column: Int
    /// By job.
    let thresholds: [Double]
    /// What a path that counts takes of the row.
    let share: Double
    /// Whether a variable for what is held limits the row, and not the number 1.
    let isLink: Bool
  }

  struct Node {
    var bound: Double
    var demands: [Demand]
  }

  /// A search for choices below `cutoff`, none of which costs less than `bound` [s].
  init(
    _ pool: PathPool, _ instance: PathInstance, _ session: any LinearSession, cutoff: Double, bound: Double,
    openJob: OpenJob? = nil, _ cancellation: Cancellation
  ) {
    self.openJob = openJob
    minimisesLargest = instance.minimisesLargest
    unit = instance.unit
    items = instance.jobs.map(\.figures.firstItem)
    self.pool = pool
    self.cutoff = cutoff
    self.bound = bound
    self.cancellation = cancellation
    jobCount = pool.paths.count
    rowCount = pool.rows.count
    master = RestrictedMaster(
      session, jobCount: jobCount, minimisesLargest: minimisesLargest, unit: unit,
      artificialCost: 100 * cutoff)
    for _ in 0..<rowCount { master.addRow(columns: [], shares: []) }
    for held in pool.held { master.addHeld(row: held.row, share: held.share) }
    isLinked = Array(repeating: false, count: jobCount * pool.held.count)
    left = pool.paths.map { (0..<Int32($0.costs.count)).map { $0 } }
    columnOf = pool.paths.map { Array(repeating: -1, count: $0.costs.count) }
  }

  /// The nodes that are searched depth first, until one has a choice; then the one with the least bound is next.
  private static let mostInDive = 50

  /// Searches up to a number of nodes, or until a choice is no plan; returns whether nothing is left to search: then `best`
  /// is optimal below the cutoff.
  mutating func run(nodeLimit: Int) throws -> Bool {
    var open = [Node(bound: bound, demands: [])]
    var diving: Node?
    while true {
      let node: Node
      if let next = diving {
        (node, diving) = (next, nil)
      } else {
        guard let index = open.indices.min(by: { open[$0].bound < open[$1].bound }) else { break }
        node = open.remove(at: index)
      }
      bound = min(cutoff, leastLeft, open.reduce(node.bound) { min($0, $1.bound) })
      if node.bound >= cutoff { continue }
      if nodeCount >= nodeLimit || cancellation.isCancelled { return false }
      nodeCount += 1
      let outcome = try evaluate(node)
      if rejected != nil { return false }
      guard let outcome else { continue }
      guard let branch = outcome.branch else {
        leastLeft = min(leastLeft, outcome.bound)
        continue
      }
      let sides = [true, false].map { isBelow in
        let demand = Demand(job: branch.job, row: branch.row, threshold: branch.threshold, isBelow: isBelow)
        return Node(bound: outcome.bound, demands: node.demands + [demand])
      }
      let preferred = outcome.prefersBelow ? 0 : 1
      open.append(sides[1 - preferred])
      if best == nil && nodeCount <= Self.mostInDive {
        diving = sides[preferred]
      } else {
        open.append(sides[preferred])
      }
    }
    bound = min(cutoff, leastLeft)
    return leastLeft >= cutoff
  }

  struct Outcome {
    var bound: Double
    /// What splits the node; `nil` if it has to be left.
    var branch: Demand?
    var prefersBelow = true
  }

  /// What a solution of a node's program is.
  private enum Settlement {
    /// A mixture; with the demand that splits it.
    case mixed(Demand, prefersBelow: Bool)
    /// A choice that takes a little too much; a cut forbids it from now on.
    case forbidden
    /// A choice that fits.
    case accepted
    case stuck
  }

  /// What a path takes of a row of the master.
  func coefficient(_ job: Int, _ place: Int32, _ row: Int) -> Double {
    if row < rowCount { return share(job, place, row) }
    let counted = counted[row - rowCount]
    return share(job, place, counted.column) >= counted.thresholds[job] ? counted.share : 0
  }

  /// A number of a path: of a row, of what is held, or its cost in units.
  func share(_ job: Int, _ place: Int32, _ column: Int) -> Double {
    if column < 0 { return pool.paths[job].costs[Int(place)] / unit }
    return pool.paths[job].shares[Int(place) * pool.width + column]
  }

  /// Bounds a node; `nil` if nothing below the cutoff is left in it.
  mutating func evaluate(_ node: Node) throws -> Outcome? {
    guard var allowed = reduced(node) else { return nil }
    setAllowed(allowed)
    var rounds = node.demands.isEmpty ? Self.rootRounds : Self.nodeRounds
    while true {
      guard let solution = try master.solve() else { return Outcome(bound: node.bound) }
      let priced = price(&allowed, solution)
      let bound = priced.bound
      if bound >= cutoff { return nil }
      let isNew = priced.jobs.contains { !$0.entering.isEmpty }
      for (job, priced) in priced.jobs.enumerated() {
        for entry in priced.entering { enter(job, entry.place) }
      }
      if !isNew || node.demands.isEmpty {
        for job in 0..<jobCount {
          let room = cutoff - bound + priced.jobs[job].least
          allowed[job] = zip(allowed[job], priced.jobs[job].costs).filter { $0.1 < room }.map(\.0)
        }
        if node.demands.isEmpty { left = allowed }
      }
      if isNew { continue }
      let values = solution.values
      if addLinks(values, solution.held) { continue }
      if rounds > 0 && solution.missing.allSatisfy({ $0 < 1e-7 }) && separate(values) {
        rounds -= 1
        continue
      }
      if openJob != nil { return Outcome(bound: bound) }
      switch try settle(values) {
      case .mixed(let branch, let prefersBelow):
        if let choice = rounded(values, allowed, solution), isPlan(choice) {
          (best, cutoff) = (choice, cost(of: choice))
          if bound >= cutoff { return nil }
        }
        return Outcome(bound: max(bound, node.bound), branch: branch, prefersBelow: prefersBelow)
      case .forbidden: continue
      case .accepted: return nil
      case .stuck: return Outcome(bound: max(bound, node.bound))
      }
    }
  }

  /// The paths that a node allows, without those that do not fit beside the least that the other jobs take; `nil` if a
  /// job has none.
  private func reduced(_ node: Node) -> [[Int32]]? {
    var allowed = left
    for job in 0..<jobCount {
      let costs = pool.paths[job].costs
      allowed[job].removeAll { costs[Int($0)] >= cutoff }
    }
    for demand in node.demands {
      let (job, row) = (Int(demand.job), Int(demand.row))
      allowed[job] = allowed[job].filter { (share(job, $0, row) < demand.threshold) == demand.isBelow }
    }
    for _ in 0..<2 {
      var least = [Double](repeating: 0, count: jobCount * rowCount)
      var sums = [Double](repeating: 0, count: rowCount)
      for job in 0..<jobCount {
        if allowed[job].isEmpty { return nil }
        for row in 0..<rowCount {
          let value = leastShare(of: job, row, allowed[job])
          least[job * rowCount + row] = value
          sums[row] += value
        }
      }
      for job in 0..<jobCount {
        allowed[job] = allowed[job].filter { place in
          (0..<rowCount).allSatisfy { row in
            share(job, place, row) <= 1 + 1e-12 - (sums[row] - least[job * rowCount + row])
          }
        }
      }
    }
    return allowed.contains { $0.isEmpty } ? nil : allowed
  }

  /// The least share of a row that a job takes on any of some paths; 0 for the job that may take any.
  func leastShare(of job: Int, _ row: Int, _ places: [Int32]) -> Double {
    job == openJob?.index ? 0 : places.reduce(.infinity) { min($0, share(job, $1, row)) }
  }

  /// What a choice costs [s].
  func cost(of choice: [Int32]) -> Double {
    let costs = choice.indices.map { pool.paths[$0].costs[Int(choice[$0])] }
    return minimisesLargest ? costs.max() ?? 0 : costs.reduce(0, +)
  }

  private mutating func settle(_ values: [Double]) throws -> Settlement {
    if let (demand, prefersBelow) = try branch(values) { return .mixed(demand, prefersBelow: prefersBelow) }
    // No job mixes different shares, so that the cheapest of its paths can stand for all.
    var choice = [Int32](repeating: -1, count: jobCount)
    for (column, value) in values.enumerated() where value > 1e-6 {
      let (job, place) = (Int(pathOfColumn[column].job), pathOfColumn[column].place)
      let costs = pool.paths[job].costs
      if choice[job] < 0 || costs[Int(place)] < costs[Int(choice[job])] { choice[job] = place }
    }
    if choice.contains(-1) { return .stuck }
    for row in 0..<rowCount {
      let shares = (0..<jobCount).map { share($0, choice[$0], row) }
      let held = pool.held.indices.reduce(0.0) { sum, variable in
        let isHeld = (0..<jobCount).contains { share($0, choice[$0], rowCount + variable) > 0 }
        return pool.held[variable].row == row && isHeld ? sum + pool.held[variable].share : sum
      }
      if shares.reduce(held, +) > ColumnGeneration.wholeLimit {
        if held > 0 { return .stuck }
        setBase()
        let first = cutPool.cuts.count
        guard cutPool.forbid(row, shares: shares, base: base[row]) else { return .stuck }
        addCuts(from: first)
        return .forbidden
      }
    }
    let cost = cost(of: choice)
    if cost < cutoff {
      if isPlan(choice) { (best, cutoff) = (choice, cost) } else { rejected = choice }
    }
    return .accepted
  }
}
