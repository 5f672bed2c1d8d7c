import GLPKBackend
import LayerRoute
import LinearModels
import Splitting
import TestSupport
import Testing

/// A coupled instance solved by a library in this process, without a worker.
@Test(.enabled(if: Backends.built.contains("glpk"), "needs GLPK"))
func aBackendInThisProcess() async throws {
  let file = PackageFolder.url.appending(path: "docs/examples/camera.yaml").path

  let instance = try Instance.read(file: file)
  let answer = try await Kinds.splitting.solve(instance, solvers: [InProcess(GLPKBackend())])

  #expect(answer.file.status == .optimal)
  #expect(answer.plan?.jobs[0].hosts.map { instance.network.nodes[$0].id } == ["edge", "camera"])
}
