import Foundation
import TestSupport
import Testing

/// Campaigns from the command line.
@Suite(.serialized, .enabled(if: Backends.areThere, "needs a backend")) struct BenchTests {
  private let folder: TemporaryFolder
  private let backend: String

  init() throws {
    folder = try TemporaryFolder()
    backend = try #require(Backends.built.first)
  }

  /// Two small instances, one of them coupled.
  private func suite(
    backends: [String], limit: Double = 20, repetitions: Int = 2, formulations: String = "assignment, layered"
  ) throws -> String {
    try folder.write(
      """
      layerroute: 1
      about: for tests
      limit: \(limit)
      repetitions: \(repetitions)
      formulations: [\(formulations)]
      backends: [\(backends.joined(separator: ", "))]
      instances:
        - {family: chain, class: small, layers: 3, jobs: 1}
        - {family: two-tier, class: large, jobs: 2, dnn: random, layers: 4, memoryTightness: 0.7}
      """, to: "mine.yaml")
  }

  private func bench(_ program: Program = .layerroute, _ arguments: String..., seconds: Double = 100)
    async throws
    -> ProgramRun
  {
    try await program.run(["bench"] + arguments, seconds: seconds)
  }

  private func records(_ file: String) throws -> [[String: Any]] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["run"] as? [String: Any]
    }
  }

  private func keys(_ file: String) throws -> [String] {
    try records(file).map { record in
      let subject = record["subject"] as? [String: Any]
      let method = record["method"] as? [String: Any]
      return "\(subject?["name"] ?? ""), \(method?["formulation"] ?? "") \(method?["backend"] ?? ""), "
        + "\(record["repetition"] ?? "")"
    }
  }

  // MARK: Campaigns

  @Test func theSmokeSuiteAgrees() async throws {
    let file = folder.path("smoke.jsonl")
    let run = try await bench(.layerroute, "smoke", "-o", file, seconds: 300)
    expect(run, exits: 0)
    #expect(run.output.contains("that finished agree"), "\(run)")
    for record in try records(file) {
      let outcome = try #require(record["outcome"] as? String)
      #expect(["solved", "refused"].contains(outcome), "\(record)")
      guard outcome == "solved" else { continue }
      let (seconds, value) = (record["seconds"] as? Double, record["value"] as? Double)
      #expect(try #require(seconds) > 0 && #require(value) > 0, "\(record)")
      let parts = ["build", "solve", "decode"].compactMap { record[$0] as? Double }
      #expect(parts.reduce(0, +) <= (try #require(seconds)) * 1.001, "\(record)")
      #expect(record["buildMemory"] as? Double ?? 0 > 1e6, "\(record)")
    }
  }

  @Test func aSecondCallAddsNothingAndSaysTheSame() async throws {
    let (file, suite) = (folder.path("results.jsonl"), try suite(backends: [backend, "native"]))
    let first = try await bench(.layerroute, suite, "-o", file)
    expect(first, exits: 0)
    #expect(first.errors.isEmpty, "\(first)")
    let written = try Data(contentsOf: URL(filePath: file))
    #expect(try keys(file).count == 2 * 4 * 2)
    let second = try await bench(.layerroute, suite, "-o", file)
    #expect(second.output == first.output && second.exitStatus == 0, "\(second)")
    #expect(try Data(contentsOf: URL(filePath: file)) == written)
    let report = try await bench(.layerroute, "report", file)
    #expect(report.output == first.output, "\(report)")
    let structured = try json(try await bench(.layerroute, "report", file, "--format", "json"))
    #expect(structured["agrees"] as? Bool == true)
    #expect((structured["instances"] as? [Any])?.count == 2)
  }

  /// Whenever it is killed, only the run in progress is lost.
  @Test(arguments: [1, 3, 6])
  func aKilledCampaignGoesOnWhereItWas(_ runs: Int) async throws {
    let program = try Installation(folder, [:], real: [backend])
    let (file, suite) = (folder.path("results.jsonl"), try suite(backends: [backend]))
    let running = try program.start("bench", suite, "-o", file)
    for _ in 0..<2000 where (try? keys(file).count) ?? 0 < runs {
      try await Task.sleep(for: .milliseconds(5))
    }
    _ = try running.end(by: [SIGKILL])
    for _ in 0..<100 where !program.processes.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    #expect(program.processes.isEmpty, "\(program.processes)")
    let before = try Data(contentsOf: URL(filePath: file))
    let handle = try FileHandle(forWritingTo: URL(filePath: file))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"run\":{\"half".utf8))
    try handle.close()
    let rest = try await bench(.layerroute, suite, "-o", file)
    expect(rest, exits: 0)
    #expect(try Data(contentsOf: URL(filePath: file)).starts(with: before), "what was written has changed")
    let keys = try keys(file)
    #expect(keys.count == 8 && Set(keys).count == 8, "\(keys)")
  }

  @Test(arguments: zip([SIGINT, SIGTERM], [Int32(130), 143]))
  func aSignalEndsTheCampaignWithWhatThereIs(_ signal: Int32, _ status: Int32) async throws {
    let program = try Installation(folder, [backend: "hang"])
    let (file, suite) = (folder.path("results.jsonl"), try suite(backends: [backend, "native"], limit: 50))
    let running = try program.start("bench", suite, "-o", file)
    try await program.untilAWorkerRuns()
    let run = try running.end(by: [signal])
    #expect(run.exitStatus == status && run.seconds < 5, "\(run)")
    for _ in 0..<40 where !program.processes.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    #expect(program.processes.isEmpty, "\(program.processes)")
  }

  @Test func shardsPutTogetherAreTheWhole() async throws {
    let suite = try suite(backends: [backend])
    var parts: [String] = []
    for shard in ["1/2", "2/2"] {
      parts.append(folder.path("part-\(parts.count).jsonl"))
      expect(try await bench(.layerroute, suite, "-o", parts[parts.count - 1], "--shard", shard), exits: 0)
      #expect(try keys(parts[parts.count - 1]).count == 4)
    }
    let merged = folder.path("merged.jsonl")
    expect(try await bench(.layerroute, "merge", parts[0], parts[1], "-o", merged), exits: 0)
    #expect(Set(try keys(merged)).count == 8)
    let report = try await bench(.layerroute, "report", merged)
    #expect(report.output == (try await bench(.layerroute, "report", parts[0], parts[1])).output)
    expect(try await bench(.layerroute, "reproduce", merged, merged), exits: 0)
  }

  // MARK: Backends that misbehave

  @Test(arguments: ["infeasible", "lie", "bound"])
  func aWrongBackendIsCaughtInEverySummary(_ behaviour: String) async throws {
    let wrong = try #require(Backends.all.first { $0 != backend })
    let program = try Installation(folder, [wrong: behaviour], real: [backend])
    let file = folder.path("results.jsonl")
    // Without the heuristic's plan it is the other backend that proves it wrong.
    var text = try String(contentsOfFile: try suite(backends: [backend, wrong]), encoding: .utf8)
    text = text.replacing("about:", with: "heuristic: false\nabout:")
    let run = try await bench(program.program, try folder.write(text, to: "mine.yaml"), "-o", file)
    expect(run, exits: 1)
    #expect(run.output.contains("wrong answers"), "\(run)")
    let structured = try json(try await bench(program.program, "report", file, "--format", "json"))
    #expect(structured["agrees"] as? Bool == false)
    let sections =
      [structured["overall"] as? [String: Any]] + (structured["classes"] as? [[String: Any]] ?? [])
    #expect(sections.count == 3)
    for section in sections {
      let methods = try #require(section?["methods"] as? [[String: Any]])
      for method in methods {
        let runs = try #require(method["runs"] as? [String: Int])
        let isLiar = method["backend"] as? String == wrong
        #expect((runs["wrong"] ?? 0 > 0) == isLiar, "\(section?["name"] ?? ""): \(method)")
      }
    }
  }

  @Test func crashesAndHangsAreResults() async throws {
    let other = try #require(Backends.all.first { $0 != backend })
    let program = try Installation(folder, [other: "hang"], real: [backend])
    let file = folder.path("results.jsonl")
    let run = try await bench(
      program.program, try suite(backends: [backend, other], limit: 5, repetitions: 1), "-o", file)
    expect(run, exits: 0)
    for record in try records(file) {
      let method = record["method"] as? [String: Any]
      let isHanging = method?["backend"] as? String == other
      #expect((record["outcome"] as? String == "timed out") == isHanging, "\(record)")
      // On a machine that runs other tests as well.
      if isHanging { #expect(record["seconds"] as? Double ?? 99 < 12, "\(record)") }
    }
    let broken = try Installation(folder, [other: "abort"])
    let failed = try await bench(
      broken.program, try suite(backends: [other], repetitions: 1), "-o", folder.path("failed.jsonl"))
    expect(failed, exits: 70)
    #expect(failed.output.contains("signal 6") || failed.output.contains("failed"), "\(failed)")
  }

  @Test func aModelTooLargeIsAResult() async throws {
    let path = try suite(backends: [backend], repetitions: 1, formulations: "pairflow")
    let text = try String(contentsOfFile: path, encoding: .utf8) + "\n"
    let file = folder.path("results.jsonl")
    let run = try await bench(
      .layerroute, try folder.write("memory: 10 kB\n" + text, to: "mine.yaml"), "-o", file)
    expect(run, exits: 0)
    for record in try records(file) {
      #expect(record["outcome"] as? String == "too large", "\(record)")
      #expect(((record["model"] as? [String: Any])?["columns"] as? Int ?? 0) > 10, "\(record)")
    }
  }

  @Test func withoutItsBackendsASuiteCannotBeRun() async throws {
    let program = try Installation(folder, [:])
    let run = try await bench(program.program, try suite(backends: [backend]), "-o", folder.path("r.jsonl"))
    expect(run, exits: 69, saying: backend, "left out")
    #expect(!FileManager.default.fileExists(atPath: folder.path("r.jsonl")))
  }

  // MARK: Mistakes

  @Test func mistakesAreNamed() async throws {
    let suite = try suite(backends: [backend], repetitions: 1)
    let notes = try folder.write("notes\n", to: "notes.txt")
    expect(try await bench(.layerroute, "smok"), exits: 65, saying: "smok", "smoke")
    expect(try await bench(.layerroute, suite, "--shard", "3/2"), exits: 64, saying: "3/2")
    expect(try await bench(.layerroute, suite, "-o", notes), exits: 65, saying: "notes.txt:1")
    expect(
      try await bench(.layerroute, suite, "-o", "/nowhere/r.jsonl"), exits: 64, saying: "/nowhere/r.jsonl")
    expect(try await bench(.layerroute, "report", notes), exits: 65, saying: "notes.txt")
    expect(try await bench(.layerroute, "report", folder.path("none")), exits: 65, saying: "no such file")
    expect(try await bench(.layerroute, "show", "smok"), exits: 64, saying: "smoke")
    #expect(try String(contentsOfFile: notes, encoding: .utf8) == "notes\n")
    let file = folder.path("results.jsonl")
    expect(try await bench(.layerroute, suite, "-o", file, "-q"), exits: 0)
    let other = try self.suite(backends: [backend], repetitions: 3)
    expect(try await bench(.layerroute, other, "-o", file), exits: 65, saying: "results of suite mine")
    expect(try await bench(.layerroute, "merge", file, "-o", file), exits: 64, saying: "replace")
  }

  @Test func aShownSuiteIsASuite() async throws {
    let shown = try await bench(.layerroute, "show", "smoke")
    expect(shown, exits: 0)
    let path = try folder.write(
      shown.output.replacing("repetitions: 2", with: "repetitions: 1"), to: "own.yaml")
    let run = try await bench(.layerroute, path, "-o", folder.path("own.jsonl"))
    expect(run, exits: 0)
    // Six instances, four formulations with each backend, and the two native methods.
    #expect(run.output.contains("\(6 * (4 * Backends.built.count + 2)) runs;"), "\(run)")
  }

  @Test func anOptimumThatIsNotReproducedIsSeen() async throws {
    let (file, changed) = (folder.path("results.jsonl"), folder.path("changed.jsonl"))
    expect(try await bench(.layerroute, try suite(backends: [backend], repetitions: 1), "-o", file), exits: 0)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try folder.write(
      text.replacing(#/"(value|bound|known)":0/#, with: { "\"\($0.1)\":1" }), to: "changed.jsonl")
    expect(try await bench(.layerroute, "reproduce", file, file), exits: 0)
    expect(try await bench(.layerroute, "reproduce", file, changed), exits: 1)
  }
}
