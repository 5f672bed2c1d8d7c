import LinearModels
import Splitting

extension PlacementModel {
  mutating func minimiseTotal(_ latencies: [JobLatency]) {
    var total = LinearExpression()
    for (job, latency) in zip(instance.jobs, latencies) where job.weight > 0 {
      let whole = stated.objectiveMagnitude.map { $0 / job.weight }
      total.add(job.weight, latency.expression(whole: whole, share: 1e-7 / Double(latencies.count)))
    }
    model.minimise(total)
  }

  /// Adds z in units of about the optimum, so that z is about 1. It starts at the lower bound, below which no makespan
  /// row binds.
  mutating func minimiseLargest(_ latencies: [JobLatency]) {
    let unit = stated.objectiveMagnitude ?? 1
    let lowerBound = stated.lowerBound
    let lower = lowerBound < .infinity ? lowerBound / unit : 0
    let z = model.addContinuous(Label("z"), lower: lower)
    var makespan = Maximum(variable: z, lower: lower, terms: [])
    for (index, job) in instance.jobs.enumerated()
    where job.weight * latencies[index].largest > lowerBound {
      let whole = stated.objectiveMagnitude.map { $0 / job.weight }
      let latency = job.weight * latencies[index].expression(whole: whole, share: 1e-7)
      model.add(CouplingConstraint.makespanLabel(ofJob: index), unit * z >= latency)
      makespan.terms.append((1 / unit) * latency)
    }
    maxima.append(makespan)
    model.minimise(unit * z)
  }

  /// Adds z, the largest load, in units of about the optimum, with the rows load[u]: sum of lambda_j time(l,u) x[j,l,u] <= z,
  /// and link[u,v]: sum of 8 lambda_j d_l / B over the stages that cross the link <= z.
  mutating func minimiseLoad(_ jobs: [any JobVariables]) {
    let unit = stated.objectiveMagnitude ?? 1
    let lower = stated.lowerBound < .infinity ? stated.lowerBound / unit : 0
    let z = model.addContinuous(Label("z"), lower: lower)
    var largest = Maximum(variable: z, lower: lower, terms: [])
    func limit(_ constraint: CouplingConstraint, _ load: LinearExpression) {
      guard !load.terms.isEmpty || load.constant > 0 else { return }
      model.add(constraint.label(in: instance.network), load <= unit * z)
      largest.terms.append((1 / unit) * load)
    }
    for (node, load) in nodeLoads().enumerated() { limit(.computeLoad(node), load) }
    for (link, load) in linkLoads(jobs).enumerated() {
      limit(.linkLoad(link), (1 / instance.network.links[link].bandwidth) * load)
    }
    maxima.append(largest)
    model.minimise(unit * z)
  }
}
