import Foundation
import Foundations
import Networks
import Splitting
import TestSupport
import Testing

/// Runs the command line.
func layerroute(_ arguments: String..., seconds: Double = 60) async throws -> ProgramRun {
  try await Program.layerroute.run(arguments, seconds: seconds)
}

/// A JSON text as what Foundation makes of it: independent of the package's own reader.
func json(_ run: ProgramRun) throws -> [String: Any] {
  let object = try? JSONSerialization.jsonObject(with: Data(run.output.utf8))
  return try #require(object as? [String: Any], "no JSON object: \(run)")
}

/// A plan file as Foundation reads it: independent of the package's own reader.
struct WrittenPlan {
  let status: String
  let problem: String?
  /// The objective's; `nil` without a plan.
  let value: Double?
  let bound: Double?
  let reason: String?
  /// By job.
  let hosts: [[String]]
  let solver: [String: Any]

  init(_ text: String) throws {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let plan = try #require(object as? [String: Any], "no plan: \(text)")
    let objective = plan["objective"] as? [String: Any]
    status = try #require(plan["status"] as? String, "\(text)")
    problem = plan["problem"] as? String
    value = objective?["value"] as? Double
    bound = objective?["bound"] as? Double
    reason = plan["reason"] as? String
    hosts = try #require(plan["jobs"] as? [[String: Any]], "\(text)").compactMap { $0["hosts"] as? [String] }
    solver = plan["solver"] as? [String: Any] ?? [:]
  }

  init(file: String) throws { try self.init(try String(contentsOfFile: file, encoding: .utf8)) }
}

extension ProgramRun {
  /// The objective's value in a plan or a summary.
  func objective(_ key: String = "value") throws -> Double {
    let objective = try #require(try json(self)["objective"] as? [String: Any], "\(self)")
    return try #require(objective[key] as? Double, "\(self)")
  }

  func status() throws -> String { try #require(try json(self)["status"] as? String, "\(self)") }
}

/// Expects an exit status, and words on standard error.
func expect(
  _ run: ProgramRun, exits status: Int32, saying words: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(run.exitStatus == status, "\(run)", sourceLocation: sourceLocation)
  for word in words { #expect(run.errors.contains(word), "\(word): \(run)", sourceLocation: sourceLocation) }
}

/// Instances that the tests hand to the command line.
enum Samples {
  /// Two jobs of the contract's example, whose larger layer fits each server once: shortest paths do not do.
  static let coupled: Instance = {
    var instance = Instance.contractExample()
    instance.jobs[0].rate = 0
    instance.network.nodes[1].memory = 20e6
    instance.jobs.append(instance.jobs[0])
    instance.jobs[1].id = "other"
    return instance
  }()

  /// The same with no room for both.
  static let infeasible: Instance = {
    var instance = coupled
    instance.network.nodes[0].memory = 1e6
    return instance
  }()

  /// Two jobs and two servers that are alike, each with memory for one of them.
  static let tied: Instance = {
    let servers = ["left", "right"].map { Node(id: Name($0), compute: 1e12, memory: 1e6) }
    let links = [(0, 1), (1, 0), (0, 2), (2, 0)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }
    let layer = Layer(name: "only", work: 1e9, output: 1e3, memory: 1e6)
    return Instance(
      network: Network(nodes: [Node(id: "camera", compute: 1e9)] + servers, links: links),
      dnns: [DNN(name: "d", input: 1e5, layers: [layer])],
      jobs: ["one", "two"].map { Job(id: Name($0), dnn: 0, source: 0, target: 0) })
  }()

  /// Link loads that could bind.
  static let linkLoaded: Instance = {
    var instance = Instance.contractExample()
    instance.network.links[2].bandwidth = 30e6
    return instance
  }()

  /// The same with a second job, which the links cannot carry beside the first on its shortest path.
  static let linkLoadedAndCoupled: Instance = {
    var instance = linkLoaded
    instance.jobs[0].deadline = nil
    instance.jobs.append(instance.jobs[0])
    instance.jobs[1].id = "other"
    return instance
  }()

  /// Streams over the backbone of which no solver finds the optimum in a moment.
  static let hard: Instance = {
    var instance = Instance.demo(seed: 3)
    let places = instance.network.nodes.indices
    for index in 0..<12 {
      var job = instance.jobs[index % 4]
      job.id = Name("more \(index)")
      job.target = (index * 5) % places.count
      job.weight = 1 + Double(index) / 7
      instance.jobs.append(job)
    }
    for node in places where instance.network.nodes[node].memory != nil {
      instance.network.nodes[node].memory! *= 1.5
    }
    return instance
  }()
}

/// A folder with the samples' files.
final class SampleFiles: Sendable {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func write(_ instance: Instance, _ name: String = "instance.json") throws -> String {
    try folder.write(instance.json(), to: name)
  }

  func path(_ name: String) -> String { folder.path(name) }
}
