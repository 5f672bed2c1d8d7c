import Coordination
import Foundations
import LinearModels
import Problems

extension Origin {
  /// Column generation over the paths of each task.
  static let coordination = Origin(formulation: "paths")
}

/// The parts of a solve that the methods share.
struct CoordinationRun {
  let task: SolveTask<CoordinationProblem>
  /// With rates as far as the capacities let them pass.
  let instance: CoordinationInstance
  let graph: BlockGraph
  let pricing: Pricing
  let cancellation: Cancellation

  init(_ task: SolveTask<CoordinationProblem>) {
    self.task = task
    graph = BlockGraph(task.instance)
    instance = task.instance.withAttainableRates(graph)
    pricing = Pricing(instance, graph)
    let budget = task.budget
    cancellation = Cancellation { budget.isExhausted }
  }

  /// The reward of the best plan; 0 without one.
  var known: Double { max(0, 0 - (task.ledger.best?.cost ?? 0)) }

  func offer(_ plan: CoordinationPlan, by origin: Origin) { task.ledger.offer(plan, by: origin) }

  func raise(to bound: Double, by origin: Origin) throws(PlanningError) {
    try task.ledger.raise(to: 0 - bound, by: origin)
  }

  /// What no plan exceeds under given prices of resources; without any, what the tasks earn alone. `nil` if it was stopped.
  func bound(_ prices: [Double]? = nil) -> Double? {
    let none = [Double](repeating: 0, count: instance.tasks.count)
    let cancellation = cancellation
    return pricing.price(
      prices ?? Array(repeating: 0, count: graph.resources.count), accuracyPrices: none, above: none
    ) { cancellation.isCancelled }.bound
  }

  /// The search in turn, run to its end.
  func search(margin: Double) -> PathInTurnSearch {
    let cancellation = cancellation
    var search = PathInTurnSearch(
      instance, graph, pricing.tasks, margin: margin, mustStop: { cancellation.isCancelled })
    search.run()
    return search
  }

  /// The best rates of some paths, at most one a task.
  func rates(
    of paths: [RequestPath], _ session: any LinearSession, unit: Double
  ) throws(BackendError) -> (plan: CoordinationPlan, prices: [Double])? {
    let spans = [Double](repeating: 0, count: instance.tasks.count)
    var master = PathMaster(
      session, instance, resourceCount: graph.resources.count, rates: pricing.rates, spans: spans, unit: unit)
    for path in paths { master.add(path) }
    guard let solution = try master.solve() else { return nil }
    return (RateRepair(instance, graph).plan(master.streams(solution)), solution.prices)
  }
}

/// Finds the best paths and rates exactly: column generation, with branch and bound if a task takes one path.
public struct ColumnGenerationPlanner: Planner {
  private let source: any LinearSessionSource

  public init(_ source: any LinearSessionSource) { self.source = source }

  /// The gap at which a search ends, well below that of an optimal plan.
  private static let gap = 2e-7

  public func run(_ task: SolveTask<CoordinationProblem>) async throws(PlanningError) -> Conclusion {
    do {
      return try solve(CoordinationRun(task))
    } catch let error as PlanningError {
      throw error
    } catch let error as BackendError {
      // A worker that does not end its program in time is stopped, and its session says that it has ended.
      if task.budget.isExhausted { return .stopped }
      throw .backend(error)
    } catch {
      throw .cancelled
    }
  }

  private func solve(_ run: CoordinationRun) throws -> Conclusion {
    let (instance, graph, origin) = (run.instance, run.graph, Origin.coordination)
    run.task.ledger.announce(origin)
    guard let alone = run.bound() else { return .stopped }
    try run.raise(to: alone, by: origin)
    if run.task.isSettled { return .open }
    let search = run.search(margin: 0)
    run.offer(search.plan, by: origin)
    if run.cancellation.isCancelled { return .stopped }
    if run.task.isSettled { return .open }
    let unit = run.known > 0 ? run.known : alone
    let session = try source.openSession(log: nil, cancellation: run.cancellation)
    var generation = ColumnGeneration(instance, graph, run.pricing, session, unit: unit, run.cancellation)
    for path in search.paths { generation.add(path) }
    let gap = max(Self.gap, run.task.budget.gap)
    if instance.paths == .split {
      let outcome = try generation.run(target: 0, gap: max(1e-9, run.task.budget.gap))
      if let solution = generation.last {
        run.offer(RateRepair(instance, graph).plan(generation.master.streams(solution)), by: origin)
      }
      if generation.bound < .infinity { try run.raise(to: generation.bound, by: origin) }
      return outcome == nil ? .stopped : .open
    }
    let rounding = try source.openSession(log: nil, cancellation: run.cancellation)
    var branching = BranchAndPrice(graph, generation)
    let isDone = try branching.run(
      gap: gap, known: { run.known },
      offer: { master, solution in
        let paths = Self.leading(master.streams(solution), instance)
        if let plan = try run.rates(of: paths, rounding, unit: unit)?.plan { run.offer(plan, by: origin) }
      }, raise: { try run.raise(to: $0, by: origin) })
    return isDone ? .open : .stopped
  }

  /// The path of each task that earns most in a mixture.
  private static func leading(
    _ streams: [(path: RequestPath, rate: Double)], _ instance: CoordinationInstance
  ) -> [RequestPath] {
    var best = [(path: RequestPath, rate: Double)?](repeating: nil, count: instance.tasks.count)
    for stream in streams {
      let known = best[stream.path.task].map { $0.rate * $0.path.accuracy } ?? -1
      if stream.rate * stream.path.accuracy > known { best[stream.path.task] = stream }
    }
    return best.compactMap { $0?.path }
  }
}

/// Every task on its own blocks only, at the best rates: what services without connections do.
public struct OwnBlocksPlanner: Planner {
  private let source: any LinearSessionSource

  public init(_ source: any LinearSessionSource) { self.source = source }

  public func run(_ task: SolveTask<CoordinationProblem>) async throws(PlanningError) -> Conclusion {
    let run = CoordinationRun(task)
    let origin = Origin(method: "own")
    task.ledger.announce(origin)
    let paths = ownPaths(run)
    guard let alone = run.bound() else { return .stopped }
    try run.raise(to: alone, by: origin)
    let most = paths.reduce(0) { max($0, $1.limit * $1.reward(run.instance)) }
    guard most > 0 else { return .open }
    do {
      let session = try source.openSession(log: nil, cancellation: run.cancellation)
      guard let (plan, prices) = try run.rates(of: paths, session, unit: most) else { return .stopped }
      run.offer(plan, by: origin)
      if let bound = run.bound(prices) { try run.raise(to: bound, by: origin) }
    } catch let error as PlanningError {
      throw error
    } catch let error as BackendError {
      if task.budget.isExhausted { return .stopped }
      throw .backend(error)
    } catch {
      throw .cancelled
    }
    return .open
  }

  private func ownPaths(_ run: CoordinationRun) -> [RequestPath] {
    let instance = run.instance
    return instance.tasks.indices.filter(instance.counts).compactMap { task in
      let service = instance.tasks[task].service
      let blocks = instance.services[service].blocks.indices.map {
        BlockVertex(service: service, position: $0 + 1)
      }
      guard let arcs = run.graph.arcs(through: blocks, of: service) else { return nil }
      let accuracy = TaskPaths(instance, run.graph, task: task).accuracy(of: arcs, in: run.graph)
      guard accuracy >= instance.leastAccuracy(ofTask: task) ?? accuracy else { return nil }
      let path = RequestPath(instance, run.graph, task: task, arcs: arcs, accuracy: accuracy)
      return path.limit > 0 ? path : nil
    }
  }
}

/// One task after the other takes the path with the highest reward given what the others leave.
public struct PathInTurnPlanner: Planner {
  private let margin: Double

  /// - Parameter margin: what is added to predicted accuracies until they are looked up.
  public init(margin: Double) { self.margin = margin }

  public func run(_ task: SolveTask<CoordinationProblem>) async throws(PlanningError) -> Conclusion {
    let run = CoordinationRun(task)
    let origin = Origin(method: "search")
    task.ledger.announce(origin)
    if let alone = run.bound() { try run.raise(to: alone, by: origin) }
    let search = run.search(margin: margin)
    run.offer(search.plan, by: origin)
    task.ledger.record(
      [
        PlanFile.Count("evaluated", Double(search.evaluations)),
        PlanFile.Count("paths", min(run.instance.pathCount(run.graph), .greatestFiniteMagnitude)),
      ])
    return search.isStopped ? .stopped : .open
  }

  /// The plan of the search, within a time limit [s]; without one it is the same every time.
  public static func quickPlan(_ instance: CoordinationInstance, seconds: Double?) -> CoordinationPlan {
    let budget = Budget(seconds: seconds)
    let graph = BlockGraph(instance)
    let attainable = instance.withAttainableRates(graph)
    var search = PathInTurnSearch(
      attainable, graph, Pricing(attainable, graph).tasks, margin: 0, mustStop: { budget.isExhausted })
    search.run()
    return search.plan
  }
}
