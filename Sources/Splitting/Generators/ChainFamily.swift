import Foundations
import Networks
import Problems
import Splitting

extension SplittingFamilies {
  static let chain = Family(
    "chain", "A toy: computing nodes in a row.", workload: .chain, parameters: [chainNodes]
  ) { seed, values, workload throws(ParameterError) in
    try .chain(seed: seed, nodes: values.integer("nodes") ?? 4, workload: workload)
  }

  fileprivate static let chainNodes = Parameter(
    "nodes", .integer(1...1000), label: "the number of nodes", usual: "4", "Nodes of the network.")
}

extension Instance {
  /// Generates a toy instance: computing nodes in a row; every job leads from the first to the last.
  ///
  /// Compute rates between 10 GFLOP/s and 1 TFLOP/s and links of 0.1 to 1 Gbit/s and 1 to 10 ms are this project's
  /// choice. The same seed gives the same instance on every machine.
  ///
  /// - Throws: `ParameterError` if a parameter is out of its range: 1 to 1000 nodes.
  public static func chain(
    seed: UInt64, nodes: Int = 4, workload: Workload = .chain
  ) throws(ParameterError) -> Instance {
    try workload.validate()
    try SplittingFamilies.chainNodes.check(.integer(nodes))
    var random = SplitMix64(seed: seed)
    let figures = (0..<nodes).map { node in
      Node(
        id: Name("node \(node + 1)"), compute: random.nextLogUniform(10e9, 1e12),
        position: Position(x: Double(node), y: 0))
    }
    let links = (1..<nodes).flatMap { node in
      Link.duplex(
        node - 1, node, bandwidth: random.nextLogUniform(0.1e9, 1e9),
        latency: random.nextLogUniform(1e-3, 10e-3))
    }
    let draft = Draft(
      network: Network(nodes: figures, links: links),
      places: Array(repeating: (0, nodes - 1), count: workload.jobs))
    return draft.instance(workload, &random)
  }
}
