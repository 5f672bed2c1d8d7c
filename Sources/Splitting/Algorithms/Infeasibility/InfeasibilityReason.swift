import Foundations
import Graphs
import Splitting

/// What became of a backend's word that there is no plan.
enum ConflictFinding {
  /// Why there is none.
  case reason(String)
  /// One that keeps every constraint: the backend was wrong.
  case refuted(KnownPlan)
}

/// Says in the network's own words why there is no plan.
enum InfeasibilityReason {
  /// What can be proved without a solver: a job that cannot be served even alone, or nodes and links that cannot hold
  /// what all jobs together must put on them. `nil` where nothing of that kind is wrong, or the task was cancelled.
  ///
  /// - Parameter latencies: the shortest of each job, as ``NativePlanner`` finds them [s].
  /// - Complexity: O(J L (N + E) log E) where it is a job alone; otherwise what ``SharedShortage`` takes.
  static func withoutSolver(_ instance: Instance, latencies: [Double]) -> String? {
    let network = NetworkGraph(instance.network)
    let rows = CouplingRows(allOf: instance)
    let jobs = instance.jobs.indices.map {
      SingleJobReason(instance, $0, network, rows, latency: latencies[$0])
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
  ///   - budget: wall-clock time [s]; a cancelled task ends it as well.
  ///   - limits: of each of the planner's runs, but for the time.
  static func ofConflict(
    _ instance: Instance, planner: MIPPlanner, budget: Double, limits: MIPPlanner.Limits
  ) async -> ConflictFinding {
    let stopwatch = Stopwatch(limit: budget)
    var filter = ConflictFilter(ConflictProbe(instance, planner, Stopwatch(limit: 0.6 * budget), limits))
    let conflict = await filter.conflict()
    var probe = filter.probe.limited(by: stopwatch)
    let shortfalls = await Shortfall.ofEach(of: conflict, &probe)
    if let plan = probe.refutation { return .refuted(plan) }
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
