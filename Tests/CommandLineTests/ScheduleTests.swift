import Foundation
import Instances
import LayerRoute
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
        "schedule", file, "--method", method, "--discipline", discipline, "--steps", "50", "-o", path,
        "--gantt",
        picture, "--format", "json")
      expect(run, exits: 0)
      let objective = try #require(try json(run)["objective"] as? [String: Any])
      let value = try #require(objective["value"] as? Double)
      let bound = try #require(objective["bound"] as? Double)
      #expect(bound > 0 && bound <= value, "\(run)")
      if method == "exact" { #expect(bound == value, "\(run)") }
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
      #expect(try json(played)["objective"] as? Double == value, "\(played)")
      #expect(try Data(contentsOf: URL(filePath: picture)).starts(with: Data("<?xml".utf8)))
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
    for word in ["utilisation", "mean queue", "node 1 > node 2"] {
      #expect(played.output.contains(word), "\(word): \(played)")
    }
  }

  @Test func anOrderIsKept() async throws {
    let run = try await layerroute(
      "schedule", file, "--method", "sequential", "--order", "job 3,job 1,job 2", "--format", "json")
    expect(run, exits: 0)
    #expect(try json(run)["order"] as? [String] == ["job 3", "job 1", "job 2"])
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
    expect(try await layerroute("schedule", file, "--acceptance", "1"), exits: 64, saying: "--acceptance")
    expect(try await layerroute("schedule", file, "-o", file), exits: 64, saying: "replace")
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
