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

extension SplittingFamilies {
  static let backbone = Family(
    "backbone", "A real backbone with servers at a third of its places.", workload: .backbone,
    parameters: [topology]
  ) { seed, values, workload throws(ParameterError) in
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
  /// Links, their lengths and the nodes' positions are real, with propagation at 2e5 km/s; servers of 0.2 to 8 TFLOP/s
  /// and 1 Gbit/s on every link are this project's choice. The same seed gives the same instance on every machine.
  ///
  /// - Throws: `ParameterError` if a parameter is out of its range.
  public static func backbone(
    seed: UInt64, topology: Backbone = .nsfnet, workload: Workload = .backbone
  ) throws(ParameterError) -> Instance {
    try workload.validate()
    var random = SplitMix64(seed: seed)
    let topology = topology.topology
    var nodes = topology.nodes
    random.placeServers(in: &nodes)
    let draft = Draft(
      network: topology.network(nodes: nodes, bandwidth: 1e9),
      places: random.nextPlaces(workload.jobs, below: nodes.count))
    return draft.instance(workload, &random)
  }
}

extension SplitMix64 {
  /// Makes a third of the nodes, in random places, servers of 0.2 to 8 TFLOP/s.
  mutating func placeServers(in nodes: inout [Node]) {
    for server in nextIndices((nodes.count + 2) / 3, below: nodes.count) {
      nodes[server].becomeServer(nextLogUniform(0.2e12, 8e12))
    }
  }

  /// Sources and targets of that many jobs, among the first nodes.
  mutating func nextPlaces(_ jobs: Int, below count: Int) -> [(source: Int, target: Int)] {
    (0..<jobs).map { _ in (nextIndex(below: count), nextIndex(below: count)) }
  }
}
