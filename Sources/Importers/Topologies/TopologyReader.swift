import Documents
import Foundations
import Networks

/// Interprets the attributes of a graph as properties of nodes and links.
struct TopologyReader {
  private let graph: AttributedGraph
  /// The number of links whose speed is a text that is not a speed.
  private var oddSpeeds = 0
  /// The number of links whose latency has no unit.
  private var bareLatencies = 0

  init(_ graph: AttributedGraph) { self.graph = graph }

  mutating func topology() throws(InputError) -> Topology {
    guard !graph.nodes.isEmpty else { throw InputError(file: graph.file, message: "this graph has no nodes") }
    var topology = Topology(file: graph.file, nodes: try nodes(), links: try links())
    let isDrawing = topology.nodes.contains { $0.coordinates == nil && $0.position != nil }
    topology.notes = notes(isDrawing: isDrawing)
    return topology
  }

  private func notes(isDrawing: Bool) -> [String] {
    var notes: [String] = []
    if isDrawing {
      notes.append("positions that are not longitudes and latitudes are used for pictures only")
    }
    if oddSpeeds > 0 {
      notes.append("not used: the speed of \(Counted.links(oddSpeeds)), which is not a number")
    }
    if bareLatencies > 0 {
      notes.append(
        "not used: the latency of \(Counted.links(bareLatencies)), which has no unit (as in \"5 ms\")")
    }
    return notes
  }
}

// MARK: - Nodes

extension TopologyReader {
  private func nodes() throws(InputError) -> [Topology.Node] {
    let ids = NodeNames.unique(graph.nodes.map { (label: label(of: $0), id: $0.id) })
    let isDrawn = positionsAreDrawn()
    var nodes: [Topology.Node] = []
    for (node, id) in zip(graph.nodes, ids) {
      let coordinates = try coordinates(of: node, isDrawn: isDrawn)
      var position = try position(of: node)
      if let coordinates { position = Position(x: coordinates.longitude, y: coordinates.latitude) }
      nodes.append(
        .init(
          id: Name(id), coordinates: coordinates, position: position,
          isHyperedge: isMarked(node.attributes.first("hyperedge"))))
    }
    return nodes
  }

  /// The label of a node; empty if it has none, for which the Topology Zoo writes "None".
  private func label(of node: AttributedGraph.Node) -> String {
    for found in [node.attributes.first("label"), node.attributes.first("name")] {
      switch found?.value {
      case .text(let text)? where !text.isEmpty && text != "None": return text
      case .number(let value)?: return value.shortText
      default: continue
      }
    }
    return ""
  }

  private func isMarked(_ found: GraphAttributes.Found?) -> Bool {
    switch found?.value {
    case .number(let value)?: value != 0
    case .text(let text)?: ["1", "1.0", "true", "True"].contains(text)
    default: false
    }
  }

  /// Whether the lists "pos" are positions in a drawing, since one of them is not a longitude and latitude in degrees.
  private func positionsAreDrawn() -> Bool {
    graph.nodes.contains { node in
      guard case .numbers(let pair)? = node.attributes.first("pos")?.value, pair.count == 2 else {
        return false
      }
      return abs(pair[0]) > 180 || abs(pair[1]) > 90
    }
  }

  private func coordinates(
    of node: AttributedGraph.Node, isDrawn: Bool
  ) throws(InputError) -> Topology.Coordinates? {
    let attributes = node.attributes
    if let longitude = try number(attributes.first("longitude", "lon", "lng"), within: 180),
      let latitude = try number(attributes.first("latitude", "lat"), within: 90)
    {
      return .init(longitude: longitude, latitude: latitude)
    }
    guard !isDrawn, case .numbers(let pair)? = attributes.first("pos")?.value, pair.count == 2 else {
      return nil
    }
    return .init(longitude: pair[0], latitude: pair[1])
  }

  private func position(of node: AttributedGraph.Node) throws(InputError) -> Position? {
    if case .numbers(let pair)? = node.attributes.first("pos")?.value, pair.count == 2,
      pair.allSatisfy(\.isFinite)
    {
      return Position(x: pair[0], y: pair[1])
    }
    guard let x = try number(node.attributes.first("x")), let y = try number(node.attributes.first("y"))
    else {
      return nil
    }
    return Position(x: x, y: y)
  }
}

// MARK: - Links

extension TopologyReader {
  private mutating func links() throws(InputError) -> [Topology.Link] {
    var links: [Topology.Link] = []
    for edge in graph.edges {
      let attributes = edge.attributes
      links.append(
        .init(
          tail: edge.tail, head: edge.head, isDirected: edge.isDirected, speed: try speed(attributes),
          length: try length(attributes), latency: try latency(attributes)))
    }
    return links
  }

  private func length(_ attributes: GraphAttributes) throws(InputError) -> Double? {
    guard let found = attributes.first("dist", "distance", "length"), let value = try number(found) else {
      return nil
    }
    guard value >= 0 else { throw graph.error(found.place, "a length [km] must not be negative") }
    return value
  }

  private mutating func latency(_ attributes: GraphAttributes) throws(InputError) -> Double? {
    guard let found = attributes.first("latency", "delay") else { return nil }
    guard case .text(let text) = found.value, Double(text) == nil else {
      bareLatencies += 1
      return nil
    }
    do {
      return try Quantity.time.value(of: text)
    } catch {
      throw graph.error(found.place, error.message)
    }
  }

  /// The speed of a link, from the raw speed of the Topology Zoo, its speed with units, or the keys of other sources.
  private mutating func speed(_ attributes: GraphAttributes) throws(InputError) -> Topology.Speed? {
    if let found = attributes.first("linkspeedraw"), let value = try number(found) {
      return try checked(.bandwidth(value), value, found)
    }
    guard let found = attributes.first("linkspeed", "bandwidth", "capacity", "speed") else { return nil }
    var unit = ""
    if found.key == "linkspeed", case .text(let text)? = attributes.first("linkspeedunits")?.value {
      unit = text
    }
    switch found.value {
    case .number(let value) where unit.isEmpty: return try checked(.number(value), value, found)
    case .number(let value): return try speed("\(value.shortText) \(unit)", found)
    case .text(let text): return try speed(text + (unit.isEmpty ? "" : " \(unit)"), found)
    case .numbers: return nil
    }
  }

  private mutating func speed(_ text: String, _ found: GraphAttributes.Found) throws(InputError) -> Topology
    .Speed?
  {
    if text.isEmpty { return nil }
    if let value = Double(text), value.isFinite { return try checked(.number(value), value, found) }
    guard let value = Self.bandwidth(text) else {
      oddSpeeds += 1
      return nil
    }
    return try checked(.bandwidth(value), value, found)
  }

  private func checked(
    _ speed: Topology.Speed, _ value: Double, _ found: GraphAttributes.Found
  ) throws(InputError) -> Topology.Speed {
    guard value > 0, value.isFinite else { throw graph.error(found.place, "a speed must be positive") }
    return speed
  }

  /// The bandwidth in a text [bit/s], such as "10 Gbit/s" as in instances, "10 Gbps" or "10 G".
  private static func bandwidth(_ text: String) -> Double? {
    let text = text.replacing("bps", with: "b/s").replacing("K", with: "k")
    return (try? Quantity.bandwidth.value(of: text)) ?? (try? Quantity.bandwidth.value(of: text + "bit/s"))
  }

  /// A number, which may be written as a text; `nil` for an empty text, and for "nan", which networkx writes.
  private func number(_ found: GraphAttributes.Found?, within limit: Double = .infinity) throws(InputError)
    -> Double?
  {
    guard let found else { return nil }
    var value: Double
    switch found.value {
    case .number(let number): value = number
    case .numbers: throw graph.error(found.place, "\(found.key) must be a number")
    case .text(let text):
      if text.isEmpty { return nil }
      guard let number = Double(text) else {
        throw graph.error(found.place, "\(found.key) is \(TerminalText.quoted(text)), which is not a number")
      }
      value = number
    }
    if value.isNaN { return nil }
    guard value.isFinite, abs(value) <= limit else {
      let range = limit.isFinite ? "from -\(Int(limit)) to \(Int(limit)) degrees" : "finite"
      throw graph.error(found.place, "\(found.key) is \(value); it must be \(range)")
    }
    return value
  }
}
