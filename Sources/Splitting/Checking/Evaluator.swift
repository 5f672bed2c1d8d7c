import Documents
import Foundations
import Networks
import Problems
import Splitting

/// Recomputes the latencies of a plan and checks every constraint, from the instance's stored figures alone.
///
/// It shares no code with the searches and formulations whose plans it evaluates: times, waits and sums are
/// implemented here a second time, on purpose.
public struct Evaluator: Sendable {
  let instance: Instance

  public init(_ instance: Instance) { self.instance = instance }

  /// The latencies of a plan, with one entry for each job and node indices in range, and the constraints that it
  /// breaks.
  ///
  /// - Complexity: O(J L + N + E + total length of the routes).
  public func evaluate(_ plan: Plan) -> Evaluation {
    precondition(plan.jobs.count == instance.jobs.count, "a plan has one entry a job")
    let links = LinkIndex(instance.network, usedBy: plan)
    var violations: [Violation] = []
    var jobs: [LatencyParts] = []
    for (job, jobPlan) in plan.jobs.enumerated() {
      let flaws = structuralFlaws(of: jobPlan, job: job, links: links)
      violations += flaws
      jobs.append(flaws.isEmpty ? latency(of: jobPlan, job: job, links: links) : LatencyParts())
    }
    let isSound = violations.isEmpty
    if isSound {
      violations = plan.jobs.indices.flatMap { contiguityViolations(of: plan.jobs[$0], job: $0) }
      violations += couplingViolations(plan, jobs, links)
      let count = plan.hosts.count
      if let limit = instance.hostLimit, count > limit {
        violations.append(
          Violation(kind: .hostLimit, text: "layers run on \(count) nodes, but may run on \(limit)"))
      }
    }
    return Evaluation(
      jobs: jobs, violations: violations, weights: instance.jobs.map(\.weight), evaluator: self,
      soundPlan: isSound ? plan : Plan(jobs: []))
  }

  /// The evaluation of a plan under the instance's objective, in the form that all kinds share.
  public func assess(_ plan: Plan) -> Assessment {
    let evaluation = evaluate(plan)
    let objective = instance.options.objective
    let isPipeline = objective == .bottleneck
    return Assessment(
      cost: evaluation.objective(objective), secondCost: isPipeline ? evaluation.objective(.total) : 0,
      violations: evaluation.violations.map(\.description),
      canBeCarriedOut: !evaluation.violations.contains { $0.kind == .structure },
      report: {
        let jobs = JSONValue.array(plan.jobs.indices.map { report(plan, evaluation, job: $0) })
        return [.init("jobs", jobs)] + (isPipeline ? [bottlenecks(evaluation.loads)] : [])
      },
      optionalReport: {
        let loads = evaluation.loads
        return [.init("bottleneck", .number(loads.largest))] + (isPipeline ? [] : [bottlenecks(loads)])
      })
  }

  private func bottlenecks(_ loads: ResourceLoads) -> JSONValue.Member {
    let network = instance.network
    let list = loads.bottlenecks.map { resource, load -> JSONValue in
      switch resource {
      case .node(let node): ["node": network.idValue(node), "load": .number(load)]
      case .link(let link):
        [
          "from": network.idValue(network.links[link].tail), "to": network.idValue(network.links[link].head),
          "load": .number(load),
        ]
      }
    }
    return .init("bottlenecks", .array(list))
  }

  private func report(_ plan: Plan, _ evaluation: Evaluation, job: Int) -> JSONValue {
    let parts = evaluation.jobs[job]
    func list(_ nodes: [Int]) -> JSONValue { .array(nodes.map(instance.network.idValue)) }
    var members: [JSONValue.Member] = [
      .init("id", .string(instance.jobs[job].id.text)), .init("latency", .number(parts.latency)),
      .init("compute", .number(parts.compute)), .init("transfer", .number(parts.transfer)),
      .init("propagation", .number(parts.propagation)), .init("waiting", .number(parts.waiting)),
      .init("hosts", list(plan.jobs[job].hosts)), .init("routes", .array(plan.jobs[job].routes.map(list))),
    ]
    let segments = segments(of: plan.jobs[job], job: job)
    if !segments.isEmpty { members.append(.init("segments", .array(segments))) }
    return .object(members)
  }

  /// The runs of layers on one host, with the tensors that enter them; none if the DNN does not name its tensors.
  private func segments(of plan: JobPlan, job: Int) -> [JSONValue] {
    let dnn = instance.dnns[instance.jobs[job].dnn]
    guard !dnn.inputTensors.isEmpty || dnn.layers.contains(where: { !$0.tensors.isEmpty }) else { return [] }
    var starts = plan.hosts.indices.filter { $0 == 0 || plan.hosts[$0] != plan.hosts[$0 - 1] }
    starts.append(plan.hosts.count)
    return zip(starts, starts.dropFirst()).map { first, end in
      [
        "host": instance.network.idValue(plan.hosts[first]), "first": .string(dnn.layers[first].name.text),
        "last": .string(dnn.layers[end - 1].name.text),
        "tensors": .array(dnn.tensors(before: first).map { .string($0) }),
        "bytes": .number(first == 0 ? dnn.input : dnn.layers[first - 1].output),
      ]
    }
  }

  // MARK: Hosts and routes

  private func structuralFlaws(of plan: JobPlan, job: Int, links: LinkIndex) -> [Violation] {
    let description = instance.jobs[job]
    let layers = instance.dnns[description.dnn].layers
    guard plan.hosts.count == layers.count, plan.routes.count == layers.count + 1 else {
      let expected = "\(layers.count) hosts and \(layers.count + 1) routes"
      return [flaw(job, "needs \(expected), but has \(plan.hosts.count) and \(plan.routes.count)")]
    }
    var flaws: [Violation] = []
    for (layer, host) in plan.hosts.enumerated() where time(of: layer, on: host, job: job) == nil {
      flaws.append(flaw(job, "layer \(quoted(layers[layer].name)) cannot run on \(node(host))"))
    }
    let stops = [description.source] + plan.hosts + [description.target]
    for (stage, route) in plan.routes.enumerated() {
      flaws += routeFlaws(of: route, from: stops[stage], to: stops[stage + 1], links).map {
        flaw(job, "the route of stage \(stage)\($0)")
      }
    }
    return flaws
  }

  private func routeFlaws(of route: [Int], from start: Int, to end: Int, _ links: LinkIndex) -> [String] {
    guard route.first == start, route.last == end else {
      return [" must lead from \(node(start)) to \(node(end))"]
    }
    guard Set(route).count == route.count else { return [" passes a node twice"] }
    let nodes = instance.network.nodes
    let missing = zip(route, route.dropFirst()).filter { links.link(from: $0, to: $1) == nil }
    return missing.map { ": there is no link from \(node($0)) to \(node($1))" }
      + route.dropFirst().dropLast().filter { !nodes[$0].isRelay }.map {
        " passes through \(node($0)), which is no relay: routes may only start or end there"
      }
  }

  /// The compute time of a layer, without waiting [s]; `nil` if the node cannot or may not run it.
  package func time(of layer: Int, on host: Int, job: Int) -> Double? {
    let description = instance.jobs[job]
    if let rule = description.rule(ofLayer: layer), !rule.nodes.contains(host) { return nil }
    let figures = instance.dnns[description.dnn].layers[layer]
    if let measured = figures.times.first(where: { $0.node == host }) { return measured.seconds }
    let node = instance.network.nodes[host]
    guard node.compute > 0, figures.work != nil || figures.times.isEmpty else { return nil }
    let computing = (figures.work ?? 0) / node.compute
    // The roofline (Williams, Waterman and Patterson 2009): the host computes while it moves the layer's bytes.
    guard let bandwidth = node.memoryBandwidth else { return computing }
    return max(computing, figures.traffic / bandwidth)
  }

  private func contiguityViolations(of plan: JobPlan, job: Int) -> [Violation] {
    guard instance.jobs[job].isContiguous else { return [] }
    var ended: Set<Int> = []
    var violations: [Violation] = []
    for (layer, host) in plan.hosts.enumerated() where layer > 0 && plan.hosts[layer - 1] != host {
      ended.insert(plan.hosts[layer - 1])
      guard ended.contains(host) else { continue }
      let layerName = instance.dnns[instance.jobs[job].dnn].layers[layer].name
      let text =
        "\(name(ofJob: job)) is contiguous, but returns to \(node(host)) for layer \(quoted(layerName))"
      violations.append(Violation(kind: .contiguity, text: text))
    }
    return violations
  }

  // MARK: Latency

  private func latency(of plan: JobPlan, job: Int, links: LinkIndex) -> LatencyParts {
    var parts = LatencyParts()
    for (layer, host) in plan.hosts.enumerated() {
      parts.compute += time(of: layer, on: host, job: job) ?? .nan
      let node = instance.network.nodes[host]
      let waits = instance.options.waiting == .layer || layer == 0 || plan.hosts[layer - 1] != host
      if waits, node.backlog != 0 { parts.waiting += node.backlog / node.compute }
    }
    for (route, bytes) in zip(plan.routes, instance.stageBytes(ofJob: job)) {
      for link in links.links(along: route) {
        let figures = instance.network.links[link]
        parts.transfer += 8 * bytes / figures.bandwidth
        parts.propagation += figures.latency
        parts.waiting += 8 * figures.backlog / figures.bandwidth
      }
    }
    return parts
  }

  // MARK: Coupling constraints

  private func couplingViolations(
    _ plan: Plan, _ parts: [LatencyParts], _ links: LinkIndex
  ) -> [Violation] {
    var use = PerConstraint(repeating: 0, of: instance)
    let memory = MemoryUse(plan, instance)
    for host in instance.network.nodes.indices { use[.memory(host)] = memory.parts[host].sum }
    for (job, jobPlan) in plan.jobs.enumerated() {
      // Under `bottleneck` loads are the objective, and have no limits.
      let rate = instance.options.objective == .bottleneck ? 0 : instance.jobs[job].rate
      for (layer, host) in jobPlan.hosts.enumerated() where rate > 0 {
        use[.computeLoad(host)] += rate * (time(of: layer, on: host, job: job) ?? .nan)
      }
      for (route, bytes) in zip(jobPlan.routes, instance.stageBytes(ofJob: job)) where rate > 0 {
        for link in links.links(along: route) { use[.linkLoad(link)] += 8 * rate * bytes }
      }
      use[.deadline(job)] = parts[job].latency
    }
    return use.constraints.compactMap { constraint in
      let limit = instance.relaxedLimits?[constraint] ?? statedLimit(of: constraint) ?? .infinity
      // The comparison is written so that NaN fails.
      if use[constraint] <= limit * Tolerance.slack { return nil }
      let figures = Figures.apart([use[constraint], limit], constraint.family.quantity)
      let parts = if case .memory(let host) = constraint { memory.parts[host].text } else { "" }
      return violation(of: constraint, use: figures[0] + parts, limit: figures[1])
    }
  }

  private func statedLimit(of constraint: CouplingConstraint) -> Double? {
    switch constraint {
    case .memory(let host): instance.network.nodes[host].memory
    case .computeLoad: 1
    case .linkLoad(let link): instance.network.links[link].bandwidth
    case .deadline(let job): instance.jobs[job].deadline
    }
  }

  private func violation(of constraint: CouplingConstraint, use: String, limit: String) -> Violation {
    switch constraint {
    case .memory(let host):
      return Violation(kind: .memory, text: "\(node(host)) hosts \(use), but has \(limit) of memory")
    case .computeLoad(let host): return Violation(kind: .computeLoad, text: "\(node(host)) would have \(use)")
    case .linkLoad(let link):
      let ends = instance.network.links[link]
      let name = "the link from \(node(ends.tail)) to \(node(ends.head))"
      return Violation(kind: .linkLoad, text: "\(name) would carry \(use), but has \(limit)")
    case .deadline(let job):
      let text = "\(name(ofJob: job)) takes \(use), but its deadline is \(limit)"
      return Violation(kind: .deadline, text: text)
    }
  }

  private func flaw(_ job: Int, _ text: String) -> Violation {
    Violation(kind: .structure, text: "\(name(ofJob: job)): \(text)")
  }

  private func name(ofJob job: Int) -> String { "job \(quoted(instance.jobs[job].id))" }

  private func node(_ index: Int) -> String { "node \(quoted(instance.network.nodes[index].id))" }
}

/// The links that a plan's routes cross, found in one pass over the network.
struct LinkIndex {
  private struct Ends: Hashable {
    let tail: Int
    let head: Int
  }

  private var indices: [Ends: Int] = [:]

  init(_ network: Network, usedBy plan: Plan) {
    var leaves = [Bool](repeating: false, count: network.nodes.count)
    for route in plan.jobs.lazy.flatMap(\.routes) {
      for node in route.dropLast() { leaves[node] = true }
    }
    for (index, link) in network.links.enumerated() where leaves[link.tail] {
      indices[Ends(tail: link.tail, head: link.head)] = index
    }
  }

  func link(from tail: Int, to head: Int) -> Int? { indices[Ends(tail: tail, head: head)] }

  func links(along route: [Int]) -> [Int] {
    zip(route, route.dropFirst()).compactMap { link(from: $0, to: $1) }
  }
}
