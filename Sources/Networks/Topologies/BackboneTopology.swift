/// The places of a backbone's nodes, and the links between them.
package struct BackboneTopology: Sendable {
  package let places: [String]
  /// The positions of the ends in `places`, and the length [km]; each link has both directions.
  package let links: [(first: Int, second: Int, length: Double)]

  /// The speed of light in fibre [km/s].
  package static let propagationSpeed = 2e5

  package init(places: [String], links: [(Int, Int, Double)]) {
    self.places = places
    self.links = links.map { (first: $0.0, second: $0.1, length: $0.2) }
  }

  /// The backbone with every link in both directions at one bandwidth [bit/s].
  package func network(nodes: [Node], bandwidth: Double) -> Network {
    let directed = links.flatMap { first, second, length in
      Link.duplex(first, second, bandwidth: bandwidth, latency: length / Self.propagationSpeed)
    }
    return Network(nodes: nodes, links: directed)
  }
}

extension Link {
  /// A link in both directions with the same figures.
  package static func duplex(_ first: Int, _ second: Int, bandwidth: Double, latency: Double) -> [Link] {
    [(first, second), (second, first)].map { tail, head in
      Link(tail: tail, head: head, bandwidth: bandwidth, latency: latency)
    }
  }
}
