import Foundations
import Networks
import Splitting

/// Recomputes the latencies of a plan and checks every constraint, from the instance's stored figures alone.
///
/// It shares no code with the searches and formulations whose plans it evaluates: times, waits and sums are
/// implemented here a second time, on purpose.
public struct Evaluator: Sendable {
  let instance: Instance
  private let jobIDs: [String]

  public init(_ instance: Instance) {
    self.instance = instance
    jobIDs = instance.jobs.map { "job \(quoted($0.id))" }
  }

  /// The latencies of a plan and the constraints that it breaks.
  ///
  /// - Parameter plan: one entry for each job, with node indices in range.
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
    // Sums over invalid hosts or routes would mean nothing.
    if violations.isEmpty {
      violations += memoryViolations(plan)
      violations += computeLoadViolations(plan)
      violations += linkLoadViolations(plan, links)
      violations += deadlineViolations(jobs)
      violations += hostLimitViolations(plan)
    }
    return Evaluation(jobs: jobs, weights: instance.jobs.map(\.weight), violations: violations)
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
      flaws += routeFlaws(of: route, job: job, stage: stage, from: stops[stage], to: stops[stage + 1], links)
    }
    return flaws
  }

  private func routeFlaws(
    of route: [Int], job: Int, stage: Int, from start: Int, to end: Int, _ links: LinkIndex
  ) -> [Violation] {
    guard route.first == start, route.last == end else {
      return [flaw(job, "the route of stage \(stage) must lead from \(node(start)) to \(node(end))")]
    }
    guard Set(route).count == route.count else {
      return [flaw(job, "the route of stage \(stage) passes a node twice")]
    }
    return zip(route, route.dropFirst()).compactMap { tail, head in
      links.link(from: tail, to: head) == nil
        ? flaw(job, "the route of stage \(stage): there is no link from \(node(tail)) to \(node(head))") : nil
    }
  }

  /// The compute time of a layer, without waiting [s]; `nil` if the node cannot or may not run it.
  package func time(of layer: Int, on host: Int, job: Int) -> Double? {
    let description = instance.jobs[job]
    let rule =
      description.hosts.first { $0.layer == layer } ?? description.hosts.first { $0.layer == nil }
    if let rule, !rule.nodes.contains(host) { return nil }
    let figures = instance.dnns[description.dnn].layers[layer]
    if let measured = figures.times.first(where: { $0.node == host }) { return measured.seconds }
    let rate = instance.network.nodes[host].compute
    guard rate > 0 else { return nil }
    if let work = figures.work { return work / rate }
    return figures.times.isEmpty ? 0 : nil
  }

  // MARK: Latency

  private func latency(of plan: JobPlan, job: Int, links: LinkIndex) -> LatencyParts {
    let dnn = instance.dnns[instance.jobs[job].dnn]
    var parts = LatencyParts()
    for (layer, host) in plan.hosts.enumerated() {
      parts.compute += time(of: layer, on: host, job: job) ?? .nan
      let comesBack = layer == 0 || plan.hosts[layer - 1] != host
      if instance.options.waiting == .layer || comesBack { parts.waiting += wait(at: host) }
    }
    for (stage, route) in plan.routes.enumerated() {
      let bytes = stage == 0 ? dnn.input : dnn.layers[stage - 1].output
      for link in links.links(along: route) {
        let figures = instance.network.links[link]
        parts.transfer += 8 * bytes / figures.bandwidth
        parts.propagation += figures.latency
        parts.waiting += 8 * figures.backlog / figures.bandwidth
      }
    }
    return parts
  }

  private func wait(at host: Int) -> Double {
    let figures = instance.network.nodes[host]
    return figures.backlog == 0 ? 0 : figures.backlog / figures.compute
  }

  // MARK: Coupling constraints

  private func memoryViolations(_ plan: Plan) -> [Violation] {
    let used = sumOverHosts(plan) { job, layer, _ in
      instance.dnns[instance.jobs[job].dnn].layers[layer].memory
    }
    return used.enumerated().compactMap { host, bytes in
      let limit = relaxed(.memory(host)) ?? instance.network.nodes[host].memory ?? .infinity
      guard !holds(bytes, limit) else { return nil }
      let figures = Figures.apart([bytes, limit], .size)
      let text = "\(node(host)) hosts \(figures[0]), but has \(figures[1]) of memory"
      return Violation(kind: .memory, text: text)
    }
  }

  private func computeLoadViolations(_ plan: Plan) -> [Violation] {
    let load = sumOverHosts(plan) { job, layer, host in
      instance.jobs[job].rate * (time(of: layer, on: host, job: job) ?? .nan)
    }
    return load.enumerated().compactMap { host, share in
      let limit = relaxed(.computeLoad(host)) ?? 1
      if holds(share, limit) { return nil }
      let figure = Figures.apart([share, limit], .load)[0]
      return Violation(kind: .computeLoad, text: "\(node(host)) would have \(figure)")
    }
  }

  private func sumOverHosts(_ plan: Plan, _ amount: (Int, Int, Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: instance.network.nodes.count)
    for (job, jobPlan) in plan.jobs.enumerated() {
      for (layer, host) in jobPlan.hosts.enumerated() { sums[host] += amount(job, layer, host) }
    }
    return sums
  }

  private func linkLoadViolations(_ plan: Plan, _ links: LinkIndex) -> [Violation] {
    var load: [Int: Double] = [:]
    for (job, jobPlan) in plan.jobs.enumerated() where instance.jobs[job].rate > 0 {
      let dnn = instance.dnns[instance.jobs[job].dnn]
      for (stage, route) in jobPlan.routes.enumerated() {
        let bytes = stage == 0 ? dnn.input : dnn.layers[stage - 1].output
        for link in links.links(along: route) {
          load[link, default: 0] += 8 * instance.jobs[job].rate * bytes
        }
      }
    }
    return load.sorted { $0.key < $1.key }.compactMap { link, bits in
      let description = instance.network.links[link]
      let limit = relaxed(.linkLoad(link)) ?? description.bandwidth
      if holds(bits, limit) { return nil }
      let ends = "the link from \(node(description.tail)) to \(node(description.head))"
      let figures = Figures.apart([bits, limit], .bandwidth)
      let text = "\(ends) would carry \(figures[0]), but has \(figures[1])"
      return Violation(kind: .linkLoad, text: text)
    }
  }

  private func deadlineViolations(_ jobs: [LatencyParts]) -> [Violation] {
    zip(instance.jobs, jobs).enumerated().compactMap { job, pair in
      let deadline = relaxed(.deadline(job)) ?? pair.0.deadline ?? .infinity
      guard !holds(pair.1.latency, deadline) else { return nil }
      let figures = Figures.apart([pair.1.latency, deadline], .duration)
      let text = "\(jobIDs[job]) takes \(figures[0]), but its deadline is \(figures[1])"
      return Violation(kind: .deadline, text: text)
    }
  }

  private func hostLimitViolations(_ plan: Plan) -> [Violation] {
    let count = plan.hosts.count
    guard let limit = instance.hostLimit, count > limit else { return [] }
    return [Violation(kind: .hostLimit, text: "layers run on \(count) nodes, but may run on \(limit)")]
  }

  /// The limit that replaces the one that the figures state; `nil` if there is none.
  private func relaxed(_ constraint: CouplingConstraint) -> Double? { instance.relaxedLimits?[constraint] }

  /// Whether an amount keeps a limit, with a relative tolerance of 1e-6.
  private func holds(_ amount: Double, _ limit: Double) -> Bool { amount <= limit * (1 + 1e-6) }

  private func flaw(_ job: Int, _ text: String) -> Violation {
    Violation(kind: .structure, text: "\(jobIDs[job]): \(text)")
  }

  private func node(_ index: Int) -> String { "node \(quoted(instance.network.nodes[index].id))" }
}

/// A name in quotation marks for a message, with control characters escaped.
func quoted(_ name: Name) -> String { TerminalText.quoted(name.text) }

/// The links that a plan's routes cross, found in one pass over the network.
struct LinkIndex {
  private struct Ends: Hashable {
    let tail: Int
    let head: Int
  }

  private var indices: [Ends: Int] = [:]

  init(_ network: Network, usedBy plan: Plan) {
    var leaves = [Bool](repeating: false, count: network.nodes.count)
    for job in plan.jobs {
      for route in job.routes {
        for node in route.dropLast() { leaves[node] = true }
      }
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
