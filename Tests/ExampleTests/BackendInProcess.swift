import GLPKBackend
import LinearModels
import Problems
import Splitting
import TestSupport
import Testing

/// A coupled instance solved by a library in this process, without a worker.
@Test(.enabled(if: Backends.built.contains("glpk"), "needs GLPK"))
func aBackendInThisProcess() async throws {
  let file = PackageFolder.url.appending(path: "docs/examples/camera.yaml").path

  let instance = try Instance.read(file: file)
  var registry = Registry.standard
  registry.solvers = [InProcess(GLPKBackend())]
  let plan = try await Planner(registry: registry).solve(instance).document

  #expect(plan.status == .optimal && plan.solver?.backend == "glpk")
  #expect(plan.jobs[0].hosts == ["edge", "camera"])
}
