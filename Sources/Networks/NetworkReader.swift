import Documents
import Foundations

/// Reads the object of a network.
package struct NetworkReader {
  package let document: Document

  package init(document: Document) { self.document = document }

  package struct Result {
    package var network: Network
    package var nodes: NameTable
  }

  private enum Key: Int, CaseIterable { case nodes, links }
  private static let schema = Schema<Key>()

  private enum NodeKey: Int, CaseIterable { case id, compute, memory, backlog, position }
  private static let nodeSchema = Schema<NodeKey>()

  private enum LinkKey: Int, CaseIterable { case from, to, bandwidth, latency, backlog, duplex }
  private static let linkSchema = Schema<LinkKey>()

  package func network(_ token: Int) throws(InputError) -> Result {
    let fields = try document.fields(of: token, Self.schema)
    let nodeList = try fields.required(.nodes)
    let linkList = try fields.required(.links)
    var names = NameTable("node")
    let nodes = try nodes(nodeList, &names)
    return Result(network: Network(nodes: nodes, links: try links(linkList, names)), nodes: names)
  }
}

// MARK: - Nodes

extension NetworkReader {
  private func nodes(_ list: Int, _ names: inout NameTable) throws(InputError) -> [Node] {
    var nodes: [Node] = []
    for element in try document.elements(of: list) {
      let fields = try document.fields(of: element, Self.nodeSchema)
      let node = try node(fields)
      try names.add(node.id, at: fields.required(.id), of: document)
      nodes.append(node)
    }
    guard !nodes.isEmpty else { throw document.error(list, "a network needs at least one node") }
    return nodes
  }

  private func node(_ fields: Fields<NodeKey>) throws(InputError) -> Node {
    var node = Node(id: try document.identifier(fields.required(.id)))
    if let value = fields[.compute] { node.compute = try document.quantity(value, .compute) }
    if let value = fields[.memory] { node.memory = try document.quantity(value, .size) }
    if let value = fields[.backlog] {
      node.backlog = try document.quantity(value, .work)
      guard node.backlog == 0 || node.compute > 0 else {
        let name = TerminalText.quoted(node.id.text)
        throw document.error(value, "the node \(name) has a backlog, so it needs a positive \"compute\" rate")
      }
    }
    if let value = fields[.position] { node.position = try position(value) }
    return node
  }

  private func position(_ token: Int) throws(InputError) -> Position {
    let coordinates = Array(try document.elements(of: token))
    guard coordinates.count == 2 else {
      throw document.error(token, "a position is a list of two numbers, for example [-74.01, 40.71]")
    }
    return Position(
      x: try document.finiteNumber(coordinates[0]), y: try document.finiteNumber(coordinates[1]))
  }
}

// MARK: - Links

extension NetworkReader {
  private func links(_ list: Int, _ names: NameTable) throws(InputError) -> [Link] {
    var links: [Link] = []
    var pairs = Set<Pair>()
    for element in try document.elements(of: list) {
      let fields = try document.fields(of: element, Self.linkSchema)
      let link = try link(fields, names)
      try insert(link, fields, into: &pairs)
      links.append(link)
      guard let value = fields[.duplex], try document.flag(value) else { continue }
      var reverse = link
      (reverse.tail, reverse.head) = (link.head, link.tail)
      try insert(reverse, fields, into: &pairs)
      links.append(reverse)
    }
    return links
  }

  private struct Pair: Hashable {
    let tail: Int
    let head: Int
  }

  private func link(_ fields: Fields<LinkKey>, _ names: NameTable) throws(InputError) -> Link {
    let to = try fields.required(.to)
    let bandwidth = try fields.required(.bandwidth)
    var link = Link(
      tail: try names.index(fields.required(.from), of: document), head: try names.index(to, of: document),
      bandwidth: try document.quantity(bandwidth, .bandwidth))
    guard link.tail != link.head else {
      let name = TerminalText.quoted(try document.string(to))
      throw document.error(fields.token, "a link must not lead from \(name) to itself")
    }
    guard link.bandwidth > 0 else { throw document.error(bandwidth, "a bandwidth must be positive") }
    if let value = fields[.latency] { link.latency = try document.quantity(value, .time) }
    if let value = fields[.backlog] { link.backlog = try document.quantity(value, .size) }
    return link
  }

  private func insert(
    _ link: Link, _ fields: Fields<LinkKey>, into pairs: inout Set<Pair>
  ) throws(InputError) {
    guard !pairs.insert(Pair(tail: link.tail, head: link.head)).inserted else { return }
    let from = TerminalText.quoted(try document.string(fields.required(.from)))
    let to = TerminalText.quoted(try document.string(fields.required(.to)))
    throw document.error(
      fields.token,
      "the nodes \(from) and \(to) have two links in the same direction (\"duplex\" adds the reverse link)")
  }
}
