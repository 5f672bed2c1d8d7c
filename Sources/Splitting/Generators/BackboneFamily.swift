import Foundations
import Networks
import Problems
import Splitting

/// The backbones that are part of the package.
public enum Backbone: String, Sendable, CaseIterable {
  case nsfnet, abilene, geant, us24

  var topology: BackboneTopology {
    switch self {
    case .nsfnet: .nsfnet
    case .abilene: .abilene
    case .geant: .geant
    case .us24: .us24
    }
  }
}

extension Workload {
  /// Four jobs through VGG-19, coupled by memory.
  public static let backbone = Workload(jobs: 4, dnn: .vgg19, tightness: Tightness(memory: 0.75))
}

extension SplittingFamilies {
  static let backbone = Family(
    "backbone", "A real backbone with servers at a third of its places.", workload: .backbone,
    parameters: [topology]
  ) { seed, values, workload throws(GeneratorError) in
    let topology = values.word("topology").flatMap(Backbone.init(rawValue:))
    return try .backbone(seed: seed, topology: topology ?? .nsfnet, workload: workload)
  }

  private static let topology = Parameter(
    "topology", .word(Backbone.allCases.map(\.rawValue)), label: "the topology", usual: "nsfnet",
    "Which backbone.")
}

extension Instance {
  /// Generates a real backbone with servers at a third of its places; jobs lead from one place to another.
  ///
  /// Links and their lengths are real, with propagation at 2e5 km/s; servers of 0.2 to 8 TFLOP/s and 1 Gbit/s
  /// on every link are this project's choice.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same instance on every machine.
  ///   - topology: the backbone.
  ///   - workload: the jobs and their coupling.
  /// - Throws: `GeneratorError` if a parameter is out of its range.
  public static func backbone(
    seed: UInt64, topology: Backbone = .nsfnet, workload: Workload = .backbone
  ) throws(GeneratorError) -> Instance {
    try workload.validate()
    var random = SplitMix64(seed: seed)
    let topology = topology.topology
    let count = topology.places.count
    var nodes = topology.places.map { Node(id: Name($0)) }
    var roles = [Draft.Role](repeating: .relay, count: count)
    for server in random.nextIndices((count + 2) / 3, below: count) {
      nodes[server].compute = random.nextLogUniform(0.2e12, 8e12)
      roles[server] = .server
    }
    let places = (0..<workload.jobs).map { _ in
      (random.nextIndex(below: count), random.nextIndex(below: count))
    }
    let draft = Draft(
      network: topology.network(nodes: nodes, bandwidth: 1e9), roles: roles, places: places)
    return draft.instance(workload, &random)
  }
}
