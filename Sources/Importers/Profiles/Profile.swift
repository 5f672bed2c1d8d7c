import Documents
import Foundations
import Networks

/// The times of a DNN's layers or operations, measured on one or more devices.
public struct Profile: Sendable {
  /// The name of the file, for messages.
  public var file: String
  /// The devices on which the times were measured. Their names are names of nodes only if the file is a CSV table.
  public var devices: [Name]
  /// What was taken for parts of the file that were not used as they are.
  public var assumptions: [Assumption] = []
  var contents: Contents

  enum Contents: Sendable {
    case graph(MeasuredGraph)
    /// Layers in the order of computation, from a CSV file.
    case layers([MeasuredLayer])
  }

  /// Whether the file is a CSV table, which names nodes and layers, so that there is no graph to cut.
  public var isTable: Bool { if case .layers = contents { true } else { false } }

  /// Whether the file does not give the size of the result.
  public var lacksResult: Bool { if case .graph(let graph) = contents { graph.lacksResult } else { false } }
}

extension Profile {
  /// Reads PipeDream's graph.txt, the JSON of dnn-partitioning, or CSV from a file ("-" is standard input).
  ///
  /// The format is known by the extension of the file, or else by its first line. The time is expected linear.
  ///
  /// - Throws: if the file cannot be read or has none of these formats; the message names the place.
  public static func read(file: String) throws(InputError) -> Profile {
    try Profile(InputFile.read(file: file), file: file)
  }

  /// Reads a profile from at most 64 MiB of UTF-8, in expected linear time. The name of the file tells the format.
  ///
  /// - Throws: if the bytes are not a profile; the message names the place.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    guard bytes.count <= Self.sizeLimit else {
      throw InputError(file: file, message: "this file is larger than 64 MiB, the limit for profiles")
    }
    if let encoding = ByteOrderMark.wideEncoding(of: bytes) {
      throw InputError(file: file, message: "this file is encoded in \(encoding); convert it to UTF-8")
    }
    try Document(file: file, bytes: bytes).checkUTF8()
    let name = file.lowercased()
    let start = bytes.dropFirst(ByteOrderMark.length(in: bytes)).drop { " \t\r\n".utf8.contains($0) }
    let firstLine = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    guard !Self.isEventList(start) else {
      throw InputError(
        file: file,
        message:
          "this seems to be a profile of ONNX Runtime; name the DNN that `layerroute import onnx` wrote with --onto"
      )
    }
    if name.hasSuffix(".json") || start.first == UInt8(ascii: "{") {
      self = try PartitioningReader.read(bytes, file: file)
    } else if name.hasSuffix(".csv") || !firstLine.contains(" -- ") {
      self = try MeasuredTableReader.read(bytes, file: file)
    } else {
      self = try PipeDreamReader.read(bytes, file: file)
    }
  }

  /// Whether a text begins like a list of objects.
  private static func isEventList(_ text: ArraySlice<UInt8>) -> Bool {
    text.first == UInt8(ascii: "[")
      && text.dropFirst().first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
  }

  /// The largest file that is read [byte].
  private static let sizeLimit = 1 << 26
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
  /// The memory that each job takes for the layer on its host [byte].
  public var memory = 0.0
  /// The size of the parameters [byte].
  public var weights = 0.0
  /// The memory that is in use only while the layer is computed [byte].
  public var activations = 0.0
  /// The bytes that are moved to compute the layer.
  public var traffic = 0.0

  /// The memory that a node needs for this layer alone [byte].
  public var footprint: Double { memory + weights + activations }
}

/// A profile as a chain of layers.
public struct MeasuredChain: Sendable {
  /// The size of the input [byte].
  public var input: Double
  /// The layers in the order of computation.
  public var layers: [MeasuredLayer]
  /// The number of operations of the graph that was cut; 0 if there was none.
  public var operations = 0
  /// The size of the input in the file [byte]; `nil` if the file does not give it.
  public var statedInput: Double?

  /// The memory that each job takes for all layers [byte].
  public var memory: Double { layers.reduce(0) { $0 + $1.memory } }

  /// The size of the parameters of all layers [byte].
  public var weights: Double { layers.reduce(0) { $0 + $1.weights } }

  /// The largest activations of a layer [byte].
  public var activations: Double { layers.lazy.map(\.activations).max() ?? 0 }

  /// The memory that a node needs to run all layers for one job [byte].
  public var footprint: Double { memory + weights + activations }
}

extension Profile {
  /// The profile as a chain of layers; the layers of a table stay as they are, whatever the granularity.
  ///
  /// The size of the input [byte] replaces the one in the file, and the size of the result [byte] is for a file that does
  /// not give it. For the complexity, see ``OperationGraph/chain(_:)``.
  ///
  /// - Throws: if the size of the input is unknown, or the graph has a cycle.
  public func chain(
    _ granularity: Granularity = .block, input: Double? = nil, result: Double? = nil
  ) throws(InputError) -> MeasuredChain {
    let chain =
      switch contents {
      case .layers(let layers): MeasuredChain(input: input ?? 0, layers: layers)
      case .graph(let graph): try graph.chain(granularity, input: input, result: result, file: file)
      }
    guard input != nil || chain.input > 0 else {
      throw InputError(
        file: file, message: "this profile does not give the size of the input; give it with --input")
    }
    return chain
  }
}

extension MeasuredChain {
  /// The chain as a DNN, and the nodes to which its times refer.
  ///
  /// The hosts are the nodes to which times apply, each with the index of its device; no node occurs twice. The rate is
  /// the index of a device and its compute rate [FLOP/s], which turn the times on that device into work; `nil` keeps the
  /// work in the file.
  public func dnn(
    name: Name, hosts: [(device: Int, node: Name)], rate: (device: Int, compute: Double)?
  ) -> (dnn: DNN, nodes: [Node]) {
    let layers = layers.map { layer in
      let times = hosts.enumerated().compactMap { index, host in
        layer.times[host.device].map { MeasuredTime(node: index, seconds: $0) }
      }
      let work = rate.map { (layer.times[$0.device] ?? 0) * $0.compute } ?? layer.work
      return Layer(
        name: Name(layer.name), work: work, output: layer.output, memory: layer.memory,
        weights: layer.weights, activations: layer.activations, traffic: layer.traffic, times: times)
    }
    return (DNN(name: name, input: input, layers: layers), hosts.map { Node(id: $0.node) })
  }
}
