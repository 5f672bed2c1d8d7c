import Documents
import Foundations

/// The keys of nodes and links that a problem gives a meaning.
package struct NetworkKeys: Sendable {
  fileprivate let nodes: Schema<NodeKey>
  fileprivate let links: Schema<LinkKey>

  package enum NodeKey: Int, CaseIterable, Sendable {
    case id, compute, memory, memoryBandwidth, backlog, capacity, relay, position
  }

  package enum LinkKey: Int, CaseIterable, Sendable { case from, to, bandwidth, latency, backlog, duplex }

  package init(nodes: [NodeKey], links: [LinkKey]) {
    self.nodes = Schema(.node, nodes)
    self.links = Schema(.link, links)
  }

  package var partKeys: [PartKeys] { nodes.partKeys + links.partKeys }

  /// Those of problems about layers, which run on any node.
  package static let layers = NetworkKeys(
    nodes: [.id, .compute, .memory, .memoryBandwidth, .backlog, .relay, .position],
    links: [.from, .to, .bandwidth, .latency, .backlog, .duplex])
}

extension Document {
  private enum NetworkKey: Int, CaseIterable { case nodes, links }
  private static let networkSchema = Schema<NetworkKey>()

  private typealias NodeKey = NetworkKeys.NodeKey
  private typealias LinkKey = NetworkKeys.LinkKey

  /// The network that is the object at a token, with the keys of a problem, and the indices of its nodes' names.
  func network(
    _ token: Int, _ keys: NetworkKeys
  ) throws(InputError) -> (network: Network, nodes: NameTable) {
    let fields = try fields(of: token, Self.networkSchema)
    let nodeList = try fields.required(.nodes)
    let linkList = try fields.required(.links)
    var names = NameTable("node")
    let nodes = try nodes(nodeList, &names, keys)
    return (Network(nodes: nodes, links: try links(linkList, names, keys)), names)
  }

  private func nodes(
    _ list: Int, _ names: inout NameTable, _ keys: NetworkKeys
  ) throws(InputError) -> [Node] {
    var nodes: [Node] = []
    for element in try elements(of: list) {
      let fields = try self.fields(of: element, keys.nodes)
      let node = try node(fields)
      try names.add(node.id, at: fields.required(.id), of: self)
      nodes.append(node)
    }
    guard !nodes.isEmpty else { throw error(list, "a network needs at least one node") }
    return nodes
  }

  private func node(_ fields: Fields<NodeKey>) throws(InputError) -> Node {
    var node = Node(id: try identifier(fields.required(.id)))
    if let value = fields[.compute] { node.compute = try quantity(value, .compute) }
    if let value = fields[.memory] { node.memory = try quantity(value, .size) }
    if let value = fields[.memoryBandwidth] {
      let bandwidth = try quantity(value, .memoryBandwidth)
      guard bandwidth > 0 else { throw error(value, "a memory bandwidth must be positive") }
      node.memoryBandwidth = bandwidth
    }
    if let value = fields[.capacity] { node.capacity = try nonNegativeNumber(value) }
    if let value = fields[.relay] { node.isRelay = try flag(value) }
    if let value = fields[.backlog] {
      node.backlog = try quantity(value, .work)
      guard node.backlog == 0 || node.compute > 0 else {
        let name = TerminalText.quoted(node.id.text)
        throw error(value, "the node \(name) has a backlog, so it needs a positive \"compute\" rate")
      }
    }
    if let value = fields[.position] { node.position = try position(value) }
    return node
  }

  private func position(_ token: Int) throws(InputError) -> Position {
    let coordinates = Array(try elements(of: token))
    guard coordinates.count == 2 else {
      throw error(token, "a position is a list of two numbers, for example [-74.01, 40.71]")
    }
    return Position(x: try finiteNumber(coordinates[0]), y: try finiteNumber(coordinates[1]))
  }

  private func links(
    _ list: Int, _ names: NameTable, _ keys: NetworkKeys
  ) throws(InputError) -> [Link] {
    let elements = try elements(of: list)
    var links: [Link] = []
    links.reserveCapacity(elements.count)
    var pairs = Set<Pair>(minimumCapacity: elements.count)
    for element in elements {
      let fields = try self.fields(of: element, keys.links)
      let link = try link(fields, names)
      try insert(link, fields, into: &pairs)
      links.append(link)
      guard let value = fields[.duplex], try flag(value) else { continue }
      try insert(link.reversed, fields, into: &pairs)
      links.append(link.reversed)
    }
    return links
  }

  private struct Pair: Hashable { let tail, head: Int }

  private func link(_ fields: Fields<LinkKey>, _ names: NameTable) throws(InputError) -> Link {
    let to = try fields.required(.to)
    let bandwidth = try fields.required(.bandwidth)
    var link = Link(
      tail: try names.index(fields.required(.from), of: self), head: try names.index(to, of: self),
      bandwidth: try quantity(bandwidth, .bandwidth))
    guard link.tail != link.head else {
      let name = TerminalText.quoted(try string(to))
      throw error(fields.token, "a link must not lead from \(name) to itself")
    }
    guard link.bandwidth > 0 else { throw error(bandwidth, "a bandwidth must be positive") }
    if let value = fields[.latency] { link.latency = try quantity(value, .time) }
    if let value = fields[.backlog] { link.backlog = try quantity(value, .size) }
    return link
  }

  private func insert(
    _ link: Link, _ fields: Fields<LinkKey>, into pairs: inout Set<Pair>
  ) throws(InputError) {
    guard !pairs.insert(Pair(tail: link.tail, head: link.head)).inserted else { return }
    let from = TerminalText.quoted(try string(fields.required(.from)))
    let to = TerminalText.quoted(try string(fields.required(.to)))
    throw error(
      fields.token,
      "the nodes \(from) and \(to) have two links in the same direction (\"duplex\" adds the reverse link)")
  }
}
