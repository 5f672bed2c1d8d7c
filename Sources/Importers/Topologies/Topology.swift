import Documents
import Foundations
import Networks

/// A network that another program describes in a file. ``network(completedWith:)`` adds the values that it lacks.
public struct Topology: Sendable {
  /// The name of the file, for messages.
  public var file: String
  /// The nodes in the order of the file.
  public var nodes: [Node]
  /// The links in the order of the file.
  public var links: [Link]
  /// What was taken for parts of the file that were not used as they are.
  public var assumptions: [Assumption] = []

  /// A node of the network.
  public struct Node: Sendable, Equatable {
    /// The label if it is unique and not empty, otherwise an id made unique (docs/importing-networks.md).
    public var id: Name
    /// The place on the Earth; `nil` if the file does not give it.
    public var coordinates: Coordinates?
    /// The position in pictures: longitude and latitude if the node has coordinates.
    public var position: Position?
    /// The rate at which the node sends to all others together [bit/s]; `nil` if the file does not give it.
    public var uplink: Double?
    /// The rate at which the node receives from all others together [bit/s]; `nil` if the file does not give it.
    public var downlink: Double?
    /// Whether the node stands for a link between more than two nodes, and so cannot compute.
    public var isHyperedge: Bool
  }

  /// A link between two nodes.
  public struct Link: Sendable, Equatable {
    /// The index of the node that the link leaves.
    public var tail: Int
    /// The index of the node that the link enters.
    public var head: Int
    /// Whether the link leads from tail to head only, not back.
    public var isDirected: Bool
    /// The speed; `nil` if the file does not give it.
    public var speed: Speed?
    /// The length [km]; `nil` if the file does not give it.
    public var length: Double?
    /// The propagation delay [s]; `nil` if the file does not give it.
    public var latency: Double?
    /// The propagation delay as a number that has no unit in the file; `nil` if the file does not give one.
    public var bareLatency: Double?
  }

  /// The speed of a link.
  public enum Speed: Sendable, Equatable {
    /// A positive bandwidth [bit/s].
    case bandwidth(Double)
    /// A positive number that has no unit in the file.
    case number(Double)
  }

  /// A place on the Earth.
  public struct Coordinates: Sendable, Equatable {
    /// The longitude in degrees, from -180 to 180.
    public var longitude: Double
    /// The latitude in degrees, from -90 to 90.
    public var latitude: Double
  }
}

extension Topology {
  /// Reads GraphML, GML or node-link JSON from a file ("-" is standard input), in time linear in its size.
  ///
  /// The format is known by the extension of the file, or else by its first character.
  ///
  /// - Throws: if the file cannot be read or has none of these formats; the message names the place.
  public static func read(file: String) throws(InputError) -> Topology {
    try Topology(InputFile.read(file: file), file: file)
  }

  /// Reads a topology from at most 256 MiB of UTF-8, in linear time. The name of the file tells the format.
  ///
  /// - Throws: if the bytes are not a topology; the message names the place.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    guard bytes.count <= Self.sizeLimit else {
      throw InputError(file: file, message: "this file is larger than 256 MiB, the limit for topologies")
    }
    let suffix = [".graphml", ".xml", ".gml", ".json"].first(where: file.lowercased().hasSuffix)
    let blank = Set(" \t\r\n".utf8).union(ByteOrderMark.utf8)
    let graph =
      switch (suffix, bytes.first { !blank.contains($0) }) {
      case (".graphml"?, _), (".xml"?, _), (nil, UInt8(ascii: "<")?):
        try GraphMLReader.read(bytes, file: file)
      case (".json"?, _), (nil, UInt8(ascii: "{")?): try NodeLinkReader.read(bytes, file: file)
      default: try GMLReader.read(bytes, file: file)
      }
    self = try TopologyReader.topology(graph)
  }

  /// Whether any link has a speed without a unit.
  public var hasSpeedsWithoutUnit: Bool {
    links.contains { if case .number? = $0.speed { true } else { false } }
  }

  /// Whether any link has a propagation delay without a unit.
  public var hasLatenciesWithoutUnit: Bool { links.contains { $0.bareLatency != nil } }

  /// The largest file that is read [byte].
  private static let sizeLimit = 1 << 28
}
