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
