import Documents
import Foundations
import Networks

/// A topology completed to a network.
public struct CompletedNetwork: Sendable {
  /// The network.
  public var network: Network
  /// What was taken for parts of the file that were not used as they are, or are missing.
  public var assumptions: [Assumption]
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
  /// The unit of propagation delays that have no unit in the file [s].
  public var latencyUnit: Double?
  /// The compute rate of all nodes except hyperedges [FLOP/s].
  public var compute = 0.0
  /// The memory of all nodes except hyperedges [byte]; `nil` for no limit.
  public var memory: Double?
  /// The rate at which all nodes except hyperedges move the traffic of layers [byte/s], positive; `nil` if it bounds no
  /// time.
  public var memoryBandwidth: Double?
  /// Whether routes may pass through nodes; they always may through hyperedges, which stand for links.
  public var isRelay = true
  /// Classes of nodes, whose figures replace those above.
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
  /// delay is the longest of theirs, since the tensor has arrived only when its last part has. The time is expected
  /// linear in the size of the topology.
  ///
  /// - Throws: if neither the file nor the defaults determine the bandwidth or the delay of a link, or if a class of
  ///   nodes does not fit the topology.
  public func network(completedWith defaults: NetworkDefaults) throws(InputError) -> CompletedNetwork {
    var completion = Completion(topology: self, defaults: defaults)
    return try completion.network()
  }
}

private struct Completion {
  let topology: Topology
  let defaults: NetworkDefaults
  var links: [Link] = []
  var indices: [Pair: Int] = [:]
  /// How many links in the file each link stands for, in its direction.
  var fileLinks: [Int] = []
  var selfLinks = 0
  var mergedLinks = 0
  var totalLength = 0.0

  struct Pair: Hashable {
    let tail: Int
    let head: Int
  }

  /// The speed of light in glass [km/s].
  private static let speedOfLight = 2e5

  mutating func network() throws(InputError) -> CompletedNetwork {
    try checkSpeeds()
    try checkLengths()
    for link in topology.links { add(link) }
    try checkFigures()
    return CompletedNetwork(
      network: Network(nodes: try nodes(), links: links), assumptions: topology.assumptions + assumptions(),
      fileLinks: topology.links.count, mergedLinks: mergedLinks, selfLinks: selfLinks,
      totalLength: totalLength, longestPropagation: links.map(\.latency).max() ?? 0)
  }

  private func nodes() throws(InputError) -> [Node] {
    var nodes = topology.nodes.map { node in
      if node.isHyperedge { return Node(id: node.id, position: node.position) }
      return Node(
        id: node.id, compute: defaults.compute, memory: defaults.memory,
        memoryBandwidth: defaults.memoryBandwidth, isRelay: defaults.isRelay, position: node.position)
    }
    try defaults.classes?.apply(
      to: &nodes, isHyperedge: topology.nodes.map(\.isHyperedge), seed: defaults.seed)
    for (node, compute) in defaults.computeAt { nodes[node].compute = compute }
    return nodes
  }

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
    let bandwidth = bandwidth(of: link, from: pair.tail, to: pair.head) ?? 0
    let latency = propagation(of: link) ?? 0
    if let index = indices[pair] {
      links[index].bandwidth += bandwidth
      links[index].latency = max(links[index].latency, latency)
      fileLinks[index] += 1
    } else {
      indices[pair] = links.count
      fileLinks.append(1)
      links.append(Link(tail: pair.tail, head: pair.head, bandwidth: bandwidth, latency: latency))
    }
  }

  /// The bandwidth of a link in one direction.
  private func bandwidth(of link: Topology.Link, from tail: Int, to head: Int) -> Double? {
    switch link.speed {
    case .bandwidth(let value)?: value
    case .number(let value)?: defaults.speedUnit.map { $0 * value }
    case nil: hostRate(from: tail, to: head) ?? defaults.bandwidth
    }
  }

  /// What the ends of a link can send and receive.
  private func hostRate(from tail: Int, to head: Int) -> Double? {
    [topology.nodes[tail].uplink, topology.nodes[head].downlink].compactMap(\.self).min()
  }

  /// The length [km], from the coordinates of the ends if the file does not give it.
  private func length(of link: Topology.Link) -> Double? {
    if let length = link.length { return length }
    let (from, to) = (topology.nodes[link.tail].coordinates, topology.nodes[link.head].coordinates)
    return from.flatMap { from in to.map(from.distance) }
  }

  private func propagation(of link: Topology.Link) -> Double? {
    link.latency ?? statedDelay(of: link) ?? length(of: link).map { $0 / Self.speedOfLight }
      ?? defaults.latency
  }

  private func statedDelay(of link: Topology.Link) -> Double? {
    link.bareLatency.flatMap { number in defaults.latencyUnit.map { $0 * number } }
  }

  private var realLinks: [Topology.Link] { topology.links.filter { $0.tail != $0.head } }

  private func checkSpeeds() throws(InputError) {
    let missing = realLinks.filter { bandwidth(of: $0, from: $0.tail, to: $0.head) == nil }
    if let bare = missing.first(where: { $0.speed != nil }), case .number(let value)? = bare.speed {
      throw lack(
        of: "speed", missing.count, "has no unit, for example \(value.shortText)", bare,
        "give the unit with --speed-unit, for example \"Mbit/s\"")
    }
    guard let first = missing.first else { return }
    throw lack(
      of: "speed", missing.count, "is missing, for example", first,
      "give it with --bandwidth, for example \"10 Gbit/s\"")
  }

  private func checkLengths() throws(InputError) {
    let missing = realLinks.filter { propagation(of: $0) == nil }
    if let bare = missing.first(where: { $0.bareLatency != nil }) {
      throw lack(
        of: "latency", missing.count, "has no unit, for example \((bare.bareLatency ?? 0).shortText)", bare,
        "give the unit with --latency-unit, for example \"ms\"")
    }
    guard let first = missing.first else { return }
    throw lack(
      of: "length", missing.count, "is missing, and so are the coordinates of an end, for example", first,
      "give the propagation delay with --latency, for example \"1 ms\"")
  }

  private func lack(
    of figure: String, _ count: Int, _ problem: String, _ example: Topology.Link, _ remedy: String
  ) -> InputError {
    InputError(
      file: topology.file,
      message: "the \(figure) of \(count) of \(Figures.count(realLinks.count, "link")) \(problem) "
        + "from \(name(example.tail)) to \(name(example.head)); \(remedy)")
  }

  /// Checks the sums of bandwidths and the products with units, which may overflow or underflow.
  private func checkFigures() throws(InputError) {
    for link in links where !(link.bandwidth > 0 && link.bandwidth.isFinite && link.latency.isFinite) {
      let pair = "from \(name(link.tail)) to \(name(link.head))"
      throw InputError(
        file: topology.file, message: "the bandwidth or delay \(pair) is too large or too small")
    }
  }

  private func name(_ node: Int) -> String { TerminalText.quoted(topology.nodes[node].id.text) }

  private func assumptions() -> [Assumption] {
    var assumptions = Assumptions()
    func add(_ count: Int, _ text: (String) -> String) {
      if count > 0 { assumptions.add(.file, text(Figures.count(count, "link"))) }
    }
    let links = realLinks
    if defaults.latencyUnit == nil {
      add(links.count { $0.bareLatency != nil && $0.latency == nil }) {
        "not used: the latency of \($0), which has no unit (--latency-unit gives it)"
      }
    }
    add(links.count { $0.speed == nil && hostRate(from: $0.tail, to: $0.head) != nil }) {
      "the bandwidth of \($0) is what its ends can send and receive (host_bandwidth)"
    }
    let usual = links.count { $0.speed == nil && hostRate(from: $0.tail, to: $0.head) == nil }
    if usual < links.count {
      add(usual) { "the bandwidth of \($0) is that of --bandwidth" }
    }
    let unmeasured = links.count { propagation(of: $0) != nil && hasNoDelay($0) }
    if unmeasured < links.count {
      add(unmeasured) { "the propagation delay of \($0) is that of --latency" }
    }
    add(selfLinks) { "dropped: \($0) from a node to itself" }
    add(mergedLinks) {
      "merged with parallel ones, the bandwidths added: \($0), \(bundleExamples)"
    }
    return assumptions.list
  }

  /// Whether the file tells nothing from which the delay of a link follows.
  private func hasNoDelay(_ link: Topology.Link) -> Bool {
    link.latency == nil && statedDelay(of: link) == nil && length(of: link) == nil
  }

  private var bundleExamples: String {
    // One of the two directions of a link is enough.
    let bundles = links.indices.filter { index in
      let reverse = indices[Pair(tail: links[index].head, head: links[index].tail)]
      return fileLinks[index] > 1 && reverse ?? index >= index
    }
    let examples = bundles.prefix(3).map { index in
      "\(name(links[index].tail)) to \(name(links[index].head)) (\(fileLinks[index]))"
    }
    return examples.joined(separator: ", ") + (bundles.count > examples.count ? ", ..." : "")
  }
}
