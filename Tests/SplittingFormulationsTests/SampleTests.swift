import Foundation
import LayerRoute
import Splitting
import TestSupport
import Testing

/// The samples beside the formulations' mathematics are what `export` writes.
@Suite struct SampleTests {
  @Test(arguments: Kinds.splitting.formulations.map(\.name))
  func samplesAreTheModelsOfTheExample(_ formulation: String) async throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let sample = PackageFolder.url.appending(path: "formulations/splitting/\(formulation)/samples/camera.lp")
    let instance = try Instance.read(file: example.path)
    let model = try await Kinds.splitting.model(of: instance, formulation: formulation)
    #expect(model.lpText() == (try String(contentsOf: sample, encoding: .utf8)))
  }

  @Test func theReadmeShowsTheExample() throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let readme = try String(contentsOf: PackageFolder.url.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains(try String(contentsOf: example, encoding: .utf8)))
  }
}
