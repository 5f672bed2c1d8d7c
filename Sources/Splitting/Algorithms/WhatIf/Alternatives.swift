import Foundations
import Networks
import Problems
import Splitting

/// Finds the best plans that differ in some layer's host.
///
/// It uses Lawler's partition ("A procedure for computing the K best solutions to discrete optimization problems",
/// 1972). The plans other than the best one are split by the first layer whose host differs, so that each part is the
/// same problem with other restrictions of hosts: the layers before keep their hosts, and this layer may not have its
/// own. The best plans of the parts are the candidates for the next place, and the part with the next plan is split
/// in turn.
///
/// A queue orders the parts by lower bounds: the value of the parent's best plan and the cost of the jobs alone. A
/// part is solved when no other part has a smaller bound. If enough plans are found, it is only solved as far as it
/// may contain a better one. Then it returns to the queue with the value of its plan.
public struct Alternatives {
  private let task: RankingTask<SplittingProblem>
  private var instance: Instance { task.instance }
  /// Every layer of every job, in order.
  private let places: [(job: Int, layer: Int)]
  /// The parts that may contain the next plan.
  private var waiting: [Part] = []
  /// A lower bound on the values of the plans that were not found because of a limit [s].
  private var leastMissing = Double.infinity

  /// A part of the plans.
  private struct Part {
    /// The instance with the part's restrictions.
    let instance: Instance
    /// The number of places with only one host left.
    let fixedCount: Int
    /// The shortest latency of each job alone [s].
    let latencies: [Double]
    /// A lower bound on the value of each plan of the part [s].
    var bound: Double
    /// The best plan, if the part was solved.
    var answer: Answer<SplittingProblem>?

    /// The position in the queue [s]; solved parts come before others of the same value.
    var key: (Double, Int) { answer.map { ($0.cost, 0) } ?? (bound, 1) }
  }

  public init(_ task: RankingTask<SplittingProblem>) {
    self.task = task
    places = task.instance.jobs.indices.flatMap { job in
      task.instance.dnn(ofJob: job).layers.indices.map { (job, $0) }
    }
  }

  /// The best plans, in order.
  ///
  /// - Complexity: `count` times the number of layers of all jobs shortest paths of one job, and in the worst case
  ///   as many solves.
  public mutating func ranking() async throws(PlanningError) -> Ranking<SplittingProblem> {
    let (best, count) = (task.best, task.count)
    guard count > 1, best.plan != nil, let latencies = (try? ShortestPaths(instance))?.latencies else {
      return Ranking(answers: [best], isComplete: count == 1 && best.file.status == .optimal)
    }
    var answers: [Answer<SplittingProblem>] = []
    keep(best, of: Part(instance: instance, fixedCount: 0, latencies: latencies, bound: 0))
    while let next = waiting.indices.min(by: { waiting[$0].key < waiting[$1].key }) {
      let part = waiting.remove(at: next)
      if let answer = part.answer {
        answers.append(answer)
        if answers.count == count { break }
        split(part, without: answer)
      } else if task.budget.isExhausted {
        leastMissing = min(leastMissing, part.bound)
      } else {
        let known = (answers + waiting.compactMap(\.answer)).map(\.cost).sorted()
        let cutoff = known.count < count ? .infinity : known[count - 1]
        let prior = PriorKnowledge<Plan>(bound: part.bound, cutoff: cutoff)
        keep(try await task.solve(part.instance, prior), of: part)
      }
    }
    let last = answers.count < count ? .infinity : answers[count - 1].cost
    return Ranking(answers: answers, isComplete: leastMissing >= last * (1 - 1e-6))
  }

  /// Puts a part back with its answer; a part without plans is done.
  private mutating func keep(_ answer: Answer<SplittingProblem>, of part: Part) {
    if ![.optimal, .infeasible].contains(answer.file.status) {
      leastMissing = min(leastMissing, max(part.bound, answer.bound))
    }
    guard answer.plan != nil else { return }
    waiting.append(part)
    waiting[waiting.count - 1].answer = answer
  }

  /// Adds the plans of a part except its best one, in parts that do not overlap.
  private mutating func split(_ part: Part, without best: Answer<SplittingProblem>) {
    guard let plan = best.plan else { return }
    let parentBound = max(part.bound, best.bound)
    var restricted = part.instance
    var latencies = part.latencies
    for position in part.fixedCount..<places.count {
      let (job, layer) = places[position]
      let host = plan.jobs[job].hosts[layer]
      let allowed = restricted.jobs[job].rule(forLayer: layer)?.nodes ?? Array(instance.network.nodes.indices)
      let others = allowed.filter { $0 != host }
      let rest = restricted.allowing(others, forLayer: layer, ofJob: job)
      restricted = restricted.allowing([host], forLayer: layer, ofJob: job)
      let isLastOfJob = layer == instance.dnn(ofJob: job).layers.count - 1
      guard !task.budget.isExhausted, let latency = rest.latencyAlone(ofJob: job),
        let ownLatency = isLastOfJob ? restricted.latencyAlone(ofJob: job) : latency
      else {
        leastMissing = min(leastMissing, parentBound)
        return
      }
      latencies[job] = latency
      let bound = max(parentBound, instance.cost(ofLatencies: latencies))
      if !others.isEmpty && bound < .infinity {
        waiting.append(Part(instance: rest, fixedCount: position, latencies: latencies, bound: bound))
      }
      // All of the job's hosts are fixed in the parts that follow.
      latencies[job] = ownLatency
    }
  }
}

extension Instance {
  /// The instance with a layer of a job allowed on these nodes alone.
  func allowing(_ nodes: [Int], forLayer layer: Int, ofJob job: Int) -> Instance {
    var copy = self
    copy.jobs[job].hosts.removeAll { $0.layer == layer }
    copy.jobs[job].hosts.append(HostRule(layer: layer, nodes: nodes))
    return copy
  }

  /// A job's shortest latency alone [s]; infinite if it misses the deadline, and `nil` if the task was cancelled.
  fileprivate func latencyAlone(ofJob job: Int) -> Double? {
    var alone = self
    alone.jobs = [jobs[job]]
    guard let latency = (try? ShortestPaths(alone))?.latencies.first else { return nil }
    return latency > (jobs[job].deadline ?? .infinity) * Tolerance.slack ? .infinity : latency
  }
}
