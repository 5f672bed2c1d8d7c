import Documents
import Foundations
import Networks

/// The graph in a file: nodes and edges with attributes that are not yet interpreted.
struct AttributedGraph {
  var file: String
  var nodes: [Node] = []
  var edges: [Edge] = []
  /// The document whose tokens are places; `nil` if the file is not JSON.
  var document: Document?

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
}

/// The attributes of a node or edge that are used here. Keys are compared without regard to case, and the first of
/// equal keys counts.
struct GraphAttributes {
  private var list: [(key: String, value: Value, place: AttributedGraph.Place)] = []

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
    guard Self.isKnown(key) else { return }
    let key = key.lowercased()
    if !list.contains(where: { $0.key == key }) { list.append((key, value, place)) }
  }

  static func isKnown(_ key: String) -> Bool { known.contains(key.lowercased()) }

  private static let known: Set<String> = [
    "label", "name", "hyperedge", "longitude", "lon", "lng", "latitude", "lat", "pos", "x", "y",
    "dist", "distance", "length", "latency", "delay",
    "linkspeedraw", "linkspeed", "linkspeedunits", "bandwidth", "capacity", "speed",
  ]

  /// The attribute with the first of some keys, in lower case, that is present.
  func first(_ keys: String...) -> Found? {
    for key in keys {
      if let found = list.first(where: { $0.key == key }) {
        return Found(key: found.key, value: found.value, place: found.place)
      }
    }
    return nil
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

/// The indices of the nodes of a file by id.
struct NodeIndices {
  private var indices: [Identity: Int] = [:]

  /// Gives the next index to an id.
  ///
  /// - Returns: `false` if the id already has an index.
  mutating func add(_ id: Identity) -> Bool {
    indices.updateValue(indices.count, forKey: id) == nil
  }

  subscript(id: Identity) -> Int? { indices[id] }

  /// The message for an id that no node has.
  func unknown(_ id: Identity) -> String {
    let nearest = EditDistance.nearest(to: id.text, among: indices.keys.lazy.map(\.text))
    let hint = nearest.map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
    return "there is no node \(TerminalText.quoted(id.text))\(hint)"
  }
}
