import Foundation
import Splitting
import TestSupport
import Testing

/// Every way to tamper with a plan is found.
@Suite struct VerifyTests {
  private let files: SampleFiles
  private let instance: String

  init() throws {
    files = try SampleFiles()
    instance = try files.folder.write(Instance.contractExampleFile, to: "instance.json")
  }

  /// The contract's plan.
  private static let plan = """
    {
      "layerroute": 1,
      "status": "optimal",
      "objective": {"kind": "total", "value": 0.050468096, "bound": 0.050468096, "gap": 0},
      "jobs": [
        {"id": "detect", "latency": 0.050468096,
         "compute": 0.042004096, "transfer": 0.003264, "propagation": 0.0024, "waiting": 0.0028,
         "hosts": ["camera", "edge"],
         "routes": [["camera"], ["camera", "switch", "edge"], ["edge", "switch", "camera"]]}
      ],
      "solver": {"formulation": "layered", "backend": "native", "seconds": 0.0004}
    }
    """

  @Test func theContractsPlanHolds() async throws {
    let file = try files.folder.write(Self.plan, to: "plan.json")
    let text = try await layerroute("verify", instance, file)
    #expect(text.exitStatus == 0 && text.output.contains("holds"), "\(text)")
    let run = try await layerroute("verify", instance, file, "--format", "json")
    let report = try json(run)
    #expect(run.exitStatus == 0 && report["valid"] as? Bool == true, "\(run)")
    #expect((report["findings"] as? [String])?.isEmpty == true)
    #expect(agree(report["objective"] as? Double ?? .nan, 0.050468096))
  }

  @Test func swappedFilesAreSaidToBeSwapped() async throws {
    let file = try files.folder.write(Self.plan, to: "plan.json")
    expect(try await layerroute("verify", file, instance), exits: 65, saying: "plan.json", "swapped")
    expect(try await layerroute("plot", file, instance), exits: 65, saying: "plan.json", "this is a plan")
    expect(try await layerroute("solve", file), exits: 65, saying: "plan.json", "this is a plan")
    expect(try await layerroute("verify", instance, instance), exits: 65, saying: "\"status\" is missing")
  }

  /// What is replaced in the contract's plan, and a word of the finding.
  struct Tampering: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let word: String

    init(_ old: String, _ new: String, _ word: String) { (self.old, self.new, self.word) = (old, new, word) }

    var testDescription: String { "\(old) as \(new)" }
  }

  /// The plan's only job.
  private static let job = "{\"id\"" + plan.split(separator: "{\"id\"")[1].prefix { $0 != "}" } + "}"

  @Test(arguments: [
    Tampering("\"latency\": 0.050468096", "\"latency\": 0.0504", "latency"),
    Tampering("\"compute\": 0.042004096", "\"compute\": 0.042", "compute"),
    Tampering("\"transfer\": 0.003264", "\"transfer\": 0", "transfer"),
    Tampering("\"propagation\": 0.0024", "\"propagation\": 0.0012", "propagation"),
    Tampering("\"waiting\": 0.0028", "\"waiting\": 0.0020", "waiting"),
    Tampering("\"hosts\": [\"camera\", \"edge\"]", "\"hosts\": [\"camera\", \"camera\"]", "must lead"),
    Tampering("\"hosts\": [\"camera\", \"edge\"]", "\"hosts\": [\"edge\", \"edge\"]", "cannot run"),
    Tampering("\"hosts\": [\"camera\", \"edge\"]", "\"hosts\": [\"camera\"]", "hosts"),
    Tampering("[\"camera\", \"switch\", \"edge\"]", "[\"camera\", \"edge\"]", "no link"),
    Tampering(
      "[\"camera\", \"switch\", \"edge\"]", "[\"camera\", \"switch\", \"camera\", \"switch\", \"edge\"]",
      "twice"),
    Tampering("[\"camera\", \"switch\", \"edge\"]", "[\"camera\", \"swich\", \"edge\"]", "\"swich\""),
    Tampering("\"bound\": 0.050468096", "\"bound\": 0.06", "above"),
    Tampering("\"gap\": 0}", "\"gap\": 0.01}", "gap"),
    Tampering(
      "\"bound\": 0.050468096, \"gap\": 0}", "\"bound\": 0.025234048, \"gap\": 0.5}", "optimal"),
    Tampering("\"value\": 0.050468096", "\"value\": 0.05", "objective"),
    Tampering("\"id\": \"detect\"", "\"id\": \"nobody\"", "\"nobody\""),
    Tampering(job, "", "nothing for job"),
    Tampering(job, job + ", " + job, "twice"),
  ])
  func tamperedPlansAreFound(_ tampering: Tampering) async throws {
    let tampered = Self.plan.replacing(tampering.old, with: tampering.new)
    try #require(tampered != Self.plan)
    let file = try files.folder.write(tampered, to: "plan.json")
    let run = try await layerroute("verify", instance, file)
    #expect(run.exitStatus == 1 && run.output.contains(tampering.word), "\(run)")
    let structured = try await layerroute("verify", instance, file, "--format", "json")
    #expect(structured.exitStatus == 1, "\(structured)")
    let report = try json(structured)
    #expect(report["valid"] as? Bool == false && (report["findings"] as? [String])?.isEmpty == false)
  }

  /// Every number that the evaluator writes, and every one of the objective, one at a time.
  @Test func everyNumberIsCompared() async throws {
    let numbers = Self.plan.matches(of: /"(\w+)": (\d[\d.]*)/).filter {
      // Nobody but the solver knows how long it took, and the version is no figure.
      !["layerroute", "seconds"].contains(String($0.1))
    }
    #expect(numbers.count == 8)
    for number in numbers {
      var text = Self.plan
      text.replaceSubrange(
        number.range, with: "\"\(number.1)\": \(try #require(Double(number.2)) * 1.01 + 1e-4)")
      let file = try files.folder.write(text, to: "plan.json")
      let run = try await layerroute("verify", instance, file)
      #expect(run.exitStatus == 1, "\(number.1): \(run)")
    }
  }

  @Test func aPlanThatBreaksAConstraintIsFound() async throws {
    let file = try files.folder.write(Self.plan, to: "plan.json")
    let slow = Instance.contractExampleFile.replacing("250 ms", with: "50 ms")
    let run = try await layerroute("verify", try files.folder.write(slow, to: "slow.json"), file)
    #expect(run.exitStatus == 1 && run.output.contains("deadline"), "\(run)")
  }

  /// Keys of machines as they are with which the contract's plan no longer holds, and a word of the finding; with the
  /// second text in place of the first it holds.
  struct Machine: Sendable, CustomTestStringConvertible {
    let old: String
    let (broken, enough): (String, String)
    let word: String

    var testDescription: String { broken }
  }

  @Test(arguments: [
    // The plan's tensors pass the switch, and start and end at the other two.
    Machine(
      old: "{\"id\": \"switch\"}", broken: "{\"id\": \"switch\", \"relay\": false}",
      enough: "{\"id\": \"switch\", \"relay\": true}", word: "switch"),
    Machine(
      old: "\"backlog\": \"4 GFLOP\"}", broken: "\"backlog\": \"4 GFLOP\", \"memory\": \"15 MB\"}",
      enough: "\"backlog\": \"4 GFLOP\", \"memory\": \"16 MB\", \"relay\": false}",
      word: "memory: node \"edge\""),
    // One byte of weights and one of activations beside the 93 kB.
    Machine(
      old: "\"memory\": \"512 MiB\"}", broken: "\"memory\": 93001}",
      enough: "\"memory\": 93002, \"relay\": false}", word: "weights 1 B, activations 1 B, memory 93 kB"),
    Machine(
      old: "\"compute\": \"5 GFLOP/s\"",
      broken: "\"compute\": \"5 GFLOP/s\", \"memoryBandwidth\": \"1 kB/s\"",
      enough: "\"compute\": \"5 GFLOP/s\", \"memoryBandwidth\": \"1 MB/s\"", word: "compute"),
  ])
  func aPlanThatAMachineCannotCarryOutIsFound(_ machine: Machine) async throws {
    let plan = try files.folder.write(Self.plan, to: "plan.json")
    for (text, status) in [(machine.broken, Int32(1)), (machine.enough, 0)] {
      let changed = Instance.contractExampleFile.replacing(machine.old, with: text)
        .replacing(
          "\"memory\": \"93 kB\"",
          with: "\"memory\": \"93 kB\", \"weights\": 1, \"activations\": 1, \"traffic\": 42000")
      try #require(changed.contains(text))
      let run = try await layerroute("verify", try files.folder.write(changed, to: "machine.json"), plan)
      #expect(run.exitStatus == status && (status == 0 || run.output.contains(machine.word)), "\(run)")
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"layerroute\": 1}", Instance.contractExampleFile,
    "{\"layerroute\": 1, \"status\": \"infeasible\", \"reason\": \"memory: none\", \"jobs\": []}",
    "{\"layerroute\": 1, \"status\": \"unknown\", \"jobs\": []}",
    plan.replacing("\"optimal\"", with: "\"best\""),
    plan.replacing("\"waiting\": 0.0028", with: "\"waiting\": \"long\""),
    plan.replacing("\"layerroute\": 1", with: "\"layerroute\": 2"),
  ])
  func whatIsNoPlanIsBadInput(_ text: String) async throws {
    let file = try files.folder.write(text, to: "plan.json")
    let run = try await layerroute("verify", instance, file)
    expect(run, exits: 65, saying: "plan.json")
  }

  @Test func missingPlansAreBadInput() async throws {
    expect(
      try await layerroute("verify", instance, files.path("none.json")), exits: 65, saying: "none.json")
    expect(try await layerroute("verify", instance), exits: 64, saying: "plan")
  }
}
