import Foundation
import Splitting
import TestSupport
import Testing

/// The word `problem` in instance and plan files.
@Suite struct ProblemTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  /// An instance file with a member after its version.
  private func instance(_ problem: String) throws -> String {
    try files.folder.write(
      Instance.contractExampleFile.replacing("\"layerroute\": 1,", with: "\"layerroute\": 1, \(problem)"),
      to: "instance.json")
  }

  @Test func splittingIsTheUsualProblem() async throws {
    let unnamed = try await layerroute("solve", try instance(""), "--format", "json")
    let named = try await layerroute("solve", try instance("\"problem\": \"splitting\","), "--format", "json")
    #expect(unnamed.exitStatus == 0 && named.exitStatus == 0, "\(unnamed)\(named)")
    #expect(try unnamed.objective() == named.objective())
    // Files of earlier versions name none, and so do those that are written for them.
    #expect(try WrittenPlan(unnamed.output).problem == nil && WrittenPlan(named.output).problem == nil)
  }

  @Test func plansMayNameTheirProblem() async throws {
    let file = try instance("")
    let plan = try await layerroute("solve", file, "--format", "json").output
    for word in ["", "\"problem\": \"splitting\","] {
      let text = plan.replacing("\"layerroute\": 1,", with: "\"layerroute\": 1, \(word)")
      let run = try await layerroute("verify", file, try files.folder.write(text, to: "plan.json"))
      #expect(run.exitStatus == 0, "\(word): \(run)")
    }
  }

  @Test(arguments: [
    ("\"problem\": \"nonesuch\",", "there is no problem \"nonesuch\"; there are splitting"),
    ("\"problem\": \"Splitting\",", "there is no problem \"Splitting\"; did you mean \"splitting\"?"),
    ("\"problem\": \"coordnation\",", "did you mean \"coordination\"?"),
    ("\"problem\": \"queues\",", "takes those of splitting: leave \"problem\" out"),
    ("\"problem\": 1,", "must be a string"), ("\"problem\": null,", "must be a string"),
    ("\"problem\": [\"splitting\"],", "must be a string"),
  ])
  func anUnknownProblemIsBadInputWithItsPlace(_ member: String, _ words: String) async throws {
    let file = try instance(member)
    for command in [["solve"], ["compare"], ["export", "--formulation", "layered", "--format", "lp"]] {
      let run = try await Program.layerroute.run([command[0], file] + command.dropFirst())
      expect(run, exits: 65, saying: words, "instance.json:2:", "problem")
      #expect(run.output.isEmpty, "\(run)")
    }
  }

  @Test(arguments: [
    (
      "\"problem\": \"nonesuch\",", "this is a plan of problem \"nonesuch\", but the instance is of splitting"
    ),
    ("\"problem\": true,", "must be a string"), ("\"problem\": {},", "must be a string"),
  ])
  func aPlanOfAnotherProblemIsBadInput(_ member: String, _ words: String) async throws {
    let file = try instance("")
    let plan = try await layerroute("solve", file, "--format", "json").output
    let text = plan.replacing("\"layerroute\": 1,", with: "\"layerroute\": 1, \(member)")
    let run = try await layerroute("verify", file, try files.folder.write(text, to: "plan.json"))
    expect(run, exits: 65, saying: words, "plan.json:2:", "problem")
  }
}
