import LayerRoute
import TestSupport
import Testing

/// The claims of formulations/batching/relaxations.md.
@Suite(.enabled(if: Backends.areThere, "needs a backend"))
struct RelaxationTests {
  /// The value of a relaxation, an upper bound on that of plans.
  private func relaxation(_ name: String, of instance: BatchingInstance) async throws -> Double {
    let formulation = try Kinds.batching.formulation(named: name)
    let solver = try #require(Solvers.all.last)
    let relaxation = await LinearRelaxation(
      of: instance, formulation, solver, limitedTo: .infinity, Budget())
    return try -#require(relaxation, "\(name): \(instance.text)").value
  }

  @Test func layeredIsNeverWeaker() async throws {
    var stronger = 0
    for seed in 0..<150 {
      let instance = BatchingInstance.random(seed: seed)
      let optimum = instance.enumeratedOptimum()
      // Without a user that can be served there is no model.
      if optimum == 0 { continue }
      let layered = try await relaxation("layered", of: instance)
      let selection = try await relaxation("selection", of: instance)
      let rounding = 1e-6 * selection
      #expect(optimum <= layered + rounding, "seed \(seed): \(optimum), \(layered)")
      #expect(layered <= selection + rounding, "seed \(seed): \(layered), \(selection): \(instance.text)")
      if layered < selection - 1e-4 * selection { stronger += 1 }
    }
    #expect(stronger >= 5, "\(stronger)")
  }

  /// A mixture of batch sizes that no flow has: all of the second block's share comes in batches of one.
  @Test func batchSizesMustFitEachOther() async throws {
    let users = (0..<6).map { user in
      BatchingInstance.User(
        id: Name("\(user)"), upload: 0, channel: .efficiency(1), deadline: user < 3 ? 1.25 : 3.2,
        need: .exit(user < 3 ? 0 : 1))
    }
    let instance = BatchingInstance(
      server: BatchingInstance.Server(bandwidth: 1, window: 0),
      blocks: [
        BatchingInstance.Block(name: "a", times: .linear(base: 1, slope: 0.1, largest: nil)),
        BatchingInstance.Block(name: "b", times: .linear(base: 1, slope: 0.5, largest: 2)),
      ], users: users)
    let layered = try await relaxation("layered", of: instance)
    let selection = try await relaxation("selection", of: instance)
    #expect(layered < selection - 1e-3, "\(layered), \(selection)")
  }

  @Test(arguments: ["layered", "selection"])
  func neitherIsExact(_ name: String) async throws {
    let users = zip([0.4, 0.4, 0.7], [1, 1, 1.9]).enumerated().map { index, user in
      BatchingInstance.User(
        id: Name("\(index)"), upload: user.0, channel: .efficiency(8), deadline: 10, need: .exit(0),
        value: user.1)
    }
    let instance = BatchingInstance(
      server: BatchingInstance.Server(bandwidth: 1, window: 1),
      blocks: [BatchingInstance.Block(name: "a", times: .linear(base: 0, slope: 0, largest: nil))],
      users: users)
    #expect(instance.enumeratedOptimum() == 2)
    #expect(agree(try await relaxation(name, of: instance), 2.65))
  }
}
