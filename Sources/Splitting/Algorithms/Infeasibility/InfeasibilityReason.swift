import Foundations
import Graphs
import Planning
import Splitting

/// Explains in terms of nodes, links, jobs and layers why there is no plan.
enum InfeasibilityReason {
  /// A reason that can be proved without a solver: a job that cannot be served even alone, or nodes and links
  /// without the capacity for the least needs of all jobs. `nil` if there is no such reason, or if the task
  /// was cancelled.
  ///
  /// - Parameter latencies: the shortest latency of each job [s], as ``NativePlanner`` finds it.
  /// - Complexity: O(J L (N + E) log E) for the reasons of single jobs; otherwise that of ``SharedShortage``.
  static func withoutSolver(_ instance: Instance, latencies: [Double]) -> String? {
    let network = NetworkGraph(instance.network)
    let limits = instance.limits
    let jobs = instance.jobs.indices.map {
      SingleJobReason(instance, $0, network, limits, latency: latencies[$0])
    }
    // Reasons that no change of a limit can remove come before the others.
    let kinds = [\SingleJobReason.missingHostOrRoute, \.overload, \.missedDeadline]
    for kind in kinds {
      for job in jobs {
        if Task.isCancelled { return nil }
        if let reason = job[keyPath: kind] { return reason }
      }
    }
    let shortage = SharedShortage(instance, network)
    return shortage.memory() ?? shortage.compute() ?? CutShortage(instance, network).text
  }

  /// The constraints that cannot hold together, minimal if the time allows, with the shortfall of each; or a
  /// plan that the search found although there should be none.
  ///
  /// - Parameters:
  ///   - instance: an instance that a solver calls infeasible.
  ///   - planner: proves that there is no plan without a constraint.
  ///   - budget: the limits of the solve.
  ///   - seconds: how long the search takes at most.
  static func ofConflict(
    _ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget, seconds: Double = 10
  ) async -> InfeasibilityFinding<Plan> {
    var budget = budget.part(seconds: seconds)
    budget.gap = 0
    let forFilter = budget.part(seconds: 0.6 * (budget.remaining ?? seconds))
    var filter = ConflictFilter(ConflictProbe(instance, planner, forFilter))
    let conflict = await filter.conflict()
    var probe = filter.probe.limited(by: budget)
    let shortfalls = await Shortfall.ofEach(of: conflict, &probe)
    if let known = probe.refutation { return .refuted(known) }
    return .reason(ConflictText(instance, conflict, shortfalls).text)
  }
}

extension Instance {
  /// The node's id in quotation marks.
  func quoted(node: Int) -> String { TerminalText.quoted(network.nodes[node].id.text) }

  /// The job's id in quotation marks.
  func quoted(job: Int) -> String { TerminalText.quoted(jobs[job].id.text) }

  /// The ids of the link's ends.
  func quoted(link: Int) -> String {
    "\(quoted(node: network.links[link].tail)) -> \(quoted(node: network.links[link].head))"
  }

  /// The layer's name in quotation marks.
  func quoted(layer: Int, ofJob job: Int) -> String {
    TerminalText.quoted(dnn(ofJob: job).layers[layer].name.text)
  }
}
