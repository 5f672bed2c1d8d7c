import Formulations
import Graphs
import Instances

/// Says in the network's own words why there is no plan.
enum InfeasibilityReason {
  /// Why some job cannot be served even alone; `nil` where every job can.
  ///
  /// - Complexity: O(J L (N + E) log E).
  static func ofSingleJobs(_ instance: Instance) -> String? {
    let network = NetworkGraph(instance.network)
    let all = CouplingRows(allOf: instance)
    for job in instance.jobs.indices {
      let explanation = SingleJobExplanation(instance, job, network, all)
      if let reason = explanation.reason() { return reason }
    }
    return nil
  }

  /// Which constraints cannot hold together: a set of which none can be spared, as far as `budget` [s] allows.
  static func ofConflict(_ instance: Instance, planner: MIPPlanner, budget: Double) async -> String {
    var filter = DeletionFilter(instance, planner, budget: budget)
    let rows = await filter.conflict()
    return ConflictText(instance, rows, isMinimal: filter.isComplete).text
  }
}

/// Why one job alone has no plan.
private struct SingleJobExplanation {
  private let instance: Instance
  private let job: Int
  private let network: NetworkGraph
  private let rows: CouplingRows

  init(_ instance: Instance, _ job: Int, _ network: NetworkGraph, _ rows: CouplingRows) {
    self.instance = instance
    self.job = job
    self.network = network
    self.rows = rows
  }

  private var dnn: DNN { instance.dnn(ofJob: job) }
  private var jobName: String { "job \(instance.quoted(job: job))" }
  private var noRows: CouplingRows {
    var none = rows
    none.memory = none.memory.map { _ in false }
    none.computeLoad = none.computeLoad.map { _ in false }
    none.linkLoad = none.linkLoad.map { _ in false }
    return none
  }

  func reason() -> String? {
    let latency = shortestLatency(rows)
    if latency == .infinity { return missingHost() ?? missingRoute() ?? tooLarge() }
    if let deadline = instance.jobs[job].deadline, latency > deadline * CouplingRows.slack {
      return "deadline: \(jobName) must be done in \(deadline) s, but \(latency) s is the fastest possible"
    }
    return nil
  }

  private func graph(_ rows: CouplingRows) -> LayeredGraph {
    LayeredGraph(instance, job: job, network: network, rows: rows)
  }

  private func shortestLatency(_ rows: CouplingRows) -> Double {
    LayeredShortestPath(in: graph(rows)).latency
  }

  /// A layer that no node may run.
  private func missingHost() -> String? {
    let graph = graph(noRows)
    for (layer, figures) in dnn.layers.enumerated()
    where !graph.times(ofLayer: layer).contains(where: { $0 < .infinity }) {
      let allowed = allowedNodes(layer)
      let detail =
        allowed.map { "of the nodes allowed (\($0)) none can compute it" } ?? "no node can compute it"
      let hint = figures.work == nil && !figures.times.isEmpty ? "; it has measured times and no work" : ""
      return "host: layer \(quoted(figures.name)) of \(jobName) has no host: \(detail)\(hint)"
    }
    return nil
  }

  private func allowedNodes(_ layer: Int) -> String? {
    let rules = instance.jobs[job].hosts
    let rule = rules.first { $0.layer == layer } ?? rules.first { $0.layer == nil }
    return rule.map { $0.nodes.prefix(8).map { instance.quoted(node: $0) }.joined(separator: ", ") }
  }

  /// Hosts there are, but no way to them or from them to the target.
  private func missingRoute() -> String? {
    guard shortestLatency(noRows) == .infinity else { return nil }
    let graph = graph(noRows)
    var reachable = ShortestPathTree(
      in: network.forward, costs: [Double](repeating: 1, count: network.linkCount),
      seeds: seeds([graph.source]))
    for (layer, figures) in dnn.layers.enumerated() {
      let times = graph.times(ofLayer: layer)
      let hosts = (0..<graph.nodeCount).filter { times[$0] < .infinity && reachable.distance[$0] < .infinity }
      if hosts.isEmpty {
        let from =
          layer == 0
          ? "from its source \(instance.quoted(node: graph.source))"
          : "from where the layer before it can run"
        return "route: \(jobName) has no route \(from) to a host of layer \(quoted(figures.name))"
      }
      reachable = ShortestPathTree(
        in: network.forward, costs: [Double](repeating: 1, count: network.linkCount), seeds: seeds(hosts))
    }
    let (source, target) = (instance.quoted(node: graph.source), instance.quoted(node: graph.target))
    let last =
      dnn.layers.last.map { "from any host of its last layer \(quoted($0.name))" }
      ?? "from its source \(source)"
    return "route: \(jobName) has no route \(last) to its target \(target)"
  }

  private func seeds(_ nodes: [Int]) -> [Double] {
    var seeds = [Double](repeating: .infinity, count: network.nodeCount)
    for node in nodes { seeds[node] = 0 }
    return seeds
  }

  /// Memory, compute load or link load leave the job no way, even alone.
  private func tooLarge() -> String {
    var memoryOnly = noRows
    memoryOnly.memory = rows.memory
    var computeOnly = noRows
    computeOnly.computeLoad = rows.computeLoad
    var linkOnly = noRows
    linkOnly.linkLoad = rows.linkLoad
    if shortestLatency(memoryOnly) == .infinity { return memoryText() }
    if shortestLatency(computeOnly) == .infinity { return computeLoadText() }
    if shortestLatency(linkOnly) == .infinity {
      let rate = instance.jobs[job].rate
      return
        "link load: \(jobName) at \(rate) inferences a second finds no route whose links can carry its tensors"
    }
    return
      "memory, compute load and link load together leave \(jobName) no way: each layer and tensor fits somewhere, "
      + "but not where the others lead"
  }

  private func memoryText() -> String {
    for (layer, figures) in dnn.layers.enumerated() {
      let limits = possibleHosts(layer).compactMap { instance.network.nodes[$0].memory }
      guard limits.count == possibleHosts(layer).count, let most = limits.max() else { continue }
      if figures.memory > most * CouplingRows.slack {
        return "memory: layer \(quoted(figures.name)) of \(jobName) needs \(bytes(figures.memory)), "
          + "and no node that may host it has more than \(bytes(most))"
      }
    }
    return "memory: the nodes with memory enough for the layers of \(jobName) do not connect"
  }

  private func computeLoadText() -> String {
    let graph = graph(noRows)
    let rate = instance.jobs[job].rate
    for (layer, figures) in dnn.layers.enumerated() {
      guard let fastest = graph.times(ofLayer: layer).min(), rate * fastest > CouplingRows.slack else {
        continue
      }
      return
        "compute load: layer \(quoted(figures.name)) of \(jobName) takes \(fastest) s on its fastest host, "
        + "which is busy \(rate * fastest) s a second at \(rate) inferences a second"
    }
    return "compute load: the nodes fast enough for the layers of \(jobName) do not connect"
  }

  private func possibleHosts(_ layer: Int) -> [Int] {
    let times = graph(noRows).times(ofLayer: layer)
    return times.indices.filter { times[$0] < .infinity }
  }
}

/// Drops constraints one after the other and keeps out those without which there is still no plan
/// (Chinneck and Dravnieks, "Locating minimal infeasible constraint sets in linear programs", 1991).
private struct DeletionFilter {
  private let instance: Instance
  private let planner: MIPPlanner
  private let stopwatch: Stopwatch
  /// Whether every constraint left was tried.
  private(set) var isComplete = true

  init(_ instance: Instance, _ planner: MIPPlanner, budget: Double) {
    self.instance = instance
    self.planner = planner
    stopwatch = Stopwatch(limit: budget)
  }

  private enum Family: CaseIterable { case deadline, linkLoad, computeLoad, memory }

  mutating func conflict() async -> CouplingRows {
    var rows = CouplingRows(allOf: instance)
    for family in Family.allCases {
      let members = members(of: family, in: rows)
      let without = dropping(members, of: family, from: rows)
      if !members.isEmpty, await hasNoPlan(without) { rows = without }
    }
    for family in Family.allCases {
      for member in members(of: family, in: rows) {
        let without = dropping([member], of: family, from: rows)
        if await hasNoPlan(without) { rows = without }
      }
    }
    return rows
  }

  private func members(of family: Family, in rows: CouplingRows) -> [Int] {
    let flags =
      switch family {
      case .deadline: rows.deadline
      case .linkLoad: rows.linkLoad
      case .computeLoad: rows.computeLoad
      case .memory: rows.memory
      }
    return flags.indices.filter { flags[$0] }
  }

  private func dropping(_ members: [Int], of family: Family, from rows: CouplingRows) -> CouplingRows {
    var rows = rows
    for member in members {
      switch family {
      case .deadline: rows.deadline[member] = false
      case .linkLoad: rows.linkLoad[member] = false
      case .computeLoad: rows.computeLoad[member] = false
      case .memory: rows.memory[member] = false
      }
    }
    return rows
  }

  /// Whether it is proved that no plan keeps `rows`.
  private mutating func hasNoPlan(_ rows: CouplingRows) async -> Bool {
    if let remaining = stopwatch.remaining, remaining == 0 {
      isComplete = false
      return false
    }
    if ResidualRouting(instance, rows: rows).bestPlan(rounds: 8, seconds: stopwatch.remaining) != nil {
      return false
    }
    let limits = MIPPlanner.Limits(seconds: stopwatch.remaining)
    let run = try? await planner.run(instance, rows: rows, limits: limits)
    switch run?.outcome {
    case .infeasible: return true
    case .solved: return false
    case .stopped, nil:
      isComplete = false
      return false
    }
  }
}

/// A conflict in words.
private struct ConflictText {
  private let instance: Instance
  private let rows: CouplingRows
  private let isMinimal: Bool

  init(_ instance: Instance, _ rows: CouplingRows, isMinimal: Bool) {
    self.instance = instance
    self.rows = rows
    self.isMinimal = isMinimal
  }

  var text: String {
    let parts = [
      part("memory", rows.memory, "node") { instance.quoted(node: $0) },
      part("compute load", rows.computeLoad, "node") { instance.quoted(node: $0) },
      part("link load", rows.linkLoad, "link") { instance.quoted(link: $0) },
      part("deadline", rows.deadline, "job") { instance.quoted(job: $0) },
    ].compactMap { $0 }
    let kinds = parts.map(\.kind).joined(separator: " and ")
    let details = parts.map(\.text).joined(separator: "; ")
    let count = rowCount
    let verdict = count == 1 ? "this cannot hold" : "these cannot all hold"
    let minimality = isMinimal && count > 1 ? ", though they could without any one of them" : ""
    return "\(kinds): \(verdict)\(minimality): \(details)\(totals)"
  }

  private var rowCount: Int {
    [rows.memory, rows.computeLoad, rows.linkLoad, rows.deadline].reduce(0) { $0 + $1.filter { $0 }.count }
  }

  private func part(
    _ kind: String, _ flags: [Bool], _ noun: String, _ name: (Int) -> String
  ) -> (kind: String, text: String)? {
    let members = flags.indices.filter { flags[$0] }
    if members.isEmpty { return nil }
    let shown = members.prefix(12).map(name).joined(separator: ", ")
    let more = members.count > 12 ? " and \(members.count - 12) more" : ""
    let noun = members.count == 1 ? noun : noun + "s"
    return (kind, "\(kind) of \(noun) \(shown)\(more)")
  }

  /// What is needed and what there is, where memory alone is short.
  private var totals: String {
    guard rows.memory.contains(true) else { return "" }
    let needed = instance.jobs.reduce(0.0) { sum, job in
      instance.dnns[job.dnn].layers.reduce(sum) { $0 + $1.memory }
    }
    let limits = rows.memory.indices.filter { rows.memory[$0] }.compactMap {
      instance.network.nodes[$0].memory
    }
    return " (all layers together need \(bytes(needed)); these nodes have \(bytes(limits.reduce(0, +))))"
  }
}

private func quoted(_ name: Name) -> String { TerminalText.quoted(name.text) }

/// A size in the largest unit that leaves a figure of at least 1.
private func bytes(_ amount: Double) -> String {
  let units: [(Double, String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
  for (factor, unit) in units where amount >= factor {
    return "\((amount / factor * 1000).rounded() / 1000) \(unit)"
  }
  return "\(Int(amount)) B"
}

extension Instance {
  fileprivate func quoted(node: Int) -> String { TerminalText.quoted(network.nodes[node].id.text) }
  fileprivate func quoted(job: Int) -> String { TerminalText.quoted(jobs[job].id.text) }
  fileprivate func quoted(link: Int) -> String {
    "\(quoted(node: network.links[link].tail)) -> \(quoted(node: network.links[link].head))"
  }
}
