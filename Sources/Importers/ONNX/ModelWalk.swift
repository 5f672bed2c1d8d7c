import Documents
import Foundations

/// Follows the nodes of a model and keeps the operations that run.
struct ModelWalk {
  let model: ONNXModel
  let dimensions: SymbolicDimensions
  let request: ONNXRequest
  var assumptions = Assumptions()
  let functions: [FunctionName: ONNXFunctionProto]
  var topNames: [Name: Value?] = [:]
  var result = OperationGraph()
  var nodesLeft = Self.nodeLimit
  var knownElements = 0
  var sharedWeights = 0
  /// The weights that branches read which are not taken.
  var leftOutWeights: Set<Int> = []

  /// The largest number of nodes; the nodes of a function count at every call.
  static let nodeLimit = 250_000
  /// How deeply functions may call each other.
  static let callLimit = 32
  /// How many known elements of all tensors are kept. Beyond this, only those of tensors with one element are kept.
  private static let knownLimit = 1 << 25
  /// How many references from operations and constants to weights are possible.
  static let referenceLimit = 1 << 25

  struct FunctionName: Hashable {
    var domain: Name
    var name: Name
  }

  /// A tensor that has a name.
  struct Value {
    var tensor: Tensor
    /// The index in the graph if the tensor is known only when the model runs; `nil` for a constant.
    var index: Int?
    /// The weights on which a constant depends.
    var weights: [Int] = []
  }

  /// The nodes that are being followed, and the scope in which their names have a meaning.
  struct Frame {
    /// The place of the nodes in the file, for messages.
    var path: String
    /// The prefix of the names of operations.
    var prefix: String
    /// The value of each name, `nil` for an optional input that is left out; the innermost scope last.
    var names: [[Name: Value?]]
    /// The types that the file declares for tensors.
    var declared: [Name: ONNXTypeProto.Tensor]
    /// The attributes of the call, inside a function.
    var attributes: Attributes?
    /// How many function calls the nodes are inside.
    var depth: Int

    /// The value of a name; `nil` if the name is not defined.
    func value(_ name: String) -> Value?? { names.reversed().lazy.compactMap { $0[Name(name)] }.first }
  }

  init(_ model: ONNXModel, _ request: ONNXRequest) {
    self.model = model
    self.request = request
    dimensions = SymbolicDimensions(sizes: request.sizes)
    let named = model.proto.functions.map { (FunctionName(domain: Name($0.domain), name: Name($0.name)), $0) }
    functions = Dictionary(named) { first, _ in first }
  }

  mutating func graph() throws(InputError) -> OperationGraph {
    let graph = model.proto.graph
    var frame = Frame(
      path: "graph", prefix: "", names: [[:]], declared: Self.declared(graph), attributes: nil, depth: 0)
    let needed = try neededNodes(graph)
    assumeOpset()
    let read = needed.map { names(readBy: $0, of: graph) }
    let inputs = try addInputs(&frame, read: read)
    try addInitializers(graph, &frame, read: read)
    try follow(graph.node, &frame, only: needed)
    let ends = request.until.isEmpty ? graph.output.map(\.name) : request.until
    guard !ends.isEmpty else { throw error("graph", "the graph has no output") }
    var isResult: Set<Int> = []
    let outputs = try ends.enumerated().map { index, name throws(InputError) in
      let value = try named(name, "graph.output[\(index)]", frame)
      if let tensor = value.index, isResult.insert(tensor).inserted { result.results.append(tensor) }
      return (name: name, tensor: value.tensor, index: value.index)
    }
    hold(StateTensors(inputs: inputs, outputs: outputs))
    topNames = frame.names[0]
    leaveOutWeights()
    result.assumptions = assumptions.list
    return result
  }

  /// The nodes that lead to the tensors at which the model ends; `nil` for all nodes.
  private func neededNodes(_ graph: ONNXGraphProto) throws(InputError) -> Set<Int>? {
    request.until.isEmpty ? nil : NodeOrder.needed(for: request.until, graph.node)
  }

  private func names(readBy nodes: Set<Int>, of graph: ONNXGraphProto) -> Set<Name> {
    Set(
      nodes.flatMap { NodeOrder.names(in: graph.node[$0]) }.map { Name($0) } + request.until.map { Name($0) })
  }

  /// The rules by which a model of another opset is read are not its own.
  private mutating func assumeOpset() {
    for set in model.proto.opsetImport where ["", "ai.onnx"].contains(set.domain) {
      guard !Self.opsets.contains(set.version) else { continue }
      let rules = "read by the rules of opset \(Self.opsets.lowerBound) to \(Self.opsets.upperBound)"
      assumptions.add(.key(Name("opset \(set.version)")), rules)
    }
  }

  private static let opsets: ClosedRange<Int64> = 7...26

  private mutating func hold(_ states: StateTensors) {
    let (pairs, areRecognised) = states.pairs(request.states)
    result.hold(pairs)
    guard areRecognised, let first = pairs.first else { return }
    assumptions.add(
      .key(Name("\(first.input.name)=\(first.output.name)")),
      "an input and an output that stay between two runs as memory of the layers that use them; "
        + "--state sets which do, --state none that none does",
      count: pairs.count)
  }

  /// Weights of branches that are not taken are no parameters, unless an operation uses them as well.
  private mutating func leaveOutWeights() {
    guard !leftOutWeights.isEmpty else { return }
    for operation in result.operations { leftOutWeights.subtract(operation.weights) }
    let parameters = leftOutWeights.reduce(0) { $0 + result.weights[$1].parameters }
    guard parameters > 0 else { return }
    for weight in leftOutWeights { result.weights[weight].parameters = 0 }
    assumptions.add(
      .operation(Name("If"), domain: Name("")),
      "\(Int(parameters)) parameters of branches that are not taken do not count")
  }

  /// The tensors that have names at the top level of the graph, after it has been followed.
  var tensors: [Name: Tensor] { topNames.compactMapValues { $0?.tensor } }

  func error(_ path: String, _ message: String) -> InputError {
    InputError(file: model.file, path: path, message: message)
  }

  static func declared(_ graph: ONNXGraphProto) -> [Name: ONNXTypeProto.Tensor] {
    let known = (graph.valueInfo + graph.output).filter(\.type.hasTensorType)
    return Dictionary(known.map { (Name($0.name), $0.type.tensorType) }) { first, _ in first }
  }

  /// The value of a name that must have one.
  func named(_ name: String, _ path: String, _ frame: Frame) throws(InputError) -> Value {
    guard let value = frame.value(name) ?? nil else {
      throw error(path, "nothing produces the tensor \(TerminalText.quoted(name))")
    }
    return value
  }

  mutating func define(
    _ name: String, _ value: Value, _ path: String, _ frame: inout Frame
  ) throws(InputError) {
    var value = value
    let count = value.tensor.contents?.count ?? 0
    knownElements += count
    if knownElements > Self.knownLimit, count > 1 { value.tensor.contents = nil }
    guard frame.names[frame.names.count - 1].updateValue(value, forKey: Name(name)) == nil else {
      throw error(path, "the tensor \(TerminalText.quoted(name)) is produced twice")
    }
  }

  /// The inputs in the order of the file; if only some names are read, without the others.
  private mutating func addInputs(
    _ frame: inout Frame, read: Set<Name>?
  ) throws(InputError) -> [(name: String, tensor: Tensor, index: Int)] {
    var missing: [String] = []
    var inputs: [(name: String, tensor: Tensor, index: Int)] = []
    for (index, input) in model.realInputs.enumerated() where read?.contains(Name(input.name)) != false {
      let path = "graph.input[\(index)]"
      guard input.type.hasTensorType else {
        throw error(path, "the input \(TerminalText.quoted(input.name)) is not a tensor")
      }
      let declared = input.type.tensorType
      var sizes: [Int] = []
      for (axis, dimension) in declared.shape.dim.enumerated() {
        if let size = dimensions.size(dimension, axis, of: input.name) {
          sizes.append(size)
          sayIfReplaced(dimension, by: size, "\(input.name)[\(axis)]")
        } else if let name = SymbolicDimensions.name(dimension, axis, of: input.name), !missing.contains(name)
        {
          missing.append(name)
          guard missing.count <= 20 else { break }
        }
      }
      guard missing.isEmpty else { continue }
      guard declared.hasShape else {
        throw error(path, "the input \(TerminalText.quoted(input.name)) has no shape")
      }
      let value: Value
      do throws(NodeFault) {
        let type = try TensorReader.elementType(declared.elemType)
        value = try compute(self.input(Tensor(type, try Shape(sizes)), input.name), input.name)
      } catch {
        throw self.error(path, "\(TerminalText.quoted(input.name)): \(error.message)")
      }
      let place = result.tensors.count - 1
      result.inputs.append(place)
      inputs.append((input.name, value.tensor, place))
      try define(input.name, value, path, &frame)
    }
    guard missing.isEmpty else {
      let options = missing.map { "--dim \(TerminalText.quoted("\($0)=SIZE"))" }.joined(separator: " ")
      throw error("graph.input", "sizes of dimensions are missing: give \(options)")
    }
    return inputs
  }

  private mutating func sayIfReplaced(
    _ dimension: ONNXTensorShapeProto.Dimension, by size: Int, _ place: String
  ) {
    guard case .dimValue(let given) = dimension.value, given > 0, given != Int64(size) else { return }
    assumptions.add(.key(Name(place)), "\(size) in place of the size \(given) in the file")
  }

  /// An input, with its elements if the caller gives them.
  private func input(_ tensor: Tensor, _ name: String) -> Tensor {
    guard let value = request.values[name], tensor.shape.isSmall else { return tensor }
    let elements = [Double](repeating: value, count: tensor.shape.elementCount)
    return Tensor(tensor.type, tensor.shape, Contents(elements, as: tensor.type))
  }

  /// Adds the constants of a graph; if only some names are read, without the others.
  mutating func addInitializers(
    _ graph: ONNXGraphProto, _ frame: inout Frame, read: Set<Name>? = nil
  ) throws(InputError) {
    for (index, initializer) in graph.initializer.enumerated()
    where read?.contains(Name(initializer.name)) != false {
      try addInitializer(initializer, "\(frame.path).initializer[\(index)]", &frame)
    }
    for (index, sparse) in graph.sparseInitializer.enumerated()
    where read?.contains(Name(sparse.values.name)) != false {
      let path = "\(frame.path).sparse_initializer[\(index)]"
      try addInitializer(sparse.values, dimensions: sparse.dims, path, &frame)
    }
  }

  /// Adds a constant. If it is sparse, it has `dimensions`, and its weight counts only the elements in the file.
  private mutating func addInitializer(
    _ proto: ONNXTensorProto, dimensions: [Int64]? = nil, _ path: String, _ frame: inout Frame
  ) throws(InputError) {
    var tensor: Tensor
    do throws(NodeFault) {
      tensor = try TensorReader.tensor(proto)
      let parameters = tensor.type.isFloat ? Double(tensor.shape.elementCount) : 0
      result.weights.append(OperationGraph.Weight(bytes: tensor.bytes, parameters: parameters))
      if let dimensions { tensor = Tensor(tensor.type, try Shape(dimensions.map { Int(clamping: $0) })) }
    } catch {
      throw self.error(path, "\(TerminalText.quoted(proto.name)): \(error.message)")
    }
    try define(proto.name, Value(tensor: tensor, weights: [result.weights.count - 1]), path, &frame)
  }

  /// Adds a tensor that is known only when the model runs.
  mutating func compute(_ tensor: Tensor, _ name: String) throws(NodeFault) -> Value {
    guard tensor.type != .string else { throw NodeFault("it holds strings, whose size is unknown") }
    result.tensors.append(OperationGraph.Tensor(name: name, bytes: tensor.bytes))
    return Value(tensor: tensor, index: result.tensors.count - 1)
  }
}
