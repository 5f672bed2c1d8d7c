import Foundations
import Graphs
import Planning
import Splitting

/// Explains in terms of nodes, links, jobs and layers why there is no plan.
enum InfeasibilityReason {
  /// A reason that can be proved without a solver, from the shortest latency of each job [s]: a job that cannot be
  /// served even alone, or nodes and links without the capacity for the least needs of all jobs. `nil` if there is no
  /// such reason, or if the task was cancelled.
  ///
  /// - Complexity: O(J L (N + E) log E) for the reasons of single jobs; otherwise that of ``SharedShortage``.
  static func withoutSolver(_ instance: Instance, latencies: [Double]) -> String? {
    let network = NetworkGraph(instance.network)
    let limits = instance.limits
    let jobs = latencies.enumerated().map { job, latency in
      SingleJobReason(instance: instance, job: job, network: network, limits: limits, latency: latency)
    }
    // Reasons that no change of a limit can remove come before the others.
    for kind in [\SingleJobReason.missingHostOrRoute, \.overload, \.missedDeadline] {
      for job in jobs {
        if Task.isCancelled { return nil }
        if let reason = job[keyPath: kind] { return reason }
      }
    }
    let shortage = SharedShortage(instance: instance, network: network)
    return shortage.memory() ?? shortage.compute() ?? CutShortage(instance: instance, network: network).text
  }

  /// The constraints of an instance, which a solver calls infeasible, that cannot hold together, minimal if the time
  /// allows, with the shortfall of each; or a plan that the search found although there should be none.
  static func ofConflict(
    _ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget, seconds: Double = 10
  ) async -> InfeasibilityFinding<Plan> {
    var budget = budget.part(seconds: seconds)
    budget.gap = 0
    let forFilter = budget.part(seconds: 0.6 * (budget.remaining ?? seconds))
    var filter = ConflictFilter(ConflictProbe(instance, planner, forFilter))
    let conflict = await filter.conflict()
    if conflict.rows.isEmpty, let text = await contiguity(instance, planner, budget) { return .reason(text) }
    var probe = filter.probe
    probe.budget = budget
    let shortfalls = await Shortfall.ofEach(of: conflict, &probe)
    if let known = probe.refutation { return .refuted(known) }
    return .reason(ConflictText(instance, conflict, shortfalls).text)
  }
}

extension InfeasibilityReason {
  /// The reason of an instance that would have a plan if jobs need not be contiguous.
  private static func contiguity(
    _ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget
  ) async -> String? {
    let probe = ConflictProbe(instance, planner, budget)
    let reason = await ContiguityReason(instance) { jobs in
      var relaxed = probe.demandingContiguity(of: jobs)
      let answer = await relaxed.answer(keeping: Set(probe.limits.inForce), seconds: probe.remaining / 4)
      if case .plan = answer { return true }
      return false
    }
    return reason?.text
  }
}

extension [String] {
  /// The first `most` of these texts, and the number of the others.
  func list(most: Int) -> String {
    let shown = prefix(most).joined(separator: ", ")
    return count > most ? "\(shown) and \(count - most) more" : shown
  }
}

extension Instance {
  /// The node's id in quotation marks.
  func quoted(node: Int) -> String { TerminalText.quoted(network.nodes[node].id.text) }

  /// The job's id in quotation marks.
  func quoted(job: Int) -> String { TerminalText.quoted(jobs[job].id.text) }

  /// The ids of at most eight of the nodes, and the number of the others.
  func list(nodes: [Int]) -> String { nodes.map(quoted(node:)).list(most: 8) }

  /// The ids of at most six of the jobs after the word "job" or "jobs", and the number of the others.
  func list(jobs: [Int]) -> String {
    "job\(jobs.count == 1 ? "" : "s") \(jobs.map(quoted(job:)).list(most: 6))"
  }

  /// The ids of the link's ends.
  func quoted(link: Int) -> String {
    "\(quoted(node: network.links[link].tail)) -> \(quoted(node: network.links[link].head))"
  }
}
