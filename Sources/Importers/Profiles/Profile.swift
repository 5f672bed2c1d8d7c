import Documents
import Foundations
import Networks

/// Times of a DNN's layers or operations, measured on one device or several.
public struct Profile: Sendable {
  /// What errors call the file.
  public var file: String
  /// What the times were measured on. Only in a CSV file are these the names of nodes.
  public var devices: [Name]
  /// What the file says that was not used, in words.
  public var notes: [String] = []
  var contents: Contents

  enum Contents: Sendable {
    case graph(MeasuredGraph)
    /// Layers in the order of computation, from a CSV file.
    case layers([MeasuredLayer])
  }

  /// Whether the file names nodes itself, and layers, so that there is nothing to cut.
  public var isTable: Bool {
    if case .layers = contents { return true }
    return false
  }

  /// Reads PipeDream's graph.txt, the JSON of dnn-partitioning, or CSV: by the extension of the file, otherwise by its
  /// beginning.
  ///
  /// - Parameter file: as the user names it; "-" is standard input.
  /// - Throws: where it cannot be read or is none of these, naming the place.
  public static func read(file: String) throws(InputError) -> Profile {
    try Profile(InputFile.read(file: file), file: file)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, at most 64 MiB.
  ///   - file: what errors call it, and by whose extension the format is known.
  /// - Throws: where the bytes are no profile, naming the place.
  /// - Complexity: linear in the number of bytes, expected.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    guard bytes.count <= Self.sizeLimit else {
      throw InputError(file: file, message: "profiles are read up to 64 MiB")
    }
    if let encoding = ByteOrderMark.wideEncoding(of: bytes) {
      throw InputError(file: file, message: "this file is encoded in \(encoding); convert it to UTF-8")
    }
    if let offset = UTF8Sequence.firstError(in: bytes) {
      throw Document(file: file, bytes: bytes)
        .error(byte: offset, "this is not valid UTF-8; convert the file to UTF-8")
    }
    switch Format(of: bytes, file: file) {
    case .partitioning: self = try PartitioningReader.read(bytes, file: file)
    case .pipeDream: self = try PipeDreamReader.read(bytes, file: file)
    case .table: self = try MeasuredTableReader.read(bytes, file: file)
    }
  }

  init(file: String, devices: [Name], contents: Contents) {
    self.file = file
    self.devices = devices
    self.contents = contents
  }

  /// The largest file that is read [byte].
  private static let sizeLimit = 1 << 26

  private enum Format {
    case pipeDream, partitioning, table

    init(of bytes: [UInt8], file: String) {
      let name = file.lowercased()
      let start = bytes.dropFirst(ByteOrderMark.length(in: bytes)).drop { " \t\r\n".utf8.contains($0) }
      let firstLine = start.prefix { $0 != UInt8(ascii: "\n") }
      if name.hasSuffix(".json") || start.first == UInt8(ascii: "{") {
        self = .partitioning
      } else if name.hasSuffix(".csv") || !String(decoding: firstLine, as: UTF8.self).contains(" -- ") {
        self = .table
      } else {
        self = .pipeDream
      }
    }
  }
}

/// A layer, or some operations together, with what was measured of it.
public struct MeasuredLayer: Sendable, Equatable {
  public var name: String
  /// How many operations it is made of.
  public var operations: Int
  /// By device [s]; `nil` where it was not measured.
  public var times: [Double?]
  /// [FLOP]; `nil` where the file does not say.
  public var work: Double?
  /// The size of the tensors that leave it [byte].
  public var output: Double
  /// What it occupies on its host [byte].
  public var memory: Double
}

/// A profile as a chain of layers.
public struct MeasuredChain: Sendable {
  /// [byte]
  public var input: Double
  public var layers: [MeasuredLayer]
}

extension Profile {
  /// The profile as a chain of layers.
  ///
  /// - Parameters:
  ///   - granularity: how finely a graph is cut; a table's layers stay as they are.
  ///   - input: the size of the input where the file does not say, or in place of what it says [byte].
  ///   - result: the size of the result where the file does not say [byte].
  /// - Throws: where the size of the input is not known, or the graph has a cycle.
  /// - Complexity: see ``OperationGraph/chain(_:)``.
  public func chain(
    _ granularity: Granularity = .block, input: Double? = nil, result: Double? = nil
  ) throws(InputError) -> MeasuredChain {
    switch contents {
    case .layers(let layers):
      guard let input else { throw unknownInput }
      return MeasuredChain(input: input, layers: layers)
    case .graph(let graph):
      let chain = try graph.chain(granularity, input: input, result: result, file: file)
      guard input != nil || chain.input > 0 else { throw unknownInput }
      return chain
    }
  }

  private var unknownInput: InputError {
    InputError(
      file: file, message: "this profile does not say how large the input is; give its size with --input")
  }

  /// Whether the file does not say how large the result is.
  public var lacksResult: Bool {
    if case .graph(let graph) = contents { return graph.lacksResult }
    return false
  }
}

extension MeasuredChain {
  /// The chain as a DNN.
  ///
  /// - Parameters:
  ///   - name: of the DNN.
  ///   - hosts: the nodes that times hold for, each with the index of its device; no node twice.
  ///   - rate: the index of a device and its compute rate [FLOP/s], with which its times become work; `nil` where they
  ///     do not.
  /// - Returns: the DNN, and the nodes that its times refer to.
  public func dnn(
    name: Name, hosts: [(device: Int, node: Name)], rate: (device: Int, compute: Double)?
  ) -> (dnn: DNN, nodes: [Node]) {
    let layers = layers.map { layer in
      let times = hosts.enumerated().compactMap { index, host in
        layer.times[host.device].map { MeasuredTime(node: index, seconds: $0) }
      }
      let work = rate.map { (layer.times[$0.device] ?? 0) * $0.compute } ?? layer.work
      return Layer(
        name: Name(layer.name), work: work, output: layer.output, memory: layer.memory, times: times)
    }
    return (DNN(name: name, input: input, layers: layers), hosts.map { Node(id: $0.node) })
  }
}
