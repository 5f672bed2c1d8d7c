import Foundations
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

  /// What becomes of a schedule without structural violations, with a timeline if it is recorded.
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
    let evaluation = violations.contains { $0.kind == .structure } ? nil : evaluate(schedule)
    return Assessment(
      cost: evaluation?.value ?? .infinity, violations: violations.map(\.description),
      canBeCarriedOut: evaluation != nil
    ) {
      evaluation.map { ScheduleFile.body(schedule, of: $0.instance, times: $0.times) }
        ?? QueueProblem.emptyPlan
    }
  }

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
      for (tail, head) in zip(route, route.dropFirst()) {
        guard let index = resources.link(from: tail, to: head) else {
          preconditionFailure("a route crosses links only")
        }
        let (resource, link) = (resources.link(index), instance.network.links[index])
        let seconds = 8 * bytes / link.bandwidth
        services.append(Service(resource: resource, seconds: seconds, delay: link.latency, layer: stage - 1))
      }
      guard stage < plan.hosts.count else { break }
      guard let seconds = plans.time(of: stage, on: plan.hosts[stage], job: job) else {
        preconditionFailure("a host can run its layers")
      }
      services.append(Service(resource: plan.hosts[stage], seconds: seconds, delay: 0, layer: stage))
    }
    return ServiceChain(services: services, release: instance.jobs[job].release)
  }

}

/// What becomes of a schedule.
public struct ScheduleEvaluation: Sendable {
  public let instance: QueueInstance
  public let schedule: Schedule
  public let simulation: Simulation
  /// `nil` unless the discipline is `preemptive`.
  public let guarantee: CompletionGuarantee?

  /// The simulated objective [s].
  public var value: Double { instance.value(of: simulation.completions) }

  /// What each job sees.
  public var times: [JobTimes] {
    instance.jobs.enumerated().map { index, job in
      let completion = simulation.completions[index]
      return JobTimes(
        // Sums in another order may differ in the last digits.
        release: job.release, completion: completion,
        guarantee: guarantee.map { max($0.completions[index], completion) },
        meetsDeadline: job.deadline.map { completion - job.release <= $0 * Tolerance.slack })
    }
  }
}
