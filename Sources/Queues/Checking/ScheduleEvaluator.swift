import Problems
import Queues
import Splitting
import SplittingChecking

/// Simulates schedules and checks that they can be carried out, from the instance's stated figures alone.
///
/// It shares no code with the methods whose schedules it judges.
public struct ScheduleEvaluator: Sendable {
  public let instance: QueueInstance
  public let resources: Resources
  private let plans: Evaluator

  /// - Complexity: O(J + N + E).
  public init(_ instance: QueueInstance) {
    self.instance = instance
    resources = Resources(instance.network)
    plans = Evaluator(instance.splitting)
  }

  /// The constraints that a schedule breaks: hosts and routes that cannot be, memories, loads.
  ///
  /// Deadlines of jobs in queues are met or missed, and limit nothing.
  public func violations(of schedule: Schedule) -> [Violation] {
    plans.evaluate(schedule.plan).violations.filter { $0.kind != .deadline }
  }

  /// What becomes of a schedule that can be carried out.
  ///
  /// - Parameters:
  ///   - schedule: one without structural violations.
  ///   - isRecorded: whether there is to be a timeline.
  public func evaluate(_ schedule: Schedule, recording isRecorded: Bool = false) -> ScheduleEvaluation {
    let chains = chains(of: schedule.plan)
    return ScheduleEvaluation(
      instance: instance, schedule: schedule,
      simulation: Simulation(
        chains, order: schedule.order, on: resources, discipline: instance.discipline, recording: isRecorded),
      guarantee: instance.discipline == .preemptive
        ? CompletionGuarantee(chains, order: schedule.order, on: resources) : nil)
  }

  /// The evaluation in the terms that all kinds share.
  public func assess(_ schedule: Schedule) -> Assessment {
    let violations = violations(of: schedule)
    let canBeCarriedOut = !violations.contains { $0.kind == .structure }
    guard canBeCarriedOut else {
      return Assessment(cost: .infinity, violations: violations.map(\.description), canBeCarriedOut: false) {
        QueueProblem.emptyPlan
      }
    }
    let evaluation = evaluate(schedule)
    return Assessment(
      cost: evaluation.value, violations: violations.map(\.description), canBeCarriedOut: true
    ) { ScheduleFile.body(schedule, of: evaluation.instance, times: evaluation.times) }
  }

  // MARK: What jobs need of nodes and links

  /// The services of each job of a plan without structural violations.
  ///
  /// - Complexity: O(J L + total length of the routes).
  public func chains(of plan: Plan) -> [ServiceChain] {
    plan.jobs.indices.map { chain(of: plan.jobs[$0], ofJob: $0) }
  }

  /// The services of one job.
  public func chain(of plan: JobPlan, ofJob job: Int) -> ServiceChain {
    let dnn = instance.splitting.dnn(ofJob: job)
    var services: [Service] = []
    for (stage, route) in plan.routes.enumerated() {
      let bytes = stage == 0 ? dnn.input : dnn.layers[stage - 1].output
      services += zip(route, route.dropFirst()).map { sending(bytes, of: stage, from: $0, to: $1) }
      guard stage < plan.hosts.count else { break }
      services.append(computing(layer: stage, of: job, on: plan.hosts[stage]))
    }
    return ServiceChain(services: services, release: instance.jobs[job].release)
  }

  private func sending(_ bytes: Double, of stage: Int, from tail: Int, to head: Int) -> Service {
    guard let index = resources.link(from: tail, to: head) else {
      preconditionFailure("a route crosses links only")
    }
    let link = instance.network.links[index]
    return Service(
      resource: resources.link(index), seconds: 8 * bytes / link.bandwidth, delay: link.latency,
      layer: stage - 1)
  }

  private func computing(layer: Int, of job: Int, on host: Int) -> Service {
    guard let seconds = plans.time(of: layer, on: host, job: job) else {
      preconditionFailure("a host can run its layers")
    }
    return Service(resource: host, seconds: seconds, delay: 0, layer: layer)
  }
}
