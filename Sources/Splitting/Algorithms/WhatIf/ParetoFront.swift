import Foundations
import Networks
import Problems
import Splitting

/// Finds the plans that no other plan beats both in value and in the number of different hosts.
///
/// It uses the epsilon-constraint method (Haimes, Lasdon and Wismer, "On a bicriterion formulation of the problems of
/// integrated system identification and system optimization", 1971): starting from the best plan, it solves for the
/// best plan on fewer nodes than the last. Fewer nodes never make a plan better, so the value of each solve is a lower
/// bound for the next one; and any plan on few nodes gives an upper bound for more nodes.
public struct ParetoFront {
  private let task: RankingTask<SplittingProblem>
  private var instance: Instance { task.instance }
  private var front = Ranking<SplittingProblem>(answers: [], isComplete: true)
  /// Whether a model was too large; then those for fewer hosts are as well: at a higher cost, more choices remain.
  private var isTooLarge = false

  public init(_ task: RankingTask<SplittingProblem>) { self.task = task }

  /// The plans of the front, the best one first.
  ///
  /// - Complexity: a solve for each number of hosts below that of the best plan.
  public mutating func ranking() async throws(PlanningError) -> Ranking<SplittingProblem> {
    let best = task.best
    front = Ranking(answers: [best], isComplete: best.file.status == .optimal)
    // The limit 1 first, which is usually cheapest to solve: its plan is feasible for every other limit as well.
    let least = best.hostCount > 1 ? try await answer(within: 1, after: best, known: nil) : nil
    var last = best
    while last.hostCount > 2 {
      let known = [least?.known, planOnFewerHosts(than: last)].compactMap(\.self).min { $0.cost < $1.cost }
      guard let next = try await answer(within: last.hostCount - 1, after: last, known: known) else { break }
      front.answers.append(next)
      last = next
    }
    if let least { front.answers.append(least) }
    dropDominated()
    return front
  }

  /// The best plan on at most `limit` hosts; `nil` if there is none, or none is known.
  private mutating func answer(
    within limit: Int, after last: Answer<SplittingProblem>, known: KnownPlan<Plan>?
  ) async throws(PlanningError) -> Answer<SplittingProblem>? {
    var limited = instance
    limited.hostLimit = limit
    let prior = PriorKnowledge(known: known, bound: last.bound)
    let solved = try await solved(limited, prior, within: limit)
    let objective = SplittingProblem.objective(of: instance)
    let answer =
      solved
      ?? known.map {
        let ledger = Ledger<SplittingProblem>(
          objective: objective, origin: .shortestPaths, known: $0, bound: last.bound, assess: task.assess)
        return Answer(ledger, of: limited, by: .shortestPaths, seconds: task.budget.elapsed)
      }
    if ![.optimal, .infeasible].contains(solved?.file.status) { front.isComplete = false }
    guard let answer, let cost = answer.known?.cost else {
      front.warnings += answer?.warnings ?? []
      return nil
    }
    if Claim.bound(last.bound).isContradicted(byCost: cost) {
      let values = objective.texts(ofCosts: [cost, last.bound])
      front.warnings.append(
        "a plan on \(answer.hostCount) hosts has the value \(values[0]), though no plan was said to have less than "
          + values[1])
      front.isComplete = false
    }
    return answer
  }

  /// The answer of a solve; `nil` if there is no time or no memory for it.
  private mutating func solved(
    _ limited: Instance, _ prior: PriorKnowledge<Plan>, within limit: Int
  ) async throws(PlanningError) -> Answer<SplittingProblem>? {
    if isTooLarge || task.budget.isExhausted { return nil }
    do throws(PlanningError) {
      return try await task.solve(limited, prior)
    } catch {
      guard case .tooLarge = error else { throw error }
      front.warnings.append(
        "limiting the number of hosts to \(limit): \(error); plans within that limit are those of a heuristic"
      )
      // The limit of one host comes before others that leave fewer choices.
      isTooLarge = limit > 1
      return nil
    }
  }

  /// The best known plan without one of the hosts of the last one.
  private func planOnFewerHosts(than last: Answer<SplittingProblem>) -> KnownPlan<Plan>? {
    let hosts = last.plan?.hosts ?? []
    let time = Budget(seconds: min(2, (task.budget.remaining ?? 20) / 10))
    let plans = hosts.sorted().compactMap { host -> KnownPlan<Plan>? in
      let seconds = time.remaining ?? 0
      let restricted = instance.hosting(on: hosts.subtracting([host]))
      guard !time.isExhausted, let plan = (try? ShortestPaths(restricted))?.plan else { return nil }
      return KnownPlan(plan, task.assess(plan)) ?? ResidualRouting(restricted).outcome(seconds: seconds).plan
    }
    return plans.min { $0.cost < $1.cost }
  }

  /// Keeps those answers that are better than all answers on fewer hosts.
  private mutating func dropDominated() {
    var kept: [Answer<SplittingProblem>] = []
    for answer in front.answers.reversed() where kept.last.map({ $0.cost * (1 - 1e-6) > answer.cost }) ?? true
    {
      kept.append(answer)
    }
    front.answers = kept.reversed()
  }
}

extension Answer<SplittingProblem> {
  /// The number of different nodes that run layers.
  fileprivate var hostCount: Int { plan?.hosts.count ?? 0 }
}

extension Instance {
  /// The instance with layers on these nodes alone.
  func hosting(on nodes: Set<Int>) -> Instance {
    var copy = self
    for (index, job) in jobs.enumerated() {
      copy.jobs[index].hosts = job.hosts.map {
        HostRule(layer: $0.layer, nodes: $0.nodes.filter(nodes.contains))
      }
      if job.hosts.allSatisfy({ $0.layer != nil }) {
        copy.jobs[index].hosts.append(HostRule(layer: nil, nodes: nodes.sorted()))
      }
    }
    return copy
  }
}
