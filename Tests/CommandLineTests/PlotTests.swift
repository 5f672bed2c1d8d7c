import Foundation
import TestSupport
import Testing

/// Pictures of layered graphs, by name of the job or without.
struct PlotTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  /// The picture in the documentation is the one that the program draws.
  @Test func theExampleIsDrawnAsTheDocumentationShowsIt() async throws {
    let examples = PackageFolder.url.appending(path: "docs/examples")
    let run = try await layerroute(
      "plot", "--layered", examples.appending(path: "layered.yaml").path, "detect")
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let shown = try String(contentsOf: examples.appending(path: "layered.svg"), encoding: .utf8)
    #expect(run.output == shown)
  }

  @Test func aPictureIsNoPNG() async throws {
    let file = PackageFolder.url.appending(path: "docs/examples/layered.yaml").path
    let run = try await layerroute("plot", file, "-o", "plan.PNG")
    expect(run, exits: 64, saying: "SVG")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func thePathIsThatOfThePlan() async throws {
    let instance = try files.write(Samples.coupled)
    let plan = files.folder.path("plan.json")
    #expect(try await layerroute("solve", instance, "-o", plan).exitStatus == 0)
    let run = try await layerroute("plot", "--layered", instance, "other", plan)
    #expect(
      run.exitStatus == 0 && run.output.contains("Layered graph of other, with its path in the plan"),
      "\(run)")
    let named = try await layerroute("plot", "--layered", instance, "--job", "other", plan)
    #expect(named.output == run.output)
  }

  /// A job's own shortest path may need more memory than there is.
  @Test func aShortestPathThatIsNoPlanIsCalledSo() async throws {
    let camera = PackageFolder.url.appending(path: "docs/examples/camera.yaml").path
    let run = try await layerroute("plot", "--layered", camera)
    #expect(run.exitStatus == 0, "\(run)")
    #expect(run.errors.contains("the shortest path is no plan: memory: node \"edge\""), "\(run)")
  }

  @Test func requestsThatMakeNoSenseAreUsageErrors() async throws {
    let instance = try files.write(Samples.coupled)
    expect(try await layerroute("plot", "--layered", instance), exits: 64, saying: "has 2 jobs")
    expect(try await layerroute("plot", "--layered", instance, "none"), exits: 64, saying: "no such job")
    expect(try await layerroute("plot", "--layered", "--dot", instance), exits: 64, saying: "--dot")
    expect(try await layerroute("plot", instance, "a", "b"), exits: 64, saying: "'b'")
    expect(
      try await layerroute("plot", "--layered", instance, "detect", "plan.json"), exits: 65,
      saying: "plan.json")
  }
}
