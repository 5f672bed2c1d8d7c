import LayerRoute

/// A lower bound on the makespan from balancing load: whatever the schedule, some resource has as much work to do as the
/// best fractional distribution of all jobs over their layered graphs leaves to the busiest one.
///
/// The linear program is
///
///     minimise    T
///     subject to  for each group of jobs alike, its number of units of flow through the layered graph, without waits
///                 for each resource r, the seconds that the flows bring to it <= T
///
/// and of its solution only the prices of the second rows are used. For prices p >= 0 that sum to 1, every schedule has
/// T >= sum_r p_r load_r, which is at least the sum over jobs of their shortest ways at cost p_r a second: that is what is
/// returned, so that nothing rests on the solver. (Backlogs do not count: a schedule may avoid them. Neither do
/// releases: see ``SchedulingProblem/earliestCompletions``.)
public struct BalanceBound: Sendable {
  private let problem: SchedulingProblem
  private let groups: [Group]
  /// Models with more columns are not stated.
  public static let largestModel = 400_000

  /// Jobs of one kind with the same ends.
  private struct Group: Hashable {
    let kind: Int
    let source: Int
    let target: Int
  }

  private let sizes: [Group: Int]

  /// - Parameter problem: whose jobs are scheduled.
  public init(_ problem: SchedulingProblem) {
    self.problem = problem
    let ofJobs = problem.instance.jobs.enumerated().map { index, job in
      Group(kind: problem.tables.kindOfJob[index], source: job.source, target: job.target)
    }
    sizes = Dictionary(ofJobs.map { ($0, 1) }, uniquingKeysWith: +)
    var seen = Set<Group>()
    groups = ofJobs.filter { seen.insert($0).inserted }
  }

  /// No schedule has a smaller makespan [s].
  ///
  /// - Parameters:
  ///   - solver: for the linear program.
  ///   - limit: of the solver [s]; `nil` for none.
  /// - Returns: `nil` where the program is too large, or not solved.
  public func seconds(solver: any ModelSolver, limit: Double? = nil) async -> Double? {
    guard columnCount <= Self.largestModel, let (model, loadRows) = try? model() else { return nil }
    let options = SolveOptions(timeLimit: limit)
    guard let solution = try? await solver.solve(model, options: options), solution.termination == .optimal,
      let duals = solution.rowDuals
    else { return nil }
    return seconds(prices: loadRows.map { $0.map { max(0, -duals[$0]) } ?? 0 })
  }

  /// What prices prove.
  ///
  /// - Parameter prices: not negative, one a resource; only their ratios count.
  func seconds(prices: [Double]) -> Double? {
    let total = prices.reduce(0, +)
    guard total > 0, total < .infinity else { return nil }
    let reverse = ReverseArcs(problem.instance.network)
    return groups.reduce(0) { sum, group in
      let costs = RemainingTimes(problem.tables.kinds[group.kind], target: group.target, over: reverse) {
        resource, seconds, _ in prices[resource] * seconds
      }
      return sum + Double(sizes[group] ?? 0) * costs.seconds[group.source]
    } / total
  }

  private var columnCount: Int {
    groups.reduce(1) { sum, group in
      let kind = problem.tables.kinds[group.kind]
      return sum + (kind.layerCount + 1) * problem.resources.linkCount + kind.layerCount
        * problem.resources.nodeCount
    }
  }

  /// The program, and for each resource the row of its load, if it may have any.
  private func model() throws(ModelError) -> (CompiledModel, [Int?]) {
    let tables = problem.tables
    let nodes = tables.nodeCount
    var model = LinearModel(name: "balance", objectiveUnit: "s")
    let makespan = model.addContinuous(Label("T"))
    // The unit of time: coefficients near 1 keep solvers out of trouble.
    let unit = max(problem.earliestCompletions.max() ?? 0, .leastNormalMagnitude)
    var loads = [LinearExpression](repeating: LinearExpression(), count: problem.resources.count)
    for (number, group) in groups.enumerated() {
      let kind = tables.kinds[group.kind]
      // What enters less what leaves, for each stage and node.
      var balance = [LinearExpression](repeating: LinearExpression(), count: (kind.layerCount + 1) * nodes)
      for stage in 0...kind.layerCount {
        for node in 0..<nodes {
          for arc in tables.arcs[Int(tables.firstArc[node])..<Int(tables.firstArc[node + 1])] {
            let flow = model.addContinuous(Label("f", number, stage, Int(arc.link)))
            balance[stage * nodes + node] += -1 * flow
            balance[stage * nodes + Int(arc.head)] += flow
            loads[nodes + Int(arc.link)] += (kind.bits[stage] * arc.secondsPerBit / unit) * flow
          }
          guard stage < kind.layerCount else { continue }
          let seconds = kind.seconds[stage * nodes + node]
          guard seconds < .infinity else { continue }
          let flow = model.addContinuous(Label("x", number, stage, node))
          balance[stage * nodes + node] += -1 * flow
          balance[(stage + 1) * nodes + node] += flow
          loads[node] += (seconds / unit) * flow
        }
      }
      let units = Double(sizes[group] ?? 0)
      balance[group.source] += LinearExpression(units)
      balance[kind.layerCount * nodes + group.target] += LinearExpression(-units)
      for (row, expression) in balance.enumerated() {
        model.add(Label("flow", number, row / nodes, row % nodes), expression == 0)
      }
    }
    var rows = [Int?](repeating: nil, count: loads.count)
    for (resource, load) in loads.enumerated() {
      rows[resource] = model.rowCount
      model.add(Label("load", resource), load - makespan <= 0)
    }
    model.minimise(1 * makespan)
    return (try model.compiled(), rows)
  }
}
