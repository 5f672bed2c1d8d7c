import Documents
import Foundations
import Networks

/// The times of a DNN's layers or operations, measured on one or more devices.
public struct Profile: Sendable {
  /// The name of the file, for messages.
  public var file: String
  /// The devices on which the times were measured. Their names are names of nodes only if the file is a CSV table.
  public var devices: [Name]
  /// Remarks on the parts of the file that were not used.
  public var notes: [String] = []
  var contents: Contents

  enum Contents: Sendable {
    case graph(MeasuredGraph)
    /// Layers in the order of computation, from a CSV file.
    case layers([MeasuredLayer])
  }

  /// Whether the file is a CSV table, which names nodes and layers, so that there is no graph to cut.
  public var isTable: Bool {
    if case .layers = contents { return true }
    return false
  }

  /// Reads PipeDream's graph.txt, the JSON of dnn-partitioning, or CSV from a file.
  ///
  /// The format is known by the extension of the file, or else by its first line.
  ///
  /// - Parameter file: the path of the file; "-" is standard input.
  /// - Throws: if the file cannot be read or has none of these formats; the message names the place.
  /// - Complexity: expected linear in the size of the file.
  public static func read(file: String) throws(InputError) -> Profile {
    try Profile(InputFile.read(file: file), file: file)
  }

  /// Reads a profile from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, at most 64 MiB.
  ///   - file: the name of the file, for messages; its extension tells the format.
  /// - Throws: if the bytes are not a profile; the message names the place.
  /// - Complexity: expected linear in the number of bytes.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    guard bytes.count <= Self.sizeLimit else {
      throw InputError(file: file, message: "this file is larger than 64 MiB, the limit for profiles")
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

/// A layer of one or more operations, with its measured times.
public struct MeasuredLayer: Sendable, Equatable {
  /// The name of the layer.
  public var name: String
  /// The number of operations in the layer.
  public var operations: Int
  /// The time on each device [s]; `nil` if it was not measured.
  public var times: [Double?]
  /// The work [FLOP]; `nil` if the file does not give it.
  public var work: Double?
  /// The size of the tensors that leave the layer [byte].
  public var output: Double
  /// The memory that the layer occupies on its host [byte].
  public var memory: Double
}

/// A profile as a chain of layers.
public struct MeasuredChain: Sendable {
  /// The size of the input [byte].
  public var input: Double
  /// The layers in the order of computation.
  public var layers: [MeasuredLayer]
}

extension Profile {
  /// The profile as a chain of layers.
  ///
  /// - Parameters:
  ///   - granularity: how finely a graph is cut; the layers of a table stay as they are.
  ///   - input: the size of the input [byte], instead of the size in the file; `nil` to use the size in the file.
  ///   - result: the size of the result [byte], for a file that does not give it.
  /// - Throws: if the size of the input is unknown, or the graph has a cycle.
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
      file: file, message: "this profile does not give the size of the input; give it with --input")
  }

  /// Whether the file does not give the size of the result.
  public var lacksResult: Bool {
    if case .graph(let graph) = contents { return graph.lacksResult }
    return false
  }
}

extension MeasuredChain {
  /// The chain as a DNN.
  ///
  /// - Parameters:
  ///   - name: the name of the DNN.
  ///   - hosts: the nodes to which times apply, each with the index of its device; no node occurs twice.
  ///   - rate: the index of a device and its compute rate [FLOP/s], which turn the times on that device into work;
  ///     `nil` to keep the work in the file.
  /// - Returns: the DNN, and the nodes to which its times refer.
  /// - Complexity: linear in the number of layers times the number of hosts.
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
