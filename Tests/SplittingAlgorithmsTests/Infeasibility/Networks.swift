import Foundations
import LayerRoute
import Networks
import Planning
import Solvers
import Splitting
import SplittingFormulations
import TestSupport

@testable import SplittingAlgorithms

// Hand-made instances for the tests of reasons.

extension Instance {
  /// Nodes in a full mesh of equal links, and one DNN a job.
  static func mesh(
    _ nodes: [Node], bandwidth: Double = 100e6, latency: Double = 1e-3, dnns: [DNN], jobs: [Job]
  ) -> Instance {
    let places = nodes.indices
    let links = places.flatMap { tail in
      places.filter { $0 != tail }.map {
        Link(tail: tail, head: $0, bandwidth: bandwidth, latency: latency)
      }
    }
    return Instance(network: Network(nodes: nodes, links: links), dnns: dnns, jobs: jobs)
  }

  /// A camera that is slow, and an edge box that is 40 times as fast, 100 Mbit/s and 1 ms away.
  static func camera(edgeMemory: Double? = nil, cameraMemory: Double? = nil, jobs: [Job]) -> Instance {
    let layers = [
      Layer(name: "backbone", work: 6e9, output: 60e3, memory: 45e6),
      Layer(name: "head", work: 0.15e9, output: 2e3, memory: 30e6),
    ]
    return mesh(
      [
        Node(id: "camera", compute: 5e9, memory: cameraMemory),
        Node(id: "edge", compute: 200e9, memory: edgeMemory),
      ],
      dnns: [DNN(name: "detector", input: 150e3, layers: layers)], jobs: jobs)
  }

  /// The same without an objective, so that enumeration ends with the first plan.
  var weightless: Instance {
    var instance = self
    for job in jobs.indices { instance.jobs[job].weight = 0 }
    return instance
  }

  /// The reason that is found without a solver.
  var simpleReason: String? {
    (try? ShortestPaths(self)).flatMap { InfeasibilityReason.withoutSolver(self, latencies: $0.latencies) }
  }
}

extension BruteForce.Limits {
  /// No constraint at all.
  static func none(for instance: Instance) -> BruteForce.Limits {
    var limits = BruteForce.Limits(instance)
    limits.memory = limits.memory.map { _ in .infinity }
    limits.load = limits.load.map { _ in .infinity }
    limits.bits = limits.bits.map { _ in .infinity }
    limits.deadline = limits.deadline.map { _ in .infinity }
    return limits
  }
}

extension Job {
  static func detect(_ id: Name = "detect", deadline: Double? = nil, rate: Double = 0, hosts: [Int]? = nil)
    -> Job
  {
    Job(
      id: id, dnn: 0, source: 0, target: 0, rate: rate, deadline: deadline,
      hosts: hosts.map { [HostRule(layer: nil, nodes: $0)] } ?? [])
  }
}

/// A conflict as rows with what would be enough, found with the first backend of the build.
struct FoundConflict {
  let conflict: Conflict
  let shortfalls: [Shortfall]
  let text: String

  /// - Parameter seconds: plenty, because other tests run at the same time.
  init(_ instance: Instance, seconds: Double = 1200) async throws {
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    let planner = ModelPlanner(Kinds.splitting, LayeredFormulation(), solvers[0])
    var filter = ConflictFilter(ConflictProbe(instance, planner, Budget(seconds: seconds)))
    conflict = await filter.conflict()
    var probe = filter.probe
    shortfalls = await Shortfall.ofEach(of: conflict, &probe)
    text = ConflictText(instance, conflict, shortfalls).text
  }
}
