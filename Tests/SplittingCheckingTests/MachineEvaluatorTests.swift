import Foundations
import Networks
import Splitting
import SplittingChecking
import TestSupport
import Testing

/// Machines as they are: what a node holds, what bounds its times, and whether routes may pass it.
@Suite struct MachineEvaluatorTests {
  // MARK: Against the definitions

  @Test(arguments: MachineFamily.allCases)
  func theEvaluationIsThatOfTheDefinitions(_ family: MachineFamily) {
    var (carriedOut, overfull) = (0, 0)
    for seed in UInt64(0)..<100 {
      let instance = Instance.machines(family, seed: seed)
      var random = SplitMix64(seed: seed)
      for attempt in 0..<10 {
        guard let plan = Plan.random(for: instance, &random) else { break }
        let context = "\(family) seed \(seed), attempt \(attempt): \(plan)"
        let evaluation = Evaluator(instance).evaluate(plan)
        let naive = NaiveEvaluation(plan, instance)
        let kinds = Set(evaluation.violations.map(\.kind))
        #expect(kinds.contains(.structure) == !naive.canBeCarriedOut, "\(context): \(evaluation.violations)")
        guard naive.canBeCarriedOut else { continue }
        carriedOut += 1
        #expect(kinds.contains(.memory) == !naive.overfull.isEmpty, "\(context): \(evaluation.violations)")
        for node in instance.network.nodes.indices {
          let name = "node \(quoted(instance.network.nodes[node].id)) hosts"
          let isNamed = evaluation.violations.contains { $0.kind == .memory && $0.text.hasPrefix(name) }
          #expect(isNamed == naive.overfull.contains(node), "\(context): \(name)")
        }
        overfull += naive.overfull.isEmpty ? 0 : 1
        for (parts, times) in zip(evaluation.jobs, naive.times) {
          #expect(agree(parts.compute, times.reduce(0, +)), "\(context): \(parts)")
        }
      }
    }
    #expect(carriedOut > 100, "\(carriedOut)")
    let isCrowded = ![.relays, .bandwidths].contains(family)
    #expect(isCrowded == (overfull > 20), "\(overfull) of \(carriedOut)")
  }

  // MARK: Memory

  /// Two layers that run on the edge server, for two jobs.
  private func crowded(memory: Double, _ layers: [Layer], dnns: [Int] = [0, 0]) -> Instance {
    let nodes = [Node(id: "camera", compute: 1e9), Node(id: "edge", compute: 1e12, memory: memory)]
    let links = [Link(tail: 0, head: 1, bandwidth: 1e9), Link(tail: 1, head: 0, bandwidth: 1e9)]
    let names: [Name] = ["d", "e"]
    return Instance(
      network: Network(nodes: nodes, links: links),
      dnns: names.map { DNN(name: $0, input: 1000, layers: layers) },
      jobs: dnns.indices.map {
        Job(id: Name("j\($0)"), dnn: dnns[$0], source: 0, target: 0)
      })
  }

  private func violations(_ instance: Instance) -> [String] {
    let job = JobPlan(hosts: [1, 1], routes: [[0, 1], [1], [1, 0]])
    let plan = Plan(jobs: instance.jobs.map { _ in job })
    return Evaluator(instance).evaluate(plan).violations.map(\.description)
  }

  private let layers = [
    Layer(name: "a", work: 1e6, output: 10, memory: 1e6, weights: 30e6, activations: 2e6),
    Layer(name: "b", work: 1e6, output: 10, weights: 45e6, activations: 1e6),
  ]

  @Test func messagesNameThePartsOfMemory() {
    // Weights once, the largest activations of each job, memory of each.
    #expect(
      violations(crowded(memory: 60e6, layers)) == [
        "memory: node \"edge\" hosts 81 MB (weights 75 MB, activations 4 MB, memory 2 MB), "
          + "but has 60 MB of memory"
      ])
    let weights = layers.map { Layer(name: $0.name, work: 1, output: 1, weights: $0.weights) }
    #expect(
      violations(crowded(memory: 60e6, weights)) == [
        "memory: node \"edge\" hosts 75 MB (weights 75 MB), but has 60 MB of memory"
      ])
    let sums = layers.map { Layer(name: $0.name, work: 1, output: 1, memory: $0.weights) }
    #expect(
      violations(crowded(memory: 60e6, sums)) == [
        "memory: node \"edge\" hosts 150 MB, but has 60 MB of memory"
      ])
  }

  @Test func weightsAreHeldOnceForEachKeyOfADNN() {
    #expect(violations(crowded(memory: 81e6, layers)) == [])
    #expect(violations(crowded(memory: 81e6, layers, dnns: [0, 1])).count == 1)
    #expect(violations(crowded(memory: 156e6, layers, dnns: [0, 1])) == [])
  }

  @Test func memoryOfAllPartsHoldsUpToARelativeMillionth() {
    #expect(violations(crowded(memory: 81e6 / (1 + 0.99e-6), layers)) == [])
    #expect(violations(crowded(memory: 81e6 / (1 + 1.01e-6), layers)).count == 1)
  }

  // MARK: Times

  @Test func theLongerOfComputingAndMovingIsTheTimeWhereBothAreStated() {
    func compute(_ layer: Layer, memoryBandwidth: Double?) -> Double? {
      let instance = Instance(
        network: Network(
          nodes: [Node(id: "a", compute: 1e9, memoryBandwidth: memoryBandwidth)], links: []),
        dnns: [DNN(name: "d", input: 0, layers: [layer])], jobs: [Job(id: "j", dnn: 0, source: 0, target: 0)])
      let evaluation = Evaluator(instance).evaluate(Plan(jobs: [JobPlan(hosts: [0], routes: [[0], [0]])]))
      return evaluation.isFeasible ? evaluation.jobs[0].compute : nil
    }
    let bound = Layer(name: "l", work: 1e9, output: 0, traffic: 4e9)
    #expect(compute(bound, memoryBandwidth: 1e9) == 4)
    #expect(compute(bound, memoryBandwidth: 8e9) == 1)
    #expect(compute(bound, memoryBandwidth: nil) == 1)
    #expect(compute(Layer(name: "l", work: 1e9, output: 0), memoryBandwidth: 1) == 1)
    // A layer without work moves its bytes all the same.
    #expect(compute(Layer(name: "l", output: 0, traffic: 4e9), memoryBandwidth: 1e9) == 4)
    // What was measured is true, and says where a layer without work runs.
    let times = [MeasuredTime(node: 0, seconds: 0.5)]
    let measured = Layer(name: "l", work: 1e9, output: 0, traffic: 4e9, times: times)
    #expect(compute(measured, memoryBandwidth: 1e9) == 0.5)
  }

  // MARK: Relays

  @Test func aRouteMayStartOrEndAtANodeThatIsNoRelayAndPassesNone() {
    let names: [Name] = ["s", "phone", "t"]
    let links = [(0, 1), (1, 2), (2, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }
    let instance = Instance(
      network: Network(nodes: names.map { Node(id: $0, compute: 1e9, isRelay: $0 != "phone") }, links: links),
      dnns: [DNN(name: "d", input: 1, layers: [Layer(name: "l", work: 1, output: 1)])],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 2), Job(id: "k", dnn: 0, source: 1, target: 1)])
    func texts(_ host: Int, _ routes: [[Int]]) -> [String] {
      let still = JobPlan(hosts: [2], routes: [[1, 2], [2, 1]])
      let plan = Plan(jobs: [JobPlan(hosts: [host], routes: routes), still])
      return Evaluator(instance).evaluate(plan).violations.map(\.description)
    }
    #expect(texts(1, [[0, 1], [1, 2]]) == [])
    #expect(
      texts(0, [[0], [0, 1, 2]]) == [
        "job \"j\": the route of stage 1 passes through node \"phone\", which is no relay: "
          + "routes may only start or end there"
      ])
    #expect(texts(2, [[0, 1, 2], [2]]).first?.contains("stage 0 passes through node \"phone\"") == true)
  }
}

/// What a plan takes, computed in the plainest way.
private struct NaiveEvaluation {
  let canBeCarriedOut: Bool
  /// Of each layer of each job [s].
  let times: [[Double]]
  /// The nodes that hold more than they have.
  let overfull: Set<Int>

  init(_ plan: Plan, _ instance: Instance) {
    let nodes = instance.network.nodes
    let times = plan.jobs.indices.map { job in
      plan.jobs[job].hosts.enumerated().map { instance.plainTime(ofLayer: $0, on: $1, job: job) }
    }
    let insides = plan.jobs.flatMap(\.routes).flatMap { $0.dropFirst().dropLast() }
    canBeCarriedOut = times.joined().allSatisfy { $0 != nil } && insides.allSatisfy { nodes[$0].isRelay }
    self.times = times.map { $0.compactMap { $0 } }
    let held = instance.memoryHeld(hosts: plan.jobs.map(\.hosts))
    overfull = Set(nodes.indices.filter { held[$0] > (nodes[$0].memory ?? .infinity) * (1 + 1e-6) })
  }
}

extension Instance {
  /// The time of a layer on a node from the definition alone [s]; `nil` where it cannot or may not run.
  func plainTime(ofLayer layer: Int, on host: Int, job: Int) -> Double? {
    let rules = jobs[job].hosts
    let own = rules.filter { $0.layer == layer }
    for rule in own.isEmpty ? rules.filter({ $0.layer == nil }) : own where !rule.nodes.contains(host) {
      return nil
    }
    let (figures, node) = (dnn(ofJob: job).layers[layer], network.nodes[host])
    let measured = figures.times.filter { $0.node == host }
    if !measured.isEmpty { return measured[0].seconds }
    let isDerived = node.compute > 0 && (figures.work != nil || figures.times.isEmpty)
    let moving = node.memoryBandwidth == nil ? 0 : figures.traffic / node.memoryBandwidth!
    return isDerived ? max((figures.work ?? 0) / node.compute, moving) : nil
  }
}

extension Plan {
  /// Any hosts, mostly nodes that compute, and any simple routes between them, which pass what they must not in some
  /// plans; `nil` if there are none.
  fileprivate static func random(for instance: Instance, _ random: inout SplitMix64) -> Plan? {
    let nodes = instance.network.nodes
    let obeysRelays = random.nextUnit() < 0.8
    let computing = nodes.indices.filter { nodes[$0].compute > 0 }
    var jobs: [JobPlan] = []
    for job in instance.jobs.indices {
      let isCareful = random.nextUnit() < 0.9
      let hosts = instance.dnn(ofJob: job).layers.indices.map { layer in
        let rules = instance.jobs[job].hosts
        let rule = rules.first { $0.layer == layer } ?? rules.first { $0.layer == nil }
        let allowed = rule.map { $0.nodes.filter(computing.contains) } ?? computing
        return (isCareful ? allowed : []).randomElement(using: &random)
          ?? nodes.indices.randomElement(using: &random)!
      }
      let stops = [instance.jobs[job].source] + hosts + [instance.jobs[job].target]
      var routes: [[Int]] = []
      for (start, end) in zip(stops, stops.dropFirst()) {
        guard let route = route(instance, from: [start], to: end, obeysRelays, &random) else { return nil }
        routes.append(route)
      }
      jobs.append(JobPlan(hosts: hosts, routes: routes))
    }
    return Plan(jobs: jobs)
  }

  /// The first simple path found that continues `path`.
  private static func route(
    _ instance: Instance, from path: [Int], to end: Int, _ obeysRelays: Bool, _ random: inout SplitMix64
  ) -> [Int]? {
    let last = path[path.count - 1]
    if last == end { return path }
    if obeysRelays && path.count > 1 && !instance.network.nodes[last].isRelay { return nil }
    let links = instance.network.links.filter { $0.tail == last && !path.contains($0.head) }
    for link in links.shuffled(using: &random) {
      if let found = route(instance, from: path + [link.head], to: end, obeysRelays, &random) { return found }
    }
    return nil
  }
}
