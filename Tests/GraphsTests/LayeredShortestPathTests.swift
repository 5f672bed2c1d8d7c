import Graphs
import Splitting
import TestSupport
import Testing

@Suite struct LayeredShortestPathTests {
  /// Seeded instances that are not coupled, or are freed of it.
  enum Source: CustomStringConvertible, Sendable {
    case coupling(Coupling)
    case machines(MachineFamily)

    static let all: [Source] =
      [Coupling.none, .hosts, .times].map(Source.coupling)
      + [MachineFamily.relays, .bandwidths, .transfers, .together].map(Source.machines)

    var description: String {
      switch self {
      case .coupling(let coupling): "\(coupling)"
      case .machines(let family): "\(family)"
      }
    }

    func instance(seed: UInt64) -> Instance {
      switch self {
      case .coupling(let coupling): return .random(seed: seed, coupling)
      case .machines(let family):
        var instance = Instance.machines(family, seed: seed)
        for node in instance.network.nodes.indices { instance.network.nodes[node].memory = nil }
        for job in instance.jobs.indices {
          instance.jobs[job].rate = 0
          instance.jobs[job].deadline = nil
        }
        return instance
      }
    }
  }

  /// One graph for each job of seeded instances, alone and without rows that couple it; most of them have to count.
  ///
  /// - Parameter body: returns false where there is nothing to check.
  private func forEachGraph(
    _ source: Source, _ body: (_ graph: LayeredGraph, _ alone: Instance, _ context: String) -> Bool
  ) {
    var checked = 0
    for seed in UInt64(0)..<80 {
      let instance = source.instance(seed: seed)
      for job in instance.jobs.indices {
        var alone = instance
        alone.jobs = [instance.jobs[job]]
        alone.jobs[0].weight = 1
        if body(alone.layeredGraph(ofJob: 0), alone, "\(source) seed \(seed) job \(job)") { checked += 1 }
      }
    }
    #expect(checked > 40, "\(checked) graphs")
  }

  @Test(arguments: Source.all)
  func itIsAsShortAsEnumerationFinds(_ source: Source) {
    forEachGraph(source) { graph, alone, context in
      let path = LayeredShortestPath(in: graph)
      let expected = BruteForce(alone).optimum()
      #expect((path.plan == nil) == (expected == nil), "\(context): \(alone.json())")
      guard let expected else { return false }
      #expect(agree(path.latency, expected), "\(context): \(path.latency), not \(expected)")
      return true
    }
  }

  @Test(arguments: Source.all)
  func noChoiceIsShorterThanTheShortestPath(_ source: Source) {
    forEachGraph(source) { graph, _, context in
      let shortest = LayeredShortestPath(in: graph).latency
      let potentials = LayeredPotentials(graph)
      #expect(near(potentials.shortestLatency, shortest), "\(context)")
      for latency in choices(of: potentials) {
        #expect(latency >= shortest * (1 - 1e-12), "\(context): \(latency) < \(shortest)")
      }
      return shortest < .infinity
    }
  }

  @Test(arguments: Source.all)
  func everyChoiceAlongTheShortestPathIsAsLong(_ source: Source) {
    forEachGraph(source) { graph, _, context in
      let path = LayeredShortestPath(in: graph)
      guard let plan = path.plan else { return false }
      for (name, latency) in steps(of: plan, LayeredPotentials(graph)) {
        #expect(near(latency, path.latency), "\(context): \(name) \(latency), not \(path.latency)")
      }
      return true
    }
  }

  @Test(arguments: Source.all)
  func noFiniteChoiceExceedsTheLongest(_ source: Source) {
    forEachGraph(source) { graph, _, context in
      let potentials = LayeredPotentials(graph)
      let longest = potentials.longestChoice
      let finite = choices(of: potentials).filter { $0 < .infinity }
      for latency in finite {
        #expect(latency <= longest * (1 + 1e-12), "\(context): \(latency) > \(longest)")
      }
      return !finite.isEmpty
    }
  }

  /// The latencies through all placements, links and steps between transit and compute.
  private func choices(of potentials: LayeredPotentials) -> [Double] {
    let graph = potentials.graph
    var latencies: [Double] = []
    for stage in 0...graph.layerCount {
      let costs = graph.stageCosts(ofStage: stage, in: graph.network.forward)
      for arc in costs.indices {
        let (tail, head) = (Int(graph.network.tails[arc]), Int(graph.network.forward.head[arc]))
        latencies.append(potentials.latency(throughStage: stage, from: tail, to: head, cost: costs[arc]))
      }
      for node in 0..<graph.nodeCount {
        if stage < graph.layerCount {
          latencies.append(potentials.latency(throughLayer: stage, on: node))
          latencies.append(potentials.latency(throughEntering: node, stage: stage))
        }
        if stage > 0 { latencies.append(potentials.latency(throughLeaving: node, stage: stage)) }
        if stage + 1 < graph.layerCount {
          latencies.append(potentials.latency(throughLayer: stage, andNextOn: node))
        }
      }
    }
    return latencies
  }

  /// The latencies through what one plan does.
  private func steps(of plan: JobPlan, _ potentials: LayeredPotentials) -> [(String, Double)] {
    let graph = potentials.graph
    var steps = plan.hosts.enumerated().map { layer, host in
      ("layer \(layer)", potentials.latency(throughLayer: layer, on: host))
    }
    for (stage, route) in plan.routes.enumerated() {
      let costs = graph.stageCosts(ofStage: stage, in: graph.network.forward)
      for (tail, head) in zip(route, route.dropFirst()) {
        let arc = graph.network.forward.arcs(from: tail).first {
          Int(graph.network.forward.head[$0]) == head
        }
        let cost = arc.map { costs[$0] } ?? .nan
        steps.append(
          ("stage \(stage)", potentials.latency(throughStage: stage, from: tail, to: head, cost: cost)))
      }
    }
    for layer in plan.hosts.indices.dropLast() {
      let (host, next) = (plan.hosts[layer], plan.hosts[layer + 1])
      if host == next {
        steps.append(("run \(layer)", potentials.latency(throughLayer: layer, andNextOn: host)))
      } else {
        let cost = graph.network.shortestPaths(from: host, bytes: graph.stageBytes[layer + 1]).distance[next]
        steps.append(
          (
            "pair \(layer)",
            potentials.latency(throughLayer: layer, on: host, thenOn: next, routeCost: cost)
          ))
      }
    }
    return steps
  }

  /// Equal but for the order of additions.
  private func near(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-12 * max(abs(left), abs(right))
  }
}
