import Foundations
import Graphs
import Planning
import Splitting

/// Says in the network's own words why there is no plan.
enum InfeasibilityReason {
  /// What can be proved without a solver: a job that cannot be served even alone, or nodes and links that cannot hold
  /// what all jobs together must put on them. `nil` where nothing of that kind is wrong, or the task was cancelled.
  ///
  /// - Parameter latencies: the shortest of each job, as ``NativePlanner`` finds them [s].
  /// - Complexity: O(J L (N + E) log E) where it is a job alone; otherwise what ``SharedShortage`` takes.
  static func withoutSolver(_ instance: Instance, latencies: [Double]) -> String? {
    let network = NetworkGraph(instance.network)
    let limits = instance.limits
    let jobs = instance.jobs.indices.map {
      SingleJobReason(instance, $0, network, limits, latency: latencies[$0])
    }
    // What no relaxed limit can mend is worth more than what one could.
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

  /// Which constraints cannot hold together: a set of which none can be spared, and how far each is off, as far as
  /// the time allows; or a plan that the search for them met although there should be none.
  ///
  /// - Parameters:
  ///   - instance: one of which a solver says that it has no plan.
  ///   - planner: what proves that there is no plan without one of them.
  ///   - budget: for the search; it takes ten seconds at most.
  static func ofConflict(
    _ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget
  ) async -> InfeasibilityFinding<Plan> {
    var budget = budget.part(seconds: longestSearch)
    budget.gap = 0
    let forFilter = budget.part(seconds: 0.6 * (budget.remaining ?? longestSearch))
    var filter = ConflictFilter(ConflictProbe(instance, planner, forFilter))
    let conflict = await filter.conflict()
    var probe = filter.probe.limited(by: budget)
    let shortfalls = await Shortfall.ofEach(of: conflict, &probe)
    if let known = probe.refutation { return .refuted(known) }
    return .reason(ConflictText(instance, conflict, shortfalls).text)
  }

  /// How long the search for a conflict takes at most [s].
  private static let longestSearch = 10.0
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
