import Splitting

/// All plans of a job that are worth it, depth first: nothing is stored but the plan at hand.
struct PlanEnumeration {
  private let problem: SchedulingProblem
  private let job: Int
  private let group: JobGroup
  private let busy: BusyTimes
  private let isWorth: (Double) -> Bool
  private let visit: (JobPlan, Double) -> Void
  private var plan: JobPlan
  /// The vertices of the layered graph from the source to where the plan ends: chains may be too long for recursion.
  private var path: [Step] = []

  private struct Step {
    /// When the job is there [s].
    let time: Double
    /// Whether a layer was computed to get there; otherwise a link was crossed.
    let isComputed: Bool
    /// What is tried next from there: 0 to compute, then the links.
    var choice = 0
  }

  /// - Parameters:
  ///   - problem: of the job.
  ///   - job: whose plans are wanted.
  ///   - busy: what the job has to wait for.
  ///   - isWorth: whether a lower bound on the completion [s] is; asked before each step.
  ///   - visit: called with each plan and its completion behind what is busy [s].
  init(
    _ problem: SchedulingProblem, job: Int, behind busy: BusyTimes, isWorth: @escaping (Double) -> Bool,
    visit: @escaping (JobPlan, Double) -> Void
  ) {
    self.problem = problem
    self.job = job
    group = problem.group(of: job)
    self.busy = busy
    self.isWorth = isWorth
    self.visit = visit
    plan = JobPlan(hosts: [], routes: [[group.source]])
  }

  mutating func run() {
    enter(Step(time: problem.instance.jobs[job].release, isComputed: false))
    while let last = path.indices.last {
      let choice = path[last].choice
      path[last].choice += 1
      if !advance(from: path[last].time, choice) {
        retract(path[last])
        path.removeLast()
      }
    }
  }

  /// Where the plan ends.
  private var end: (stage: Int, node: Int, vertex: Int) {
    let stage = plan.hosts.count
    let route = plan.routes[stage]
    let node = route[route.count - 1]
    return (stage, node, stage * problem.tables.nodeCount + node)
  }

  /// Goes on from the end of the plan, if that choice can be made.
  ///
  /// - Returns: false beyond the last choice.
  private mutating func advance(from time: Double, _ choice: Int) -> Bool {
    let (stage, node, vertex) = end
    if choice == 0 {
      guard stage < group.kind.layerCount, group.kind.seconds[vertex] < .infinity else { return true }
      plan.hosts.append(node)
      plan.routes.append([node])
      let done = busy.end(of: group.kind.seconds[vertex], from: time, at: node)
      enter(Step(time: done, isComputed: true))
      return true
    }
    let arcs = problem.tables.outgoing[node]
    guard choice <= arcs.count else { return false }
    let arc = arcs[arcs.startIndex + choice - 1]
    guard !plan.routes[stage].contains(Int(arc.neighbour)) else { return true }
    plan.routes[stage].append(Int(arc.neighbour))
    let sent = busy.end(
      of: group.kind.bits[stage] / arc.bandwidth, from: time, at: problem.resources.link(Int(arc.link)))
    enter(Step(time: sent + arc.delay, isComputed: false))
    return true
  }

  /// The plan has come to a vertex: it goes on from there only if that is worth it.
  private mutating func enter(_ step: Step) {
    let (stage, node, vertex) = end
    guard isWorth(step.time + group.remaining.seconds[vertex]) else { return retract(step) }
    // A route beyond the target would come back to it, and a route passes no node twice.
    if stage == group.kind.layerCount, node == group.target {
      visit(plan, step.time)
      return retract(step)
    }
    path.append(step)
  }

  /// Takes the end off the plan.
  private mutating func retract(_ step: Step) {
    if step.isComputed {
      plan.hosts.removeLast()
      plan.routes.removeLast()
    } else {
      plan.routes[plan.hosts.count].removeLast()
    }
  }
}
