import Foundations
import Graphs
import LinearModels
import Networks
import Problems
import Splitting

/// One of some given paths for each job, with the coupling constraints as rows; README.md beside this file states the
/// model with the same symbols.
///
/// A job has far more paths than a model can hold. With those that the method `paths` has found in the end, the model has
/// the optimum of the instance.
public struct PathsFormulation: Formulation {
  public typealias P = SplittingProblem

  public let name = "paths"
  public let summary =
    "one of the paths that the method paths has found, for each job; decides routes as well"
  private let paths: [[JobPlan]]

  /// The model of these paths, a list for each job, in the instance's order.
  public init(_ paths: [[JobPlan]]) { self.paths = paths }

  public func refusal(of instance: Instance) -> String? {
    if instance.hostLimit != nil { return "paths cannot limit the number of hosts" }
    return instance.options.objective == .bottleneck
      ? "its model is of latencies, and the objective is bottleneck; export another formulation" : nil
  }

  public func size(of stated: SplittingChoices) -> ModelSize {
    let columns = Double(paths.reduce(0) { $0 + $1.count })
    let layers = stated.jobs.reduce(0.0) { $0 + Double($1.graph.layerCount) }
    let nodes = Double(stated.network.nodeCount)
    let jobs = Double(paths.count)
    // What nodes may hold, with a row for each job; nodes, links, and three rows a job.
    return ModelSize(
      columns: columns + 1 + layers * nodes,
      rows: 2 * nodes + stated.linkRows + 3 * jobs + layers * nodes,
      nonzeros: columns * (3 + 2 * nodes + stated.linkRows + layers / max(1, jobs)) + 2 * layers * nodes)
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    var model = PathsModel(stated, paths)
    try model.build()
    return try model.encoding()
  }
}

/// A path with what it costs and uses.
private struct StatedPath {
  let plan: JobPlan
  /// [s]
  private(set) var latency = 0.0
  /// By node [byte]: `memory` of the layers, and the largest activations of one.
  private(set) var memory: [Int: Double] = [:]
  private(set) var peak: [Int: Double] = [:]
  /// By node [s of work a second], and by link [bit/s].
  private(set) var load: [Int: Double] = [:]
  private(set) var bits: [Int: Double] = [:]

  /// `nil` if the path takes a way that does not exist.
  init?(_ plan: JobPlan, _ times: JobTimes) {
    self.plan = plan
    var previous = -1
    for (layer, host) in plan.hosts.enumerated() {
      let seconds = times.compute[layer][host]
      latency += seconds + (host == previous ? 0 : times.entryWaits[host])
      memory[host, default: 0] += times.layers[layer].memory
      peak[host] = max(peak[host] ?? 0, times.layers[layer].activations)
      load[host, default: 0] += times.rate * times.work[layer][host]
      previous = host
    }
    for (stage, route) in plan.routes.enumerated() {
      for (tail, head) in zip(route, route.dropFirst()) {
        guard let arc = times.arcs[tail]?[head] else { return nil }
        latency += times.crossing[stage][arc]
        bits[Int(times.links[arc]), default: 0] += 8 * times.rate * times.bytes[stage]
      }
    }
    guard latency < .infinity else { return nil }
  }

  /// What it takes of a node's memory, without weights [byte].
  func memory(on node: Int) -> Double { (memory[node] ?? 0) + (peak[node] ?? 0) }
}

/// One job's times, by layer or stage and by node or arc.
private struct JobTimes {
  let layers: [Layer]
  let rate: Double
  let bytes: [Double]
  let compute: [[Double]]
  /// Without waiting.
  let work: [[Double]]
  let entryWaits: [Double]
  let crossing: [[Double]]
  /// By tail and head: the position of the arc.
  let arcs: [Int: [Int: Int]]
  /// By arc: the position of the link.
  let links: [Int32]

  init(_ stated: SplittingChoices, job: Int) {
    let graph = stated.jobs[job].graph
    let forward = graph.network.forward
    layers = stated.instance.dnn(ofJob: job).layers
    rate = stated.instance.jobs[job].rate
    bytes = graph.stageBytes
    compute = layers.indices.map(graph.computeCosts)
    work = layers.indices.map(graph.times)
    entryWaits = graph.entryWaits
    crossing = bytes.indices.map { graph.stageCosts(ofStage: $0, in: forward) }
    var arcs: [Int: [Int: Int]] = [:]
    for (arc, head) in forward.head.enumerated() {
      arcs[Int(graph.network.tails[arc]), default: [:]][Int(head)] = arc
    }
    self.arcs = arcs
    links = forward.origin
  }
}

/// The model under construction.
private struct PathsModel {
  private let stated: SplittingChoices
  private let paths: [[StatedPath]]
  private var model: LinearModel
  /// By job and path.
  private var x: [[Variable]] = []
  /// h with the paths that run the layer on the node, by job.
  private var held: [(variable: Variable, paths: [[Variable]])] = []
  private var makespan: (variable: Variable, unit: Double)?

  private var instance: Instance { stated.instance }

  init(_ stated: SplittingChoices, _ paths: [[JobPlan]]) {
    self.stated = stated
    self.paths = paths.enumerated().map { job, plans in
      let times = JobTimes(stated, job: job)
      return plans.compactMap { StatedPath($0, times) }
    }
    model = LinearModel(name: "paths", objectiveUnit: "s")
  }

  mutating func build() throws(ModelError) {
    describe()
    for (job, paths) in paths.enumerated() {
      x.append(paths.indices.map { model.addBinary(Label("x", job, $0)) })
      model.add(Label("choose", job), sum(over: x[job]) { $0 } == 1)
    }
    try ModelError.checkCancellation()
    for node in 0..<stated.network.nodeCount {
      addMemory(node)
      add(.computeLoad(node)) { $0.load[node] ?? 0 }
    }
    for link in 0..<stated.network.linkCount { add(.linkLoad(link)) { $0.bits[link] ?? 0 } }
    for job in paths.indices {
      let constraint = CouplingConstraint.deadline(job)
      guard stated.couldBind(constraint, reaching: paths[job].lazy.map(\.latency).max() ?? 0) else {
        continue
      }
      model.add(
        constraint.label(in: instance.network), latency(job) <= stated.limits[constraint] * stated.rowSlack)
    }
    minimise()
  }

  private func latency(_ job: Int) -> LinearExpression {
    sum(over: Array(zip(paths[job], x[job]))) { $0.0.latency * $0.1 }
  }

  /// Adds the row of a node or a link: the sum of what the paths use of it.
  private mutating func add(_ constraint: CouplingConstraint, _ use: (StatedPath) -> Double) {
    var (sum, largest) = (LinearExpression(), 0.0)
    for job in paths.indices {
      for (path, variable) in zip(paths[job], x[job]) where use(path) > 0 { sum.add(use(path), variable) }
      largest += paths[job].lazy.map(use).max() ?? 0
    }
    guard stated.couldBind(constraint, reaching: largest) else { return }
    model.add(constraint.label(in: instance.network), sum <= stated.limits[constraint] * stated.rowSlack)
  }

  /// Adds memory[u], with h for each layer that several jobs may run on the node.
  private mutating func addMemory(_ node: Int) {
    let constraint = CouplingConstraint.memory(node)
    // By DNN and layer: the paths that run it here, by job.
    var users: [Int: [Int: [(job: Int, path: Int)]]] = [:]
    var largest = 0.0
    for job in paths.indices {
      for (index, path) in paths[job].enumerated() {
        for (layer, host) in path.plan.hosts.enumerated() where host == node {
          if instance.dnn(ofJob: job).layers[layer].weights > 0 {
            users[instance.jobs[job].dnn, default: [:]][layer, default: []].append((job, index))
          }
        }
      }
      largest += paths[job].lazy.map { $0.memory(on: node) }.max() ?? 0
    }
    for (dnn, layers) in users {
      for layer in layers.keys { largest += instance.dnns[dnn].layers[layer].weights }
    }
    guard stated.couldBind(constraint, reaching: largest) else { return }
    var inUse = LinearExpression()
    for job in paths.indices {
      for (path, variable) in zip(paths[job], x[job]) where path.memory(on: node) > 0 {
        inUse.add(path.memory(on: node), variable)
      }
    }
    for (dnn, layers) in users.sorted(by: { $0.key < $1.key }) {
      for (layer, users) in layers.sorted(by: { $0.key < $1.key }) {
        let weights = instance.dnns[dnn].layers[layer].weights
        let byJob = Dictionary(grouping: users, by: \.job).sorted { $0.key < $1.key }
        guard byJob.count > 1 else {
          for user in users { inUse.add(weights, x[user.job][user.path]) }
          continue
        }
        let h = model.addContinuous(Label("h", dnn, layer + 1, node), upper: 1)
        for (job, users) in byJob {
          model.add(Label("hold", job, layer + 1, node), h >= sum(over: users) { x[job][$0.path].expression })
        }
        held.append((h, byJob.map { job, users in users.map { x[job][$0.path] } }))
        inUse.add(weights, h)
      }
    }
    model.add(constraint.label(in: instance.network), inUse <= stated.limits[constraint] * stated.rowSlack)
  }

  private mutating func minimise() {
    switch instance.options.objective {
    case .total:
      var total = LinearExpression()
      for job in paths.indices { total.add(instance.jobs[job].weight, latency(job)) }
      model.minimise(total)
    case .max:
      // About 1 at the optimum.
      let unit = stated.objectiveMagnitude ?? 1
      let z = model.addContinuous(Label("z"))
      for job in paths.indices {
        model.add(
          CouplingConstraint.makespanLabel(ofJob: job), unit * z >= instance.jobs[job].weight * latency(job))
      }
      makespan = (z, unit)
      model.minimise(unit * z)
    case .bottleneck: preconditionFailure("such an instance is refused")
    }
  }

  func encoding() throws(ModelError) -> Encoding<Plan> {
    let model = try model.compiled()
    return Encoding(model: model, objectiveMagnitude: stated.objectiveMagnitude) { [paths, x] values in
      let chosen = zip(paths, x).compactMap { paths, x in
        x.indices.max { values[x[$0].column] < values[x[$1].column] }.map { paths[$0].plan }
      }
      return chosen.count == paths.count ? Plan(jobs: chosen) : nil
    } point: { [paths, x, held, makespan, instance] plan in
      var values = [Double](repeating: 0, count: model.columnCount)
      var largest = 0.0
      for (job, jobPlan) in plan.jobs.enumerated() {
        guard let index = paths[job].firstIndex(where: { $0.plan == jobPlan }) else { return nil }
        values[x[job][index].column] = 1
        largest = max(largest, instance.jobs[job].weight * paths[job][index].latency)
      }
      for (variable, users) in held {
        values[variable.column] = users.reduce(0) { most, paths in
          max(most, paths.reduce(0) { $0 + values[$1.column] })
        }
      }
      if let makespan { values[makespan.variable.column] = largest / makespan.unit }
      return values
    }
  }

  /// Explains the columns: the hosts of each path, as runs of layers.
  private mutating func describe() {
    model.comments = [
      "Names end in indices: j of a job, p of a path, l of a layer (1...L), d of a DNN, u and v of nodes.",
      "x_j_p = 1 if job j takes path p.", "h_d_l_u = 1 if node u holds the weights of layer l of DNN d.",
    ]
    model.comments += instance.network.nodes.enumerated().map { "node \($0): \($1.id)" }
    model.comments += instance.dnns.enumerated().map { "DNN \($0): \($1.name)" }
    for (job, paths) in paths.enumerated() {
      model.comments.append("job \(job): \(instance.jobs[job].id), DNN \(instance.dnn(ofJob: job).name)")
      for (index, path) in paths.enumerated() {
        model.comments.append("job \(job) path \(index): layers 1... on \(path.plan.runs)")
      }
    }
  }
}

extension JobPlan {
  /// The hosts in order, each with its number of layers: "3 (5), 0 (2)".
  fileprivate var runs: String {
    var runs: [(host: Int, count: Int)] = []
    for host in hosts {
      if let last = runs.last, last.host == host {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((host, 1))
      }
    }
    return runs.isEmpty ? "no node" : runs.map { "\($0.host) (\($0.count))" }.joined(separator: ", ")
  }
}
