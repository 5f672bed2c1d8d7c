import LayerRoute
import TestSupport
import Testing

/// Plans worked out by hand, and every way in which one can be wrong.
@Suite struct EvaluatorTests {
  private typealias Plan = BatchingProblem.Plan

  private func instance(_ change: (inout BatchingInstance) -> Void = { _ in }) throws -> BatchingInstance {
    var instance = try BatchingProblem.instance(
      from: Document.parse(Array(ReaderTests.example.utf8), format: .json, file: "instance.json"))
    change(&instance)
    return instance
  }

  private func violations(_ plan: Plan, _ instance: BatchingInstance) -> [String] {
    BatchingEvaluator(instance).assess(plan).violations
  }

  @Test func theExampleIsThatOfThePage() throws {
    let instance = try instance()
    let timeline = try #require(BatchingEvaluator(instance).timeline(Plan(exits: [1, 0])))
    #expect(timeline.window == 0.05 && timeline.batches == [2, 1] && timeline.value == 3)
    for (time, expected) in zip(timeline.times, [0.05, 0.0546, 0.058]) { #expect(agree(time, expected)) }
    #expect(agree(timeline.bandwidths[0], 7_500_000) && agree(timeline.bandwidths[1], 3_141_424.037_555))
    #expect(violations(Plan(exits: [1, 0]), instance).isEmpty)
  }

  @Test func aFreeWindowIsAsLongAsTheUploadsNeed() throws {
    let instance = try instance { $0.server.window = nil }
    let timeline = try #require(BatchingEvaluator(instance).timeline(Plan(exits: [1, nil])))
    #expect(agree(timeline.window, 8 * 150e3 / (20e6 * 3.2)) && agree(timeline.bandwidths[0], 20e6))
    #expect(timeline.bandwidths[1] == 0)
  }

  /// Eight times the size is no number, but the time of the upload is.
  @Test func theLargestUploadCountsAsEveryOther() throws {
    let instance = try instance {
      $0.server.window = nil
      $0.users[0].upload = 1e308
      $0.users[0].deadline = 1e308
    }
    #expect(violations(Plan(exits: [1, nil]), instance).isEmpty)
  }

  @Test func anEmptyBatchIsAPlan() throws {
    for window in [nil, 0, 0.05] as [Double?] {
      let instance = try instance { $0.server.window = window }
      let assessment = BatchingEvaluator(instance).assess(Plan(exits: [nil, nil]))
      #expect(assessment.isFeasible && assessment.cost == 0 && assessment.cost.sign == .plus)
      #expect(
        BatchingEvaluator(instance).timeline(Plan(exits: [nil, nil]))?.times
          == Array(repeating: window ?? 0, count: 3))
    }
  }

  @Test func leavingLaterIsAllowedAndEarlierIsNot() throws {
    let instance = try instance()
    #expect(violations(Plan(exits: [1, 1]), instance).isEmpty)
    #expect(
      violations(Plan(exits: [0, 0]), instance).contains { $0.contains("phone 1") && $0.contains("block 1") })
    let demanding = try self.instance { $0.users[1].need = .accuracy(0.8) }
    #expect(demanding.firstExit(of: 1) == nil)
    #expect(violations(Plan(exits: [1, 1]), demanding).contains { $0.contains("phone 2") })
  }

  @Test func everyConstraintIsChecked() throws {
    let short = try instance { $0.server.window = 0.02 }
    #expect(violations(Plan(exits: [1, 0]), short).contains { $0.contains("the window has 20 ms") })
    let late = try instance { $0.users[0].deadline = 0.057 }
    #expect(
      violations(Plan(exits: [1, 0]), late).contains { $0.hasPrefix("deadline") && $0.contains("57 ms") })
    let small = try instance { $0.blocks[1].times = .linear(base: 0.003, slope: 0.0004, largest: 1) }
    #expect(
      violations(Plan(exits: [1, 1]), small).contains { $0.contains("block 2") && $0.contains("2 tasks") })
    let none = try instance { $0.server.window = 0 }
    let assessment = BatchingEvaluator(none).assess(Plan(exits: [1, nil]))
    #expect(!assessment.canBeCarriedOut && assessment.violations.contains { $0.contains("window is 0") })
  }

  /// `solve` keeps constraints to 1e-9, `verify` to 1e-6.
  @Test func plansOfOthersMayUseTheToleranceOfFiles() throws {
    for (excess, ours, others) in [(5e-10, true, true), (1e-8, false, true), (1e-5, false, false)] {
      let instance = try instance { $0.users[0].deadline = 0.058 / (1 + excess) }
      let plan = Plan(exits: [1, 0])
      #expect(violations(plan, instance).isEmpty == ours, "\(excess)")
      let report = JSONValue.object(BatchingEvaluator(instance).assess(plan).report())
      let document = try Document.parse(Array(JSONWriter.text(of: report).utf8), format: .json, file: "plan")
      let read = try BatchingProblem.instance(instance, askedIn: document)
      #expect(violations(plan, read).isEmpty == others, "\(excess)")
    }
  }

  /// What is changed in a plan that holds, and words of the finding or the message.
  @Test(arguments: [
    ("\"batch\": 2", "\"batch\": 1", "batch"), ("\"window\": 0.05", "\"window\": 0.06", "window"),
    ("\"end\": 0.058", "\"end\": 0.059", "end"), ("\"scheduled\": true", "\"scheduled\": false", "phone 1"),
    ("\"exit\": \"block 2\"", "\"exit\": \"block 1\"", "phone 1"),
    ("\"exit\": \"block 2\"", "\"exit\": \"block 9\"", "block 9"),
    ("\"id\": \"phone 1\"", "\"id\": \"phone 2\"", "twice"),
    ("\"id\": \"phone 1\"", "\"id\": \"phone 9\"", "phone 9"),
    ("7500000", "7600000", "bandwidth"), ("\"completion\": 0.058", "\"completion\": 0.057", "completion"),
    ("\"name\": \"block 1\"", "\"name\": \"block 2\"", "block"),
    ("\"value\": 3", "\"value\": 2", "objective"), ("\"window\": 0.05,", "", "window"),
    ("\"bandwidth\": 7500000, ", "", "bandwidth"), ("\"batch\": 2, ", "", "batch"),
  ])
  func nothingCanBeChangedUnnoticed(_ old: String, _ new: String, _ word: String) throws {
    let plan = """
      {"layerroute": 1, "problem": "batching", "status": "optimal",
       "objective": {"kind": "value", "value": 3, "bound": 3, "gap": 0}, "window": 0.05,
       "blocks": [{"name": "block 1", "batch": 2, "start": 0.05, "end": 0.0546},
                  {"name": "block 2", "batch": 1, "start": 0.0546, "end": 0.058}],
       "users": [{"id": "phone 1", "scheduled": true, "bandwidth": 7500000, "exit": "block 2", "completion": 0.058},
                 {"id": "phone 2", "scheduled": true, "bandwidth": 3141424, "exit": "block 1", "completion": 0.0546}],
       "solver": {"formulation": "layered", "backend": "native", "seconds": 0.0001}}
      """
    func findings(_ text: String) throws -> [String] {
      let document = try Document.parse(Array(text.utf8), format: .json, file: "plan.json")
      return try PlanVerification(document, of: instance(), Kinds.batching).findings
    }
    #expect(try findings(plan).isEmpty)
    let changed = plan.replacing(old, with: new, maxReplacements: 1)
    #expect(changed != plan)
    do {
      let findings = try findings(changed)
      #expect(findings.contains { $0.contains(word) }, "\(findings)")
    } catch {
      #expect("\(error)".contains(word), "\(error)")
    }
  }

  /// And users stand in the instance's order.
  @Test func aUserThatIsNotScheduledHasNothingElse() throws {
    let plan = """
      {"layerroute": 1, "problem": "batching", "status": "feasible",
       "objective": {"kind": "value", "value": 0, "bound": 0, "gap": 0}, "window": 0.05,
       "blocks": [{"name": "block 1", "batch": 0, "start": 0.05, "end": 0.05},
                  {"name": "block 2", "batch": 0, "start": 0.05, "end": 0.05}],
       "users": [{"id": "phone 1", "scheduled": false}, {"id": "phone 2", "scheduled": false}]}
      """
    func findings(_ text: String) throws -> [String] {
      let document = try Document.parse(Array(text.utf8), format: .json, file: "plan.json")
      return try PlanVerification(document, of: instance(), Kinds.batching).findings
    }
    #expect(try findings(plan).isEmpty)
    let more = plan.replacing(
      "\"phone 1\", \"scheduled\": false", with: "\"phone 1\", \"scheduled\": false, \"bandwidth\": 0")
    #expect(try findings(more).contains { $0.contains("phone 1") })
    let (first, second) = (
      #"{"id": "phone 1", "scheduled": false}"#, #"{"id": "phone 2", "scheduled": false}"#
    )
    let swapped = plan.replacing("\(first), \(second)", with: "\(second), \(first)")
    #expect(try findings(swapped).contains { $0.contains(#""phone 1" comes after "phone 2""#) })
  }
}
