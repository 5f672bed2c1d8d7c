import Instances

/// The best plans that differ in some layer's host.
///
/// Lawler's partition ("A procedure for computing the K best solutions to discrete optimization problems", 1972): the
/// plans other than the best one are split by the first layer whose host differs, so that each part is the same problem
/// with other restrictions of hosts: the layers before keep theirs, this one may not have its own. The best plans of
/// the parts are the candidates for the next place, and the part that the next one comes from is split in turn.
struct Alternatives {
  private let instance: Instance
  private let stopwatch: Stopwatch
  /// Finds the best plan of a part.
  private let solve: (Instance) async throws(PlanningError) -> Planner.Answer
  /// Every layer of every job, in order.
  private let places: [(job: Int, layer: Int)]

  /// A part of the plans, and the best of them.
  private struct Part {
    /// With the part's restrictions.
    let instance: Instance
    let answer: Planner.Answer
    let plan: Plan
    /// So many places have one host left.
    let fixedCount: Int

    var value: Double { answer.document.objective?.value ?? .infinity }
  }

  init(
    _ instance: Instance, _ stopwatch: Stopwatch,
    solve: @escaping (Instance) async throws(PlanningError) -> Planner.Answer
  ) {
    self.instance = instance
    self.stopwatch = stopwatch
    self.solve = solve
    places = instance.jobs.indices.flatMap { job in
      instance.dnn(ofJob: job).layers.indices.map { (job, $0) }
    }
  }

  /// The best plans, in order.
  ///
  /// - Parameters:
  ///   - best: the answer to the whole instance.
  ///   - count: how many plans are wanted, `best` included.
  /// - Complexity: `count` times the number of layers of all jobs solves.
  func ranking(from best: Planner.Answer, count: Int) async throws(PlanningError) -> Planner.Ranking {
    var ranking = Planner.Ranking(answers: [best], isComplete: best.document.status == .optimal)
    guard let plan = best.plan else { return ranking }
    var candidates: [Part] = []
    var last = Part(instance: instance, answer: best, plan: plan, fixedCount: 0)
    while ranking.answers.count < count {
      let parts = try await parts(of: last)
      if !parts.isComplete { ranking.isComplete = false }
      candidates += parts.found
      guard let next = candidates.indices.min(by: { candidates[$0].value < candidates[$1].value }) else {
        break
      }
      last = candidates.remove(at: next)
      ranking.answers.append(last.answer)
    }
    return ranking
  }

  /// The part without its best plan, in parts that do not overlap.
  private func parts(of part: Part) async throws(PlanningError) -> (found: [Part], isComplete: Bool) {
    var found: [Part] = []
    var isComplete = true
    var restricted = part.instance
    for position in part.fixedCount..<places.count {
      if stopwatch.hasExpired { return (found, false) }
      let (job, layer) = places[position]
      let host = part.plan.jobs[job].hosts[layer]
      let others = restricted.hosts(allowedFor: layer, ofJob: job).filter { $0 != host }
      if !others.isEmpty {
        let instance = restricted.allowing(others, forLayer: layer, ofJob: job)
        let answer = try await solve(instance)
        if let plan = answer.plan {
          found.append(Part(instance: instance, answer: answer, plan: plan, fixedCount: position))
        }
        isComplete = isComplete && [.optimal, .infeasible].contains(answer.document.status)
      }
      restricted = restricted.allowing([host], forLayer: layer, ofJob: job)
    }
    return (found, isComplete)
  }
}

extension Instance {
  /// The nodes that a job's rules allow a layer, whether they can compute it or not.
  fileprivate func hosts(allowedFor layer: Int, ofJob job: Int) -> [Int] {
    let rules = jobs[job].hosts
    let rule = rules.first { $0.layer == layer } ?? rules.first { $0.layer == nil }
    return rule?.nodes ?? Array(network.nodes.indices)
  }

  /// The same with a layer of a job allowed on these nodes alone.
  fileprivate func allowing(_ nodes: [Int], forLayer layer: Int, ofJob job: Int) -> Instance {
    var copy = self
    copy.jobs[job].hosts.removeAll { $0.layer == layer }
    copy.jobs[job].hosts.append(HostRule(layer: layer, nodes: nodes))
    return copy
  }
}
