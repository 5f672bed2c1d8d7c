import Documents
import Foundation
import Foundations

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a graph in GraphML (http://graphml.graphdrawing.org): nodes, including those of nested graphs, and edges. A
/// hyperedge becomes a node that is linked with each of its endpoints. ``XMLScan`` first refuses files that would keep
/// the parser busy. External entities are never looked up.
final class GraphMLReader: NSObject {
  private var graph: AttributedGraph
  private var keys: [String: Key] = [:]
  private var nodeData: [[Datum]] = []
  private var pending: [PendingEdge] = []
  private var open: [Container] = []
  private var text: (key: String, content: String)?
  private var hasGraph = false
  private var failure: InputError?

  private struct Key {
    var name: String
    var scope: String
    var usual: String?
  }

  private struct PendingEdge {
    var source: Identity
    var target: Identity
    var isDirected: Bool
    var data: [Datum] = []
    var place: AttributedGraph.Place
  }

  private struct Datum {
    var key: String
    var text: String
    var place: AttributedGraph.Place
  }

  /// An element that begins.
  private struct Element {
    var name: String
    var attributes: [String: String]
    var place: AttributedGraph.Place
  }

  /// An element that is open.
  private enum Container {
    case graphml
    case key(String)
    case usual
    case graph(isDirected: Bool)
    case node(Int)
    case edge(Int)
    case hyperedge(Identity)
    case data, other
  }

  private static let depthLimit = 128

  /// Reads a graph in time linear in the number of bytes.
  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> AttributedGraph {
    try check(Document(file: file, bytes: bytes))
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
    guard reader.hasGraph else {
      throw InputError(file: file, message: "there is no <graph>; this is not a GraphML file")
    }
    return try reader.finished()
  }

  private init(_ file: String) { graph = AttributedGraph(file: file) }

  /// Refuses encodings in which the scan would miss something, and files that the scan refuses.
  private static func check(_ document: Document) throws(InputError) {
    try document.checkEncoding()
    try document.checkUTF8()
    let start = document.bytes.prefix { $0 != UInt8(ascii: ">") }.prefix(1000)
    if let match = String(decoding: start, as: UTF8.self).firstMatch(of: /encoding\s*=\s*["']([^"']*)["']/),
      !["utf-8", "utf8", "us-ascii", "ascii"].contains(match.output.1.lowercased())
    {
      let name = TerminalText.quoted(String(match.output.1))
      throw document.error(byte: 0, "this file declares the encoding \(name); convert it to UTF-8")
    }
    try XMLScan.check(document)
  }

  private func finished() throws(InputError) -> AttributedGraph {
    for (index, data) in nodeData.enumerated() {
      add(data, scope: "node", to: &graph.nodes[index].attributes)
    }
    for edge in pending {
      var attributes = GraphAttributes()
      add(edge.data, scope: "edge", to: &attributes)
      graph.edges.append(
        .init(
          tail: try graph.index(of: edge.source, at: edge.place),
          head: try graph.index(of: edge.target, at: edge.place), isDirected: edge.isDirected,
          attributes: attributes, place: edge.place))
    }
    return graph
  }

  /// Adds the attributes of an element, with the default values of keys for which it has no data.
  private func add(_ data: [Datum], scope: String, to attributes: inout GraphAttributes) {
    for datum in data {
      attributes.append(keys[datum.key]?.name ?? datum.key, .text(datum.text), datum.place)
    }
    for key in usualValues where key.scope == scope || key.scope == "all" {
      attributes.append(key.name, .text(key.usual ?? ""), .line(1, column: 1))
    }
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
      open.append(try begin(Element(name: name, attributes: attributes, place: place)))
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

  private func begin(_ element: Element) throws(InputError) -> Container {
    guard let parent = open.last else {
      guard element.name == "graphml" else {
        throw graph.error(
          element.place, "the file begins with <\(TerminalText.shortened(element.name))>, not <graphml>")
      }
      return .graphml
    }
    switch (element.name, parent) {
    case ("key", .graphml):
      let id = try required("id", of: element)
      keys[id] = Key(name: element.attributes["attr.name"] ?? id, scope: element.attributes["for"] ?? "all")
      return .key(id)
    case ("default", .key(let id)):
      text = (id, "")
      return .usual
    case ("graph", .graphml) where hasGraph:
      throw graph.error(element.place, "there is a second graph; a topology is a single graph")
    case ("graph", .graphml), ("graph", .node):
      hasGraph = true
      return .graph(isDirected: element.attributes["edgedefault"] == "directed")
    case ("node", .graph):
      let id = try required("id", of: element)
      try addNode(.text(Name(id)), id, GraphAttributes(), element.place)
      return .node(graph.nodes.count - 1)
    case ("edge", .graph(let usual)):
      let (source, target) = (try end("source", of: element), try end("target", of: element))
      let isDirected = element.attributes["directed"].map { $0 == "true" } ?? usual
      pending.append(.init(source: source, target: target, isDirected: isDirected, place: element.place))
      return .edge(pending.count - 1)
    case ("hyperedge", .graph): return .hyperedge(try addHyperedge(element))
    case ("endpoint", .hyperedge(let hyperedge)):
      // A link in both directions, whatever direction the file gives.
      let target = try end("node", of: element)
      pending.append(.init(source: hyperedge, target: target, isDirected: false, place: element.place))
      return .other
    case ("data", .node), ("data", .edge):
      text = (try required("key", of: element), "")
      return .data
    default: return .other
    }
  }

  private func addNode(
    _ identity: Identity, _ id: String, _ attributes: GraphAttributes, _ place: AttributedGraph.Place
  ) throws(InputError) {
    try graph.add(identity, at: place, .init(id: id, attributes: attributes, place: place))
    nodeData.append([])
  }

  /// Adds the node of a hyperedge, under an identity that no id in the file can have.
  private func addHyperedge(_ element: Element) throws(InputError) -> Identity {
    let identity = Identity.other(Name("hyperedge \(graph.nodes.count)"))
    var marks = GraphAttributes()
    marks.append("hyperedge", .number(1), element.place)
    try addNode(identity, element.attributes["id"] ?? "hyperedge", marks, element.place)
    return identity
  }

  private func end(_ key: String, of element: Element) throws(InputError) -> Identity {
    .text(Name(try required(key, of: element)))
  }

  private func required(_ key: String, of element: Element) throws(InputError) -> String {
    guard let value = element.attributes[key] else {
      throw graph.error(element.place, "this <\(element.name)> has no attribute \"\(key)\"")
    }
    return value
  }
}
