import LayerRoute
import TestSupport
import Testing

/// Sizes that enumeration cannot reach.
@Suite struct CoordinationSizeTests {
  private func stitched(_ values: [String: ParameterValue], seed: UInt64 = 1) throws -> CoordinationInstance {
    let family = try #require(Kinds.coordination.families.first { $0.name == "stitched" })
    return try family.instance(seed: seed, ParameterValues(values))
  }

  @Test func pathsRefusesWhatIsTooLargeWithTheNumber() throws {
    let instance = try stitched([
      "services": .integer(5), "blocks": .integer(20), "connections": .integer(200),
    ])
    let count = instance.pathCount(BlockGraph(instance))
    #expect(count > 1e6)
    let reason = try Kinds.coordination.formulation(named: "paths").refusal(of: instance)
    #expect(reason?.contains("\(Int(count))") == true, "\(reason ?? "")")
  }

  @Test func layeredRefusesMeasuredAccuracies() throws {
    let instance = try stitched(["measured": .integer(3)])
    let reason = try Kinds.coordination.formulation(named: "layered").refusal(of: instance)
    #expect(reason?.contains("measured") == true)
  }

  /// More paths than whole numbers count.
  @Test func countsOfPathsDoNotOverflow() throws {
    let instance = try stitched([
      "services": .integer(8), "blocks": .integer(200), "connections": .integer(20_000),
    ])
    #expect(instance.pathCount(BlockGraph(instance)) > 1e100)
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: PathOption.allCases)
  func nativeAndLayeredAgree(_ paths: PathOption) async throws {
    for seed in UInt64(1)...4 {
      let instance = try stitched(
        [
          "services": .integer(4), "blocks": .integer(8), "connections": .integer(16),
          "paths": .word(paths.rawValue), "machines": .integer(3),
          "accuracy": .number(seed % 2 == 0 ? 0.99 : 0),
        ], seed: seed)
      let native = try await Kinds.coordination.solve(instance, SolveRequest(method: "native"))
      let layered = try await Kinds.coordination.solve(instance, SolveRequest(formulation: "layered"))
      #expect(native.file.status == .optimal && layered.file.status == .optimal, "seed \(seed)")
      #expect(
        abs(native.cost - layered.cost) <= 1e-6 * abs(native.cost),
        "seed \(seed): \(native.cost), \(layered.cost)")
    }
  }
}
