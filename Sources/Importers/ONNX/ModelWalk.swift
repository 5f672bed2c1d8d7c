import Documents
import Foundations

/// Follows the nodes of a model and keeps the operations that run.
struct ModelWalk {
  private let model: ONNXModel
  private let dimensions: SymbolicDimensions
  private let unknown: ONNXModel.UnknownOperators
  private let functions: [FunctionName: Int]
  private var values: [Value] = []
  private var topNames: [Name: Int?] = [:]
  private var result = OperationGraph()
  private var nodesLeft = Self.nodeLimit
  private var knownElements = 0
  private var sharedWeights = 0

  /// The largest number of nodes; the nodes of a function count at every call.
  private static let nodeLimit = 250_000
  /// How deeply functions may call each other.
  private static let callLimit = 32
  /// How many known elements of all tensors are kept. Beyond this, only those of tensors with one element are kept.
  private static let knownLimit = 1 << 25
  /// How many references from operations and constants to weights are possible.
  private static let referenceLimit = 1 << 25

  private struct FunctionName: Hashable {
    var domain: Name
    var name: Name
  }

  /// A tensor that has a name.
  private struct Value {
    var tensor: Tensor
    var origin: Origin
  }

  private enum Origin {
    /// The tensor depends on these weights alone, or on none.
    case constant(weights: [Int])
    /// The tensor is known only when the model runs; it has this index in the graph.
    case computed(Int)
  }

  /// The nodes that are being followed, and the scope in which their names have a meaning.
  private struct Frame {
    /// The place of the nodes in the file, for messages.
    var path: String
    /// The prefix of the names of operations.
    var prefix: String
    /// The index of the value of each name, `nil` for an optional input that is left out; the innermost scope last.
    var names: [[Name: Int?]]
    /// The types that the file declares for tensors.
    var declared: [Name: ONNXTypeProto.Tensor]
    /// The attributes of the call, inside a function.
    var attributes: Attributes?
    /// How many function calls the nodes are inside.
    var depth: Int

    /// The value of a name; `nil` if the name is not defined.
    func value(_ name: String) -> Int?? {
      for names in names.reversed() {
        if let value = names[Name(name)] { return .some(value) }
      }
      return nil
    }
  }

  init(_ model: ONNXModel, _ dimensions: SymbolicDimensions, _ unknown: ONNXModel.UnknownOperators) {
    self.model = model
    self.dimensions = dimensions
    self.unknown = unknown
    let named = model.proto.functions.enumerated().map {
      (FunctionName(domain: Name($0.element.domain), name: Name($0.element.name)), $0.offset)
    }
    functions = Dictionary(named) { first, _ in first }
  }

  mutating func graph() throws(InputError) -> OperationGraph {
    let graph = model.proto.graph
    var frame = Frame(
      path: "graph", prefix: "", names: [[:]], declared: Self.declared(graph), attributes: nil, depth: 0)
    try addInputs(&frame)
    try addInitializers(graph, &frame)
    try follow(graph.node, &frame)
    guard !graph.output.isEmpty else { throw error("graph", "the graph has no output") }
    var isResult: Set<Int> = []
    for (index, output) in graph.output.enumerated() {
      let value = try named(output.name, "graph.output[\(index)]", frame)
      if case .computed(let tensor) = values[value].origin, isResult.insert(tensor).inserted {
        result.results.append(tensor)
      }
    }
    topNames = frame.names[0]
    return result
  }

  /// The tensors that have names at the top level of the graph, after it has been followed.
  var tensors: [Name: Tensor] { topNames.compactMapValues { $0.map { values[$0].tensor } } }

  private func error(_ path: String, _ message: String) -> InputError {
    InputError(file: model.file, path: path, message: message)
  }

  private static func declared(_ graph: ONNXGraphProto) -> [Name: ONNXTypeProto.Tensor] {
    let known = (graph.valueInfo + graph.output).filter(\.type.hasTensorType)
    return Dictionary(known.map { (Name($0.name), $0.type.tensorType) }) { first, _ in first }
  }

  // MARK: Names

  /// The value of a name that must have one.
  private func named(_ name: String, _ path: String, _ frame: Frame) throws(InputError) -> Int {
    guard let value = frame.value(name) ?? nil else {
      throw error(path, "nothing produces the tensor \(TerminalText.quoted(name))")
    }
    return value
  }

  private mutating func define(
    _ name: String, _ value: Value, _ path: String, _ frame: inout Frame
  ) throws(InputError) {
    guard frame.names[frame.names.count - 1].updateValue(values.count, forKey: Name(name)) == nil else {
      throw error(path, "the tensor \(TerminalText.quoted(name)) is produced twice")
    }
    var value = value
    let count = value.tensor.contents?.count ?? 0
    knownElements += count
    if knownElements > Self.knownLimit, count > 1 { value.tensor.contents = nil }
    values.append(value)
  }

  // MARK: Inputs and initializers

  private mutating func addInputs(_ frame: inout Frame) throws(InputError) {
    var missing: [String] = []
    for (index, input) in model.realInputs.enumerated() {
      let path = "graph.input[\(index)]"
      guard input.type.hasTensorType else {
        throw error(path, "the input \(TerminalText.quoted(input.name)) is not a tensor")
      }
      var sizes: [Int] = []
      for (axis, dimension) in input.type.tensorType.shape.dim.enumerated() {
        if let size = dimensions.size(dimension, axis, of: input.name) {
          sizes.append(size)
        } else if let name = SymbolicDimensions.name(dimension, axis, of: input.name), !missing.contains(name)
        {
          missing.append(name)
          guard missing.count <= 20 else { break }
        }
      }
      guard missing.isEmpty else { continue }
      guard input.type.tensorType.hasShape else {
        throw error(path, "the input \(TerminalText.quoted(input.name)) has no shape")
      }
      let value: Value
      do throws(NodeFault) {
        let type = try TensorReader.elementType(input.type.tensorType.elemType)
        let tensor = Tensor(type, try Shape(sizes))
        value = Value(tensor: tensor, origin: .computed(try compute(tensor, input.name)))
      } catch {
        throw self.error(path, "\(TerminalText.quoted(input.name)): \(error.message)")
      }
      result.inputs.append(result.tensors.count - 1)
      try define(input.name, value, path, &frame)
    }
    guard missing.isEmpty else {
      let options = missing.map { "--dim \(TerminalText.quoted("\($0)=SIZE"))" }.joined(separator: " ")
      throw error("graph.input", "sizes of dimensions are missing: give \(options)")
    }
  }

  private mutating func addInitializers(_ graph: ONNXGraphProto, _ frame: inout Frame) throws(InputError) {
    for (index, initializer) in graph.initializer.enumerated() {
      try addInitializer(initializer, name: initializer.name, "\(frame.path).initializer[\(index)]", &frame)
    }
    for (index, sparse) in graph.sparseInitializer.enumerated() {
      let path = "\(frame.path).sparse_initializer[\(index)]"
      try addInitializer(sparse.values, name: sparse.values.name, dimensions: sparse.dims, path, &frame)
    }
  }

  /// - Parameter dimensions: the dimensions of a sparse tensor, whose weight counts only the elements in the file;
  ///   `nil` for a dense one.
  private mutating func addInitializer(
    _ proto: ONNXTensorProto, name: String, dimensions: [Int64]? = nil, _ path: String, _ frame: inout Frame
  ) throws(InputError) {
    var tensor: Tensor
    do throws(NodeFault) {
      tensor = try TensorReader.tensor(proto)
      let parameters = tensor.type.isFloat ? Double(tensor.shape.elementCount) : 0
      result.weights.append(OperationGraph.Weight(bytes: tensor.bytes, parameters: parameters))
      if let dimensions { tensor = Tensor(tensor.type, try Shape(dimensions.map { Int(clamping: $0) })) }
    } catch {
      throw self.error(path, "\(TerminalText.quoted(name)): \(error.message)")
    }
    let origin = Origin.constant(weights: [result.weights.count - 1])
    try define(name, Value(tensor: tensor, origin: origin), path, &frame)
  }

  /// Adds a tensor that is known only when the model runs.
  private mutating func compute(_ tensor: Tensor, _ name: String) throws(NodeFault) -> Int {
    guard tensor.type != .string else { throw NodeFault("it holds strings, whose size is unknown") }
    result.tensors.append(OperationGraph.Tensor(name: name, bytes: tensor.bytes))
    return result.tensors.count - 1
  }

  // MARK: Nodes

  private mutating func follow(_ nodes: [ONNXNodeProto], _ frame: inout Frame) throws(InputError) {
    let order = try NodeOrder.sorted(nodes, file: model.file, place: frame.path)
    for index in order {
      let path = "\(frame.path).node[\(index)]"
      nodesLeft -= 1
      guard nodesLeft >= 0 else { throw error(path, "there are more than \(Self.nodeLimit) nodes") }
      try follow(nodes[index], path, &frame)
    }
  }

  private mutating func follow(
    _ node: ONNXNodeProto, _ path: String, _ frame: inout Frame
  ) throws(InputError) {
    var inputs: [Int?] = []
    for name in node.input {
      let value: Int?
      if name.isEmpty {
        value = nil
      } else if let known = frame.value(name) {
        value = known
      } else {
        throw error(path, "\(Self.title(node)): nothing produces its input \(TerminalText.quoted(name))")
      }
      inputs.append(value)
    }
    let outputs = try results(of: node, inputs, path, frame)
    guard outputs.count >= node.output.count else {
      throw fault(NodeFault("it has \(outputs.count) outputs, not \(node.output.count)"), node, path)
    }
    for (name, value) in zip(node.output, outputs) where !name.isEmpty {
      try define(name, value, path, &frame)
    }
  }

  private mutating func results(
    of node: ONNXNodeProto, _ inputs: [Int?], _ path: String, _ frame: Frame
  ) throws(InputError) -> [Value] {
    let attributes: Attributes
    do throws(NodeFault) {
      attributes = try Attributes(node.attribute, outer: frame.attributes)
    } catch {
      throw fault(error, node, path)
    }
    if let function = functions[FunctionName(domain: Name(node.domain), name: Name(node.opType))] {
      return try call(model.proto.functions[function], node, inputs, attributes, path, frame)
    }
    if node.opType == "If" { return try branch(inputs, attributes, node, path, frame) }
    do throws(NodeFault) {
      return try apply(node, inputs, attributes, frame)
    } catch {
      throw fault(error, node, path)
    }
  }

  private func fault(_ fault: NodeFault, _ node: ONNXNodeProto, _ path: String) -> InputError {
    error(path, "\(Self.title(node)): \(fault.message)")
  }

  private static let loops: Set<String> = ["Loop", "Scan", "SequenceMap"]

  /// The operator and the node's name, for messages.
  private static func title(_ node: ONNXNodeProto) -> String {
    let domain = node.domain.isEmpty ? "" : node.domain + "."
    let name = node.name.isEmpty ? "" : " " + TerminalText.quoted(node.name)
    return TerminalText.shortened(domain + node.opType) + name
  }

  // MARK: Operators

  private mutating func apply(
    _ node: ONNXNodeProto, _ inputs: [Int?], _ attributes: Attributes, _ frame: Frame
  ) throws(NodeFault) -> [Value] {
    guard !Self.loops.contains(node.opType) else {
      throw NodeFault("loops are not supported; export the model with its loops unrolled")
    }
    let context = NodeContext(
      operatorName: node.opType, inputs: inputs.map { $0.map { values[$0].tensor } },
      outputCount: node.output.count, attributes: attributes)
    let inference: Inference
    do throws(NodeFault) {
      guard Self.isDefined(node) else { throw NodeFault.unknownOperator }
      inference = try context.infer()
    } catch {
      guard error.kind != .wrong else { throw error }
      inference = try assumption(node, context, frame, error)
    }
    let outputs = inference.outputs.prefix(node.output.count)
    let weights = try weights(of: inputs)
    let isConstant = inputs.allSatisfy(isConstant) && !context.isRandom
    if isConstant || (!outputs.isEmpty && outputs.allSatisfy { $0.contents != nil }) {
      let own = node.opType == "Constant" ? addConstant(outputs) : context.readsShapeOnly ? [] : weights
      return outputs.map { Value(tensor: $0, origin: .constant(weights: own)) }
    }
    var operation = OperationGraph.Operation(
      name: name(of: node, frame), type: node.opType, inputs: computedInputs(inputs), outputs: [],
      weights: weights,
      multiplyAddFLOP: inference.multiplyAddFLOP, otherFLOP: inference.otherFLOP, role: context.role)
    var computed: [Value] = []
    for (name, tensor) in zip(node.output, outputs) {
      let place = try compute(tensor, name)
      operation.outputs.append(place)
      computed.append(Value(tensor: tensor, origin: .computed(place)))
    }
    result.operations.append(operation)
    return computed
  }

  /// Whether an operator is defined by ONNX, or is one of the fused operators of ONNX Runtime. The operators of other
  /// domains may mean anything.
  private static func isDefined(_ node: ONNXNodeProto) -> Bool {
    ["", "ai.onnx"].contains(node.domain) || (node.domain == "com.microsoft" && fused.contains(node.opType))
  }

  private static let fused: Set<String> = [
    "BiasGelu", "FastGelu", "FusedConv", "FusedGemm", "FusedMatMul", "Gelu", "QLinearAveragePool",
    "QLinearGlobalAveragePool", "QuickGelu", "RotaryEmbedding", "SkipLayerNormalization",
    "SkipSimplifiedLayerNormalization",
  ]

  /// Whether a value is known before the model runs, which includes a value that is left out.
  private func isConstant(_ value: Int?) -> Bool {
    guard let value, case .computed = values[value].origin else { return true }
    return false
  }

  /// The tensors among some values that are known only when the model runs, each once.
  private func computedInputs(_ inputs: [Int?]) -> [Int] {
    var tensors: [Int] = []
    var seen: Set<Int> = []
    for case let value? in inputs {
      if case .computed(let tensor) = values[value].origin, seen.insert(tensor).inserted {
        tensors.append(tensor)
      }
    }
    return tensors
  }

  /// All weights that some values depend on, ascending.
  private mutating func weights(of inputs: [Int?]) throws(NodeFault) -> [Int] {
    var lists: [[Int]] = []
    for case let value? in inputs {
      if case .constant(let weights) = values[value].origin, !weights.isEmpty { lists.append(weights) }
    }
    sharedWeights += lists.reduce(0) { $0 + $1.count }
    guard sharedWeights <= Self.referenceLimit else {
      throw NodeFault("operations and constants refer to weights more than \(Self.referenceLimit) times")
    }
    return lists.count == 1 ? lists[0] : Set(lists.joined()).sorted()
  }

  /// Adds a constant that is given by a node. It takes memory, but has no parameters.
  private mutating func addConstant(_ outputs: some Sequence<Tensor>) -> [Int] {
    let bytes = outputs.reduce(0) { $0 + $1.bytes }
    result.weights.append(OperationGraph.Weight(bytes: bytes, parameters: 0))
    return [result.weights.count - 1]
  }

  private func name(of node: ONNXNodeProto, _ frame: Frame) -> String {
    frame.prefix + (node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? node.opType : node.name)
  }

  /// The outputs of an operator whose definition does not determine them: as the file declares them, or as the user
  /// asks to assume them.
  private func assumption(
    _ node: ONNXNodeProto, _ context: NodeContext, _ frame: Frame, _ fault: NodeFault
  ) throws(NodeFault) -> Inference {
    if let outputs = try declaredOutputs(node, frame) {
      return Inference(outputs, otherFLOP: outputs.reduce(0) { $0 + Double($1.shape.elementCount) })
    }
    guard fault.kind == .unknownOperator else {
      throw NodeFault("\(fault.message); declare the shapes of its results in the file's value_info")
    }
    guard case .elementwise = unknown, let first = context.inputs.compactMap(\.self).first else {
      throw NodeFault(
        "\(fault.message); give its results the shape of its inputs with --assume elementwise, "
          + "or declare the shapes of its results in the file's value_info")
    }
    var shape = first.shape
    for input in context.inputs.compactMap(\.self) {
      // An input that cannot be broadcast is taken for a parameter.
      shape = (try? shape.broadcast(with: input.shape)) ?? shape
    }
    let outputs = [Tensor](repeating: Tensor(first.type, shape), count: node.output.count)
    return Inference(outputs, otherFLOP: Double(shape.elementCount) * Double(outputs.count))
  }

  /// The results as the file declares them; `nil` if it does not declare all shapes.
  private func declaredOutputs(_ node: ONNXNodeProto, _ frame: Frame) throws(NodeFault) -> [Tensor]? {
    var outputs: [Tensor] = []
    for name in node.output {
      guard let declared = frame.declared[Name(name)], declared.hasShape else { return nil }
      var sizes: [Int] = []
      for (axis, dimension) in declared.shape.dim.enumerated() {
        guard let size = dimensions.size(dimension, axis, of: name) else { return nil }
        sizes.append(size)
      }
      outputs.append(Tensor(try TensorReader.elementType(declared.elemType), try Shape(sizes)))
    }
    return outputs
  }

  // MARK: Subgraphs and functions

  /// Follows the branch that a known condition selects.
  private mutating func branch(
    _ inputs: [Int?], _ attributes: Attributes, _ node: ONNXNodeProto, _ path: String, _ frame: Frame
  ) throws(InputError) -> [Value] {
    let (name, graph): (String, ONNXGraphProto)
    do throws(NodeFault) {
      (name, graph) = try chosen(inputs, attributes)
    } catch {
      throw fault(error, node, path)
    }
    var inner = Frame(
      path: "\(path).\(name)", prefix: frame.prefix, names: frame.names + [[:]],
      declared: Self.declared(graph),
      attributes: frame.attributes, depth: frame.depth)
    try addInitializers(graph, &inner)
    try follow(graph.node, &inner)
    var outputs: [Value] = []
    for output in graph.output { outputs.append(values[try named(output.name, inner.path, inner)]) }
    return outputs
  }

  private func chosen(
    _ inputs: [Int?], _ attributes: Attributes
  ) throws(NodeFault) -> (String, ONNXGraphProto) {
    guard let condition = inputs.first ?? nil, let contents = values[condition].tensor.contents else {
      throw NodeFault(
        "its condition is known only when the model runs; export the model for one of the branches")
    }
    let isTrue = contents.integers.first.map { $0 != 0 } ?? false
    let name = isTrue ? "then_branch" : "else_branch"
    guard let graph = try attributes.graph(name) else { throw NodeFault("\(name) is missing") }
    return (name, graph)
  }

  /// Follows the nodes of a function in place of its call.
  private mutating func call(
    _ function: ONNXFunctionProto, _ node: ONNXNodeProto, _ inputs: [Int?], _ attributes: Attributes,
    _ path: String,
    _ frame: Frame
  ) throws(InputError) -> [Value] {
    guard frame.depth < Self.callLimit else {
      throw fault(NodeFault("functions call each other more than \(Self.callLimit) levels deep"), node, path)
    }
    guard inputs.count <= function.input.count else {
      throw fault(NodeFault("it has \(function.input.count) inputs, not \(inputs.count)"), node, path)
    }
    var names: [Name: Int?] = [:]
    for (index, name) in function.input.enumerated() {
      names.updateValue(index < inputs.count ? inputs[index] : nil, forKey: Name(name))
    }
    var attributes = attributes
    attributes.addDefaults(function.attributeProto)
    // The prefix is shortened, since it is copied into the name of every operation inside.
    let prefix = name(of: node, frame).prefix(200) + "/"
    var inner = Frame(
      path: "\(path).function", prefix: String(prefix), names: [names], declared: [:], attributes: attributes,
      depth: frame.depth + 1)
    try follow(function.node, &inner)
    var outputs: [Value] = []
    for output in function.output { outputs.append(values[try named(output, inner.path, inner)]) }
    return outputs
  }
}

extension NodeFault {
  static let unknownOperator = NodeFault("the operator is unknown", .unknownOperator)
}
