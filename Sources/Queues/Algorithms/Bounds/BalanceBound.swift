import LinearModels

/// A lower bound on the makespan from balanced load: in every schedule, some resource has at least as much work as the busiest
/// one in the best fractional distribution of all jobs over their layered graphs.
///
/// The linear program is
///
///     minimise    T
///     subject to  for each kind of job and target, a unit of flow for each job from its source through the layered graph
///                 without waits; what leaves a node that is no relay was computed or starts there
///                 for each resource r, the seconds that the flows bring to it <= T
///
/// Only the prices of its second rows are used. For prices p >= 0 that sum to 1, every schedule has T >= sum_r p_r load_r,
/// which is at least the sum over jobs of their cheapest paths at p_r a second. That sum is the bound, so that nothing rests
/// on the solver. Backlogs do not count, because a schedule may avoid them, and neither do releases (see
/// ``Batch/earliestCompletions``). `PriceSearch` finds prices if the program is too large for a solver.
public struct BalanceBound: Sendable {
  let batch: Batch
  let commodities: [Commodity]
  /// Models with more columns are not stated.
  private static let largestModel = 400_000

  /// Jobs of one kind with the same target, from any source.
  struct Commodity {
    let kind: JobKind
    let target: Int
    /// The number of jobs from each source.
    var sources: [(node: Int, jobs: Double)]
  }

  public init(_ batch: Batch) {
    self.batch = batch
    let ends = Dictionary(grouping: batch.tables.groups) { [$0.kindIndex, $0.target] }
    commodities = ends.values.sorted { $0[0].jobs[0] < $1[0].jobs[0] }.map { groups in
      Commodity(
        kind: groups[0].kind, target: groups[0].target,
        sources: groups.map { (node: $0.source, jobs: Double($0.jobs.count)) })
    }
  }

  /// No schedule has a smaller makespan [s]; the limit is the solver's [s].
  ///
  /// - Returns: `nil` if the program is too large, or not solved within the limit.
  /// - Throws: the solver's error if it is missing or broke.
  public func seconds(solver: any ModelSolver, limit: Double? = nil) async throws -> Double? {
    // Coefficients near 1 are best for solvers. If jobs take no time, there is no load.
    let unit = batch.jobs.indices.map(batch.shortest).max() ?? 0
    guard unit > 0, columnCount <= Self.largestModel else { return nil }
    let (model, loadRows) = try model(unit)
    let solution = try await solver.solve(model, options: SolveOptions(timeLimit: limit))
    guard solution.termination == .optimal, let duals = solution.rowDuals else { return nil }
    return seconds(prices: loadRows.map { max(0, -duals[$0]) })
  }

  /// The bound that prices prove, one a resource, not negative: only their ratios count; `nil` if all are 0.
  func seconds(prices: [Double]) -> Double? {
    let total = prices.reduce(0, +)
    guard total > 0, total < .infinity else { return nil }
    return commodities.reduce(0) { sum, commodity in
      let costs = costs(of: commodity, prices)
      return commodity.sources.reduce(sum) { $0 + $1.jobs * costs.seconds[$1.node] }
    } / total
  }

  /// The cost at these prices from each stage and node to the target.
  func costs(of commodity: Commodity, _ prices: [Double]) -> RemainingTimes {
    let tables = batch.tables
    return RemainingTimes(commodity.kind, target: commodity.target, over: tables.backward, tables.links) {
      resource, seconds, _ in prices[resource] * seconds
    }
  }

  /// An upper bound.
  private var columnCount: Int {
    commodities.reduce(1) { sum, commodity in
      let layers = commodity.kind.layerCount
      return sum + (layers + 1) * batch.resources.linkCount + layers * batch.resources.nodeCount
    }
  }

  /// The program, with the row of each resource's load.
  private func model(_ unit: Double) throws(ModelError) -> (CompiledModel, loadRows: [Int]) {
    var model = LinearModel(name: "balance", objectiveUnit: "s")
    let makespan = model.addContinuous(Label("T"))
    var loads = [LinearExpression](repeating: LinearExpression(), count: batch.resources.count)
    for (number, commodity) in commodities.enumerated() {
      let flows = flows(of: commodity, number, unit, in: &model, &loads)
      for (row, balance) in flows.balance.enumerated() {
        let (stage, node) = (row / batch.tables.nodeCount, row % batch.tables.nodeCount)
        model.add(Label("flow", number, stage, node), balance == 0)
      }
      for (row, passed) in flows.passed.enumerated() where !passed.terms.isEmpty {
        let (stage, node) = (row / batch.tables.nodeCount, row % batch.tables.nodeCount)
        model.add(Label("relay", number, stage, node), passed <= 0)
      }
    }
    let loadRows = loads.indices.map { model.rowCount + $0 }
    for (resource, load) in loads.enumerated() { model.add(Label("load", resource), load - makespan <= 0) }
    model.minimise(1 * makespan)
    return (try model.compiled(), loadRows)
  }

  /// Choices that take longer [units] are not stated; the bound that the prices prove accounts for all choices.
  private static let longestChoice = 1e6

  /// The flows at each stage l and node u, at l N + u.
  private struct Flows {
    /// What enters less what leaves.
    var balance: [LinearExpression]
    /// What leaves over links less what is computed or starts there; empty at relays.
    var passed: [LinearExpression]
  }

  /// Adds the flows of a commodity, and the loads that they bring to the resources.
  private func flows(
    of commodity: Commodity, _ number: Int, _ unit: Double, in model: inout LinearModel,
    _ loads: inout [LinearExpression]
  ) -> Flows {
    let nodes = batch.tables.nodeCount
    let kind = commodity.kind
    let nothing = [LinearExpression](repeating: LinearExpression(), count: (kind.layerCount + 1) * nodes)
    var flows = Flows(balance: nothing, passed: nothing)
    for stage in 0...kind.layerCount {
      for node in 0..<nodes {
        let isRelay = batch.tables.isRelay(node)
        for arc in batch.tables.outgoing[node] {
          let load = kind.bits[stage] / arc.bandwidth / unit
          guard load < Self.longestChoice else { continue }
          let flow = model.addContinuous(Label("f", number, stage, Int(arc.link)))
          flows.balance[stage * nodes + node] -= flow
          flows.balance[stage * nodes + Int(arc.head)] += flow
          if !isRelay { flows.passed[stage * nodes + node] += flow }
          loads[nodes + Int(arc.link)] += load * flow
        }
        guard stage < kind.layerCount else { continue }
        let load = kind.seconds[stage * nodes + node] / unit
        guard load < Self.longestChoice else { continue }
        let flow = model.addContinuous(Label("x", number, stage, node))
        flows.balance[stage * nodes + node] -= flow
        flows.balance[(stage + 1) * nodes + node] += flow
        if !isRelay { flows.passed[(stage + 1) * nodes + node] -= flow }
        loads[node] += load * flow
      }
    }
    for source in commodity.sources {
      flows.balance[source.node] += LinearExpression(source.jobs)
      flows.balance[kind.layerCount * nodes + commodity.target] += LinearExpression(-source.jobs)
      if !batch.tables.isRelay(source.node) { flows.passed[source.node] -= LinearExpression(source.jobs) }
    }
    return flows
  }
}
