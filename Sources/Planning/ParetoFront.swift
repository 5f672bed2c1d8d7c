import Foundations
import Networks
import Problems
import Splitting
import SplittingChecking

/// The plans that no other beats both in its value and in how many different nodes run layers.
///
/// The epsilon-constraint method (Haimes, Lasdon and Wismer, "On a bicriterion formulation of the problems of integrated
/// system identification and system optimization", 1971): from the best plan on, each time the best one on fewer nodes
/// than the last. Fewer nodes never make a plan better, so that the value of each solve bounds the next one from below;
/// and any plan on few nodes bounds those on more from above.
struct ParetoFront {
  private let instance: Instance
  private let request: Planner.Request
  private let stopwatch: Stopwatch
  /// Finds the best plan within a limit to its hosts.
  private let solve: (Planner.Prior) async throws(PlanningError) -> Planner.Answer

  private var ranking = Planner.Ranking(answers: [], isComplete: true)
  /// Once a model is too large, those for fewer hosts are as well: their plans cost more, so that more choices stay.
  private var isTooLarge = false

  init(
    _ instance: Instance, _ request: Planner.Request, _ stopwatch: Stopwatch,
    solve: @escaping (Planner.Prior) async throws(PlanningError) -> Planner.Answer
  ) {
    self.instance = instance
    self.request = request
    self.stopwatch = stopwatch
    self.solve = solve
  }

  /// The plans of the front, the best one first.
  ///
  /// - Parameter best: the answer without a limit to the hosts.
  /// - Complexity: a solve for each number of hosts below that of `best`.
  mutating func ranking(from best: Planner.Answer) async throws(PlanningError) -> Planner.Ranking {
    ranking = Planner.Ranking(answers: [best], isComplete: best.document.status == .optimal)
    // First what is cheapest, as a rule: its plan is one for every other limit as well.
    let least = best.hostCount > 1 ? try await answer(within: 1, after: best, known: nil) : nil
    var last = best
    while last.hostCount > 2 {
      let known = [least?.known, planOnFewerHosts(than: last)].compactMap(\.self).min { $0.value < $1.value }
      guard let next = try await answer(within: last.hostCount - 1, after: last, known: known) else { break }
      ranking.answers.append(next)
      last = next
    }
    if let least { ranking.answers.append(least) }
    dropDominated()
    return ranking
  }

  /// The best plan on `limit` hosts or fewer; `nil` where there is none, or none is known.
  private mutating func answer(
    within limit: Int, after last: Planner.Answer, known: KnownPlan?
  ) async throws(PlanningError) -> Planner.Answer? {
    let prior = Planner.Prior(hostLimit: limit, plan: known, bound: last.bound)
    let solved = try await solved(prior, within: limit)
    let answer = solved ?? known.map { self.answer($0, prior) }
    if ![.optimal, .infeasible].contains(solved?.document.status) { ranking.isComplete = false }
    guard let answer, let value = answer.known?.value else {
      ranking.warnings += answer?.warnings ?? []
      return nil
    }
    if value < prior.bound * (1 - 1e-6) {
      let values = Figures.apart([value, prior.bound], .duration)
      ranking.warnings.append(
        "a plan on \(answer.hostCount) hosts is worth \(values[0]), though no plan was said to be worth less than "
          + values[1])
      ranking.isComplete = false
    }
    return answer
  }

  /// `nil` where there is no time or no memory for it.
  private mutating func solved(
    _ prior: Planner.Prior, within limit: Int
  ) async throws(PlanningError) -> Planner.Answer? {
    if isTooLarge || stopwatch.hasExpired { return nil }
    do throws(PlanningError) {
      return try await solve(prior)
    } catch .tooLarge(let formulation, let size, let memory) {
      let error = PlanningError.tooLarge(formulation: formulation, size: size, memory: memory)
      ranking.warnings.append(
        "limiting the number of hosts to \(limit): \(error); plans within that limit are those of a heuristic"
      )
      // The limit of one host comes before others that leave fewer choices.
      isTooLarge = limit > 1
      return nil
    } catch {
      throw error
    }
  }

  /// What is known where nothing is solved.
  private func answer(_ known: KnownPlan, _ prior: Planner.Prior) -> Planner.Answer {
    let progress = PlanningProgress(plan: known, bound: prior.bound)
    return Planner.answer(after: progress, of: instance, request, seconds: stopwatch.seconds)
  }

  /// A plan without one of the hosts of the last one.
  private func planOnFewerHosts(than last: Planner.Answer) -> KnownPlan? {
    let hosts = last.plan?.hosts ?? []
    let time = Stopwatch(limit: min(2, (stopwatch.remaining ?? 20) / 10))
    var best: KnownPlan?
    for host in hosts.sorted() where !time.hasExpired {
      let restricted = instance.hosting(on: hosts.subtracting([host]))
      let found = quickPlan(restricted, seconds: time.remaining ?? 0)
      if let found, found.value < best?.value ?? .infinity { best = found }
    }
    return best
  }

  private func quickPlan(_ restricted: Instance, seconds: Double) -> KnownPlan? {
    guard let plan = (try? NativePlanner(restricted))?.plan else { return nil }
    let evaluation = Evaluator(instance).evaluate(plan)
    if evaluation.isFeasible {
      return KnownPlan(plan: plan, value: evaluation.objective(instance.options.objective))
    }
    return ResidualRouting(restricted).bestPlan(seconds: seconds)
  }

  /// Leaves of the answers, whose hosts become fewer, those that are better than all on fewer hosts.
  private mutating func dropDominated() {
    var kept: [Planner.Answer] = []
    for answer in ranking.answers.reversed() {
      let isBetter = kept.last.map { $0.value * (1 - 1e-6) > answer.value } ?? true
      if isBetter { kept.append(answer) }
    }
    ranking.answers = kept.reversed()
  }
}

extension Planner.Answer {
  /// How many different nodes run layers.
  fileprivate var hostCount: Int { plan?.hosts.count ?? 0 }

  fileprivate var known: KnownPlan? { plan.map { KnownPlan(plan: $0, value: value) } }
}

extension Instance {
  /// The same with layers on these nodes alone.
  func hosting(on nodes: Set<Int>) -> Instance {
    var copy = self
    for (index, job) in jobs.enumerated() {
      copy.jobs[index].hosts = job.hosts.map { rule in
        HostRule(layer: rule.layer, nodes: rule.nodes.filter(nodes.contains))
      }
      if job.hosts.allSatisfy({ $0.layer != nil }) {
        copy.jobs[index].hosts.append(HostRule(layer: nil, nodes: nodes.sorted()))
      }
    }
    return copy
  }
}
