import Foundation
import LayerRoute
import TestSupport
import Testing

/// Every command takes instances of batching.
@Suite struct BatchingTests {
  private let files: SampleFiles
  private let example = PackageFolder.url.appending(path: "docs/examples/batching/cell.yaml").path

  init() throws { files = try SampleFiles() }

  private func generated(_ options: String...) async throws -> String {
    let file = files.path("instance.json")
    let run = try await Program.layerroute.run(["generate", "batching", "cell", "-o", file] + options)
    #expect(run.exitStatus == 0 && run.errors.contains("could be served alone"), "\(run)")
    return file
  }

  @Test func aPlanIsWrittenVerifiedAndDrawn() async throws {
    let instance = try await generated("--users", "30", "--seed", "5")
    let plan = files.path("plan.json")
    let solved = try await layerroute("solve", instance, "-o", plan)
    #expect(solved.exitStatus == 0 && solved.output.contains("of 30 users scheduled"), "\(solved)")
    #expect(solved.output.contains("found by   native method (layered), in"), "\(solved)")
    let verified = try await layerroute("verify", instance, plan)
    #expect(verified.exitStatus == 0 && verified.output.contains("The plan holds: 30 users, "), "\(verified)")
    let drawn = try await layerroute("plot", instance, plan)
    #expect(drawn.exitStatus == 0 && drawn.output.contains("shares of 20 MHz"), "\(drawn)")
    let text = try String(contentsOfFile: plan, encoding: .utf8)
    let wrong = try files.folder.write(
      text.replacing("\"window\":", with: "\"window\": 1e-9, \"window2\":"), to: "wrong.json")
    #expect(try await layerroute("verify", instance, wrong).exitStatus == 65)
  }

  /// A heuristic builds no model, so that the text names it alone; files always have a formulation.
  @Test func theMethodIsNamedAlone() async throws {
    let instance = try await generated("--users", "10", "--seed", "1")
    let plan = files.path("plan.json")
    let run = try await layerroute("solve", instance, "--method", "best-shelf", "-o", plan)
    #expect(run.output.contains("\nfound by   method best-shelf, in "), "\(run)")
    let text = try String(contentsOfFile: plan, encoding: .utf8)
    for member in ["\"formulation\": \"layered\"", "\"method\": \"best-shelf\""] {
      #expect(text.contains(member), "\(text)")
    }
  }

  /// An accuracy beyond that of the last exit is said to be the reason.
  @Test func anUnattainableAccuracyIsNamed() async throws {
    let file = try files.folder.write(
      """
      layerroute: 1
      problem: batching
      server: {bandwidth: 20 MHz}
      dnn: {blocks: [{name: head, times: [4 ms, 5 ms], accuracy: 0.61}, {name: tail, times: [3 ms, 4 ms], accuracy: 0.74}]}
      users:
        - {id: one, upload: 80 kB, efficiency: 3, deadline: 90 ms, accuracy: 0.6}
        - {id: two, upload: 80 kB, efficiency: 3, deadline: 90 ms, accuracy: 0.9}
      """, to: "instance.yaml")
    let run = try await layerroute("solve", file)
    #expect(
      run.output.hasSuffix(
        "\nno batch can serve \"two\": wants accuracy 0.9, and the last exit, \"tail\", has 0.74\n"), "\(run)"
    )
  }

  @Test func networksAreNotDrawn() async throws {
    for option in ["--layered", "--dot"] {
      let run = try await layerroute("plot", option, example, "--job", "phone")
      expect(run, exits: 64, saying: "timeline")
    }
    #expect(try await layerroute("plot", example).exitStatus == 0)
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func comparisonsAgree() async throws {
    let instance = try await generated("--users", "10", "--values", "mixed", "--window", "0.05")
    let run = try await layerroute("compare", instance, "--format", "json", "--time-limit", "20")
    let comparison = try json(run)
    #expect(run.exitStatus == 0 && comparison["agrees"] as? Bool == true, "\(run)")
    let rows = try #require(comparison["runs"] as? [[String: Any]])
    #expect(rows.count == 1 + 2 * Backends.all.count, "\(run)")
    #expect(
      rows.first?["backend"] as? String == "native" && rows.first?["formulation"] as? String == "layered")
  }

  @Test(arguments: ["best-shelf", "best-shelf-exits"])
  func heuristicsSayWhatTheyProve(_ method: String) async throws {
    let instance = try await generated("--users", "25", "--seed", "2")
    let run = try await layerroute("solve", instance, "--method", method, "--format", "json")
    #expect(run.exitStatus == 0, "\(run)")
    #expect(try run.status() == "feasible" && run.objective("bound") > run.objective(), "\(run)")
    let solver = try #require(try json(run)["solver"] as? [String: Any])
    #expect(solver["method"] as? String == method, "\(run)")
  }

  /// A limit leaves a plan and a bound.
  @Test func aLimitEndsInAPlanWithABound() async throws {
    let instance = try await generated("--users", "4000", "--values", "mixed", "--tightness", "0.02")
    let run = try await layerroute("solve", instance, "--time-limit", "1", "--format", "json", seconds: 30)
    #expect(run.exitStatus == 3, "\(run.exitStatus as Any) \(run.errors)")
    #expect(try run.status() == "feasible" && run.objective("bound") > run.objective() && run.objective() > 0)
  }

  /// Exported files have minus the value as their optimum, as it is.
  @Test(
    .enabled(if: Program(onPath: "glpsol") != nil, "needs the program glpsol"),
    arguments: ["selection", "layered"], ["lp", "mps"])
  func glpsolFindsMinusTheOptimum(_ formulation: String, _ format: String) async throws {
    let instance = try await generated("--users", "12", "--values", "mixed", "--seed", "3")
    let optimum = try await layerroute("solve", instance, "--format", "json").objective()
    let model = files.path("model")
    let exported = try await layerroute(
      "export", instance, "--formulation", formulation, "--format", format, "-o", model)
    #expect(exported.exitStatus == 0, "\(exported)")
    let program = try #require(Program(onPath: "glpsol"))
    let run = try await program.run([
      format == "lp" ? "--lp" : "--freemps", model, "-o", files.path("solution"),
    ])
    let solution = try String(contentsOfFile: files.path("solution"), encoding: .utf8)
    let value = try #require(solution.firstMatch(of: /Objective: +\S+ = (\S+)/)?.1, "\(run)")
    #expect(agree(try #require(Double(value)), -optimum), "\(value), \(optimum)")
  }

  @Test func aTableOfBlocksIsImported() async throws {
    let table = try files.folder.write("block,batch,seconds\na,1,0.002\na,2,0.001\n", to: "times.csv")
    let run = try await layerroute("import", "profile", table, "-o", files.path("dnn.json"))
    expect(run, exits: 0, saying: "1 time was less")
    let instance = try files.folder.write(
      """
      {"layerroute": 1, "problem": "batching", "server": {"bandwidth": "1 MHz"}, "dnn": {"file": "dnn.json"},
       "users": [{"id": "u", "upload": 0, "efficiency": 1, "deadline": "2 ms", "exit": "a"}]}
      """, to: "instance.json")
    #expect(try await layerroute("solve", instance, "--format", "json").objective() == 1)
    expect(try await layerroute("import", "profile", table, "--device", "x"), exits: 64, saying: "--device")
    let summary = try await layerroute("import", "profile", table, "--summary", "--format", "json")
    #expect(try json(summary)["blocks"] is [Any], "\(summary)")
  }

  /// A formulation or a backend that a method would ignore is a usage error.
  @Test func whatMeansNothingToAMethodIsRefused() async throws {
    for (method, options) in [
      ("native", ["--formulation", "layered"]), ("best-shelf", ["--backend", "highs"]),
      ("exact", ["--backend", "native"]),
    ] {
      expect(
        try await Program.layerroute.run(["solve", example, "--method", method] + options), exits: 64,
        saying: options[1], "means nothing to the method \(method)")
    }
    let run = try await layerroute("solve", example, "--method", "native", "--backend", "native")
    expect(run, exits: 0)
  }

  @Test func oneOfSomethingIsNotCalledSeveral() async throws {
    let run = try await layerroute("plot", try await generated("--users", "1", "--blocks", "1"))
    #expect(run.exitStatus == 0 && run.output.contains("1 user, 1 block<"), "\(run)")
  }

  /// Commands about one problem say which files they take.
  @Test(arguments: [
    ["schedule", "FILE"], ["simulate", "FILE", "order.json"],
    ["split", "m.onnx", "FILE", "order.json", "-o", "parts"],
  ])
  func commandsOfSplittingSayWhatTheyTake(_ command: [String]) async throws {
    expect(
      try await Program.layerroute.run(command.map { $0 == "FILE" ? example : $0 }), exits: 65,
      saying: "cell.yaml:", "an instance of problem batching", "only those of splitting", "solve, compare")
  }

  @Test func filesOfOtherProblemsAreCalledSo() async throws {
    let mixed = try files.folder.write(
      #"{"layerroute": 1, "problem": "batching", "network": {}, "dnn": {}, "users": []}"#, to: "mixed.json")
    expect(
      try await layerroute("solve", mixed), exits: 65, saying: "mixed.json:1:", "network",
      "belongs to the problems splitting and coordination")
  }
}
