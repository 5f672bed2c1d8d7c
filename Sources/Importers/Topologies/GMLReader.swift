import Documents
import Foundations

/// Reads a graph in GML: `graph [ directed 0 node [ id 1 ... ] edge [ source 1 target 2 ... ] ]`.
struct GMLReader {
  private var graph: AttributedGraph
  private var indices = NodeIndices()

  /// Reads a graph.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: the name of the file, for messages.
  /// - Throws: if the bytes are not a graph in GML; the message names the place.
  /// - Complexity: linear in the number of bytes.
  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> AttributedGraph {
    var reader = GMLReader(graph: AttributedGraph(file: file))
    try reader.read(try GMLParser.parse(bytes, file: file))
    return reader.graph
  }

  private init(graph: AttributedGraph) { self.graph = graph }

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
    guard indices.add(id) else {
      throw graph.error(entry.place, "a second node has the id \(TerminalText.quoted(id.text))")
    }
    graph.nodes.append(.init(id: id.text, attributes: attributes(members), place: entry.place))
  }

  private mutating func readEdge(_ entry: GMLParser.Entry, _ isDirected: Bool) throws(InputError) {
    let members = try members(of: entry)
    graph.edges.append(
      .init(
        tail: try end("source", in: members, of: entry), head: try end("target", in: members, of: entry),
        isDirected: isDirected, attributes: attributes(members), place: entry.place))
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

  private func end(
    _ key: String, in members: [GMLParser.Entry], of entry: GMLParser.Entry
  ) throws(InputError) -> Int {
    let id = try identity(key, in: members, of: entry)
    guard let index = indices[id] else { throw graph.error(entry.place, indices.unknown(id)) }
    return index
  }

  /// The attributes of a node or edge.
  ///
  /// Positions come last: networkx writes them as repeated keys "pos", and yEd as a list "graphics" with x and y.
  private func attributes(_ members: [GMLParser.Entry]) -> GraphAttributes {
    var attributes = GraphAttributes()
    var positions: [Double] = []
    var nested: [GMLParser.Entry] = []
    for member in members {
      switch member.value {
      case .number(let value) where member.key == "pos": positions.append(value)
      case .number(let value): attributes.append(member.key, .number(value), member.place)
      case .text(let text): attributes.append(member.key, .text(text), member.place)
      case .list(let list) where member.key == "graphics": nested += list
      case .list: continue
      }
    }
    if let first = members.first(where: { $0.key == "pos" }), !positions.isEmpty {
      attributes.append("pos", .numbers(positions), first.place)
    }
    for member in nested {
      if case .number(let value) = member.value {
        attributes.append(member.key, .number(value), member.place)
      }
    }
    return attributes
  }
}
