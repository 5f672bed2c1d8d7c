import Documents
import Problems
import Splitting

extension Evaluator {
  /// The evaluation of a plan under the instance's objective, in the form that all kinds share.
  public func assess(_ plan: Plan) -> Assessment {
    let evaluation = evaluate(plan)
    return Assessment(
      cost: evaluation.objective(instance.options.objective),
      violations: evaluation.violations.map(\.description),
      canBeCarriedOut: !evaluation.violations.contains { $0.kind == .structure }
    ) {
      [.init("jobs", .array(plan.jobs.indices.map { report(plan, evaluation, job: $0) }))]
    }
  }

  private func report(_ plan: Plan, _ evaluation: Evaluation, job: Int) -> JSONValue {
    let parts = evaluation.jobs[job]
    func list(_ nodes: [Int]) -> JSONValue {
      .array(nodes.map { .string(instance.network.nodes[$0].id.text) })
    }
    return [
      "id": .string(instance.jobs[job].id.text), "latency": .number(parts.latency),
      "compute": .number(parts.compute), "transfer": .number(parts.transfer),
      "propagation": .number(parts.propagation), "waiting": .number(parts.waiting),
      "hosts": list(plan.jobs[job].hosts), "routes": .array(plan.jobs[job].routes.map(list)),
    ]
  }
}
