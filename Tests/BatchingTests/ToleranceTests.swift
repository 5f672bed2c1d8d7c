import LayerRoute
import TestSupport
import Testing

/// What exceeds a limit by a relative 1e-9 is a plan, and what exceeds it by more is none, whatever solvers tolerate.
@Suite struct ToleranceTests {
  private static let excesses = [-1e-6, 0, 5e-10, 2e-9, 5e-9, 1e-7, 1e-5]

  /// Two users who together take the whole window and a little more, or meet their deadline by a little less.
  private func instance(excess: Double, isDeadline: Bool) -> BatchingInstance {
    let users = (0..<2).map { user in
      BatchingInstance.User(
        id: Name("\(user)"), upload: 0.5 * (isDeadline ? 1 : 1 + excess), channel: .efficiency(8),
        deadline: isDeadline ? 1.2 / (1 + excess) : 5, need: .exit(0))
    }
    return BatchingInstance(
      server: BatchingInstance.Server(bandwidth: 1, window: isDeadline ? nil : 1),
      blocks: [BatchingInstance.Block(name: "a", times: .linear(base: 0.1, slope: 0.05, largest: nil))],
      users: users)
  }

  @Test(arguments: excesses, [false, true])
  func theNativeMethodKeepsToIt(_ excess: Double, _ isDeadline: Bool) async throws {
    let instance = instance(excess: excess, isDeadline: isDeadline)
    let value = try await Kinds.batching.solve(instance, solvers: []).file.objective?.value
    #expect(value == (excess <= 1e-9 ? 2 : 1), "\(excess): \(value as Any)")
  }

  /// A deadline that stands for none must not make all other times small beside it.
  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: ["selection", "layered"])
  func aVeryLateDeadlineHidesNothing(_ name: String) async throws {
    let formulation = try Kinds.batching.formulation(named: name)
    let users = [(0.004, 1e7, 3.2), (0.00125, 0.03, 1)].enumerated().map { index, user in
      BatchingInstance.User(
        id: Name("\(index)"), upload: user.0, channel: .efficiency(user.2), deadline: user.1,
        need: .exit(index))
    }
    let blocks = [
      BatchingInstance.Block(name: "a", times: .linear(base: 0.005, slope: 0.001, largest: nil)),
      BatchingInstance.Block(name: "b", times: .linear(base: 0.006, slope: 0, largest: nil)),
    ]
    for deadline in [1e7, 1e9, 1e300] {
      var late = users
      late[0].deadline = deadline
      let instance = BatchingInstance(
        server: BatchingInstance.Server(bandwidth: 1, window: nil), blocks: blocks, users: late)
      let native = try await Kinds.batching.solve(instance, solvers: []).file.objective?.value
      for solver in Solvers.all {
        let run = try await ModelPlanner(Kinds.batching, formulation, solver).run(instance)
        #expect(
          run.known.map { 0 - $0.cost } == native,
          "\(name), \(solver.name), \(deadline): \(run.known?.cost as Any)")
      }
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: ["selection", "layered"])
  func formulationsKeepToIt(_ name: String) async throws {
    let formulation = try Kinds.batching.formulation(named: name)
    for solver in Solvers.all {
      for excess in Self.excesses {
        for isDeadline in [false, true] {
          let instance = instance(excess: excess, isDeadline: isDeadline)
          let run = try await ModelPlanner(Kinds.batching, formulation, solver).run(instance)
          #expect(
            run.known?.cost == (excess <= 1e-9 ? -2 : -1),
            "\(name), \(solver.name), \(isDeadline), \(excess): \(run.known?.cost as Any)")
        }
      }
    }
  }
}
