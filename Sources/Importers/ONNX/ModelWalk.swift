import Documents
import Foundations

/// Follows the nodes of a model and keeps the operations that run.
struct ModelWalk {
  private let model: ONNXModel
  private let dimensions: SymbolicDimensions
  private let unknown: ONNXModel.UnknownOperators
  private let functions: [FunctionName: ONNXFunctionProto]
  private var topNames: [Name: Value?] = [:]
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
    /// The index in the graph if the tensor is known only when the model runs; `nil` for a constant.
    var index: Int?
    /// The weights on which a constant depends.
    var weights: [Int] = []
  }

  /// The nodes that are being followed, and the scope in which their names have a meaning.
  private struct Frame {
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

  init(_ model: ONNXModel, _ dimensions: SymbolicDimensions, _ unknown: ONNXModel.UnknownOperators) {
    self.model = model
    self.dimensions = dimensions
    self.unknown = unknown
    let named = model.proto.functions.map { (FunctionName(domain: Name($0.domain), name: Name($0.name)), $0) }
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
      let tensor = try named(output.name, "graph.output[\(index)]", frame).index
      if let tensor, isResult.insert(tensor).inserted { result.results.append(tensor) }
    }
    topNames = frame.names[0]
    return result
  }

  /// The tensors that have names at the top level of the graph, after it has been followed.
  var tensors: [Name: Tensor] { topNames.compactMapValues { $0?.tensor } }

  private func error(_ path: String, _ message: String) -> InputError {
    InputError(file: model.file, path: path, message: message)
  }

  private static func declared(_ graph: ONNXGraphProto) -> [Name: ONNXTypeProto.Tensor] {
    let known = (graph.valueInfo + graph.output).filter(\.type.hasTensorType)
    return Dictionary(known.map { (Name($0.name), $0.type.tensorType) }) { first, _ in first }
  }

  /// The value of a name that must have one.
  private func named(_ name: String, _ path: String, _ frame: Frame) throws(InputError) -> Value {
    guard let value = frame.value(name) ?? nil else {
      throw error(path, "nothing produces the tensor \(TerminalText.quoted(name))")
    }
    return value
  }

  private mutating func define(
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

  private mutating func addInputs(_ frame: inout Frame) throws(InputError) {
    var missing: [String] = []
    for (index, input) in model.realInputs.enumerated() {
      let path = "graph.input[\(index)]"
      guard input.type.hasTensorType else {
        throw error(path, "the input \(TerminalText.quoted(input.name)) is not a tensor")
      }
      let declared = input.type.tensorType
      var sizes: [Int] = []
      for (axis, dimension) in declared.shape.dim.enumerated() {
        if let size = dimensions.size(dimension, axis, of: input.name) {
          sizes.append(size)
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
        value = try compute(Tensor(type, try Shape(sizes)), input.name)
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
      try addInitializer(initializer, "\(frame.path).initializer[\(index)]", &frame)
    }
    for (index, sparse) in graph.sparseInitializer.enumerated() {
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
  private mutating func compute(_ tensor: Tensor, _ name: String) throws(NodeFault) -> Value {
    guard tensor.type != .string else { throw NodeFault("it holds strings, whose size is unknown") }
    result.tensors.append(OperationGraph.Tensor(name: name, bytes: tensor.bytes))
    return Value(tensor: tensor, index: result.tensors.count - 1)
  }

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
    let inputs = try node.input.map { name throws(InputError) -> Value? in
      if name.isEmpty { return nil }
      guard let known = frame.value(name) else {
        throw error(path, "\(Self.title(node)): nothing produces its input \(TerminalText.quoted(name))")
      }
      return known
    }
    let outputs = try results(of: node, inputs, path, frame)
    guard outputs.count >= node.output.count else {
      throw fault(NodeFault("it has \(outputs.count) outputs, not \(node.output.count)"), node, path)
    }
    for (name, value) in zip(node.output, outputs) where !name.isEmpty {
      try define(name, value, path, &frame)
    }
  }

  /// What a node stands for: values, or the nodes of a branch or a function.
  private enum Meaning {
    case values([Value])
    case graph(ONNXGraphProto, Frame)
  }

  private mutating func results(
    of node: ONNXNodeProto, _ inputs: [Value?], _ path: String, _ frame: Frame
  ) throws(InputError) -> [Value] {
    let meaning: Meaning
    do throws(NodeFault) {
      meaning = try self.meaning(of: node, inputs, path, frame)
    } catch {
      throw fault(error, node, path)
    }
    switch meaning {
    case .values(let values): return values
    case .graph(let graph, var inner):
      try addInitializers(graph, &inner)
      try follow(graph.node, &inner)
      return try graph.output.map { output throws(InputError) in try named(output.name, inner.path, inner) }
    }
  }

  private mutating func meaning(
    of node: ONNXNodeProto, _ inputs: [Value?], _ path: String, _ frame: Frame
  ) throws(NodeFault) -> Meaning {
    let context = NodeContext(
      operatorName: node.opType, inputs: inputs.map { $0?.tensor }, outputCount: node.output.count,
      attributes: try Attributes(node.attribute, outer: frame.attributes))
    if let function = functions[FunctionName(domain: Name(node.domain), name: Name(node.opType))] {
      return try call(function, node, inputs, context.attributes, path, frame)
    }
    if node.opType == "If" { return try branch(context, path, frame) }
    return .values(try apply(node, inputs, context, frame))
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

  private mutating func apply(
    _ node: ONNXNodeProto, _ inputs: [Value?], _ context: NodeContext, _ frame: Frame
  ) throws(NodeFault) -> [Value] {
    guard !Self.loops.contains(node.opType) else {
      throw NodeFault("loops are not supported; export the model with its loops unrolled")
    }
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
    // An input that is left out is known before the model runs.
    let isConstant = inputs.allSatisfy { $0?.index == nil } && !context.isRandom
    if isConstant || (!outputs.isEmpty && outputs.allSatisfy { $0.contents != nil }) {
      let own = node.opType == "Constant" ? addConstant(outputs) : context.readsShapeOnly ? [] : weights
      return outputs.map { Value(tensor: $0, weights: own) }
    }
    var computed: [Value] = []
    for (name, tensor) in zip(node.output, outputs) { computed.append(try compute(tensor, name)) }
    result.operations.append(
      OperationGraph.Operation(
        name: name(of: node, frame), type: node.opType, inputs: inputs.compactMap { $0?.index }.uniqued(),
        outputs: computed.compactMap(\.index), weights: weights, multiplyAddFLOP: inference.multiplyAddFLOP,
        otherFLOP: inference.otherFLOP, role: context.role))
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

  /// All weights that some values depend on, ascending.
  private mutating func weights(of inputs: [Value?]) throws(NodeFault) -> [Int] {
    let lists = inputs.compactMap { $0?.weights }.filter { !$0.isEmpty }
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
    let inputs = context.inputs.compactMap(\.self)
    guard case .elementwise = unknown, let first = inputs.first else {
      throw NodeFault(
        "\(fault.message); give its results the shape of its inputs with --assume elementwise, "
          + "or declare the shapes of its results in the file's value_info")
    }
    // An input that cannot be broadcast is taken for a parameter.
    let shape = inputs.reduce(first.shape) { (try? $0.broadcast(with: $1.shape)) ?? $0 }
    let outputs = [Tensor](repeating: Tensor(first.type, shape), count: node.output.count)
    return Inference(outputs, otherFLOP: Double(shape.elementCount) * Double(outputs.count))
  }

  /// The results as the file declares them; `nil` if it does not declare all shapes.
  private func declaredOutputs(_ node: ONNXNodeProto, _ frame: Frame) throws(NodeFault) -> [Tensor]? {
    var outputs: [Tensor] = []
    for name in node.output {
      guard let declared = frame.declared[Name(name)], declared.hasShape else { return nil }
      let sizes = declared.shape.dim.enumerated().compactMap { dimensions.size($1, $0, of: name) }
      guard sizes.count == declared.shape.dim.count else { return nil }
      outputs.append(Tensor(try TensorReader.elementType(declared.elemType), try Shape(sizes)))
    }
    return outputs
  }

  /// The branch that a known condition selects.
  private func branch(_ context: NodeContext, _ path: String, _ frame: Frame) throws(NodeFault) -> Meaning {
    guard let contents = context.optionalInput(0)?.contents else {
      throw NodeFault(
        "its condition is known only when the model runs; export the model for one of the branches")
    }
    let name = contents.integers.first ?? 0 != 0 ? "then_branch" : "else_branch"
    guard let graph = try context.attributes.graph(name) else { throw NodeFault("\(name) is missing") }
    var inner = frame
    inner.path = "\(path).\(name)"
    inner.names.append([:])
    inner.declared = Self.declared(graph)
    return .graph(graph, inner)
  }

  /// The nodes of a function in place of its call.
  private func call(
    _ function: ONNXFunctionProto, _ node: ONNXNodeProto, _ inputs: [Value?], _ attributes: Attributes,
    _ path: String, _ frame: Frame
  ) throws(NodeFault) -> Meaning {
    guard frame.depth < Self.callLimit else {
      throw NodeFault("functions call each other more than \(Self.callLimit) levels deep")
    }
    guard inputs.count <= function.input.count else {
      throw NodeFault("it has \(function.input.count) inputs, not \(inputs.count)")
    }
    var names: [Name: Value?] = [:]
    for (index, name) in function.input.enumerated() {
      names.updateValue(index < inputs.count ? inputs[index] : nil, forKey: Name(name))
    }
    var attributes = attributes
    attributes.addDefaults(function.attributeProto)
    // The prefix is shortened, since it is copied into the name of every operation inside.
    let prefix = name(of: node, frame).prefix(200) + "/"
    let inner = Frame(
      path: "\(path).function", prefix: String(prefix), names: [names], declared: [:], attributes: attributes,
      depth: frame.depth + 1)
    var body = ONNXGraphProto()
    body.node = function.node
    body.output = function.output.map { name in .with { $0.name = name } }
    return .graph(body, inner)
  }
}
