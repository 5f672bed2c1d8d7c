import Documents
import Foundations
import Networks

/// A network as a file of another program describes it; what it lacks is filled in by ``network(completedWith:)``.
public struct Topology: Sendable {
  /// What errors call the file.
  public var file: String
  public var nodes: [Node]
  /// In the order of the file.
  public var links: [Link]
  /// What the file says that was not used, in words.
  public var notes: [String] = []

  public struct Node: Sendable, Equatable {
    /// Its label where that is unique and not empty, otherwise made unique (docs/importing-networks.md).
    public var id: Name
    /// On the Earth; `nil` where the file does not say.
    public var coordinates: Coordinates?
    /// For pictures; longitude and latitude where there are coordinates.
    public var position: Position?
    /// Whether it stands for a link between more than two nodes, so that nothing can be computed there.
    public var isHyperedge: Bool
  }

  public struct Link: Sendable, Equatable {
    /// Index of the node it leaves.
    public var tail: Int
    /// Index of the node it enters.
    public var head: Int
    /// Whether it leads in this direction alone.
    public var isDirected: Bool
    /// `nil` where the file does not say.
    public var speed: Speed?
    /// [km]; `nil` where the file does not say.
    public var length: Double?
    /// Propagation delay [s]; `nil` where the file does not say.
    public var latency: Double?
  }

  public enum Speed: Sendable, Equatable {
    /// [bit/s], positive.
    case bandwidth(Double)
    /// A positive number to which the file gives no unit.
    case number(Double)
  }

  /// A place on the Earth.
  public struct Coordinates: Sendable, Equatable {
    /// In degrees, from -180 to 180.
    public var longitude: Double
    /// In degrees, from -90 to 90.
    public var latitude: Double
  }

}

extension Topology {
  /// Reads GraphML, GML or node-link JSON: by the extension of the file, otherwise by its first byte.
  ///
  /// - Parameter file: as the user names it; "-" is standard input.
  /// - Throws: where it cannot be read or is none of these, naming the place.
  public static func read(file: String) throws(InputError) -> Topology {
    try Topology(InputFile.read(file: file), file: file)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, at most 256 MiB.
  ///   - file: what errors call it, and by whose extension the format is known.
  /// - Throws: where the bytes are no topology, naming the place.
  /// - Complexity: linear in the number of bytes.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    guard bytes.count <= Self.sizeLimit else {
      throw InputError(file: file, message: "topologies are read up to 256 MiB")
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

  /// Whether some link has a speed without a unit.
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
  /// The length of the great circle between two places [km], on a sphere with a radius of 6371 km.
  public func distance(to other: Self) -> Double { Haversine.distance(self, other) }
}
