import Documents
import Foundation
import Foundations

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a graph in GraphML (http://graphml.graphdrawing.org): its nodes, those of nested graphs included, edges and
/// their data. A hyperedge becomes a node that is linked with each of its endpoints.
///
/// ``XMLScan`` refuses what would keep the parser busy; external entities are never looked up.
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

  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: what errors call it.
  /// - Complexity: linear in the number of bytes.
  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> AttributedGraph {
    try check(bytes, file)
    let reader = GraphMLReader(file)
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.delegate = reader
    // On Linux it may call a file parsed and have an error all the same.
    let isWhole = parser.parse() && parser.parserError == nil
    if let failure = reader.failure { throw failure }
    guard isWhole, reader.open.isEmpty else {
      throw InputError(
        file: file, line: parser.lineNumber, column: parser.columnNumber,
        message: "this is not well-formed XML, or cut off, or has a text of more than 10 MB")
    }
    guard reader.graphCount > 0 else {
      throw InputError(file: file, message: "there is no <graph>; this is no GraphML file")
    }
    return try reader.finished()
  }

  private init(_ file: String) { graph = AttributedGraph(file: file) }

  /// Refuses encodings in which something could hide from the scan, and what that refuses.
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
      throw document.error(byte: 0, "this file says that it is encoded in \(name); convert it to UTF-8")
    }
    try XMLScan.check(bytes, file: file)
  }

  // MARK: What the elements amount to

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

  /// What an element says, then what its keys say of those that do not.
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

  /// Those that mean something here, each once, so that many keys times many nodes cost nothing.
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
      // With a prefix or without.
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

  /// Text counts where it stands directly in a datum, not in elements of other programs there.
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
        if graphCount > 1 { throw graph.error(place, "a second graph; a topology is one graph") }
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

  /// The node has an index that no id of the file leads to.
  private func beginHyperedge(_ attributes: [String: String], _ place: AttributedGraph.Place) -> Int {
    _ = indices.add(.other(Name("hyperedge \(graph.nodes.count)")))
    var marks = GraphAttributes()
    marks.append("hyperedge", .number(1), place)
    return addNode(attributes["id"] ?? "hyperedge", marks, place)
  }

  /// The directions of endpoints are not read: all of them are linked both ways.
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
