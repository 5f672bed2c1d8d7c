import Planning
import Splitting
import TestSupport
import Testing

/// An instance read from a file, and every formulation solved with every backend.
@Test(.enabled(if: Backends.areThere, "needs a backend"))
func comparedFormulations() async throws {
  let file = PackageFolder.url.appending(path: "docs/examples/camera.yaml").path

  let instance = try Instance.read(file: file)
  let registry = Registry.standard
  let comparison = try await Comparison.run(
    instance, formulations: registry.formulations, solvers: registry.solvers,
    limits: MIPPlanner.Limits(seconds: 60))
  for row in comparison.rows {
    print(row.formulation, row.backend, row.result, row.run?.solveSeconds ?? 0)
  }
  print(comparison.agrees)  // true

  #expect(comparison.agrees)
  let values = comparison.rows.compactMap(\.result.value)
  #expect(values.count == registry.formulations.count * Backends.built.count)
  #expect(values.allSatisfy { agree($0, 0.0788) }, "\(values)")
}
