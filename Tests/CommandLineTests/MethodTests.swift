import Foundation
import TestSupport
import Testing

/// `solve --method`.
@Suite struct MethodTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  @Test(arguments: ["exact", "shortest-paths", "heuristic"])
  func theMethodStandsInThePlanAndIsVerified(_ method: String) async throws {
    let file = try files.write(.contractExample())
    let run = try await layerroute(
      "solve", file, "--method", method, "--format", "json", "-o", files.path("plan.json"))
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let plan = try WrittenPlan(file: files.path("plan.json"))
    #expect(plan.solver["method"] as? String == method, "\(plan.solver)")
    #expect(agree(plan.value ?? .nan, 0.050468096), "\(plan)")
    let verified = try await layerroute("verify", file, files.path("plan.json"))
    #expect(verified.exitStatus == 0, "\(verified)")
    let text = try await layerroute("solve", file, "--method", method)
    #expect(text.output.contains("method \(method)"), "\(text)")
  }

  @Test func withoutAMethodThePlanNamesNone() async throws {
    let run = try await layerroute("solve", try files.write(.contractExample()), "--format", "json")
    #expect(try WrittenPlan(run.output).solver["method"] == nil, "\(run)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func theExactMethodIsTheUsualOne() async throws {
    let file = try files.write(Samples.coupled)
    let usual = try await layerroute("solve", file, "--format", "json")
    let exact = try await layerroute("solve", file, "--method", "exact", "--format", "json")
    #expect(try exact.exitStatus == 0 && exact.status() == "optimal", "\(exact)")
    #expect(agree(try exact.objective(), try usual.objective()))
  }

  /// Its plan and its bound are apart, and that is no failure.
  @Test func theHeuristicHasAPlanWithABoundOfItsOwn() async throws {
    let file = try files.write(Samples.hard)
    let run = try await layerroute(
      "solve", file, "--method", "heuristic", "--format", "json", "-o", files.path("plan.json"))
    #expect(run.exitStatus == 0, "\(run)")
    let plan = try WrittenPlan(file: files.path("plan.json"))
    #expect(plan.status == "feasible" && plan.solver["method"] as? String == "heuristic", "\(run)")
    let (value, bound) = (try #require(plan.value), try #require(plan.bound))
    #expect(bound > 0.5 * value && bound < value, "\(run)")
    let verified = try await layerroute("verify", file, files.path("plan.json"))
    #expect(verified.exitStatus == 0, "\(verified)")
  }

  @Test func shortestPathsRefuseWhatTheyCannotSolve() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute("solve", file, "--method", "shortest-paths")
    expect(run, exits: 64, saying: "memory", "formulation with a backend")
    #expect(run.output.isEmpty, "\(run)")
  }

  @Test func anUnknownMethodIsToldThoseThatThereAre() async throws {
    let run = try await layerroute("solve", try files.write(.contractExample()), "--method", "nonesuch")
    expect(run, exits: 64, saying: "nonesuch", "exact, paths, native, pipeline, shortest-paths, heuristic")
  }
}
