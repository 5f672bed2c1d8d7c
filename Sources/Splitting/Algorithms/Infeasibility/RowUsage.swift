import Graphs
import Splitting
import SplittingChecking

/// What a plan takes of each coupling row, and so how far it breaks those it does not keep.
struct RowUsage: Sendable {
  /// By node [byte], by node [s of work a second], by link [bit/s], by job [s].
  fileprivate let memory: [Double]
  fileprivate let computeLoad: [Double]
  fileprivate let linkLoad: [Double]
  fileprivate let latency: [Double]

  /// In the base unit of the row's quantity.
  subscript(row: CouplingRow) -> Double {
    switch row {
    case .memory(let node): memory[node]
    case .computeLoad(let node): computeLoad[node]
    case .linkLoad(let link): linkLoad[link]
    case .deadline(let job): latency[job]
    }
  }

  /// The rows in force that the plan breaks.
  func broken(of rows: CouplingRows) -> Set<CouplingRow> {
    Set(rows.inForce.filter { row in rows[row].map { self[row] > $0 * CouplingRows.slack } ?? false })
  }
}

/// Adds up what plans use.
struct RowMeter: Sendable {
  private let instance: Instance
  private let evaluator: Evaluator
  /// By job, layer and node [s]; infinite where a layer cannot run.
  private let times: [[[Double]]]
  /// By tail * N + head.
  private let linkIndices: [Int: Int]

  /// - Complexity: O(J L N + E).
  init(_ instance: Instance) {
    let network = NetworkGraph(instance.network)
    let rows = CouplingRows(allOf: instance).none
    self.instance = instance
    evaluator = Evaluator(instance)
    times = instance.jobs.indices.map { job in
      let graph = LayeredGraph(instance, job: job, network: network, rows: rows)
      return (0..<graph.layerCount).map(graph.times(ofLayer:))
    }
    let nodeCount = instance.network.nodes.count
    linkIndices = Dictionary(
      instance.network.links.enumerated().map { ($1.tail * nodeCount + $1.head, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// `nil` where the plan could not be carried out at all.
  func usage(of plan: Plan) -> RowUsage? {
    let evaluation = evaluator.evaluate(plan)
    if evaluation.violations.contains(where: { $0.kind == .structure }) { return nil }
    var memory = [Double](repeating: 0, count: instance.network.nodes.count)
    var computeLoad = memory
    var linkLoad = [Double](repeating: 0, count: instance.network.links.count)
    for (job, jobPlan) in plan.jobs.enumerated() {
      let (rate, dnn) = (instance.jobs[job].rate, instance.dnn(ofJob: job))
      for (layer, host) in jobPlan.hosts.enumerated() {
        memory[host] += dnn.layers[layer].memory
        computeLoad[host] += rate * times[job][layer][host]
      }
      for (stage, route) in jobPlan.routes.enumerated() {
        let bytes = stage == 0 ? dnn.input : dnn.layers[stage - 1].output
        for (tail, head) in zip(route, route.dropFirst()) {
          if let link = linkIndices[tail * memory.count + head] { linkLoad[link] += 8 * rate * bytes }
        }
      }
    }
    return RowUsage(
      memory: memory, computeLoad: computeLoad, linkLoad: linkLoad, latency: evaluation.jobs.map(\.latency))
  }

  /// What the choices of all jobs together could use at most: rows that this does not break are kept by every plan.
  ///
  /// - Complexity: O(J L N + E).
  var most: RowUsage {
    let nodeCount = instance.network.nodes.count
    var memory = [Double](repeating: 0, count: nodeCount)
    var computeLoad = memory
    var bits = 0.0
    for (job, times) in times.enumerated() {
      let (rate, dnn) = (instance.jobs[job].rate, instance.dnn(ofJob: job))
      bits += 8 * rate * dnn.layers.reduce(dnn.input) { $0 + $1.output }
      for (layer, times) in times.enumerated() {
        for node in 0..<nodeCount where times[node] < .infinity {
          memory[node] += dnn.layers[layer].memory
          computeLoad[node] += rate * times[node]
        }
      }
    }
    return RowUsage(
      memory: memory, computeLoad: computeLoad,
      linkLoad: instance.network.links.map { _ in bits }, latency: instance.jobs.map { _ in .infinity })
  }
}
