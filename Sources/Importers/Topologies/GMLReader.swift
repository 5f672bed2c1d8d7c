import Documents
import Foundations

/// Reads a graph in GML: `graph [ directed 0 node [ id 1 ... ] edge [ source 1 target 2 ... ] ]`.
struct GMLReader {
  private var graph: AttributedGraph

  /// Reads a graph from UTF-8, in time linear in the number of bytes.
  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> AttributedGraph {
    try Document(file: file, bytes: bytes).checkUTF8()
    var reader = GMLReader(graph: AttributedGraph(file: file))
    try reader.read(try GMLParser.parse(bytes, file: file))
    return reader.graph
  }

  private mutating func read(_ file: [GMLParser.Entry]) throws(InputError) {
    let graphs = file.filter { $0.key == "graph" }
    guard let first = graphs.first, case .list(let entries) = first.value else {
      throw InputError(file: graph.file, message: "there is no \"graph [ ... ]\"; this is not a GML file")
    }
    if graphs.count > 1 {
      throw graph.error(graphs[1].place, "there is a second graph; a topology is a single graph")
    }
    var isDirected = false
    if case .number(let value)? = entries.first(where: { $0.key == "directed" })?.value {
      isDirected = value != 0
    }
    for entry in entries where entry.key == "node" { try readNode(entry) }
    for entry in entries where entry.key == "edge" { try readEdge(entry, isDirected) }
  }

  private mutating func readNode(_ entry: GMLParser.Entry) throws(InputError) {
    let members = try members(of: entry)
    let id = try identity("id", in: members, of: entry)
    try graph.add(
      id, at: entry.place, .init(id: id.text, attributes: attributes(members), place: entry.place))
  }

  private mutating func readEdge(_ entry: GMLParser.Entry, _ isDirected: Bool) throws(InputError) {
    let members = try members(of: entry)
    let tail = try graph.index(of: identity("source", in: members, of: entry), at: entry.place)
    let head = try graph.index(of: identity("target", in: members, of: entry), at: entry.place)
    graph.edges.append(
      .init(
        tail: tail, head: head, isDirected: isDirected, attributes: attributes(members), place: entry.place))
  }

  private func members(of entry: GMLParser.Entry) throws(InputError) -> [GMLParser.Entry] {
    guard case .list(let members) = entry.value else {
      throw graph.error(entry.place, "\(entry.key) must be followed by a list in brackets")
    }
    return members
  }

  private func identity(
    _ key: String, in members: [GMLParser.Entry], of entry: GMLParser.Entry
  ) throws(InputError) -> Identity {
    switch members.first(where: { $0.key == key })?.value {
    case .number(let value)?: return .number(value)
    case .text(let text)?: return .text(Name(text))
    default: throw graph.error(entry.place, "this \(entry.key) has no \(key)")
    }
  }

  /// The attributes of a node or edge. Positions come last: networkx writes them as repeated keys "pos", and yEd as a
  /// list "graphics" with x and y.
  private func attributes(_ members: [GMLParser.Entry]) -> GraphAttributes {
    var attributes = GraphAttributes()
    var positions: [Double] = []
    for member in members {
      switch member.value {
      case .number(let value) where member.key == "pos": positions.append(value)
      case .number(let value): attributes.append(member.key, .number(value), member.place)
      case .text(let text): attributes.append(member.key, .text(text), member.place)
      case .list: attributes.skip(member.key)
      }
    }
    if let first = members.first(where: { $0.key == "pos" }), !positions.isEmpty {
      attributes.append("pos", .numbers(positions), first.place)
    }
    for case .list(let list) in members.filter({ $0.key == "graphics" }).map(\.value) {
      for case (let key, .number(let value), let place) in list.map({ ($0.key, $0.value, $0.place) }) {
        attributes.append(key, .number(value), place)
      }
    }
    return attributes
  }
}
