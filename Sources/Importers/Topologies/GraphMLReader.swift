import Documents
import Foundation
import Foundations

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a graph in GraphML (http://graphml.graphdrawing.org): nodes, including those of nested graphs, and edges.
///
/// A hyperedge becomes a node that is linked with each of its endpoints. ``XMLScan`` first refuses files that would
/// keep the parser busy. External entities are never looked up.
final class GraphMLReader: NSObject {
  private var graph: AttributedGraph
  private var indices = NodeIndices()
  private var keys: [String: Key] = [:]
  private var pending: [PendingEdge] = []
  private var open: [Container] = []
  private var text: (key: String, content: String)?
  private var graphCount = 0
  private var failure: InputError?

  private struct Key {
    var name: String
    var scope: String
    var usual: String?
  }

  private struct PendingEdge {
    var source: End
    var target: End
    var isDirected: Bool
    var data: [Datum] = []
    var place: AttributedGraph.Place

    enum End {
      case named(String)
      /// The node that a hyperedge became.
      case index(Int)
    }
  }

  private struct Datum {
    var key: String
    var text: String
    var place: AttributedGraph.Place
  }

  private var nodeData: [[Datum]] = []

  /// An element that is open.
  private enum Container {
    case graphml
    case key(String)
    case usual
    case graph(isDirected: Bool)
    case node(Int)
    case edge(Int)
    case hyperedge(Int)
    case data, other
  }

  private static let depthLimit = 128

  /// Reads a graph.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: the name of the file, for messages.
  /// - Throws: if the bytes are not a graph in GraphML; the message names the place.
  /// - Complexity: linear in the number of bytes.
  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> AttributedGraph {
    try check(bytes, file)
    let reader = GraphMLReader(file)
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.delegate = reader
    // On Linux the parser may return true and have an error nevertheless.
    let isWhole = parser.parse() && parser.parserError == nil
    if let failure = reader.failure { throw failure }
    guard isWhole, reader.open.isEmpty else {
      throw InputError(
        file: file, line: parser.lineNumber, column: parser.columnNumber,
        message: "this is not well-formed XML, is cut off, or has a text of more than 10 MB")
    }
    guard reader.graphCount > 0 else {
      throw InputError(file: file, message: "there is no <graph>; this is not a GraphML file")
    }
    return try reader.finished()
  }

  private init(_ file: String) { graph = AttributedGraph(file: file) }

  /// Refuses encodings in which the scan would miss something, and files that the scan refuses.
  private static func check(_ bytes: [UInt8], _ file: String) throws(InputError) {
    let document = Document(file: file, bytes: bytes)
    if let encoding = ByteOrderMark.wideEncoding(of: bytes) {
      throw document.error(byte: 0, "this file is encoded in \(encoding); convert it to UTF-8")
    }
    if let offset = UTF8Sequence.firstError(in: bytes) {
      throw document.error(byte: offset, "this is not valid UTF-8; convert the file to UTF-8")
    }
    let declaration = String(decoding: bytes.prefix { $0 != UInt8(ascii: ">") }.prefix(1000), as: UTF8.self)
    if let match = declaration.firstMatch(of: /encoding\s*=\s*["']([^"']*)["']/),
      !["utf-8", "utf8", "us-ascii", "ascii"].contains(match.output.1.lowercased())
    {
      let name = TerminalText.quoted(String(match.output.1))
      throw document.error(byte: 0, "this file declares the encoding \(name); convert it to UTF-8")
    }
    try XMLScan.check(bytes, file: file)
  }

  // MARK: The graph

  private func finished() throws(InputError) -> AttributedGraph {
    for (index, data) in nodeData.enumerated() {
      graph.nodes[index].attributes = attributes(data, scope: "node", keeping: graph.nodes[index].attributes)
    }
    for edge in pending {
      graph.edges.append(
        .init(
          tail: try index(of: edge.source, edge.place), head: try index(of: edge.target, edge.place),
          isDirected: edge.isDirected,
          attributes: attributes(edge.data, scope: "edge", keeping: GraphAttributes()),
          place: edge.place))
    }
    return graph
  }

  private func index(of end: PendingEdge.End, _ place: AttributedGraph.Place) throws(InputError) -> Int {
    switch end {
    case .index(let index): return index
    case .named(let id):
      let identity = Identity.text(Name(id))
      guard let index = indices[identity] else { throw graph.error(place, indices.unknown(identity)) }
      return index
    }
  }

  /// The attributes of an element, with the default values of keys for which it has no data.
  private func attributes(_ data: [Datum], scope: String, keeping first: GraphAttributes) -> GraphAttributes {
    var attributes = first
    for datum in data {
      attributes.append(keys[datum.key]?.name ?? datum.key, .text(datum.text), datum.place)
    }
    for key in usualValues where key.scope == scope || key.scope == "all" {
      attributes.append(key.name, .text(key.usual ?? ""), .line(1, column: 1))
    }
    return attributes
  }

  /// The keys with default values that are used here, each once, so that many keys and many nodes do not multiply.
  private lazy var usualValues: [Key] = {
    var seen: Set<String> = []
    return keys.sorted { $0.key < $1.key }.map(\.value).filter {
      $0.usual != nil && GraphAttributes.isKnown($0.name)
        && seen.insert("\($0.scope) \($0.name.lowercased())").inserted
    }
  }()
}

// MARK: - Elements

extension GraphMLReader: XMLParserDelegate {
  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let place = AttributedGraph.Place.line(parser.lineNumber, column: parser.columnNumber)
    do throws(InputError) {
      guard open.count < Self.depthLimit else {
        throw graph.error(place, "nested deeper than \(Self.depthLimit) levels")
      }
      // The name may have a namespace prefix.
      let name = elementName.split(separator: ":").last.map(String.init) ?? elementName
      open.append(try begin(name, attributes, place))
    } catch {
      failure = failure ?? error
      parser.abortParsing()
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { append(string) }

  func parser(_ parser: XMLParser, foundCDATA block: Data) { append(String(decoding: block, as: UTF8.self)) }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let closed = open.popLast(), let (key, content) = text else { return }
    let datum = Datum(
      key: key, text: content.trimmingCharacters(in: .whitespacesAndNewlines),
      place: .line(parser.lineNumber, column: parser.columnNumber))
    switch (closed, open.last) {
    case (.data, .node(let index)?): nodeData[index].append(datum)
    case (.data, .edge(let index)?): pending[index].data.append(datum)
    case (.usual, .key(let id)?): keys[id]?.usual = datum.text
    default: return
    }
    text = nil
  }

  /// Adds text that is directly inside an element with data, not inside elements of other programs in it.
  private func append(_ string: String) {
    switch open.last {
    case .data?, .usual?: text?.content += string
    default: return
    }
  }

  private func begin(
    _ name: String, _ attributes: [String: String], _ place: AttributedGraph.Place
  ) throws(InputError) -> Container {
    guard let parent = open.last else {
      guard name == "graphml" else {
        throw graph.error(place, "the file begins with <\(shown(name))>, not <graphml>")
      }
      return .graphml
    }
    switch (name, parent) {
    case ("key", .graphml): return beginKey(try required("id", attributes, name, place), attributes)
    case ("default", .key(let id)):
      text = (id, "")
      return .usual
    case ("graph", .graphml), ("graph", .node):
      if case .graphml = parent {
        graphCount += 1
        if graphCount > 1 {
          throw graph.error(place, "there is a second graph; a topology is a single graph")
        }
      }
      return .graph(isDirected: attributes["edgedefault"] == "directed")
    case ("node", .graph): return try beginNode(attributes, place)
    case ("edge", .graph(let isDirected)): return try beginEdge(attributes, isDirected, place)
    case ("hyperedge", .graph): return .hyperedge(beginHyperedge(attributes, place))
    case ("endpoint", .hyperedge(let node)):
      try addEndpoint(attributes, of: node, place)
      return .other
    case ("data", .node), ("data", .edge):
      text = (try required("key", attributes, name, place), "")
      return .data
    default: return .other
    }
  }

  private func beginKey(_ id: String, _ attributes: [String: String]) -> Container {
    keys[id] = Key(name: attributes["attr.name"] ?? id, scope: attributes["for"] ?? "all")
    return .key(id)
  }

  private func beginNode(
    _ attributes: [String: String], _ place: AttributedGraph.Place
  ) throws(InputError) -> Container {
    let id = try required("id", attributes, "node", place)
    guard indices.add(.text(Name(id))) else {
      throw graph.error(place, "a second node has the id \(TerminalText.quoted(id))")
    }
    return .node(addNode(id, GraphAttributes(), place))
  }

  private func addNode(_ id: String, _ attributes: GraphAttributes, _ place: AttributedGraph.Place) -> Int {
    graph.nodes.append(.init(id: id, attributes: attributes, place: place))
    nodeData.append([])
    return graph.nodes.count - 1
  }

  private func beginEdge(
    _ attributes: [String: String], _ isDirected: Bool, _ place: AttributedGraph.Place
  ) throws(InputError) -> Container {
    pending.append(
      PendingEdge(
        source: .named(try required("source", attributes, "edge", place)),
        target: .named(try required("target", attributes, "edge", place)),
        isDirected: attributes["directed"].map { $0 == "true" } ?? isDirected, place: place))
    return .edge(pending.count - 1)
  }

  /// Adds the node of a hyperedge, under an identity that no id in the file can have.
  private func beginHyperedge(_ attributes: [String: String], _ place: AttributedGraph.Place) -> Int {
    _ = indices.add(.other(Name("hyperedge \(graph.nodes.count)")))
    var marks = GraphAttributes()
    marks.append("hyperedge", .number(1), place)
    return addNode(attributes["id"] ?? "hyperedge", marks, place)
  }

  /// Links an endpoint with its hyperedge in both directions, whatever direction the file gives.
  private func addEndpoint(
    _ attributes: [String: String], of hyperedge: Int, _ place: AttributedGraph.Place
  ) throws(InputError) {
    let node = try required("node", attributes, "endpoint", place)
    pending.append(
      PendingEdge(source: .index(hyperedge), target: .named(node), isDirected: false, place: place))
  }

  private func required(
    _ key: String, _ attributes: [String: String], _ element: String, _ place: AttributedGraph.Place
  ) throws(InputError) -> String {
    guard let value = attributes[key] else {
      throw graph.error(place, "this <\(element)> has no attribute \"\(key)\"")
    }
    return value
  }

  private func shown(_ name: String) -> String { TerminalText.shortened(name) }
}
