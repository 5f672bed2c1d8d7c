import Foundation
import TestSupport
import Testing

/// `layerroute import`.
@Suite struct ImportTests {
  private static let models = PackageFolder.url.appending(path: "Tests/ImporterTests/Models").path
  private static let encoder = ["\(models)/encoder.onnx", "--dim", "batch=2", "--dim", "length=16"]

  @Test func anImportedModelIsSolvedThroughAReference() async throws {
    let folder = try TemporaryFolder()
    let run = try await layerroute(
      "import", "onnx", "\(Self.models)/mobilenet_v3.onnx", "-o", folder.path("dnn.json"))
    #expect(run.exitStatus == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run)")
    let instance = try folder.write(
      """
      layerroute: 1
      network:
        nodes: [{id: camera, compute: 1 GFLOP/s}, {id: edge, compute: 1 TFLOP/s}]
        links: [{from: camera, to: edge, bandwidth: 1 Gbit/s, duplex: true}]
      dnns: {m: {file: dnn.json}}
      jobs: [{id: j, dnn: m, source: camera, target: camera}]
      """, to: "instance.yaml")
    let solved = try await layerroute("solve", instance, "--format", "json")
    #expect(solved.exitStatus == 0, "\(solved)")
    #expect(try solved.status() == "optimal")
  }

  @Test(arguments: ["operator", "block", "fused"])
  func theSummaryHasTheTotals(_ granularity: String) async throws {
    let run = try await Program.layerroute.run(
      ["import", "onnx"] + Self.encoder
        + ["--summary", "--format", "json", "--granularity", granularity])
    let totals = try json(run)
    let keys: Set = [
      "parameters", "multiplyAddFLOP", "otherFLOP", "operators", "layers", "weights", "memory",
      "activations", "footprint", "assumed",
    ]
    #expect(Set(totals.keys) == keys, "\(run)")
    #expect(totals["weights"] as? Double == 122_632 && totals["activations"] as? Double == 53_376)
    #expect(totals["footprint"] as? Double == 176_008)
    #expect(totals["parameters"] as? Double == 30464)
    #expect(totals["multiplyAddFLOP"] as? Double == 1_703_936)
    let layers = try #require(totals["layers"] as? Double)
    #expect(granularity == "operator" ? layers == totals["operators"] as? Double : layers > 1, "\(run)")
  }

  @Test func theTableHasALineForEveryLayer() async throws {
    let run = try await Program.layerroute.run(["import", "onnx"] + Self.encoder + ["--summary"])
    #expect(run.exitStatus == 0, "\(run)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.last?.contains("(\(lines.count - 2) layers)") == true, "\(run)")
    #expect(
      lines.last?.split(whereSeparator: \.isWhitespace).suffix(6) == [
        "122.6", "kB", "53.38", "kB", "176", "kB",
      ])
  }

  @Test func whatIsWrongWithAModelIsBadInput() async throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("layerroute: 1", to: "text.onnx")
    expect(try await layerroute("import", "onnx", text), exits: 65, saying: "text.onnx", "not an ONNX file")
    let absent = folder.path("absent.onnx")
    expect(try await layerroute("import", "onnx", absent), exits: 65, saying: "there is no such file")
    let run = try await layerroute("import", "onnx", "\(Self.models)/encoder.onnx", "--dim", "batch=2")
    expect(run, exits: 65, saying: "length", "--dim")
    #expect(run.output.isEmpty, "\(run)")
  }

  @Test(arguments: [
    (["--dim", "depth=3"], "\"depth\" is no dimension"), (["--dim", "batch"], "batch"),
    (["--dim", "batch=-1"], "batch=-1"), (["--dim", "batch=1", "--dim", "batch=2"], "two sizes"),
    (["--format", "json"], "--summary"), (["--granularity", "layer"], "layer"),
    (["--assume", "nothing"], "nothing"),
  ])
  func optionsThatMakeNoSenseAreRefused(_ options: [String], _ words: String) async throws {
    let run = try await Program.layerroute.run(["import", "onnx", "\(Self.models)/encoder.onnx"] + options)
    expect(run, exits: 64, saying: words)
    #expect(run.output.isEmpty, "\(run)")
  }
}
