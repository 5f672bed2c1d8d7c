import Documents
import Foundations
import Networks

/// Interprets the attributes of a graph as properties of nodes and links.
struct TopologyReader {
  private let graph: AttributedGraph
  /// Whether coordinates are places in a drawing, since one of them is not a longitude or latitude in degrees.
  private var isDrawn = false
  private var assumptions = Assumptions()

  static func topology(_ graph: AttributedGraph) throws(InputError) -> Topology {
    guard !graph.nodes.isEmpty else { throw InputError(file: graph.file, message: "this graph has no nodes") }
    var reader = TopologyReader(graph: graph)
    return try reader.topology()
  }

  private mutating func topology() throws(InputError) -> Topology {
    isDrawn = try coordinatesAreDrawn()
    var topology = Topology(file: graph.file, nodes: try nodes(), links: try links())
    assume(topology)
    topology.assumptions = assumptions.list
    return topology
  }

  private mutating func assume(_ topology: Topology) {
    if topology.nodes.contains(where: { $0.coordinates == nil && $0.position != nil }) {
      assumptions.add(.file, "positions that are not longitudes and latitudes are used for pictures only")
    }
    if graph.nonFiniteNumbers > 0 {
      assumptions.add(.key("NaN"), "taken as absent", count: graph.nonFiniteNumbers)
    }
    if graph.linksByIndex { assumptions.add(.file, "links name their ends by position in the list of nodes") }
    for key in graph.nodes.lazy.flatMap(\.attributes.unread) + graph.edges.lazy.flatMap(\.attributes.unread) {
      assumptions.add(.key(Name(key)), "not read")
    }
  }

  private mutating func nodes() throws(InputError) -> [Topology.Node] {
    let ids = NodeNames.unique(graph.nodes.map { (label: label(of: $0), id: $0.id) })
    var nodes: [Topology.Node] = []
    for (node, id) in zip(graph.nodes, ids) {
      let coordinates = isDrawn ? nil : try coordinates(of: node)
      let position = try position(of: node)
      nodes.append(
        .init(
          id: Name(id), coordinates: coordinates,
          position: coordinates.map { Position(x: $0.longitude, y: $0.latitude) } ?? position,
          uplink: hostRate(node.attributes.first("host_bandwidth_up")),
          downlink: hostRate(node.attributes.first("host_bandwidth_down")),
          isHyperedge: isMarked(node.attributes.first("hyperedge"))))
    }
    return nodes
  }

  /// The rate of a host, as the simulator Shadow writes it: "100 Mbit".
  private mutating func hostRate(_ found: GraphAttributes.Found?) -> Double? {
    guard let found, case .text(let text) = found.value else { return nil }
    if case .bandwidth(let rate)? = speed(text), rate > 0 { return rate }
    return nil
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

  private func coordinatesAreDrawn() throws(InputError) -> Bool {
    for node in graph.nodes {
      guard let pair = try place(of: node) ?? pair(node) else { continue }
      if abs(pair.x) > 180 || abs(pair.y) > 90 { return true }
    }
    return false
  }

  /// What the file calls longitude and latitude.
  private func place(of node: AttributedGraph.Node) throws(InputError) -> (x: Double, y: Double)? {
    guard let longitude = try number(node.attributes.first("longitude", "lon", "lng")),
      let latitude = try number(node.attributes.first("latitude", "lat"))
    else { return nil }
    return (longitude, latitude)
  }

  private func coordinates(of node: AttributedGraph.Node) throws(InputError) -> Topology.Coordinates? {
    guard let pair = try place(of: node) ?? pair(node) else { return nil }
    return .init(longitude: pair.x, latitude: pair.y)
  }

  private func position(of node: AttributedGraph.Node) throws(InputError) -> Position? {
    if let pair = try place(of: node) ?? pair(node), pair.x.isFinite, pair.y.isFinite {
      return Position(x: pair.x, y: pair.y)
    }
    guard let x = try number(node.attributes.first("x")), let y = try number(node.attributes.first("y"))
    else { return nil }
    return Position(x: x, y: y)
  }

  private mutating func links() throws(InputError) -> [Topology.Link] {
    var links: [Topology.Link] = []
    for edge in graph.edges {
      let (latency, bareLatency) = try latency(edge.attributes)
      links.append(
        .init(
          tail: edge.tail, head: edge.head, isDirected: edge.isDirected, speed: try speed(edge.attributes),
          length: try length(edge.attributes), latency: latency, bareLatency: bareLatency))
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

  /// The delay [s], or the number without a unit that stands for it.
  private mutating func latency(
    _ attributes: GraphAttributes
  ) throws(InputError) -> (seconds: Double?, number: Double?) {
    guard let found = attributes.first("latency", "delay") else { return (nil, nil) }
    guard case .text(let text) = found.value, !text.isEmpty, Double(text) == nil else {
      guard let number = try number(found) else { return (nil, nil) }
      guard number >= 0 else { throw graph.error(found.place, "a latency must not be negative") }
      return (nil, number)
    }
    do {
      return (try Quantity.time.value(of: text), nil)
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

  /// The speed in a text, such as "10 Gbit/s" as in instances, "10 Gbps", "10gbit", "10 G" or "10".
  private mutating func speed(_ text: String) -> Topology.Speed? {
    if text.isEmpty { return nil }
    if let value = Double(text), value.isFinite { return .number(value) }
    if let reading = LinkSpeed.reading(of: text) {
      if let remark = reading.remark { assumptions.add(.file, remark) }
      return .bandwidth(reading.value)
    }
    assumptions.add(.key(Name(text)), "not used, since it is no speed")
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
