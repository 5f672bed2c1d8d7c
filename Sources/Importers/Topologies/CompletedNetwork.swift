import Documents
import Foundations
import Networks

/// A topology completed to a network.
public struct CompletedNetwork: Sendable {
  /// The network.
  public var network: Network
  /// Remarks on links that were merged or dropped, and on parts of the file that were not used.
  public var notes: [String]
  /// The number of links in the file, including merged and dropped links.
  public var fileLinks: Int
  /// The number of links in the file that were merged into others between the same nodes.
  public var mergedLinks: Int
  /// The number of links in the file from a node to itself, which were dropped.
  public var selfLinks: Int
  /// The total known length of the links in the file, without those from a node to itself [km].
  public var totalLength: Double
  /// The longest propagation delay of a link [s].
  public var longestPropagation: Double
}

/// The values that complete a topology to a network.
public struct NetworkDefaults: Sendable {
  /// The bandwidth of links whose speed is missing in the file [bit/s].
  public var bandwidth: Double?
  /// The unit of speeds that have no unit in the file [bit/s].
  public var speedUnit: Double?
  /// The propagation delay of links whose length is unknown [s].
  public var latency: Double?
  /// The compute rate of all nodes except hyperedges [FLOP/s].
  public var compute = 0.0
  /// The memory of all nodes except hyperedges [byte]; `nil` for no limit.
  public var memory: Double?
  /// Classes of nodes, whose compute rates and memories replace `compute` and `memory`.
  public var classes: NodeClasses?
  /// Compute rates of single nodes by index [FLOP/s], which replace all others.
  public var computeAt: [Int: Double] = [:]
  /// The seed of the random choice of nodes for classes.
  public var seed: UInt64 = 0

  /// Defaults without any bandwidth or latency, for nodes that cannot compute.
  public init() {}
}

extension Topology {
  /// Completes the topology to a network.
  ///
  /// Parallel links become one link. Its bandwidth is the sum of theirs, since a tensor is spread over all of them. Its
  /// delay is the longest of theirs, since the tensor has arrived only when its last part has.
  ///
  /// - Parameter defaults: the values that are missing in the file.
  /// - Throws: if neither the file nor the defaults determine the bandwidth or the delay of a link, or if a class of
  ///   nodes does not fit the topology.
  /// - Complexity: expected linear in the size of the topology.
  public func network(completedWith defaults: NetworkDefaults) throws(InputError) -> CompletedNetwork {
    var completion = Completion(topology: self, defaults: defaults)
    return try completion.network()
  }

  /// The speed of light in glass [km/s].
  fileprivate static let speedOfLight = 2e5
}

private struct Completion {
  let topology: Topology
  let defaults: NetworkDefaults
  private var links: [Link] = []
  private var indices: [Pair: Int] = [:]
  /// The number of links in the file from the first node of a pair to the second, for pairs with several links.
  private var bundles: [Pair: Int] = [:]
  private var selfLinks = 0
  private var mergedLinks = 0
  private var totalLength = 0.0

  private struct Pair: Hashable {
    let tail: Int
    let head: Int
  }

  init(topology: Topology, defaults: NetworkDefaults) {
    self.topology = topology
    self.defaults = defaults
  }

  mutating func network() throws(InputError) -> CompletedNetwork {
    try checkSpeeds()
    try checkLengths()
    for link in topology.links { add(link) }
    try checkFigures()
    return CompletedNetwork(
      network: Network(nodes: try nodes(), links: links), notes: topology.notes + notes(),
      fileLinks: topology.links.count, mergedLinks: mergedLinks, selfLinks: selfLinks,
      totalLength: totalLength, longestPropagation: links.map(\.latency).max() ?? 0)
  }

  private func nodes() throws(InputError) -> [Node] {
    var nodes = topology.nodes.map { node in
      Node(
        id: node.id, compute: node.isHyperedge ? 0 : defaults.compute,
        memory: node.isHyperedge ? nil : defaults.memory, position: node.position)
    }
    try defaults.classes?.apply(
      to: &nodes, isHyperedge: topology.nodes.map(\.isHyperedge), seed: defaults.seed)
    for (node, compute) in defaults.computeAt { nodes[node].compute = compute }
    return nodes
  }

  // MARK: Links

  private mutating func add(_ link: Topology.Link) {
    guard link.tail != link.head else {
      selfLinks += 1
      return
    }
    totalLength += length(of: link) ?? 0
    let pair = Pair(tail: link.tail, head: link.head)
    if indices[pair] != nil { mergedLinks += 1 }
    add(link, pair)
    if !link.isDirected { add(link, Pair(tail: link.head, head: link.tail)) }
  }

  private mutating func add(_ link: Topology.Link, _ pair: Pair) {
    let (bandwidth, latency) = (bandwidth(of: link) ?? 0, propagation(of: link) ?? 0)
    if let index = indices[pair] {
      links[index].bandwidth += bandwidth
      links[index].latency = max(links[index].latency, latency)
      bundles[pair, default: 1] += 1
    } else {
      indices[pair] = links.count
      links.append(Link(tail: pair.tail, head: pair.head, bandwidth: bandwidth, latency: latency))
    }
  }

  private func bandwidth(of link: Topology.Link) -> Double? {
    switch link.speed {
    case .bandwidth(let value)?: value
    case .number(let value)?: defaults.speedUnit.map { $0 * value }
    case nil: defaults.bandwidth
    }
  }

  /// The length [km], from the coordinates of the ends if the file does not give it.
  private func length(of link: Topology.Link) -> Double? {
    if let length = link.length { return length }
    guard let from = topology.nodes[link.tail].coordinates, let to = topology.nodes[link.head].coordinates
    else {
      return nil
    }
    return from.distance(to: to)
  }

  private func propagation(of link: Topology.Link) -> Double? {
    link.latency ?? length(of: link).map { $0 / Topology.speedOfLight } ?? defaults.latency
  }

  // MARK: Missing values

  private var realLinks: [Topology.Link] { topology.links.filter { $0.tail != $0.head } }

  private func checkSpeeds() throws(InputError) {
    let missing = realLinks.filter { bandwidth(of: $0) == nil }
    if let bare = missing.first(where: { $0.speed != nil }), case .number(let value)? = bare.speed {
      throw lack(
        of: bare, missing, "the speed of", "has no unit, for example \(value.shortText)",
        "give the unit with --speed-unit, for example \"Mbit/s\"")
    }
    if let first = missing.first {
      throw lack(
        of: first, missing, "the speed of", "is missing, for example",
        "give it with --bandwidth, for example \"10 Gbit/s\"")
    }
  }

  private func checkLengths() throws(InputError) {
    let missing = realLinks.filter { propagation(of: $0) == nil }
    guard let first = missing.first else { return }
    throw lack(
      of: first, missing, "the length of", "is missing, and so are the coordinates of an end, for example",
      "give the propagation delay with --latency, for example \"1 ms\"")
  }

  private func lack(
    of example: Topology.Link, _ missing: [Topology.Link], _ what: String, _ problem: String, _ remedy: String
  ) -> InputError {
    InputError(
      file: topology.file,
      message: "\(what) \(missing.count) of \(Counted.links(realLinks.count)) \(problem) "
        + "from \(name(example.tail)) to \(name(example.head)); \(remedy)")
  }

  /// Checks the sums of bandwidths and the products with units, which may overflow or underflow.
  private func checkFigures() throws(InputError) {
    for link in links where !(link.bandwidth > 0 && link.bandwidth.isFinite && link.latency.isFinite) {
      throw InputError(
        file: topology.file,
        message:
          "the bandwidth or delay from \(name(link.tail)) to \(name(link.head)) is too large or too small"
      )
    }
  }

  private func name(_ node: Int) -> String { TerminalText.quoted(topology.nodes[node].id.text) }

  // MARK: Notes

  private func notes() -> [String] {
    var notes: [String] = []
    if selfLinks > 0 { notes.append("dropped: \(Counted.links(selfLinks)) from a node to itself") }
    if mergedLinks > 0 {
      var seen: Set<Pair> = []
      // One of the two directions of a link is enough.
      let bundled = links.filter { link in
        seen.insert(Pair(tail: link.tail, head: link.head))
        return bundles[Pair(tail: link.tail, head: link.head)] != nil
          && !seen.contains(Pair(tail: link.head, head: link.tail))
      }
      let examples = bundled.prefix(3).map { link in
        let count = bundles[Pair(tail: link.tail, head: link.head), default: 1]
        return "\(name(link.tail)) to \(name(link.head)) (\(count))"
      }
      let others = bundled.count > examples.count ? ", ..." : ""
      notes.append(
        "merged with parallel ones, the bandwidths added: \(Counted.links(mergedLinks)), "
          + examples.joined(separator: ", ") + others)
    }
    return notes
  }
}

/// Numbers with the noun that they count.
enum Counted {
  static func links(_ count: Int) -> String { count == 1 ? "1 link" : "\(count) links" }
}
