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
  /// By resource: its row among the rows and links of the master; -1 if it has none.
  private var rowOfResource: [Int32]
  private var links: MemoryLinks
  /// By link: its row among the rows and links of the master.
  private var rowOfLink: [Int32] = []
  private(set) var cuts: BlockCuts
  /// By cut: its row among the rows and links of the master.
  private var rowOfCut: [Int32] = []

  /// The prices with the best bound, by resource, and each job's least cost under them.
  private(set) var bestPrices: [Double]
  /// The prices of the links in that bound; links without one were added later, and cost nothing.
  private var bestLinkPrices: [Double] = []
  /// The same for the cuts.
  private var bestCutPrices: [Double] = []
  /// The weights of the jobs' costs in that bound.
  private(set) var bestWeights: [Double]
  private(set) var leastCosts: [Double]
  private(set) var bound = -Double.infinity
  /// By column: its part in the last mixture; columns that came later have none.
  private(set) var mixture: [Double] = []

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
    links = MemoryLinks(instance.jobs, instance.resources)
    cuts = BlockCuts(instance.jobs, instance.resources)
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
    for (link, row) in zip(links.links, rowOfLink) where link.job == column.job {
      guard column.places.contains(link.place) else { continue }
      entries.append(row)
      shares.append(link.share)
    }
    if !rowOfCut.isEmpty {
      let places = column.path.places(of: instance.jobs[column.job].figures)
      for (cut, row) in zip(cuts.cuts, rowOfCut) {
        let share = cuts.coefficient(places, ofJob: column.job, cut)
        if share > 0 {
          entries.append(row)
          shares.append(share)
        }
      }
    }
    master.addColumn(job: column.job, cost: column.cost, rows: entries, shares: shares)
    columns.append(column)
  }

  /// Adds the rows and links that a mixture of the columns violates; returns whether there were any.
  private mutating func addRows(violatedBy solution: RestrictedMaster.Solution) -> Bool {
    var sums = [Double](repeating: 0, count: instance.resources.sharedCount)
    var parts = [[Int: Double]](repeating: [:], count: instance.jobs.count)
    for (column, value) in zip(columns, solution.values) where value > 0 {
      // Memory that is held together counts as if each path held it: a row too many does not matter.
      for use in column.path.uses { sums[Int(use.resource)] += value * use.amount }
      for holding in column.path.holdings { sums[Int(holding.resource)] += value * holding.amount }
      for place in column.places { parts[column.job][place, default: 0] += value }
    }
    let hasRows = addRows(whereUsed: sums, above: 1 + 1e-9)
    var hasLinks = false
    for job in instance.jobs.indices where !hasRows && !parts[job].isEmpty {
      for link in links.addViolated(job, parts: parts[job], held: solution.held) {
        addLink(link)
        hasLinks = true
      }
    }
    return hasRows || hasLinks
  }

  private mutating func addLink(_ link: MemoryLinks.Link) {
    rowOfLink.append(Int32(master.rowCount))
    let taking = columns.indices.filter {
      columns[$0].job == link.job && columns[$0].places.contains(link.place)
    }
    master.addLink(
      held: link.held, columns: taking.map(Int32.init), shares: taking.map { _ in link.share })
  }

  /// The part of a limit that counts as all of it: sums in another order must not exceed the limits of the evaluator.
  static let wholeLimit = 1 - 1e-12

  /// Adds the rows that paths of all jobs exceed together; returns whether there were any.
  mutating func addRows(exceededBy paths: [JobPath]) -> Bool {
    addRows(whereUsed: instance.totalUse(of: paths), above: Self.wholeLimit)
  }

  /// Adds the rows of which more is used than a part of the limit; returns whether there were any.
  private mutating func addRows(whereUsed sums: [Double], above part: Double) -> Bool {
    let exceeded = instance.exceeded(by: sums, above: part).filter { rowOfResource[$0] < 0 }
    for resource in exceeded { addRow(resource) }
    return !exceeded.isEmpty
  }

  private mutating func addRow(_ resource: Int) {
    let row = master.rowCount
    rowOfResource[resource] = Int32(row)
    rows.append(resource)
    var (entries, shares): ([Int32], [Double]) = ([], [])
    for (index, column) in columns.enumerated() {
      for use in column.uses where Int(use.resource) == resource {
        entries.append(Int32(index))
        shares.append(use.amount / instance.resources.values[resource])
      }
    }
    master.addRow(columns: entries, shares: shares)
    guard resource < instance.resources.nodeCount else { return }
    for variable in links.addNode(resource) {
      master.addHeld(row: row, share: links.held[variable].share)
    }
  }

  /// The outcome of a run.
  enum Outcome {
    /// The relaxation is solved, or the bound has reached the target; with the solution, if that is a plan.
    case solved(plan: [JobPath]?)
    /// The known paths do not suffice for a mixture within the limits, and no other path mends that at the cost of leaving
    /// out a job.
    case noMixture
    /// No mixture of paths keeps the limits.
    case infeasible
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
      mixture = solution.values
      if addRows(violatedBy: solution) { continue }
      var masterPrices = [Double](repeating: 0, count: bestPrices.count)
      for resource in rows {
        let price = solution.prices[Int(rowOfResource[resource])]
        masterPrices[resource] = price / instance.resources.values[resource]
      }
      let masterLinkPrices = rowOfLink.map { solution.prices[Int($0)] }
      bestLinkPrices += repeatElement(0, count: rowOfLink.count - bestLinkPrices.count)
      let masterCutPrices = rowOfCut.map { solution.prices[Int($0)] }
      bestCutPrices += repeatElement(0, count: rowOfCut.count - bestCutPrices.count)
      let isSmoothed = smoothing > 0 && bound > -.infinity
      let prices =
        isSmoothed
        ? zip(bestPrices, masterPrices).map { smoothing * $0 + (1 - smoothing) * $1 } : masterPrices
      let linkPrices =
        isSmoothed
        ? zip(bestLinkPrices, masterLinkPrices).map { smoothing * $0 + (1 - smoothing) * $1 }
        : masterLinkPrices
      let cutPrices =
        isSmoothed
        ? zip(bestCutPrices, masterCutPrices).map { smoothing * $0 + (1 - smoothing) * $1 } : masterCutPrices
      let weights =
        isSmoothed
        ? zip(bestWeights, solution.jobWeights).map { smoothing * $0 + (1 - smoothing) * $1 }
        : solution.jobWeights
      var costs: [Double] = []
      var found: [PathColumn] = []
      for job in instance.jobs.indices {
        let answer = pricing.cheapest(job, pathPrices(job, prices, linkPrices, cutPrices, weights))
        if answer.bound == .infinity { return .noPath }
        if cancellation.isCancelled { return .stopped }
        costs.append(answer.bound)
        guard let path = answer.path else { continue }
        let column = PathColumn(path, of: job, instance)
        let reduced = column.cost(
          at: pathPrices(job, masterPrices, masterLinkPrices, masterCutPrices, solution.jobWeights), instance)
        let known = solution.jobCosts[job]
        if reduced < known - 1e-9 * (instance.unit + abs(known)) { found.append(column) }
      }
      let spread = costs.reduce(0, +)
      var value = spread
      for resource in rows { value -= prices[resource] * instance.resources.values[resource] }
      value += links.bound(prices, links: linkPrices)
      value -= cutPrices.reduce(0, +)
      // The difference of two sums has their rounding errors.
      value -= 1e-12 * spread
      if value > bound {
        (bound, bestPrices, bestLinkPrices) = (value, prices, linkPrices)
        (bestWeights, leastCosts, bestCutPrices) = (weights, costs, cutPrices)
        try raised(value)
      }
      let isClosed = bound >= target || solution.objective - bound <= 1e-9 * abs(solution.objective)
      if isClosed || found.isEmpty && !isSmoothed {
        if solution.missing.contains(where: { $0 > 1e-6 }) && bound < target {
          return excludesPlans(masterPrices, masterLinkPrices, masterCutPrices) ? .infeasible : .noMixture
        }
        return .solved(plan: plan(of: solution.values))
      }
      smoothing = found.isEmpty ? 0 : Self.usualSmoothing
      for column in found { add(column) }
    }
    return .stopped
  }

  /// The rounds of cuts, and of those that are to raise the bound together by a part of what is left to the target.
  /// Not tuned.
  private static let (mostRounds, trialRounds, leastGain) = (100, 8, 0.01)

  /// Raises the bound of a relaxation that was solved, by cuts that its mixture violates, as long as that helps.
  mutating func tighten(target: Double, raised: (Double) throws -> Void) throws -> Outcome {
    var bounds = [bound]
    while bounds.count <= Self.mostRounds && bound < target {
      let nodes = rows.filter { $0 < instance.resources.nodeCount }
      let parts = zip(columns, mixture).filter { $0.1 > 1e-9 }.map { column, value in
        BlockCuts.Part(
          job: column.job, places: column.path.places(of: instance.jobs[column.job].figures), value: value)
      }
      let first = cuts.cuts.count
      if cuts.separate(nodes, parts) == 0 { break }
      for cut in cuts.cuts[first...] { addRow(of: cut) }
      let outcome = try run(target: target, raised: raised)
      guard case .solved(plan: nil) = outcome else { return outcome }
      bounds.append(bound)
      let left = (target < .infinity ? target : 2 * bound) - bound
      if bounds.count > Self.trialRounds,
        bound - bounds[bounds.count - 1 - Self.trialRounds] < Self.leastGain * left
      {
        break
      }
    }
    return .solved(plan: nil)
  }

  private mutating func addRow(of cut: BlockCuts.Cut) {
    rowOfCut.append(Int32(master.rowCount))
    var (entries, shares): ([Int32], [Double]) = ([], [])
    for (index, column) in columns.enumerated() {
      let share = cuts.coefficient(
        column.path.places(of: instance.jobs[column.job].figures), ofJob: column.job, cut)
      if share > 0 {
        entries.append(Int32(index))
        shares.append(share)
      }
    }
    master.addRow(columns: entries, shares: shares)
  }

  /// Whether prices prove that no plan keeps the limits: whichever paths the jobs take, they pay more than all limits
  /// are worth. (Farkas' lemma, with the least payments by pricing.)
  private mutating func excludesPlans(
    _ prices: [Double], _ linkPrices: [Double], _ cutPrices: [Double]
  ) -> Bool {
    let free = [Double](repeating: 0, count: instance.jobs.count)
    var paid = 0.0
    for job in instance.jobs.indices {
      paid += pricing.cheapest(job, pathPrices(job, prices, linkPrices, cutPrices, free)).bound
    }
    let worth = prices.indices.reduce(cutPrices.reduce(0, +) - links.bound(prices, links: linkPrices)) {
      prices[$1] > 0 ? $0 + prices[$1] * instance.resources.values[$1] : $0
    }
    // Both sums have rounding errors.
    return !cancellation.isCancelled && paid - worth > 1e-9 * (paid + worth)
  }

  /// The paths of a mixture that takes one path for each job.
  private func plan(of values: some Collection<Double>) -> [JobPath]? {
    var paths = [JobPath?](repeating: nil, count: instance.jobs.count)
    for (column, value) in zip(columns, values) where value > 1 - 1e-6 { paths[column.job] = column.path }
    let plan = paths.compactMap(\.self)
    return plan.count == paths.count ? plan : nil
  }

  /// The prices of the best bound, for the checker of certificates.
  func proof(of description: Instance) -> RelaxationProof {
    RelaxationProof(
      multipliers: multipliers(of: description), bound: bound, instance: instance,
      prices: instance.jobs.indices.map(bestPrices), leastCosts: leastCosts, ownLimits: pricing.ownLimits)
  }

  private func multipliers(of description: Instance) -> Certificate.Multipliers {
    let (jobs, nodes) = (description.jobs, description.network.nodes)
    var prices = PerConstraint(repeating: 0, of: description)
    for (resource, price) in bestPrices.enumerated() { prices.values[resource] = price }
    var multipliers = Certificate.Multipliers(prices, of: description)
    multipliers.blocks = true
    for (link, price) in zip(links.links, bestLinkPrices) where price > 0 {
      let job = instance.jobs[link.job]
      let (layer, node) = (link.place / job.hostCount, job.figures.hosts[link.place % job.hostCount])
      let value = link.isPeak ? price / instance.resources[.memory(node)] : price
      let multiplier = Certificate.LayerMultiplier(
        job: jobs[link.job].id, layer: layer, node: nodes[node].id, value: value)
      if link.isPeak { multipliers.peak.append(multiplier) } else { multipliers.holding.append(multiplier) }
    }
    multipliers.cuts = zip(cuts.cuts, bestCutPrices).filter { $1 > 0 }.map { cut, price in
      let memory = instance.resources[.memory(cut.node)]
      let members = zip(jobs, cut.members).compactMap { job, member in
        member.map { Certificate.CutJob(job: job.id, layers: $0.layers, memory: $0.threshold * memory) }
      }
      return Certificate.Cut(
        node: nodes[cut.node].id, jobs: members, atMost: Int((1 / cut.share).rounded()),
        value: price * cut.share)
    }
    if instance.minimisesLargest, let first = jobs.first {
      // They have to add up to 1, and more of any proves no less.
      let sum = bestWeights.reduce(0, +)
      multipliers.makespan = zip(jobs, bestWeights).filter { $1 > 0 }.map { .init([$0.id], value: $1 / sum) }
      if sum == 0 { multipliers.makespan = [.init([first.id], value: 1)] }
    }
    return multipliers
  }

  /// What a job pays at the best prices.
  func bestPrices(ofJob job: Int) -> PathPrices {
    pathPrices(job, bestPrices, bestLinkPrices, bestCutPrices, bestWeights)
  }

  private func pathPrices(
    _ job: Int, _ prices: [Double], _ linkPrices: [Double], _ cutPrices: [Double], _ weights: [Double]
  ) -> PathPrices {
    let figures = instance.jobs[job].figures
    return PathPrices(
      latency: weights[job] * figures.weight, perUnit: prices, nodeCount: instance.resources.nodeCount,
      layer: figures.hasHoldings ? links.layerPrices(ofJob: job, linkPrices) : [],
      blocks: cutPrices.isEmpty ? [] : cuts.blockPrices(ofJob: job, cutPrices))
  }
}
