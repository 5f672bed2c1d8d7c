import Coordination
import Foundations
import LinearModels

/// Solves the linear relaxation over all paths: the master over the known ones, and pricing for more, in turn.
///
/// Dantzig and Wolfe, "Decomposition principle for linear programs", Operations Research 8 (1960); the bound of each round
/// is Lagrange's.
struct ColumnGeneration {
  private let instance: CoordinationInstance
  private(set) var pricing: Pricing
  private(set) var master: PathMaster
  private let cancellation: Cancellation
  /// What no plan exceeds, as far as the present or the last run has found out.
  private(set) var bound = Double.infinity
  /// The last mixture; `nil` before the first one.
  private(set) var last: PathMaster.Solution?

  /// A relaxation of which some paths are known.
  ///
  /// - Parameter unit: about the size of the reward, positive.
  init(
    _ instance: CoordinationInstance, _ graph: BlockGraph, _ pricing: Pricing, _ session: any LinearSession,
    unit: Double, _ cancellation: Cancellation
  ) {
    self.instance = instance
    self.pricing = pricing
    self.cancellation = cancellation
    var spans = [Double](repeating: 0, count: instance.tasks.count)
    if instance.paths == .split {
      // Accuracies lie between 0 and 1.
      for task in pricing.tasks { if let least = task.least { spans[task.task] = max(least, 1 - least) } }
    }
    master = PathMaster(
      session, instance, resourceCount: graph.resources.count, rates: pricing.rates, spans: spans, unit: unit)
    for path in pricing.tasks.flatMap(\.measured) { add(path) }
  }

  mutating func add(_ path: RequestPath) {
    guard path.limit > 0 else { return }
    if instance.paths == .single, let least = instance.leastAccuracy(ofTask: path.task), path.accuracy < least
    {
      return
    }
    if let known = master.paths.lastIndex(where: { $0.task == path.task && $0.arcs == path.arcs }) {
      assert(master.paths[known].accuracy == path.accuracy)
      return
    }
    master.add(path)
  }

  /// Allows each task only some arcs, by position of the task in `pricing` and arc of the graph of blocks.
  mutating func restrict(to allowed: [[Bool]]) {
    for (position, allowed) in allowed.enumerated() { pricing.restrict(position, to: allowed) }
    var positions = [Int](repeating: -1, count: instance.tasks.count)
    for (position, task) in pricing.tasks.enumerated() { positions[task.task] = position }
    let tasks = pricing.tasks
    master.restrict { positions[$0.task] >= 0 && tasks[positions[$0.task]].allows($0) }
  }

  struct Outcome {
    /// What no plan exceeds within the restrictions.
    var bound: Double
    /// The last mixture; `nil` if the bound fell below the target before.
    var solution: PathMaster.Solution? = nil
  }

  /// Solves the relaxation until its bound is at most a target, or exceeds the value of the mixture by a gap at most.
  /// - Returns: `nil` if it was stopped.
  mutating func run(target: Double, gap: Double = 1e-9) throws(BackendError) -> Outcome? {
    bound = .infinity
    while true {
      guard let solution = try master.solve(), !cancellation.isCancelled else { return nil }
      last = solution
      let count = master.paths.count
      let outcome = pricing.price(
        solution.prices, accuracyPrices: solution.accuracyPrices,
        above: solution.taskPrices, mustStop: { cancellation.isCancelled })
      guard let rounded = outcome.bound else { return nil }
      bound = min(bound, rounded)
      for path in outcome.paths { add(path) }
      if bound <= target { return Outcome(bound: bound) }
      if bound <= solution.reward * (1 + gap) || master.paths.count == count {
        return Outcome(bound: bound, solution: solution)
      }
    }
  }
}
