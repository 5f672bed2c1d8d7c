import LayerRoute
import TestSupport
import Testing

/// Enumeration, the native method, and both formulations with every backend reach the same value.
@Suite struct AgreementTests {
  @Test func theNativeMethodReachesTheOptimum() async throws {
    for seed in 0..<3000 {
      let instance = BatchingInstance.random(seed: seed, users: seed % 10 == 0 ? 11 : 8)
      let answer = try await Kinds.batching.solve(instance, SolveRequest(method: "native"), solvers: [])
      let optimum = instance.enumeratedOptimum()
      #expect(
        agree(answer.file.objective?.value ?? -1, optimum) && answer.file.status == .optimal,
        "seed \(seed): \(optimum), but \(answer.file.objective as Any): \(instance.text)")
    }
  }

  /// Each user on its own: values that are no whole numbers, and so many that labels have to be dropped.
  @Test func valuesOfAnySizeAreNoMatter() async throws {
    for seed in 0..<200 {
      for factor in [1e-12, 1, 1e12] {
        var instance = BatchingInstance.random(seed: 5000 + seed)
        var random = seededGenerator(seed)
        for user in instance.users.indices { instance.users[user].value = factor * random.nextUnit() }
        let answer = try await Kinds.batching.solve(instance, solvers: [])
        let optimum = instance.enumeratedOptimum()
        #expect(
          agree(answer.file.objective?.value ?? -1, optimum) && answer.file.status == .optimal,
          "seed \(seed), factor \(factor): \(optimum), but \(answer.file.objective as Any)")
      }
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: ["selection", "layered"])
  func formulationsReachTheOptimumWithEveryBackend(_ name: String) async throws {
    let formulation = try Kinds.batching.formulation(named: name)
    for solver in Solvers.all {
      for seed in 0..<200 {
        let instance = BatchingInstance.random(seed: seed, users: 7)
        let run = try await ModelPlanner(Kinds.batching, formulation, solver).run(instance)
        let optimum = instance.enumeratedOptimum()
        #expect(
          agree(-(run.known?.cost ?? 1), optimum),
          "\(name) with \(solver.name), seed \(seed): \(optimum), but \(run.known?.cost as Any): \(instance.text)"
        )
        #expect(
          run.bound <= 1e-6 * optimum - optimum + 1e-12,
          "\(name) with \(solver.name), seed \(seed): bound \(run.bound)")
      }
    }
  }

  /// A search ends as soon as the gap is closed that was asked for, whatever the values are.
  @Test func theGapThatWasAskedForIsEnough() async throws {
    var (equal, other) = (0, 0)
    for seed in 0..<300 {
      let instance = BatchingInstance.random(seed: seed)
      let answer = try await Kinds.batching.solve(
        instance, SolveRequest(method: "native"), solvers: [], budget: Budget(gap: 0.5))
      let (optimum, report) = (instance.enumeratedOptimum(), try #require(answer.file.objective))
      #expect(
        report.gap <= 0.5 && report.value <= optimum * (1 + 1e-6) && report.bound >= optimum * (1 - 1e-6),
        "seed \(seed): \(optimum), but \(report): \(instance.text)")
      if report.bound > optimum * (1 + 1e-6) {
        if Set(instance.users.map(\.value)).count == 1 { equal += 1 } else { other += 1 }
      }
    }
    #expect(min(equal, other) >= 5, "searches that ended early: \(equal) of equal values, \(other) others")
  }

  /// No search may depend on what the others have: all orders of users give the same.
  @Test func theOrderOfUsersIsNoMatter() async throws {
    for seed in 0..<40 {
      var instance = BatchingInstance.random(seed: 9000 + seed, users: 14)
      let value = try await Kinds.batching.solve(instance, solvers: []).file.objective?.value
      instance.users.reverse()
      let reversed = try await Kinds.batching.solve(instance, solvers: []).file.objective?.value
      #expect(agree(value ?? -1, reversed ?? -2), "seed \(seed): \(value as Any) and \(reversed as Any)")
    }
  }
}
