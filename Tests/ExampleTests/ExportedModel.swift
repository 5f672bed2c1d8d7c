import Documents
import LayerRoute
import Splitting
import TestSupport
import Testing

/// An instance as a mixed-integer program of every formulation, in files that other solvers read.
@Test func exportedModels() async throws {
  let file = PackageFolder.url.appending(path: "docs/examples/camera.yaml").path

  let instance = try Instance.read(file: file)

  for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
    let model = try await Kinds.splitting.model(of: instance, formulation: formulation.name)
    print(formulation.name, model.columnCount, model.rowCount, model.nonzeroCount)
    try OutputFile.write(model.mpsText(), to: "/dev/null")
  }

  let model = try await Kinds.splitting.model(of: instance, formulation: "layered")
  #expect(model.mpsText().hasSuffix("ENDATA\n"))
}
