import Foundations
import LayerRoute
import Planning
import Solvers
import Splitting
import TestSupport
import Testing

/// An instance read from a file, and every formulation solved with every backend.
@Test(.enabled(if: Backends.areThere, "needs a backend"))
func comparedFormulations() async throws {
  let file = PackageFolder.url.appending(path: "docs/examples/camera.yaml").path

  let instance = try Instance.read(file: file)
  let comparison = try await Kinds.splitting.compare(
    instance, formulations: Kinds.splitting.formulations, solvers: WorkerBackend.all,
    budget: Budget(seconds: 60))
  for row in comparison.rows {
    print(row.formulation, row.backend, row.result, row.effort?.solveSeconds ?? 0)
  }
  print(comparison.agrees)  // true

  #expect(comparison.agrees)
  let values = comparison.rows.compactMap(\.result.cost)
  // And `paths`, if a backend has LP sessions for it.
  let native = Backends.built.contains { ["cbc", "glpk"].contains($0) } ? 1 : 0
  #expect(values.count == Kinds.splitting.formulations.count * Backends.built.count + native)
  #expect(values.allSatisfy { agree($0, 0.0788) }, "\(values)")
}
