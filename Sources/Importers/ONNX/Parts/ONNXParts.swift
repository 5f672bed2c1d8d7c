import Documents
import Foundations

/// An ONNX model in parts, each a model of its own, that give the outputs of the whole if they run one after another.
public struct ONNXParts: Sendable {
  /// The names of the tensors that each part reads.
  public var inputs: [[String]] { parts.map(\.inputs) }
  /// The names of the tensors that each part gives.
  public var outputs: [[String]] { parts.map(\.outputs) }
  /// The files with weights that the model names, relative to its folder.
  public let weightFiles: [String]

  private let bytes: [UInt8]
  private let model: ONNXModel
  private let parts: [NodeParts.Part]
  private let graph: Range<Int>
  /// The fields of the graph by number: nodes, constants, inputs, outputs, known types, sparse constants.
  private var fields: [Int: [ProtobufFields.Field]] = [:]

  /// Cuts a model into parts that end with some tensors each. The request gives the sizes that are needed if the file does
  /// not declare the types of these tensors.
  ///
  /// - Throws: if the file cannot be read, or if the tensors do not cut the model.
  /// - Complexity: linear in the size of the file.
  public init(file: String, ends: [[String]], request: ONNXRequest) throws(InputError) {
    bytes = try InputFile.read(file: file)
    model = try ONNXModel(bytes, file: file)
    parts = try NodeParts(model, ends: ends).parts
    let graphs = ProtobufFields(bytes, in: bytes.indices).filter { $0.number == Self.graphField }
    guard graphs.count == 1 else {
      throw InputError(file: file, message: "this file has \(graphs.count) graphs")
    }
    graph = graphs[0].payload
    for field in ProtobufFields(bytes, in: graph) where Self.selected.contains(field.number) {
      fields[field.number, default: []].append(field)
    }
    weightFiles = Self.weightFiles(bytes, fields)
    try findTypes(request)
  }

  private static let graphField = 7
  private static let (nodes, constants, inputs, outputs, known, sparse) = (1, 5, 11, 12, 13, 15)
  private static let selected: Set<Int> = [nodes, constants, inputs, outputs, known, sparse]

  /// The descriptions of tensors, encoded, by name.
  private var descriptions: [Name: [UInt8]] = [:]
  /// Constants, encoded, in the place of shapes that later parts compute.
  private var shapes: [Name: [UInt8]] = [:]

  /// Finds a description of every tensor that enters or leaves a part: that of the file, or the element type alone.
  private mutating func findTypes(_ request: ONNXRequest) throws(InputError) {
    let proto = model.proto.graph
    for (number, list) in [
      (Self.known, proto.valueInfo), (Self.outputs, proto.output), (Self.inputs, proto.input),
    ] {
      for (value, field) in zip(list, fields[number, default: []]) where value.type.hasTensorType {
        descriptions[Name(value.name)] = Array(bytes[field.payload])
      }
    }
    let needed = parts.flatMap { $0.inputs + $0.outputs }.map { Name($0) }
    let constants = parts.flatMap(\.shapes).map { Name($0) }
    guard !constants.isEmpty || needed.contains(where: { descriptions[$0] == nil }) else { return }
    let tensors = try model.walked(request)
    func tensor(_ name: Name) throws(InputError) -> Tensor {
      guard let tensor = tensors[name] else {
        throw InputError(
          file: model.file, message: "the type of the tensor \(TerminalText.quoted(name.text)) is not known")
      }
      return tensor
    }
    for name in needed where descriptions[name] == nil {
      var value = ONNXValueInfoProto()
      value.name = name.text
      value.type.tensorType.elemType = try tensor(name).type.rawValue
      descriptions[name] = (try? value.serializedBytes()) ?? []
    }
    for name in constants {
      let known = try tensor(name)
      var constant = ONNXTensorProto()
      constant.name = name.text
      constant.dataType = known.type.rawValue
      constant.dims = known.shape.dimensions.map { Int64($0) }
      constant.int64Data = (known.contents?.integers ?? []).map { Int64($0) }
      shapes[name] = (try? constant.serializedBytes()) ?? []
    }
  }

  /// The names in `external_data`, which constants have if their elements are in another file.
  private static func weightFiles(_ bytes: [UInt8], _ fields: [Int: [ProtobufFields.Field]]) -> [String] {
    var names: [Name] = []
    for tensor in fields[constants, default: []] {
      for entry in ProtobufFields(bytes, in: tensor.payload) where entry.number == 13 {
        var texts: [Int: String] = [:]
        for text in ProtobufFields(bytes, in: entry.payload) {
          texts[text.number] = String(decoding: bytes[text.payload], as: UTF8.self)
        }
        if texts[1] == "location", let name = texts[2] { names.append(Name(name)) }
      }
    }
    return names.uniqued().map(\.text)
  }

  /// The bytes of a part as a model file, with the weights as they are in the whole.
  public func model(_ index: Int) -> [UInt8] {
    var result: [UInt8] = []
    for field in ProtobufFields(bytes, in: bytes.indices) {
      if field.number == Self.graphField {
        result += ProtobufFields.field(Self.graphField, graph(of: parts[index]))
      } else {
        result += bytes[field.whole]
      }
    }
    return result
  }

  private func graph(of part: NodeParts.Part) -> [UInt8] {
    let proto = model.proto.graph
    let read = Set(part.nodes.flatMap { NodeOrder.names(in: proto.node[$0]) }.map { Name($0) })
    let results = Set(part.outputs.map { Name($0) })
    let ends = Set(part.inputs.map { Name($0) }).union(results)
    let made = Set(part.nodes.flatMap { proto.node[$0].output }.map { Name($0) })
    var result: [UInt8] = []
    func append(_ number: Int, _ keeps: (Int) -> Bool) {
      for (index, field) in fields[number, default: []].enumerated() where keeps(index) {
        result += bytes[field.whole]
      }
    }
    let nodes = Set(part.nodes)
    append(Self.nodes, nodes.contains)
    append(Self.constants) { read.contains(Name(proto.initializer[$0].name)) }
    for name in part.shapes { result += ProtobufFields.field(Self.constants, shapes[Name(name)] ?? []) }
    append(Self.sparse) { read.contains(Name(proto.sparseInitializer[$0].values.name)) }
    append(Self.known) {
      made.contains(Name(proto.valueInfo[$0].name)) && !ends.contains(Name(proto.valueInfo[$0].name))
    }
    for (number, names) in [(Self.inputs, part.inputs), (Self.outputs, part.outputs)] {
      for name in names { result += ProtobufFields.field(number, descriptions[Name(name)] ?? []) }
    }
    for field in ProtobufFields(bytes, in: graph) where !Self.selected.contains(field.number) {
      result += bytes[field.whole]
    }
    return result
  }
}
