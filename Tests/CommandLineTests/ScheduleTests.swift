import Foundation
import Splitting
import SplittingGenerators
import TestSupport
import Testing

/// `schedule` and `simulate`.
@Suite struct ScheduleTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    var instance = try Instance.chain(
      seed: 2, nodes: 3, workload: Workload(jobs: 3, dnn: .random, layers: 2, backlog: 1))
    instance.jobs[1].release = 0.01
    instance.jobs[2].deadline = 0.001
    file = try folder.write(instance.json(), to: "batch.json")
  }

  @Test(arguments: [
    "greedy", "largest", "sequential", "anneal", "exact", "source", "fastest", "alone", "random",
  ])
  func everyMethodsScheduleCanBeSimulated(_ method: String) async throws {
    let (path, picture) = (folder.path("schedule.json"), folder.path("gantt.svg"))
    for discipline in ["preemptive", "priority", "fifo"] {
      let run = try await layerroute(
        "schedule", file, "--method", method, "--discipline", discipline, "--gantt", picture, "--format",
        "json")
      expect(run, exits: 0)
      _ = try folder.write(run.output, to: "schedule.json")
      let objective = try #require(try json(run)["objective"] as? [String: Any])
      let value = try #require(objective["value"] as? Double)
      let bound = try #require(objective["bound"] as? Double)
      #expect(bound > 0 && bound <= value, "\(run)")
      if method == "exact" {
        #expect(bound == value && objective["boundBy"] as? String == "exact", "\(run)")
        #expect(try json(run)["status"] as? String == "optimal", "\(run)")
      }
      let jobs = try #require(try json(run)["jobs"] as? [[String: Any]])
      #expect(jobs.map { $0["deadline"] as? String } == [nil, nil, "missed"], "\(run)")
      for job in jobs {
        let completion = try #require(job["completion"] as? Double)
        if discipline == "preemptive" {
          #expect(completion <= (try #require(job["guarantee"] as? Double)), "\(run)")
        }
      }
      let played = try await layerroute("simulate", file, path, "--format", "json")
      expect(played, exits: 0)
      let simulated = try #require(try json(played)["objective"] as? [String: Any])
      #expect(simulated["value"] as? Double == value, "\(played)")
      #expect(try Data(contentsOf: URL(filePath: picture)).starts(with: Data("<?xml".utf8)))
    }
  }

  /// Only `preemptive` gives guarantees, and only jobs with a deadline meet or miss one.
  @Test func figuresThatTheScheduleDoesNotHaveAreFound() async throws {
    let path = folder.path("schedule.json")
    expect(try await layerroute("schedule", file, "--discipline", "fifo", "-o", path), exits: 0)
    expect(try await layerroute("verify", file, path), exits: 0)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for (member, words) in [
      (#""guarantee": 1e9"#, "the discipline fifo gives none"),
      (#""deadline": "met""#, "it has none"),
    ] {
      let place = try #require(text.range(of: #""completion""#))
      _ = try folder.write(
        text.replacingCharacters(in: place, with: "\(member), \"completion\""), to: "schedule.json")
      let run = try await layerroute("verify", file, path)
      expect(run, exits: 1)
      #expect("\(run)".contains(words), "\(run)")
    }
  }

  @Test func theExactOneIsTheBest() async throws {
    var values: [String: Double] = [:]
    for method in ["exact", "anneal", "greedy", "largest", "alone", "source"] {
      let run = try await layerroute(
        "schedule", file, "--method", method, "--objective", "mean", "--format", "json")
      let objective = try #require(try json(run)["objective"] as? [String: Any])
      values[method] = try #require(objective["value"] as? Double)
    }
    let exact = try #require(values["exact"])
    #expect(values.values.allSatisfy { $0 >= exact * (1 - 1e-9) }, "\(values)")
    #expect(try #require(values["anneal"]) <= (try #require(values["greedy"])), "\(values)")
  }

  @Test func textSaysWhatMatters() async throws {
    let run = try await layerroute("schedule", file)
    expect(run, exits: 0)
    for word in ["makespan", "simulated", "bound", "gap", "greedy", "guarantee", "MISSED"] {
      #expect(run.output.contains(word), "\(word): \(run)")
    }
    let path = folder.path("schedule.json")
    _ = try await layerroute("schedule", file, "-o", path)
    let played = try await layerroute("simulate", file, path, "--discipline", "fifo")
    for word in ["simulated  makespan", "fifo", "MISSED", "utilisation", "mean queue", "node 1 > node 2"] {
      #expect(played.output.contains(word), "\(word): \(played)")
    }
  }

  @Test func anOrderIsKept() async throws {
    let run = try await layerroute(
      "schedule", file, "--method", "sequential", "--order", "job 3,job 1,job 2", "--format", "json")
    expect(run, exits: 0)
    #expect(try json(run)["order"] as? [String] == ["job 3", "job 1", "job 2"])
  }

  @Test func aSummaryNamesTheFile() async throws {
    let path = folder.path("schedule.json")
    let run = try await layerroute("schedule", file, "-o", path, "--format", "json")
    expect(run, exits: 0)
    #expect(try json(run)["schedule"] as? String == path && json(run)["jobs"] == nil, "\(run)")
    let written = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    #expect((written as? [String: Any])?["jobs"] != nil)
  }

  /// Ids whole, whatever their length, and a discipline without anything else that a program writes.
  @Test func aScheduleMadeByHandIsPlayedAsItSays() async throws {
    let long = String(repeating: "long name ", count: 20)
    let instance = try folder.write(
      """
      {"layerroute": 1, "network": {"nodes": [{"id": "\(long)", "compute": 1}], "links": []},
       "dnns": {"d": {"input": 0, "layers": [{"name": "a", "work": 1, "output": 0}, {"name": "b", "work": 1, "output": 0}]}},
       "jobs": [{"id": "x", "dnn": "d", "source": "\(long)", "target": "\(long)", "deadline": 2.5},
                {"id": "y", "dnn": "d", "source": "\(long)", "target": "\(long)"}]}
      """, to: "hand.json")
    let plan =
      "\"hosts\": [\"\(long)\", \"\(long)\"], \"routes\": [[\"\(long)\"], [\"\(long)\"], [\"\(long)\"]]"
    let schedule = try folder.write(
      """
      {"layerroute": 1, "discipline": "fifo", "objective": {"kind": "mean"}, "order": ["x", "y"],
       "jobs": [{"id": "x", \(plan)}, {"id": "y", \(plan)}]}
      """, to: "hand-schedule.json")
    let run = try await layerroute("simulate", instance, schedule, "--format", "json")
    expect(run, exits: 0)
    #expect(try json(run)["discipline"] as? String == "fifo")
    let objective = try #require(try json(run)["objective"] as? [String: Any])
    #expect(objective["kind"] as? String == "mean" && objective["value"] as? Double == 3.5, "\(run)")
    let jobs = try #require(try json(run)["jobs"] as? [[String: Any]])
    // In turns: x, y, x, y.
    #expect(jobs.map { $0["completion"] as? Double } == [3, 4])
    #expect(jobs.map { $0["deadline"] as? String } == ["missed", nil])
    let resources = try #require(try json(run)["resources"] as? [[String: Any]])
    #expect(resources.map { $0["node"] as? String } == [long])
    let timeline = try #require(try json(run)["timeline"] as? [[String: Any]])
    #expect(timeline.map { $0["layer"] as? String } == ["a", "a", "b", "b"])
  }

  /// Far in the future, as releases may be.
  @Test func hugeReleasesHaveAPicture() async throws {
    var instance = try Instance.read(file: file)
    instance.jobs[0].release = 1e299
    let run = try await layerroute(
      "schedule", try folder.write(instance.json(), to: "late.json"), "--gantt", folder.path("late.svg"))
    expect(run, exits: 0)
    instance.jobs[0].release = 1e308
    expect(
      try await layerroute("schedule", try folder.write(instance.json(), to: "late.json")), exits: 65,
      saying: "job 1", "release")
  }

  @Test func aJobThatNobodyCanServeHasAReason() async throws {
    var instance = try Instance.read(file: file)
    instance.network.links = []
    let alone = try folder.write(instance.json(), to: "alone.json")
    let path = folder.path("none.json")
    let run = try await layerroute("schedule", alone, "-o", path)
    expect(run, exits: 2)
    #expect(run.output.contains("infeasible") && run.output.contains("route"), "\(run)")
    let written =
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
    #expect(written?["status"] as? String == "infeasible" && written?["reason"] is String)
  }

  @Test func idsMayHaveCommas() async throws {
    var instance = try Instance.read(file: file)
    instance.jobs[0].id = "a,b"
    let commas = try folder.write(instance.json(), to: "commas.json")
    let run = try await layerroute(
      "schedule", commas, "--method", "sequential", "--order", "job 3,job 2", "--order", "a,b", "--format",
      "json")
    expect(run, exits: 0)
    #expect(try json(run)["order"] as? [String] == ["job 3", "job 2", "a,b"])
  }

  /// Fifteen jobs on nine nodes: nobody looks at all schedules.
  private func large() throws -> String {
    let workload = Workload(jobs: 15, dnn: .random, layers: 12)
    return try folder.write(
      try Instance.geometric(seed: 1, nodes: 9, workload: workload).json(), to: "large.json")
  }

  @Test(arguments: [["exact"], ["anneal", "--steps", "100000000"]])
  func timeLimitsLeaveTheBestSchedule(_ method: [String]) async throws {
    let run = try await Program.layerroute.run(
      ["schedule", try large(), "--time-limit", "0.5", "--format", "json", "--method"] + method)
    expect(run, exits: 3)
    #expect(try #require(try json(run)["jobs"] as? [Any]).count == 15, "\(run)")
  }

  /// Also while searches keep all processors busy.
  @Test(arguments: [SIGINT, SIGTERM], [["exact"], ["anneal", "--seeds", "8", "--steps", "100000000"]])
  func signalsLeaveTheBestSchedule(_ number: Int32, _ method: [String]) async throws {
    let status: Int32 = number == SIGINT ? 130 : 143
    let arguments = ["schedule", try large(), "--time-limit", "100", "--format", "json", "--method"] + method
    // On a machine busy with other tests it may take long to get as far as to listen.
    for seconds in [2.0, 5, 10] {
      let run = try await Program.layerroute.run(arguments, interruptedBy: number, after: seconds)
      if run.exitStatus == nil || run.output.isEmpty, seconds < 10 { continue }
      expect(run, exits: status)
      #expect(try #require(try json(run)["jobs"] as? [Any]).count == 15, "\(run)")
      return
    }
  }

  @Test func mistakesAreNamed() async throws {
    expect(
      try await layerroute("schedule", file, "--method", "sequential", "--order", "job 1"), exits: 64,
      saying: "each of the 3 jobs")
    expect(
      try await layerroute("schedule", file, "--method", "sequential", "--order", "job 9"), exits: 64,
      saying: "job 9")
    expect(
      try await layerroute("schedule", file, "--order", "job 1"), exits: 64, saying: "--method sequential")
    expect(
      try await layerroute("schedule", file, "--method", "anneal", "--acceptance", "1"), exits: 64,
      saying: "--acceptance")
    for option in ["--steps", "--seeds", "--seed", "--cooling", "--acceptance", "--time-limit"] {
      expect(
        try await layerroute("schedule", file, option, "1"), exits: 64, saying: option, "--method anneal",
        "greedy")
    }
    expect(try await layerroute("schedule", file, "-o", file), exits: 64, saying: "replace")
    let both = folder.path("both")
    expect(
      try await layerroute("schedule", file, "-o", both, "--gantt", both), exits: 64, saying: "--gantt",
      "same file")
    var coupled = try Instance.read(file: file)
    coupled.network.nodes[0].memory = 1
    coupled.dnns[0].layers[0].memory = 2
    expect(
      try await layerroute("schedule", try folder.write(coupled.json(), to: "coupled.json")), exits: 64,
      saying: "memory of node", "node 1")
    let path = folder.path("schedule.json")
    _ = try await layerroute("schedule", file, "-o", path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for (old, new, words) in [
      ("\"job 1\"", "\"job 7\"", "no job \"job 7\""), ("\"order\"", "\"ordre\"", "did you mean \"order\""),
      ("\"node 2\"", "\"node 1\"", "no schedule of the instance"),
    ] {
      let damaged = try folder.write(text.replacing(old, with: new), to: "damaged.json")
      expect(try await layerroute("simulate", file, damaged), exits: 65, saying: "damaged.json", words)
    }
  }
}
