import LayerRoute

/// All plans of a job that are worth it, depth first: nothing is stored but the plan at hand.
struct PlanEnumeration {
  private let problem: SchedulingProblem
  private let job: Int
  private let group: JobGroup
  private let busy: BusyTimes
  private let isWorth: (Double) -> Bool
  private let visit: (JobPlan, Double) -> Void
  private var plan: JobPlan

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

  mutating func run() { extend(at: problem.instance.jobs[job].release) }

  /// Goes on from where the last route ends.
  private mutating func extend(at time: Double) {
    let nodes = problem.tables.nodeCount
    let stage = plan.hosts.count
    let route = plan.routes[stage]
    let node = route[route.count - 1]
    let vertex = stage * nodes + node
    guard isWorth(time + group.remaining.seconds[vertex]) else { return }
    // A route beyond the target would come back to it, and a route passes no node twice.
    if stage == group.kind.layerCount, node == group.target { return visit(plan, time) }
    if stage < group.kind.layerCount, group.kind.seconds[vertex] < .infinity {
      plan.hosts.append(node)
      plan.routes.append([node])
      extend(at: busy.end(of: group.kind.seconds[vertex], from: time, at: node))
      plan.hosts.removeLast()
      plan.routes.removeLast()
    }
    for arc in problem.tables.outgoing[node] where !route.contains(Int(arc.neighbour)) {
      let resource = problem.resources.link(Int(arc.link))
      plan.routes[stage].append(Int(arc.neighbour))
      extend(
        at: busy.end(of: group.kind.bits[stage] / arc.bandwidth, from: time, at: resource) + arc.delay)
      plan.routes[stage].removeLast()
    }
  }
}
