import LayerRoute
import TestSupport
import Testing

/// The claims of formulations/coordination/relaxations.md.
@Suite(.enabled(if: Backends.areThere, "needs a backend"))
struct CoordinationRelaxationTests {
  private func relaxation(_ name: String, _ instance: CoordinationInstance) async throws -> Double {
    let model = try await Kinds.coordination.model(of: instance, formulation: name)
    let solver = try #require(WorkerBackend.all.first { Backends.built.contains($0.name) })
    let solution = try await solver.solve(model.relaxed(), options: SolveOptions())
    #expect(solution.termination == .optimal)
    return -(solution.objective ?? 0) * model.objectiveScale
  }

  @Test(arguments: [CoordinationTrait.plain, .accuracies, .far])
  func boundsAreOrderedAsProved(_ trait: CoordinationTrait) async throws {
    for seed in UInt64(0)..<8 {
      var instance = CoordinationInstance.random(trait, .split, seed: seed)
      let split = CoordinationEnumeration(instance).optimum()
      let context = "\(trait) seed \(seed)"
      for name in ["paths", "layered"] {
        let value = try await relaxation(name, instance)
        #expect(abs(value - split) <= 1e-6 * split, "\(context), \(name): \(value), \(split)")
      }
      instance.paths = .single
      let single = CoordinationEnumeration(instance).optimum()
      let (paths, layered) = (
        try await relaxation("paths", instance), try await relaxation("layered", instance)
      )
      #expect(single <= paths * (1 + 1e-6), "\(context): \(single), \(paths)")
      #expect(paths <= layered * (1 + 1e-6), "\(context): \(paths), \(layered)")
      #expect(layered <= split * (1 + 1e-6), "\(context): \(layered), \(split)")
    }
  }

  /// Before the middle a request passes A and C, or B and D; behind it A and D, or B and C.
  @Test func aPathKnowsWhatNoArcKnows() async throws {
    func service(_ name: Name, _ host: Int, _ blocks: [(Name, Double)]) -> DNNService {
      DNNService(
        name: name, host: host, input: 0, accuracy: 0.9,
        blocks: blocks.map { Block(name: $0.0, time: $0.1, output: 0) })
    }
    let nodes = ["hub", "a", "b", "c", "d"].map { Node(id: Name($0)) }
    let links = (0..<5).flatMap { tail in
      (0..<5).filter { $0 != tail }.map { Link(tail: tail, head: $0, bandwidth: 1e9) }
    }
    func vertex(_ service: Int, _ position: Int) -> BlockVertex {
      BlockVertex(service: service, position: position)
    }
    let routes = [
      [vertex(0, 0), vertex(1, 1), vertex(3, 1), vertex(0, 2)],
      [vertex(0, 0), vertex(2, 1), vertex(4, 1), vertex(0, 2)],
      [vertex(0, 2), vertex(1, 2), vertex(4, 2), vertex(0, 4)],
      [vertex(0, 2), vertex(2, 2), vertex(3, 2), vertex(0, 4)],
    ]
    let pair: [(Name, Double)] = [("first", 0.001), ("second", 0.001)]
    let instance = CoordinationInstance(
      network: Network(nodes: nodes, links: links),
      services: [service("hub", 0, [("slow", 1), ("middle", 0), ("slow too", 1)])]
        + (1...4).map { service(Name("s\($0)"), $0, pair) },
      connections: routes.flatMap { zip($0, $0.dropFirst()).map { Connection(from: $0, to: $1) } },
      tasks: [ServiceTask(id: "t", service: 0, rate: 1e6)])
    #expect(abs(CoordinationEnumeration(instance).optimum() - 450) < 1e-6)
    let (paths, layered) = (
      try await relaxation("paths", instance), try await relaxation("layered", instance)
    )
    #expect(abs(paths - 450) < 1 && abs(layered - 900) < 2, "\(paths), \(layered)")
  }
}
