import Instances
import Verification

extension PlanDocument {
  /// (value - bound) / value, at least 0; 0 where both are 0.
  static func gap(value: Double, bound: Double) -> Double { value == 0 ? 0 : max(0, (value - bound) / value) }

  /// The jobs of a plan with their figures, all from the evaluator.
  static func reports(_ plan: Plan, of instance: Instance) -> [JobReport] {
    let evaluation = Evaluator(instance).evaluate(plan)
    let names = instance.network.nodes.map(\.id)
    return instance.jobs.indices.map { job in
      let parts = evaluation.jobs[job]
      return JobReport(
        id: instance.jobs[job].id, latency: parts.latency, compute: parts.compute,
        transfer: parts.transfer, propagation: parts.propagation, waiting: parts.waiting,
        hosts: plan.jobs[job].hosts.map { names[$0] },
        routes: plan.jobs[job].routes.map { $0.map { names[$0] } })
    }
  }
}
