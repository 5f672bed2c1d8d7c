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

  static func topology(_ graph: AttributedGraph) throws(InputError) -> Topology {
    guard !graph.nodes.isEmpty else { throw InputError(file: graph.file, message: "this graph has no nodes") }
    var reader = TopologyReader(graph: graph)
    var topology = Topology(file: graph.file, nodes: try reader.nodes(), links: try reader.links())
    topology.notes = reader.notes(topology)
    return topology
  }

  private func notes(_ topology: Topology) -> [String] {
    let isDrawing = topology.nodes.contains { $0.coordinates == nil && $0.position != nil }
    let (speeds, latencies) = (Counted.links(oddSpeeds), Counted.links(bareLatencies))
    return [
      (isDrawing, "positions that are not longitudes and latitudes are used for pictures only"),
      (oddSpeeds > 0, "not used: the speed of \(speeds), which is not a number"),
      (bareLatencies > 0, "not used: the latency of \(latencies), which has no unit (as in \"5 ms\")"),
    ].filter(\.0).map(\.1)
  }

  private func nodes() throws(InputError) -> [Topology.Node] {
    let ids = NodeNames.unique(graph.nodes.map { (label: label(of: $0), id: $0.id) })
    let isDrawn = positionsAreDrawn
    return try zip(graph.nodes, ids).map { node, id throws(InputError) in
      let coordinates = try coordinates(of: node, isDrawn: isDrawn)
      let position = try position(of: node)
      return .init(
        id: Name(id), coordinates: coordinates,
        position: coordinates.map { Position(x: $0.longitude, y: $0.latitude) } ?? position,
        isHyperedge: isMarked(node.attributes.first("hyperedge")))
    }
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

  /// The list "pos" if it has two numbers.
  private func pair(_ node: AttributedGraph.Node) -> (x: Double, y: Double)? {
    guard case .numbers(let pair)? = node.attributes.first("pos")?.value, pair.count == 2 else { return nil }
    return (pair[0], pair[1])
  }

  /// Whether the lists "pos" are positions in a drawing, since one of them is not a longitude and latitude in degrees.
  private var positionsAreDrawn: Bool {
    graph.nodes.contains { node in pair(node).map { abs($0.x) > 180 || abs($0.y) > 90 } ?? false }
  }

  private func coordinates(
    of node: AttributedGraph.Node, isDrawn: Bool
  ) throws(InputError) -> Topology.Coordinates? {
    if let longitude = try number(node.attributes.first("longitude", "lon", "lng"), within: 180),
      let latitude = try number(node.attributes.first("latitude", "lat"), within: 90)
    {
      return .init(longitude: longitude, latitude: latitude)
    }
    return isDrawn ? nil : pair(node).map { .init(longitude: $0.x, latitude: $0.y) }
  }

  private func position(of node: AttributedGraph.Node) throws(InputError) -> Position? {
    if let pair = pair(node), pair.x.isFinite, pair.y.isFinite { return Position(x: pair.x, y: pair.y) }
    guard let x = try number(node.attributes.first("x")), let y = try number(node.attributes.first("y"))
    else { return nil }
    return Position(x: x, y: y)
  }

  private mutating func links() throws(InputError) -> [Topology.Link] {
    try graph.edges.map { edge throws(InputError) in
      .init(
        tail: edge.tail, head: edge.head, isDirected: edge.isDirected, speed: try speed(edge.attributes),
        length: try length(edge.attributes), latency: try latency(edge.attributes))
    }
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
      return try checked(.bandwidth(value), found)
    }
    guard let found = attributes.first("linkspeed", "bandwidth", "capacity", "speed") else { return nil }
    var unit = ""
    if found.key == "linkspeed", case .text(let text)? = attributes.first("linkspeedunits")?.value {
      unit = text
    }
    switch found.value {
    case .number(let value) where unit.isEmpty: return try checked(.number(value), found)
    case .number(let value): return try checked(speed("\(value.shortText) \(unit)"), found)
    case .text(let text): return try checked(speed(text + (unit.isEmpty ? "" : " \(unit)")), found)
    case .numbers: return nil
    }
  }

  /// The speed in a text, such as "10 Gbit/s" as in instances, "10 Gbps", "10 G" or "10".
  private mutating func speed(_ text: String) -> Topology.Speed? {
    if text.isEmpty { return nil }
    if let value = Double(text), value.isFinite { return .number(value) }
    let text = text.replacing("bps", with: "b/s").replacing("K", with: "k")
    for text in [text, text + "bit/s"] {
      if let value = try? Quantity.bandwidth.value(of: text) { return .bandwidth(value) }
    }
    oddSpeeds += 1
    return nil
  }

  private func checked(
    _ speed: Topology.Speed?, _ found: GraphAttributes.Found
  ) throws(InputError) -> Topology.Speed? {
    switch speed {
    case .bandwidth(let value)? where value > 0 && value.isFinite: return speed
    case .number(let value)? where value > 0 && value.isFinite: return speed
    case nil: return nil
    default: throw graph.error(found.place, "a speed must be positive")
    }
  }

  /// A number, which may be written as a text; `nil` for an empty text, and for "nan", which networkx writes.
  private func number(
    _ found: GraphAttributes.Found?, within limit: Double = .infinity
  ) throws(InputError) -> Double? {
    guard let found else { return nil }
    let value: Double
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
