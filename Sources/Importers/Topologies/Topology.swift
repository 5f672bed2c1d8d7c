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
  /// Remarks on the parts of the file that were not used.
  public var notes: [String] = []

  /// A node of the network.
  public struct Node: Sendable, Equatable {
    /// The label if it is unique and not empty, otherwise an id made unique (docs/importing-networks.md).
    public var id: Name
    /// The place on the Earth; `nil` if the file does not give it.
    public var coordinates: Coordinates?
    /// The position in pictures: longitude and latitude if the node has coordinates.
    public var position: Position?
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
  /// Reads GraphML, GML or node-link JSON from a file.
  ///
  /// The format is known by the extension of the file, or else by its first character.
  ///
  /// - Parameter file: the path of the file; "-" is standard input.
  /// - Throws: if the file cannot be read or has none of these formats; the message names the place.
  /// - Complexity: linear in the size of the file.
  public static func read(file: String) throws(InputError) -> Topology {
    try Topology(InputFile.read(file: file), file: file)
  }

  /// Reads a topology from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, at most 256 MiB.
  ///   - file: the name of the file, for messages; its extension tells the format.
  /// - Throws: if the bytes are not a topology; the message names the place.
  /// - Complexity: linear in the number of bytes.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    guard bytes.count <= Self.sizeLimit else {
      throw InputError(file: file, message: "this file is larger than 256 MiB, the limit for topologies")
    }
    let graph =
      switch Format(of: bytes, file: file) {
      case .graphML: try GraphMLReader.read(bytes, file: file)
      case .gml: try GMLReader.read(Self.checkedUTF8(bytes, file), file: file)
      case .nodeLink: try NodeLinkReader.read(bytes, file: file)
      }
    var reader = TopologyReader(graph)
    self = try reader.topology()
  }

  /// Whether any link has a speed without a unit.
  ///
  /// - Complexity: linear in the number of links.
  public var hasSpeedsWithoutUnit: Bool {
    links.contains {
      if case .number? = $0.speed { return true }
      return false
    }
  }

  /// The largest file that is read [byte].
  private static let sizeLimit = 1 << 28

  private enum Format {
    case graphML, gml, nodeLink

    init(of bytes: [UInt8], file: String) {
      let name = file.lowercased()
      if name.hasSuffix(".graphml") || name.hasSuffix(".xml") {
        self = .graphML
      } else if name.hasSuffix(".gml") {
        self = .gml
      } else if name.hasSuffix(".json") {
        self = .nodeLink
      } else {
        let blank = Set(" \t\r\n".utf8).union(ByteOrderMark.utf8)
        switch bytes.first(where: { !blank.contains($0) }) {
        case UInt8(ascii: "<")?: self = .graphML
        case UInt8(ascii: "{")?: self = .nodeLink
        default: self = .gml
        }
      }
    }
  }

  private static func checkedUTF8(_ bytes: [UInt8], _ file: String) throws(InputError) -> [UInt8] {
    if let offset = UTF8Sequence.firstError(in: bytes) {
      throw Document(file: file, bytes: bytes)
        .error(byte: offset, "this is not valid UTF-8; convert the file to UTF-8")
    }
    return bytes
  }
}

extension Topology.Coordinates {
  /// The distance to another place along the great circle [km], on a sphere with a radius of 6371 km.
  public func distance(to other: Self) -> Double { Haversine.distance(self, other) }
}
