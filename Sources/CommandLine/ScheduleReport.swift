import Charts
import Foundations
import Queues
import QueuesAlgorithms
import QueuesChecking

/// A schedule below its lower bound: one of them is wrong.
struct ScheduleFault: Error, CustomStringConvertible {
  let value: Double
  let bound: LowerBound

  var description: String {
    "the simulated value, \(value) s, is below the bound by \(bound.reason.rawValue), \(bound.seconds) s: one of them is "
      + "wrong, which is a fault of this program"
  }
}

/// A schedule, simulated.
struct ScheduleReport {
  let simulation: Simulation
  private let schedule: Schedule
  private let problem: SchedulingProblem
  let objective: ScheduleObjective
  let discipline: Discipline
  private let guarantee: CompletionGuarantee?

  init(
    _ schedule: Schedule, of problem: SchedulingProblem, objective: ScheduleObjective, discipline: Discipline
  ) {
    let chains = problem.chains(of: schedule.plan)
    self.schedule = schedule
    self.problem = problem
    self.objective = objective
    self.discipline = discipline
    simulation = Simulation(
      chains, order: schedule.order, on: problem.resources, discipline: discipline, recording: true)
    guarantee =
      discipline == .preemptive
      ? CompletionGuarantee(chains, order: schedule.order, on: problem.resources) : nil
  }

  /// The simulated objective [s].
  var value: Double {
    objective.value(of: simulation.completions, weights: problem.instance.jobs.map(\.weight))
  }

  /// What each job sees, and is promised.
  var times: [ScheduleDocument.Times] {
    problem.instance.jobs.enumerated().map { index, job in
      let completion = simulation.completions[index]
      return ScheduleDocument.Times(
        // Sums in another order may differ in the last digits.
        release: job.release, completion: completion,
        guarantee: guarantee.map { max($0.completions[index], completion) },
        meetsDeadline: job.deadline.map { completion - job.release <= $0 * (1 + 1e-6) })
    }
  }

  /// - Throws: ``ScheduleFault`` where the bound is none.
  func document(
    method: String, bound: LowerBound, seconds: Double
  ) throws(ScheduleFault) -> ScheduleDocument {
    let start = problem.start(of: objective)
    // Sums in another order may differ in the last digits.
    guard bound.seconds <= value + 1e-6 * (value - start) + 1e-12 * value else {
      throw ScheduleFault(value: value, bound: bound)
    }
    let bound = LowerBound(seconds: min(bound.seconds, value), reason: bound.reason)
    return ScheduleDocument(
      schedule, of: problem.instance, discipline: discipline, objective: objective,
      result: ScheduleDocument.Result(
        method: method, value: value, bound: bound, start: start, seconds: seconds),
      times: times)
  }

  /// Nodes and links that serve anybody, in the instance's order.
  var usedResources: [Int] { Set(simulation.timeline.map(\.resource)).sorted() }

  /// A node's id, or those of the ends of a link.
  func names(_ resource: Int) -> [Name] {
    let network = problem.instance.network
    guard resource >= network.nodes.count else { return [network.nodes[resource].id] }
    let link = network.links[resource - network.nodes.count]
    return [network.nodes[link.tail].id, network.nodes[link.head].id]
  }

  /// For people.
  func name(_ resource: Int) -> String { names(resource).map(shown).joined(separator: " > ") }

  private func shown(_ name: Name) -> String { TerminalText.shortened(name.text) }

  var gantt: String {
    let used = usedResources
    let rows = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    let jobs = problem.instance.jobs
    // Where the first job comes late, an axis from 0 on would show little else.
    let start = problem.earliestRelease
    let bars = simulation.timeline.compactMap { stretch -> GanttChart.Bar? in
      let (from, to) = (max(0, stretch.start - start), stretch.end - start)
      guard let row = rows[stretch.resource], to > from else { return nil }
      return GanttChart.Bar(row: row, job: stretch.job, start: from, end: to, label: label(stretch))
    }
    let late = start > 0 ? ", from the earliest release on" : ""
    let title =
      "\(objective.rawValue) \(Figures.duration(value - start)), \(discipline.rawValue)\(late)"
    return GanttChart(title: title, rows: used.map(name), bars: bars, jobs: jobs.map { shown($0.id) }).svg
  }

  private func label(_ stretch: Simulation.Stretch) -> String {
    guard let job = stretch.job else { return "backlog" }
    let dnn = problem.instance.dnn(ofJob: job)
    let what = stretch.layer < 0 ? "input" : shown(dnn.layers[stretch.layer].name)
    return "\(shown(problem.instance.jobs[job].id)): \(what)"
  }
}
