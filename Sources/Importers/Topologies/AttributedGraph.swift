import Documents
import Foundations
import Networks

/// The graph in a file: nodes and edges with attributes that are not yet interpreted.
struct AttributedGraph {
  var file: String
  /// The document whose tokens are places; `nil` if the file is not JSON.
  var document: Document?
  var nodes: [Node] = []
  var edges: [Edge] = []
  var indices: [Identity: Int] = [:]
  /// Whether links name their ends by position in the list of nodes.
  var linksByIndex = false
  /// How many numbers are NaN or infinite in a format that has no such numbers.
  var nonFiniteNumbers = 0

  struct Node {
    /// The id in the file. Edges refer to nodes by index instead.
    var id: String
    var attributes: GraphAttributes
    var place: Place
  }

  struct Edge {
    var tail: Int
    var head: Int
    var isDirected: Bool
    var attributes: GraphAttributes
    var place: Place
  }

  /// A place in the file.
  enum Place {
    case token(Int)
    case line(Int, column: Int)
  }

  /// An error at a place of the file.
  func error(_ place: Place, _ message: String) -> InputError {
    switch place {
    case .token(let token):
      return document?.error(token, message) ?? InputError(file: file, message: message)
    case .line(let line, let column):
      return InputError(file: file, line: line, column: column, message: message)
    }
  }

  /// Adds a node, which must be the first with its identity; an error is at the place of the id.
  mutating func add(_ identity: Identity, at idPlace: Place, _ node: Node) throws(InputError) {
    guard indices.updateValue(nodes.count, forKey: identity) == nil else {
      throw error(idPlace, "a second node has the id \(TerminalText.quoted(identity.text))")
    }
    nodes.append(node)
  }

  /// The index of the node with an identity that is at a place.
  func index(of identity: Identity, at place: Place) throws(InputError) -> Int {
    guard let index = indices[identity] else {
      throw error(place, NodeNames.unknown(identity.text, among: indices.keys.lazy.map(\.text)))
    }
    return index
  }
}

/// The attributes of a node or edge that are used here. Keys are compared without regard to case, and the first of
/// equal keys counts.
struct GraphAttributes {
  private var list: [Found] = []
  /// The keys that are not used here, as the file spells them.
  private(set) var unread: [String] = []

  enum Value {
    case number(Double)
    case text(String)
    /// A list of numbers.
    case numbers([Double])
  }

  struct Found {
    let key: String
    let value: Value
    let place: AttributedGraph.Place
  }

  mutating func append(_ key: String, _ value: Value, _ place: AttributedGraph.Place) {
    guard Self.isKnown(key) else { return skip(key) }
    let key = key.lowercased()
    guard !list.contains(where: { $0.key == key }) else { return }
    list.append(Found(key: key, value: value, place: place))
  }

  /// Notes a key that is not used.
  mutating func skip(_ key: String) {
    if !Self.structural.contains(key.lowercased()) { unread.append(key) }
  }

  /// The keys that make nodes and edges, which the readers use.
  private static let structural: Set<String> = ["id", "source", "target", "key", "graphics"]

  static func isKnown(_ key: String) -> Bool { known.contains(key.lowercased()) }

  private static let known: Set<String> = [
    "label", "name", "hyperedge", "longitude", "lon", "lng", "latitude", "lat", "pos", "x", "y",
    "dist", "distance", "length", "latency", "delay", "linkspeedraw", "linkspeed", "linkspeedunits",
    "bandwidth", "capacity", "speed", "host_bandwidth_up", "host_bandwidth_down",
  ]

  /// The attribute with the first of some keys, in lower case, that is present.
  func first(_ keys: String...) -> Found? {
    keys.lazy.compactMap { key in list.first { $0.key == key } }.first
  }
}

/// An id in a file, which may have any type: the number 1 differs from the text "1".
enum Identity: Hashable {
  case number(Double)
  case text(Name)
  /// Any other JSON value, as text.
  case other(Name)

  var text: String {
    switch self {
    case .number(let value): value.shortText
    case .text(let name), .other(let name): name.text
    }
  }
}

extension Double {
  /// The number as text, without ".0" if it is whole.
  var shortText: String { self == rounded() && abs(self) < 1e15 ? String(Int(self)) : String(self) }
}
