import LayerRoute
import TestSupport
import Testing

/// The published heuristics give plans that hold, none better than the optimum, and bounds that are true.
@Suite struct HeuristicTests {
  @Test(arguments: ["best-shelf", "best-shelf-exits"])
  func plansHoldAndNoneIsBetterThanTheOptimum(_ method: String) async throws {
    var (served, best) = (0.0, 0.0)
    for seed in 0..<400 {
      let instance = BatchingInstance.random(seed: seed)
      let answer = try await Kinds.batching.solve(instance, SolveRequest(method: method), solvers: [])
      let optimum = instance.enumeratedOptimum()
      let report = try #require(answer.file.objective)
      #expect(report.value <= optimum * (1 + 1e-9) + 1e-12, "seed \(seed): \(report)")
      #expect(report.bound >= optimum * (1 - 1e-9) - 1e-12, "seed \(seed): \(report)")
      #expect(answer.file.solver?.origin.method == method && answer.file.solver?.origin.backend == "native")
      #expect(answer.file.status == (report.gap <= 1e-6 ? .optimal : .feasible), "seed \(seed)")
      served += report.value
      best += optimum
    }
    #expect(served > 0.5 * best, "\(method): \(served) of \(best)")
  }

  /// Without exits, no batch of equal users is larger than the best shelf in a fixed window, where the largest one has the
  /// best channels.
  @Test func theBestShelfIsTheBestBatchWithoutExits() async throws {
    for seed in 0..<300 {
      var instance = BatchingInstance.random(seed: seed)
      let last = instance.blocks.count - 1
      for user in instance.users.indices where instance.firstExit(of: user) != nil {
        instance.users[user].need = .exit(last)
      }
      for user in instance.users.indices { instance.users[user].value = 1 }
      let answer = try await Kinds.batching.solve(instance, SolveRequest(method: "best-shelf"), solvers: [])
      #expect(
        agree(answer.file.objective?.value ?? -1, instance.enumeratedOptimum()),
        "seed \(seed): \(instance.text)")
    }
  }

  @Test func exitsNeverMakeTheShelfWorse() {
    func count(_ plan: BatchingProblem.Plan) -> Int { plan.exits.count { $0 != nil } }
    for seed in 0..<300 {
      let instance = BatchingInstance.random(seed: seed)
      let (without, with) = (
        BestShelf.withoutExits.plan(for: instance), BestShelf.withExits.plan(for: instance)
      )
      #expect(count(without) <= count(with), "seed \(seed): \(instance.text)")
    }
  }
}
