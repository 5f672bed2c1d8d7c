import Foundations
import Graphs
import Networks
import Splitting
import SplittingChecking
import TestSupport
import Testing

/// The goal-directed search against the search copy by copy, on instances made to break its bound.
@Suite struct GoalDirectedSearchTests {
  private static let couplings: [Coupling] = Coupling.allCases

  @Test(arguments: couplings)
  func itIsAsShortAsThePlainSearch(_ coupling: Coupling) throws {
    var found = 0
    for seed in UInt64(0)..<400 {
      found += try compare(Instance.random(seed: seed, coupling), "\(coupling) seed \(seed)")
    }
    #expect(found > 200, "\(found) jobs have a path")
  }

  @Test func magnitudesFarApartDoNotMatter() throws {
    var found = 0
    for seed in UInt64(0)..<400 {
      found += try compare(Instance.extreme(seed: seed), "extreme seed \(seed)")
      found += try compare(Instance.absurd(seed: seed), "absurd seed \(seed)")
    }
    #expect(found > 400, "\(found) jobs have a path")
  }

  @Test(arguments: AdversarialFamily.allCases)
  func instancesMadeAgainstTheBoundDoNotMatter(_ family: AdversarialFamily) throws {
    var found = 0
    for seed in UInt64(0)..<250 {
      found += try compare(.adversarial(family, seed: seed), "\(family) seed \(seed)")
    }
    #expect(found > 100, "\(found) jobs have a path")
  }

  @Test(arguments: MachineFamily.allCases)
  func machinesAsTheyAreDoNotMatter(_ family: MachineFamily) throws {
    var found = 0
    for seed in UInt64(0)..<250 {
      found += try compare(.machines(family, seed: seed), "\(family) seed \(seed)")
    }
    #expect(found > 100, "\(found) jobs have a path")
  }

  @Test(arguments: AdversarialFamily.allCases)
  func nodesThatAreNoRelaysAreNotPassed(_ family: AdversarialFamily) throws {
    var (found, longer) = (0, 0)
    for seed in UInt64(0)..<200 {
      let instance = Instance.adversarial(family, seed: seed)
      let restricted = instance.withFewerRelays(seed: seed)
      let context = "\(family) seed \(seed), fewer relays"
      found += try compare(restricted, context)
      for runs in 0...3 { _ = try checkBound(restricted, runs: runs, "\(context), runs \(runs)") }
      longer += restricted.jobs.indices.count {
        LayeredShortestPath(in: restricted.layeredGraph(ofJob: $0)).latency
          > LayeredShortestPath(in: instance.layeredGraph(ofJob: $0)).latency
      }
    }
    #expect(found > 50 && longer > 50, "\(found) jobs have a path, \(longer) a longer one")
  }

  /// Long chains on grids, where the search gives up its first bounds for anchored ones.
  @Test(arguments: [AdversarialFamily.growing, .hourglass, .measured, .rules])
  func anchoredBoundsDoNotMatter(_ family: AdversarialFamily) throws {
    var anchors = 0
    for seed in UInt64(0)..<2 {
      let instance = Instance.adversarial(family, seed: seed, side: 32, layers: 32)
      try compare(instance, "large \(family) seed \(seed)")
      let network = instance.searchNetwork
      for job in instance.jobs.indices {
        let search = try GoalDirectedSearch(
          instance.request(ofJob: job), in: network, workspace: SearchWorkspace())
        anchors += search.bound?.runs.count ?? 0
      }
    }
    #expect(anchors > 0, "no job of \(family) needs anchors")
  }

  /// A hundred thousand layers on two nodes: cutting them into runs would take minutes.
  @Test func longChainsAreNotCut() throws {
    let layers = (0..<100_000).map { Layer(name: Name("l\($0)"), work: 1, output: Double($0 % 7)) }
    let instance = Instance(
      network: Network(
        nodes: [Node(id: "a", compute: 1), Node(id: "b", compute: 2)],
        links: [Link(tail: 0, head: 1, bandwidth: 8), Link(tail: 1, head: 0, bandwidth: 8)]),
      dnns: [DNN(name: "d", input: 1, layers: layers)], jobs: [Job(id: "j", dnn: 0, source: 0, target: 0)])
    let network = instance.searchNetwork
    let found = try GoalDirectedSearch(instance.request(ofJob: 0), in: network, workspace: SearchWorkspace())
    // There and back: 1 byte there, the last layer's 3 bytes back.
    #expect(abs(found.latency - 50_000) < 10, "\(found.latency)")
    #expect(found.bound?.runs.isEmpty == true)
  }

  @Test(arguments: AdversarialFamily.allCases)
  func boundsAreConsistentAndExactAtTheEnd(_ family: AdversarialFamily) throws {
    var bounds = 0
    for seed in UInt64(0)..<60 {
      let instance = Instance.adversarial(family, seed: seed)
      for runs in 0...4 {
        if try checkBound(instance, runs: runs, "\(family) seed \(seed) runs \(runs)") { bounds += 1 }
      }
    }
    #expect(bounds > 100, "\(bounds) bounds")
  }

  @Test(arguments: AdversarialFamily.allCases)
  func whatItSettlesAndItsBoundProveItsLatency(_ family: AdversarialFamily) throws {
    var proofs = 0
    for seed in UInt64(0)..<120 {
      if try checkPotentials(.adversarial(family, seed: seed), "\(family) seed \(seed)") { proofs += 1 }
    }
    #expect(proofs > 40, "\(proofs) latencies proved")
  }

  /// As if a great many jobs were like each, so that the closure is made.
  @Test(arguments: AdversarialFamily.allCases)
  func closuresOfTheHostsAreAsShort(_ family: AdversarialFamily) throws {
    var made = 0
    for seed in UInt64(0)..<150 {
      let all = Instance.adversarial(family, seed: seed)
      let instance = seed % 2 == 0 ? all : all.withFewerRelays(seed: seed)
      let network = instance.searchNetwork
      let workspace = SearchWorkspace()
      for job in instance.jobs.indices {
        let closure = try HostClosure.ifCheaper(
          instance.request(ofJob: job), count: 1 << 20, in: network, workspace: workspace,
          cancellation: .never)
        let context = "\(family) seed \(seed) job \(job)"
        guard let closure else { continue }
        made += 1
        let found = try closure.shortestPath(
          of: instance.request(ofJob: job), workspace: workspace, cancellation: .never)
        try check(found.latency, found.plan, instance, job: job, "\(context)")
      }
    }
    #expect(made > 100, "where hosts are few, closures pay")
  }

  @Test func aCancelledSearchEnds() {
    let instance = Instance.adversarial(.growing, seed: 1, side: 24, layers: 20)
    let network = instance.searchNetwork
    #expect(throws: CancellationError.self) {
      _ = try GoalDirectedSearch(
        instance.request(ofJob: 0), in: network, workspace: SearchWorkspace(),
        cancellation: Cancellation { true })
    }
  }

  // MARK: Comparisons

  /// All jobs of an instance, with one workspace.
  ///
  /// - Returns: how many of them have a path.
  @discardableResult
  private func compare(_ instance: Instance, _ context: String) throws -> Int {
    var found = 0
    let network = instance.searchNetwork
    let workspace = SearchWorkspace()
    for job in instance.jobs.indices {
      let search = try GoalDirectedSearch(instance.request(ofJob: job), in: network, workspace: workspace)
      try check(search.latency, search.plan, instance, job: job, "\(context) job \(job)")
      if search.plan != nil { found += 1 }
    }
    return found
  }

  /// A job's latency and plan against the plain search and the evaluator.
  private func check(
    _ latency: Double, _ plan: JobPlan?, _ instance: Instance, job: Int,
    _ context: String
  ) throws {
    let plain = LayeredShortestPath(
      in: instance.layeredGraph(ofJob: job))
    #expect((plan == nil) == (plain.plan == nil), "\(context)")
    #expect(near(latency, plain.latency), "\(context): \(latency), not \(plain.latency)")
    guard let plan else { return }
    var alone = instance
    alone.jobs = [instance.jobs[job]]
    let evaluation = Evaluator(alone).evaluate(Plan(jobs: [plan]))
    let flaws = evaluation.violations.filter { $0.kind == .structure }
    #expect(flaws.isEmpty, "\(context): \(flaws)")
    #expect(near(evaluation.jobs[0].latency, latency), "\(context): costed again")
  }

  private func near(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-12 * max(abs(left), abs(right))
  }

  // MARK: The bound

  /// - Returns: false if some layer of the first job runs nowhere, so that it has no bound.
  private func checkBound(_ instance: Instance, runs: Int, _ context: String) throws -> Bool {
    let network = instance.searchNetwork
    let graph = instance.layeredGraph(ofJob: 0)
    guard
      let bound = try CompletionBound.make(
        instance.request(ofJob: 0), in: network, runs: runs, workspace: SearchWorkspace())
    else { return false }
    check(graph, context) { bound.remaining(from: $0, stage: $1) }
    #expect(bound.remaining(from: graph.target, stage: graph.layerCount) == 0, "\(context)")
    return true
  }

  /// Along no arc of the layered graph does `remaining` fall by more than the arc's cost.
  private func check(
    _ graph: LayeredGraph, _ context: String, _ remaining: (_ node: Int, _ stage: Int) -> Double
  ) {
    for stage in 0...graph.layerCount {
      let forward = graph.network.forward
      let costs = graph.stageCosts(ofStage: stage, in: forward)
      for node in 0..<graph.nodeCount {
        for arc in forward.arcs(from: node) {
          // In the last copy there is no way on from such a node.
          if stage == graph.layerCount && !forward.isRelay(Int(forward.head[arc])) { continue }
          let right = costs[arc] + remaining(Int(forward.head[arc]), stage)
          #expect(isAtMost(remaining(node, stage), right), "\(context): stage \(stage), arc \(arc)")
        }
      }
      if stage == graph.layerCount { break }
      for (node, cost) in graph.computeCosts(ofLayer: stage).enumerated() {
        let right = cost + remaining(node, stage + 1)
        #expect(isAtMost(remaining(node, stage), right), "\(context): layer \(stage) on \(node)")
      }
    }
  }

  private func isAtMost(_ left: Double, _ right: Double) -> Bool { left <= right * (1 + 1e-12) }

  /// Whether a potential rises by no more than a cost, but for rounding; it is -infinity where no path leads on.
  private func rises(from tail: Double, by cost: Double, to head: Double, _ tolerance: Double) -> Bool {
    head == -.infinity || head <= tail + cost + tolerance + 1e-12 * (abs(tail) + cost)
  }

  /// The smaller of settled distance and latency less bound is a feasible dual solution whose value is the latency.
  ///
  /// - Returns: false if the first job has no path.
  private func checkPotentials(_ instance: Instance, _ context: String) throws -> Bool {
    let network = instance.searchNetwork
    let graph = instance.layeredGraph(ofJob: 0)
    let workspace = SearchWorkspace()
    let found = try GoalDirectedSearch(instance.request(ofJob: 0), in: network, workspace: workspace)
    guard let bound = found.bound, found.latency < .infinity else { return false }
    var settled: [[Int]: Double] = [:]
    GoalDirectedSearch.forEachSettled(in: workspace) { node, stage, isCompute, distance in
      settled[[node, stage, isCompute ? 1 : 0]] = distance
    }
    func potential(_ node: Int, _ stage: Int, _ kind: Int) -> Double {
      min(
        settled[[node, stage, kind]] ?? .infinity, found.latency - bound.remaining(from: node, stage: stage))
    }
    let tolerance = 1e-12 * (found.latency + bound.remaining(from: instance.jobs[0].source, stage: 0))
    #expect(abs(potential(instance.jobs[0].source, 0, 0)) <= tolerance, "\(context)")
    #expect(abs(potential(graph.target, graph.layerCount, 0) - found.latency) <= tolerance, "\(context)")
    for stage in 0...graph.layerCount {
      let forward = graph.network.forward
      let costs = graph.stageCosts(ofStage: stage, in: forward)
      let computeCosts = stage < graph.layerCount ? graph.computeCosts(ofLayer: stage) : []
      for node in 0..<graph.nodeCount {
        let transit = potential(node, stage, 0)
        for arc in forward.arcs(from: node) where costs[arc] < .infinity {
          let head = potential(Int(forward.head[arc]), stage, 0)
          #expect(
            rises(from: transit, by: costs[arc], to: head, tolerance),
            "\(context): stage \(stage), arc \(arc)")
        }
        guard stage < graph.layerCount, computeCosts[node] < .infinity else { continue }
        let kind = graph.entryWaits[node] > 0 ? 1 : 0
        let compute = potential(node, stage, kind)
        #expect(
          rises(from: transit, by: graph.entryWaits[node], to: compute, tolerance),
          "\(context): entering \(node)")
        for next in Set([0, stage + 1 < graph.layerCount ? kind : 0]) {
          let after = potential(node, stage + 1, next)
          #expect(
            rises(from: compute, by: computeCosts[node], to: after, tolerance),
            "\(context): layer \(stage) on \(node)")
        }
      }
    }
    return true
  }
}

extension Instance {
  /// The layered graph of a job, without the choices that break a constraint by themselves.
  func layeredGraph(ofJob job: Int) -> LayeredGraph {
    layeredGraph(ofJob: job, NetworkGraph(network), limits.capacities)
  }
}

extension Instance {
  /// The instance with a third of the nodes no relays.
  fileprivate func withFewerRelays(seed: UInt64) -> Instance {
    var random = SplitMix64(seed: seed)
    var copy = self
    for node in network.nodes.indices { copy.network.nodes[node].isRelay = random.nextUnit() > 1.0 / 3 }
    return copy
  }
}
