import Graphs
import Splitting
import SplittingChecking

/// A plan's use of the resources of the coupling constraints.
struct PlanUse: Sendable {
  /// The use of each constraint, in the base unit of its limit.
  var amounts: PerConstraint
  /// The memory that each host holds.
  var memory: [Int: MemoryNeed] = [:]

  subscript(constraint: CouplingConstraint) -> Double { amounts[constraint] }
}

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

  /// The use by a plan; `nil` if it could not be carried out.
  func use(by plan: Plan) -> PlanUse? {
    let evaluation = evaluator.evaluate(plan)
    if evaluation.violations.contains(where: { $0.kind == .structure }) { return nil }
    var use = PerConstraint(repeating: 0.0, of: instance)
    for (job, jobPlan) in plan.jobs.enumerated() {
      let rate = instance.jobs[job].rate
      use[.deadline(job)] = evaluation.jobs[job].latency
      for (layer, host) in jobPlan.hosts.enumerated() {
        use[.computeLoad(host)] += rate * times[job][layer][host]
      }
      for (route, bytes) in zip(jobPlan.routes, instance.stageBytes(ofJob: job)) {
        for link in zip(route, route.dropFirst()).compactMap({ linkIndices[[$0, $1]] }) {
          use[.linkLoad(link)] += 8 * rate * bytes
        }
      }
    }
    let memory = MemoryNeed.ofHosts(plan, in: instance)
    for (host, need) in memory { use[.memory(host)] = need.total }
    return PlanUse(amounts: use, memory: memory)
  }

  /// A bound on the use of all choices together: every plan satisfies the constraints that it does not break.
  var most: PerConstraint {
    var most = PerConstraint(repeating: 0.0, of: instance)
    var bits = 0.0
    var memory = [MemoryNeed](repeating: MemoryNeed(), count: instance.network.nodes.count)
    for (job, times) in times.enumerated() {
      let (rate, dnn) = (instance.jobs[job].rate, instance.dnn(ofJob: job))
      most[.deadline(job)] = .infinity
      bits += 8 * rate * instance.stageBytes(ofJob: job).reduce(0, +)
      for (layer, times) in times.enumerated() {
        for node in times.indices where times[node] < .infinity {
          memory[node].add(dnn.layers[layer], at: layer, ofDNN: instance.jobs[job].dnn, job: job)
          most[.computeLoad(node)] += rate * times[node]
        }
      }
    }
    for (node, need) in memory.enumerated() { most[.memory(node)] = need.total }
    for link in instance.network.links.indices { most[.linkLoad(link)] = bits }
    return most
  }
}
