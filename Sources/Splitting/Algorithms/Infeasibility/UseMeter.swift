import Graphs
import Splitting
import SplittingChecking

/// Computes plans' uses of the coupling constraints' resources.
struct UseMeter: Sendable {
  private let instance: Instance
  private let evaluator: Evaluator
  /// The time of each layer by job, layer and node [s]; infinite if the layer cannot run there.
  private let times: [[[Double]]]
  /// The index of each link by its tail and head.
  private let linkIndices: [[Int]: Int]

  /// - Complexity: O(J L N + E).
  init(_ instance: Instance) {
    let network = NetworkGraph(instance.network)
    let capacities = instance.limits.keeping(Set<CouplingConstraint>()).capacities
    self.instance = instance
    evaluator = Evaluator(instance)
    times = instance.jobs.indices.map { job in
      let graph = instance.layeredGraph(ofJob: job, network, capacities)
      return (0..<graph.layerCount).map(graph.times(ofLayer:))
    }
    linkIndices = Dictionary(
      instance.network.links.enumerated().map { ([$1.tail, $1.head], $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// A plan's use of each constraint, in the base unit of its limit; `nil` if the plan could not be carried out.
  func use(by plan: Plan) -> PerConstraint? {
    let evaluation = evaluator.evaluate(plan)
    if evaluation.violations.contains(where: { $0.kind == .structure }) { return nil }
    var use = PerConstraint(repeating: 0.0, of: instance)
    for (job, jobPlan) in plan.jobs.enumerated() {
      let (rate, dnn) = (instance.jobs[job].rate, instance.dnn(ofJob: job))
      use[.deadline(job)] = evaluation.jobs[job].latency
      for (layer, host) in jobPlan.hosts.enumerated() {
        use[.memory(host)] += dnn.layers[layer].memory
        use[.computeLoad(host)] += rate * times[job][layer][host]
      }
      for (route, bytes) in zip(jobPlan.routes, instance.stageBytes(ofJob: job)) {
        for link in zip(route, route.dropFirst()).compactMap({ linkIndices[[$0, $1]] }) {
          use[.linkLoad(link)] += 8 * rate * bytes
        }
      }
    }
    return use
  }

  /// A bound on the use of all choices together: every plan satisfies the constraints that it does not break.
  var most: PerConstraint {
    var most = PerConstraint(repeating: 0.0, of: instance)
    var bits = 0.0
    for (job, times) in times.enumerated() {
      let (rate, dnn) = (instance.jobs[job].rate, instance.dnn(ofJob: job))
      most[.deadline(job)] = .infinity
      bits += 8 * rate * instance.stageBytes(ofJob: job).reduce(0, +)
      for (layer, times) in times.enumerated() {
        for node in times.indices where times[node] < .infinity {
          most[.memory(node)] += dnn.layers[layer].memory
          most[.computeLoad(node)] += rate * times[node]
        }
      }
    }
    for link in instance.network.links.indices { most[.linkLoad(link)] = bits }
    return most
  }
}
