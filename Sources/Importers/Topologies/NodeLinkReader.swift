import Documents
import Foundations

/// Reads a graph in the node-link JSON of networkx and topohub: `nodes`, and `links` or `edges` with `source` and
/// `target`.
struct NodeLinkReader {
  private let document: Document
  private var graph: AttributedGraph

  /// Reads a graph from UTF-8, in time linear in the number of bytes.
  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> AttributedGraph {
    let (bytes, count) = NonFiniteNumbers.blanked(bytes)
    let document = try Document.parse(bytes, format: .json, file: file)
    var reader = NodeLinkReader(document: document, graph: AttributedGraph(file: file, document: document))
    reader.graph.nonFiniteNumbers = count
    try reader.read()
    return reader.graph
  }

  private mutating func read() throws(InputError) {
    let root = Document.root
    try document.check(root, is: .object)
    guard let nodes = document.member("nodes", of: root) else {
      throw document.error(root, "the key \"nodes\" is missing; this is not a node-link graph")
    }
    let isDirected = try document.member("directed", of: root).map(document.flag) ?? false
    for (index, node) in try document.elements(of: nodes).enumerated() { try readNode(node, index) }
    let edges = try document.elements(of: try edgeList())
    graph.linksByIndex = linksAreByIndex(edges)
    for edge in edges { try readEdge(edge, isDirected) }
  }

  /// Whether the ends of links are positions in the list of nodes: some end is no id, and all ends are positions.
  private func linksAreByIndex(_ edges: [Int]) -> Bool {
    let ends = edges.flatMap { edge in
      ["source", "target"].compactMap { document.member($0, of: edge) }
    }
    return ends.contains { graph.indices[identity($0)] == nil } && ends.allSatisfy { position($0) != nil }
  }

  /// The node at the position that a value gives; `nil` if it is none.
  private func position(_ token: Int) -> Int? {
    guard document.tokens[token].kind == .number, let index = Int(exactly: document.number(token)),
      graph.nodes.indices.contains(index)
    else { return nil }
    return index
  }

  private func edgeList() throws(InputError) -> Int {
    let root = Document.root
    switch (document.member("edges", of: root), document.member("links", of: root)) {
    case (let list?, nil), (nil, let list?): return list
    case (_?, let links?):
      throw document.error(links, "there are both \"edges\" and \"links\"; leave one out")
    case (nil, nil):
      throw document.error(root, "there are neither \"links\" nor \"edges\"; this is not a node-link graph")
    }
  }

  /// Reads a node. If it has no id, its index is the id, as in networkx.
  private mutating func readNode(_ token: Int, _ index: Int) throws(InputError) {
    try document.check(token, is: .object)
    let value = document.member("id", of: token)
    let id = value.map(identity) ?? .number(Double(index))
    try graph.add(
      id, at: .token(value ?? token),
      .init(id: id.text, attributes: try attributes(of: token), place: .token(token)))
  }

  private mutating func readEdge(_ token: Int, _ isDirected: Bool) throws(InputError) {
    try document.check(token, is: .object)
    graph.edges.append(
      .init(
        tail: try end("source", of: token), head: try end("target", of: token), isDirected: isDirected,
        attributes: try attributes(of: token), place: .token(token)))
  }

  private func end(_ key: String, of token: Int) throws(InputError) -> Int {
    let value = try document.required(key, of: token)
    if graph.linksByIndex, let index = position(value) { return index }
    return try graph.index(of: identity(value), at: .token(value))
  }

  private func identity(_ token: Int) -> Identity {
    if document.isString(token) { return .text(Name(document.text(token))) }
    if document.tokens[token].kind == .number { return .number(document.number(token)) }
    return .other(Name(compactText(token)))
  }

  /// A value as JSON without blanks.
  private func compactText(_ token: Int) -> String {
    switch document.tokens[token].kind {
    case .null: "null"
    case .boolean: document.boolean(token) ? "true" : "false"
    case .number: document.number(token).shortText
    case .string, .escapedString: "\"\(document.text(token))\""
    case .array, .object: "[" + document.children(of: token).map(compactText).joined(separator: ",") + "]"
    }
  }

  private func attributes(of token: Int) throws(InputError) -> GraphAttributes {
    var attributes = GraphAttributes()
    for (key, value) in try document.members(of: token) {
      let place = AttributedGraph.Place.token(value)
      switch document.tokens[value].kind {
      case .number: attributes.append(document.text(key), .number(document.number(value)), place)
      case .string, .escapedString: attributes.append(document.text(key), .text(document.text(value)), place)
      case .array:
        let elements = Array(document.children(of: value))
        guard elements.allSatisfy({ document.tokens[$0].kind == .number }) else {
          attributes.skip(document.text(key))
          continue
        }
        attributes.append(document.text(key), .numbers(elements.map(document.number)), place)
      case .boolean: attributes.append(document.text(key), .number(document.boolean(value) ? 1 : 0), place)
      case .null: continue
      case .object where document.children(of: value).isEmpty: continue
      case .object: attributes.skip(document.text(key))
      }
    }
    return attributes
  }
}
