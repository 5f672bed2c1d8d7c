import Foundation
import Splitting
import TestSupport
import Testing

/// The samples beside the formulations' mathematics are what `export` writes.
@Suite struct SampleTests {
  @Test(arguments: Registry.standard.formulations.map(\.name))
  func samplesAreTheModelsOfTheExample(_ formulation: String) throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let sample = PackageFolder.url.appending(path: "formulations/\(formulation)/samples/camera.lp")
    let model = try Exporter.model(of: try Instance.read(file: example.path), formulation: formulation)
    #expect(model.lpText() == (try String(contentsOf: sample, encoding: .utf8)))
  }

  @Test func theReadmeShowsTheExample() throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let readme = try String(contentsOf: PackageFolder.url.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains(try String(contentsOf: example, encoding: .utf8)))
  }
}
