import LayerRoute
import TestSupport
import Testing

/// The methods that prove nothing.
@Suite struct CoordinationSearchTests {
  private func solve(
    _ instance: CoordinationInstance, _ method: String, margin: Double? = nil
  ) async throws -> Answer<CoordinationProblem> {
    var request = SolveRequest(method: method)
    if let margin { request.parameters["margin"] = .number(margin) }
    return try await Kinds.coordination.solve(instance, request)
  }

  /// A path is looked up only if its optimistic reward leads: counted here over the list of all paths.
  @Test(arguments: [0, 0.01, 0.05])
  func pathsAreLookedUpInTheOrderOfTheirOptimism(_ margin: Double) async throws {
    for seed in UInt64(0)..<40 {
      var instance = CoordinationInstance.random(.measured, .single, seed: seed)
      instance.tasks = Array(instance.tasks.prefix(1))
      instance.measured.removeAll { $0.task > 0 }
      let answer = try await solve(instance, "search", margin: margin)
      let counts = try #require(answer.file.solver?.counts)
      try #require(counts.map(\.key) == ["evaluated", "paths"])
      let paths = CoordinationEnumeration(instance).paths(ofTask: 0)
      var unmeasured = instance
      unmeasured.measured = []
      let predicted = CoordinationEnumeration(unmeasured).paths(ofTask: 0)
      #expect(counts[1].number == Double(paths.count), "seed \(seed)")
      let task = instance.tasks[0]
      func rate(_ path: CoordinationEnumeration.Path) -> Double {
        var rate = task.rate
        for (node, use) in path.nodes.enumerated() where use > 0 {
          rate = min(rate, instance.network.nodes[node].capacity / use)
        }
        for use in path.links where use > 0 { rate = min(rate, 1 / use) }
        return rate
      }
      let order = zip(paths, predicted).map { path, guess in
        (
          optimistic: task.value * rate(path) * min(1, guess.accuracy + margin),
          real: task.value * rate(path) * path.accuracy
        )
      }.sorted { $0.optimistic > $1.optimistic }
      var (best, count) = (0.0, 0)
      for entry in order where entry.optimistic > best {
        best = max(best, entry.real)
        count += 1
      }
      #expect(abs(-answer.cost - best) <= 1e-9 * max(1, best), "seed \(seed): \(-answer.cost), not \(best)")
      // Equal rewards may be looked up in any order.
      #expect(abs(counts[0].number - Double(count)) <= 1, "seed \(seed): \(counts[0].number), not \(count)")
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: CoordinationTrait.allCases)
  func neitherBeatsTheOptimum(_ trait: CoordinationTrait) async throws {
    for option in PathOption.allCases {
      for seed in UInt64(0)..<10 {
        let instance = CoordinationInstance.random(trait, option, seed: seed)
        let optimum = CoordinationEnumeration(instance).optimum()
        for method in ["own", "search"] {
          let answer = try await solve(instance, method)
          #expect(-answer.cost <= optimum * (1 + 1e-6), "\(method), \(trait) \(option) seed \(seed)")
          #expect(-answer.bound >= optimum * (1 - 1e-6), "\(method), \(trait) \(option) seed \(seed)")
        }
      }
    }
  }

  /// Blocks of its own alone, whatever connections there are.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func ownTakesTheChains() async throws {
    for seed in UInt64(0)..<10 {
      let instance = CoordinationInstance.random(.plain, .split, seed: seed)
      let plan = try #require(try await solve(instance, "own").plan)
      for (task, streams) in plan.tasks.enumerated() {
        let service = instance.tasks[task].service
        let chain = instance.services[service].blocks.indices.map {
          BlockVertex(service: service, position: $0 + 1)
        }
        #expect(streams.allSatisfy { $0.blocks == chain } && streams.count <= 1, "seed \(seed)")
      }
      var alone = instance
      alone.connections = []
      let (own, best) = (try await solve(instance, "own"), CoordinationEnumeration(alone).optimum())
      #expect(abs(-own.cost - best) <= 1e-6 * best, "seed \(seed)")
    }
  }
}
