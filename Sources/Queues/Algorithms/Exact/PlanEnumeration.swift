import Queues
import Splitting

/// All plans of a job that a bound does not exclude, depth first: only the present plan is stored.
struct PlanEnumeration {
  private let batch: Batch
  private let job: Int
  private let group: JobGroup
  private let busy: BusyTimes
  private let mayComplete: (Double) -> Bool
  private let visit: (JobPlan, ServiceChain, Double) -> Void
  private var plan: JobPlan
  private var services: [Service] = []
  /// The vertices of the layered graph from the source to the end of the plan: chains may be too long for recursion.
  private var path: [Step] = []

  private struct Step {
    /// When the job is there [s].
    let time: Double
    /// Whether a layer was computed to get there; otherwise a link was crossed.
    let isComputed: Bool
    /// The next step to try from there: 0 to compute, then the links.
    var choice = 0
  }

  /// The plans of a job that has to wait for the busy times. Before each step, `mayComplete` is false for a lower bound on
  /// the completion [s] that excludes the plan; each plan is visited with its services and its completion [s].
  init(
    _ batch: Batch, job: Int, behind busy: BusyTimes, mayComplete: @escaping (Double) -> Bool,
    visit: @escaping (JobPlan, ServiceChain, Double) -> Void
  ) {
    (self.batch, self.job, group, self.busy) = (batch, job, batch.group(of: job), busy)
    (self.mayComplete, self.visit) = (mayComplete, visit)
    plan = JobPlan(hosts: [], routes: [[group.source]])
  }

  mutating func run() {
    enter(Step(time: batch.jobs[job].release, isComputed: false))
    while let last = path.indices.last {
      let choice = path[last].choice
      path[last].choice += 1
      if !advance(from: path[last].time, choice) {
        retract(path[last])
        path.removeLast()
      }
    }
  }

  private var end: (stage: Int, node: Int, vertex: Int) {
    let stage = plan.hosts.count
    let route = plan.routes[stage]
    let node = route[route.count - 1]
    return (stage, node, stage * batch.tables.nodeCount + node)
  }

  /// Continues from the end of the plan with a choice, if it can be made; false beyond the last choice.
  private mutating func advance(from time: Double, _ choice: Int) -> Bool {
    let (stage, node, vertex) = end
    if choice == 0 {
      guard stage < group.kind.layerCount, group.kind.seconds[vertex] < .infinity else { return true }
      let service = Service(resource: node, seconds: group.kind.seconds[vertex], delay: 0, layer: stage)
      plan.hosts.append(node)
      plan.routes.append([node])
      serve(service, from: time, isComputed: true)
      return true
    }
    let arcs = batch.tables.outgoing[node]
    // Only a route that starts at a node that is no relay leaves it.
    guard plan.routes[stage].count == 1 || batch.tables.isRelay(node) else { return false }
    guard choice <= arcs.count else { return false }
    let arc = arcs[arcs.startIndex + choice - 1]
    guard !plan.routes[stage].contains(Int(arc.head)) else { return true }
    plan.routes[stage].append(Int(arc.head))
    let service = Service(
      resource: batch.resources.link(Int(arc.link)), seconds: group.kind.bits[stage] / arc.bandwidth,
      delay: arc.delay, layer: stage - 1)
    serve(service, from: time, isComputed: false)
    return true
  }

  private mutating func serve(_ service: Service, from time: Double, isComputed: Bool) {
    services.append(service)
    let end = busy.end(of: service.seconds, from: time, at: service.resource)
    enter(Step(time: end + service.delay, isComputed: isComputed))
  }

  /// The plan has come to a vertex: it continues from there unless the bound excludes it.
  private mutating func enter(_ step: Step) {
    let (stage, node, vertex) = end
    let isAtStart = plan.routes[stage].count == 1
    let remaining = isAtStart ? group.remaining.seconds[vertex] : group.remaining.secondsOnArrival[vertex]
    guard mayComplete(step.time + remaining) else { return retract(step) }
    // A route beyond the target would come back to it, and a route passes no node twice.
    if stage == group.kind.layerCount, node == group.target {
      visit(plan, ServiceChain(services: services, release: batch.jobs[job].release), step.time)
      return retract(step)
    }
    path.append(step)
  }

  private mutating func retract(_ step: Step) {
    _ = services.popLast()
    if step.isComputed {
      plan.hosts.removeLast()
      plan.routes.removeLast()
    } else {
      plan.routes[plan.hosts.count].removeLast()
    }
  }
}
