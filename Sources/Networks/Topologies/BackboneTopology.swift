import Foundations

/// The places of a backbone's nodes, and the links between them.
///
/// Those of SNDlib (Orlowski, Pioro, Tomaszewski and Wessäly, Networks 55(3), 2010) have positions and great-circle
/// distances between the cities as topohub (Jurkiewicz, 2023) gives them.
package struct BackboneTopology: Sendable {
  package let places: [String]
  /// Longitude and latitude of each place [degree]; empty if they are not known.
  let positions: [(x: Double, y: Double)]
  /// The indices of the ends in `places`, and the length [km]; each link has both directions.
  package let links: [(first: Int, second: Int, length: Double)]

  /// The speed of light in fibre [km/s].
  package static let propagationSpeed = 2e5

  /// The places as nodes that compute nothing.
  package var nodes: [Node] {
    places.indices.map { place in
      let position = positions.isEmpty ? nil : Position(x: positions[place].x, y: positions[place].y)
      return Node(id: Name(places[place]), position: position)
    }
  }

  /// The backbone with every link in both directions at one bandwidth [bit/s].
  package func network(nodes: [Node], bandwidth: Double) -> Network {
    let directed = links.flatMap { first, second, length in
      Link.duplex(first, second, bandwidth: bandwidth, latency: length / Self.propagationSpeed)
    }
    return Network(nodes: nodes, links: directed)
  }
}
