import Foundation
import TestSupport
import Testing

/// What the program says of itself, as recorded in `Golden`.
@Suite struct HelpTests {
  @Test(arguments: [
    "", "solve", "compare", "verify", "plot", "export", "split", "import", "import onnx", "import gguf",
    "import transformer", "import topology", "import profile", "generate", "schedule", "simulate", "bench",
    "bench run", "bench report", "bench merge", "bench reproduce", "bench show", "list",
  ])
  func helpIsAsRecorded(_ command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let run = try await Program.layerroute.run(words + ["--help"])
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    try expectRecorded(run.output, (["help"] + words).joined(separator: "-") + ".txt")
  }

  @Test func everyCommandHasARecordedHelp() async throws {
    let run = try await layerroute("--help")
    let section = try #require(run.output.firstRange(of: "SUBCOMMANDS:"))
    let commands = run.output[section.upperBound...].matches(of: #/\n  ([a-z]+) /#).map { String($0.1) }
    #expect(!commands.isEmpty)
    for command in commands where command != "help" {
      let golden = Self.folder.appending(path: "help-\(command).txt").path
      #expect(FileManager.default.fileExists(atPath: golden), "add \(command) to the test above")
    }
  }

  @Test func theVersionIsOneLine() async throws {
    let run = try await layerroute("--version")
    #expect(run.exitStatus == 0, "\(run)")
    #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(run)")
  }

  @Test(arguments: [
    (["slove", "x.yaml"], "there is no command \"slove\"; did you mean \"solve\"?"),
    (["import", "onxn", "x"], "there is no command \"import onxn\"; did you mean \"onnx\"?"),
    (["x.yaml"], "there is no command \"x.yaml\"; there are solve, compare, "),
  ])
  func theNearestCommandIsNamed(_ arguments: [String], _ words: String) async throws {
    expect(try await Program.layerroute.run(arguments), exits: 64, saying: words)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowTheCommands(_ shell: String) async throws {
    let run = try await layerroute("--generate-completion-script", shell)
    #expect(run.exitStatus == 0, "\(run)")
    for word in ["layerroute", "solve", "compare", "formulation"] {
      #expect(run.output.contains(word), "\(word): \(run)")
    }
  }

  @Test func bashReadsItsCompletions() async throws {
    guard let bash = Program(onPath: "bash") else { return }
    let folder = try TemporaryFolder()
    let script = try folder.write(
      try await layerroute("--generate-completion-script", "bash").output, to: "completions.bash")
    let run = try await bash.run(["-n", script])
    #expect(run.exitStatus == 0, "\(run)")
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  /// Compares with a golden file. A missing one is recorded, and fails the test this once.
  private func expectRecorded(_ text: String, _ name: String) throws {
    let file = Self.folder.appending(path: name)
    guard let recorded = try? String(contentsOf: file, encoding: .utf8) else {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("\(name) was missing and is now recorded: read it, and run the test again")
      return
    }
    #expect(text == recorded, "\(name): delete the file to record it anew")
  }
}
