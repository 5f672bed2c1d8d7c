import Foundations
import Networks
import Problems
import Splitting

extension SplittingFamilies {
  static let fatTree = Family(
    "fat-tree", "A cluster whose hosts meet in a fat tree.", workload: .fatTree, parameters: [arity]
  ) { seed, values, workload throws(ParameterError) in
    try .fatTree(seed: seed, arity: values.integer("arity") ?? 4, workload: workload)
  }

  fileprivate static let arity = Parameter(
    "arity", .integer(2...32), label: "the arity", usual: "4", "Ports of a switch, even; k^3/4 hosts.")
}

extension Instance {
  /// Generates a cluster whose hosts are connected by a fat tree (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008): of
  /// arity k, with k pods of k/2 edge and k/2 aggregation switches, (k/2)^2 core switches and k^3/4 hosts.
  ///
  /// Every second host has an accelerator of 1 to 16 TFLOP/s (several generations). Every link has 1 Gbit/s, as in
  /// the paper, and 5 us. All but the bandwidth of the links is this project's choice. Switches forward, hosts do not.
  /// Jobs lead from one host to another. The same seed gives the same instance on every machine.
  ///
  /// - Throws: `ParameterError` if a parameter is out of its range: the arity is even and 2 to 32.
  public static func fatTree(
    seed: UInt64, arity: Int = 4, workload: Workload = .fatTree
  ) throws(ParameterError) -> Instance {
    try workload.validate()
    try SplittingFamilies.arity.check(.integer(arity))
    guard arity.isMultiple(of: 2) else {
      throw ParameterError(description: "the arity is \(arity); it must be even")
    }
    var random = SplitMix64(seed: seed)
    let tree = FatTree(arity: arity)
    let hosts = (0..<tree.hostCount).map { host in
      var node = Node(
        id: Name("host \(host + 1)"), isRelay: false,
        position: tree.rows.position(host, of: tree.hostCount, row: 0))
      if host.isMultiple(of: 2) { node.becomeServer(random.nextLogUniform(1e12, 16e12)) }
      return node
    }
    let links = tree.cables.flatMap { Link.duplex($0, $1, bandwidth: 1e9, latency: 5e-6) }
    let draft = Draft(
      network: Network(nodes: hosts + tree.switches, links: links),
      places: random.nextPlaces(workload.jobs, below: hosts.count))
    return draft.instance(workload, &random)
  }
}

/// Numbers the nodes of a fat tree: hosts, then edge, aggregation and core switches.
private struct FatTree {
  let arity: Int
  private var half: Int { arity / 2 }
  private var lowerSwitches: Int { arity * half }

  var hostCount: Int { lowerSwitches * half }
  /// Switches are above the middle of what is below them.
  var rows: Rows { Rows(columns: hostCount) }

  private func edge(_ pod: Int, _ index: Int) -> Int { hostCount + pod * half + index }
  private func aggregation(_ pod: Int, _ index: Int) -> Int { hostCount + lowerSwitches + pod * half + index }
  private func core(_ row: Int, _ column: Int) -> Int { hostCount + 2 * lowerSwitches + row * half + column }

  var switches: [Node] {
    let tiers = [("edge", lowerSwitches), ("aggregation", lowerSwitches), ("core", half * half)]
    return zip(1..., tiers).flatMap { row, tier in
      let (name, count) = tier
      return (0..<count).map { index in
        Node(id: Name("\(name) \(index + 1)"), position: rows.position(index, of: count, row: row))
      }
    }
  }

  /// Both ends of each cable, which carries data in both directions.
  var cables: [(Int, Int)] {
    (0..<arity).flatMap { pod in
      (0..<half).flatMap { index in
        (0..<half).flatMap { other in
          [
            ((pod * half + index) * half + other, edge(pod, index)),
            (edge(pod, index), aggregation(pod, other)),
            // The aggregation switch of each position is connected to a row of the core.
            (aggregation(pod, index), core(index, other)),
          ]
        }
      }
    }
  }
}
