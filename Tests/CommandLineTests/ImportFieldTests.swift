import Foundation
import TestSupport
import Testing

/// `layerroute import` and `layerroute split` with the files that people have.
@Suite struct ImportFieldTests {
  private static let models = PackageFolder.url.appending(path: "Tests/ImporterTests/Models").path

  // MARK: Language models

  @Test func aConfigurationBecomesAChainOfBlocks() async throws {
    let folder = try TemporaryFolder()
    let file = PackageFolder.url.appending(path: "docs/examples/llm/config.json").path
    let run = try await layerroute(
      "import", "transformer", file, "--context", "8192", "--summary", "--format", "json", "-o",
      folder.path("dnn.json"))
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let summary = try json(run)
    #expect(summary["parameters"] as? Double == 8_030_261_248 && summary["blocks"] as? Double == 32)
    #expect(summary["memory"] as? Double == 1_073_741_824)
    #expect(summary["weights"] as? Double == 16_060_522_496)
    let usual = try await layerroute("import", "transformer", file, "--summary")
    expect(usual, exits: 0, saying: "a context of 4096 tokens; --context sets it")
    #expect(usual.output.contains("block 0 ... block 31 (32, each)"), "\(usual)")
    let quantised = try await layerroute(
      "import", "transformer", file, "--context", "1", "--weight-type", "q4_k", "--summary", "--format",
      "json")
    #expect(try json(quantised)["weights"] as? Double ?? 1e12 < 7e9)
  }

  @Test func anotherFileIsNoLanguageModel() async throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("{\"a\": 1}", to: "config.json")
    expect(try await layerroute("import", "gguf", text), exits: 65, saying: "no GGUF file")
    expect(try await layerroute("import", "transformer", text), exits: 65, saying: "model_type")
    expect(try await layerroute("import", "gguf", folder.path("absent")), exits: 65, saying: "no such file")
    expect(
      try await layerroute("import", "transformer", text, "--context", "0"), exits: 64,
      saying: "--context is 0")
  }

  // MARK: ONNX

  @Test(arguments: [
    (["--value", "y=1"], "no such input"), (["--until", "y"], "no operator of the model produces"),
    (["--state", "x"], "no pattern INPUT=OUTPUT"), (["--state", "x=y"], "matches no input"),
    (["--dim", "input_ids[7]=1"], "INPUT[AXIS] is one axis"),
  ])
  func anOptionThatDoesNotApplyIsRefused(_ options: [String], _ words: String) async throws {
    let sizes = ["--dim", "batch=2", "--dim", "length=16"]
    let run = try await Program.layerroute.run(
      ["import", "onnx", "\(Self.models)/encoder.onnx"] + sizes + options)
    expect(run, exits: 64, saying: words)
  }

  @Test func anUnknownTypeOfTensorsIsAnsweredWithTheNearest() async throws {
    for option in ["--weight-type", "--cache-type"] {
      let run = try await layerroute("import", "transformer", "config.json", option, "q4_k_m")
      expect(run, exits: 64, saying: option, "Did you mean \"q4_k\"? The types are f32, f16, q4_0")
    }
  }

  // MARK: Profiles of ONNX Runtime

  @Test func theTimesOfAProfilerAreAddedToTheLayersOfADNN() async throws {
    let folder = try TemporaryFolder()
    let dnn = try folder.write(
      """
      {"input": 8, "layers": [{"name": "a", "work": 1, "output": 4, "operators": ["conv", "relu"]},
                              {"name": "b", "work": 1, "output": 4, "times": {"edge": 3, "cam": 9}}]}
      """, to: "dnn.json")
    let events = [("conv", 10), ("relu_nchwc", 20), ("Add_7", 1), ("b", 5), ("conv", 14), ("conv", 11)].map {
      "{\"cat\": \"Node\", \"name\": \"\($0.0)_kernel_time\", \"dur\": \($0.1)}"
    }
    let profile = try folder.write("[\(events.joined(separator: ", "))]", to: "profile.json")
    let bare = try await layerroute("import", "profile", profile, "--device", "cam")
    expect(bare, exits: 65, saying: "--onto")
    let run = try await layerroute(
      "import", "profile", profile, "--onto", dnn, "--device", "cam", "-o", folder.path("timed.json"))
    expect(run, exits: 0, saying: "\"Add_7\"")
    let text = try String(contentsOfFile: folder.path("timed.json"), encoding: .utf8)
    let timed = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let layers = try #require(timed["layers"] as? [[String: Any]])
    // Without events of whole runs all belong to one run, in which the convolution ran three times.
    #expect(
      (layers[0]["times"] as? [String: Double])?["cam"].map { abs($0 - 54e-6) < 1e-12 } == true, "\(text)")
    #expect((layers[1]["times"] as? [String: Double])?["edge"] == 3)
    #expect((layers[1]["times"] as? [String: Double])?["cam"] == 5e-6)
  }

  /// As ONNX Runtime 1.32 names operators with ORT_ENABLE_ALL: a fused product for its node, and a convolution in the
  /// blocked layout for the tensor that it writes.
  @Test func fusedOperatorsCountWithTheirLayers() async throws {
    let folder = try TemporaryFolder()
    let dnn = try folder.write(
      """
      {"input": 8, "layers": [
        {"name": "Conv_0", "work": 1, "output": 4, "operators": ["Conv_0", "Relu_0"], "tensors": ["140"]},
        {"name": "Conv_1", "work": 1, "output": 4, "operators": ["Conv_1", "Relu_1"], "tensors": ["r1"]},
        {"name": "Gemm", "work": 1, "output": 4, "operators": ["Gemm", "Relu_5"], "tensors": ["out"]}]}
      """, to: "dnn.json")
    let names = ["140_nchwc", "r1_nchwc", "ReorderOutput", "fused Gemm"]
    let events = zip(names, [10, 20, 1, 5]).map {
      "{\"cat\": \"Node\", \"name\": \"\($0)_kernel_time\", \"dur\": \($1)}"
    }
    let profile = try folder.write("[\(events.joined(separator: ", "))]", to: "profile.json")
    let run = try await layerroute(
      "import", "profile", profile, "--onto", dnn, "--device", "cam", "-o", folder.path("timed.json"))
    expect(run, exits: 0, saying: "counted with the one before: \"ReorderOutput\"")
    let text = try String(contentsOfFile: folder.path("timed.json"), encoding: .utf8)
    let timed = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let layers = try #require(timed["layers"] as? [[String: Any]])
    let micros = layers.map { (($0["times"] as? [String: Double])?["cam"] ?? .nan) * 1e6 }
    #expect(micros.map { $0.rounded() } == [10, 21, 5], "\(text)")
  }

  // MARK: Parts

  /// Python with onnx and onnxruntime, in `LAYERROUTE_PYTHON` or the path; `nil` where there is none.
  private static let python: String? = {
    let name = ProcessInfo.processInfo.environment["LAYERROUTE_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name, "-c", "import onnx, onnxruntime"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? name : nil
  }()

  /// Models with sizes, and the granularity by which they are cut.
  private static let cutModels: [(String, [String], String)] = [
    ("mobilenet_v3", [], "block"), ("resnet", [], "operator"),
    ("encoder", ["batch=2", "length=16"], "block"),
    ("gpt", ["batch=2", "length=16"], "operator"),
  ]

  @Test(.enabled(if: python != nil, "needs onnx and onnxruntime for Python"), arguments: cutModels)
  func thePartsGiveWhatTheWholeGives(_ name: String, _ sizes: [String], _ granularity: String) async throws {
    let folder = try TemporaryFolder()
    let shell = Program(URL(filePath: "/usr/bin/env"))
    let script = "\(Self.models)/run_parts.py"
    let model = folder.path("model.onnx")
    let python = try #require(Self.python)
    _ = try await shell.run([python, script, "fill", "\(Self.models)/\(name).onnx", model])
    let dims = sizes.flatMap { ["--dim", $0] }
    let imported = try await Program.layerroute.run(
      ["import", "onnx", model, "--granularity", granularity, "-o", folder.path("dnn.json")] + dims)
    #expect(imported.exitStatus == 0, "\(imported)")
    let instance = try folder.write(Self.ring, to: "instance.yaml")
    // Any plan that cuts the model will do.
    let solved = try await layerroute("solve", instance, "--time-limit", "3", "-o", folder.path("plan.json"))
    #expect([0, 3].contains(solved.exitStatus), "\(solved)")
    let split = try await Program.layerroute.run(
      ["split", model, instance, folder.path("plan.json"), "-o", folder.path("parts")] + dims)
    #expect(split.exitStatus == 0, "\(split)")
    let compared = try await shell.run([python, script, "compare", model, folder.path("parts")] + sizes)
    #expect(compared.exitStatus == 0 && compared.output.contains("outputs agree"), "\(compared)")
    #expect(!compared.output.hasPrefix("1 parts"), "\(name) was not cut: \(compared)")
  }

  /// Machines of which each can run a third of the work only, so that the model is cut.
  private static let ring = """
    layerroute: 1
    network:
      nodes: [{id: a, compute: 1 GFLOP/s}, {id: b, compute: 1 GFLOP/s}, {id: c, compute: 1 GFLOP/s}]
      links:
        - {from: a, to: b, bandwidth: 1 Tbit/s, duplex: true}
        - {from: b, to: c, bandwidth: 1 Tbit/s, duplex: true}
        - {from: c, to: a, bandwidth: 1 Tbit/s, duplex: true}
    dnns: {m: {file: dnn.json}}
    jobs: [{id: j, dnn: m, source: a, target: a}]
    options: {objective: bottleneck}
    """

  @Test func aDNNWithoutNamesOfTensorsCannotBeSplit() async throws {
    let folder = try TemporaryFolder()
    let instance = try folder.write(
      """
      layerroute: 1
      network:
        nodes: [{id: a, compute: 1}, {id: b, compute: 9}]
        links: [{from: a, to: b, bandwidth: 1 Gbit/s, duplex: true}]
      dnns: {m: {input: 1, layers: [{name: x, work: 1, output: 1}, {name: y, work: 1, output: 1}]}}
      jobs: [{id: left, dnn: m, source: a, target: a, hosts: {x: [a], y: [b]}}]
      """, to: "instance.yaml")
    _ = try await layerroute("solve", instance, "-o", folder.path("plan.json"))
    let run = try await layerroute(
      "split", "\(Self.models)/resnet.onnx", instance, folder.path("plan.json"), "-o", folder.path("parts"))
    expect(run, exits: 64, saying: "does not name the tensors")
    let other = try await layerroute(
      "split", "\(Self.models)/resnet.onnx", instance, folder.path("plan.json"), "--job", "lift", "-o",
      folder.path("parts"))
    expect(other, exits: 64, saying: "no such job; did you mean \"left\"?")
  }
}
