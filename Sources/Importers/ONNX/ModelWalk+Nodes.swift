import Documents
import Foundations

/// Follows nodes one after another.
extension ModelWalk {
  /// Follows nodes in an order in which every tensor is produced before it is used, or only some of them.
  mutating func follow(
    _ nodes: [ONNXNodeProto], _ frame: inout Frame, only needed: Set<Int>? = nil
  ) throws(InputError) {
    let order = try NodeOrder.sorted(nodes, file: model.file, place: frame.path)
    for index in order where needed?.contains(index) != false {
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

  /// What a node stands for: values, the nodes of a branch or a function, or nodes that run many times.
  private enum Meaning {
    case values([Value])
    case graph(ONNXGraphProto, Frame)
    case repetition(Repetition)
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
      let firstTensor = result.tensors.count
      try addInitializers(graph, &inner)
      try follow(graph.node, &inner)
      let values = try graph.output.map { output throws(InputError) in
        try named(output.name, inner.path, inner)
      }
      // What is made inside is known outside by the name that the node gives it.
      for (name, value) in zip(node.output, values) where !name.isEmpty {
        if let index = value.index, index >= firstTensor { result.tensors[index].name = name }
      }
      return values
    case .repetition(let repetition):
      let runs = try rounds(of: repetition)
      do throws(NodeFault) {
        return try operation(of: node, repetition, runs, frame)
      } catch {
        throw fault(error, node, path)
      }
    }
  }

  private mutating func meaning(
    of node: ONNXNodeProto, _ inputs: [Value?], _ path: String, _ frame: Frame
  ) throws(NodeFault) -> Meaning {
    let context = NodeContext(
      operatorName: node.opType, domain: OperatorDomain(node.domain), inputs: inputs.map { $0?.tensor },
      outputCount: node.output.count, attributes: try Attributes(node.attribute, outer: frame.attributes))
    if let function = functions[FunctionName(domain: Name(node.domain), name: Name(node.opType))] {
      return try call(function, node, inputs, context.attributes, path, frame)
    }
    switch (context.domain, node.opType) {
    case (.standard, "If"): return try branch(context, path, frame)
    case (.standard, "Loop"): return .repetition(try loop(node, inputs, context, path, frame))
    case (.standard, "Scan"): return .repetition(try scan(node, inputs, context, path, frame))
    case (.standard, "SequenceMap"):
      throw NodeFault("sequences are not supported; export the model without them")
    default: return .values(try apply(node, inputs, context, frame))
    }
  }

  private func fault(_ fault: NodeFault, _ node: ONNXNodeProto, _ path: String) -> InputError {
    error(path, "\(Self.title(node)): \(fault.message)")
  }

  /// The operator and the node's name, for messages.
  private static func title(_ node: ONNXNodeProto) -> String {
    let domain = node.domain.isEmpty ? "" : node.domain + "."
    let name = node.name.isEmpty ? "" : " " + TerminalText.quoted(node.name)
    return TerminalText.shortened(domain + node.opType) + name
  }

  private mutating func apply(
    _ node: ONNXNodeProto, _ inputs: [Value?], _ context: NodeContext, _ frame: Frame
  ) throws(NodeFault) -> [Value] {
    let inference: Inference
    do throws(NodeFault) {
      inference = try context.infer()
    } catch {
      guard error.kind != .wrong else { throw error }
      inference = try assumption(node, inputs, frame, error)
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

  /// All weights that some values depend on, ascending.
  private mutating func weights(of inputs: [Value?]) throws(NodeFault) -> [Int] {
    let lists = inputs.compactMap { $0?.weights }.filter { !$0.isEmpty }
    sharedWeights += lists.reduce(0) { $0 + $1.count }
    guard sharedWeights <= Self.referenceLimit else {
      throw NodeFault("operations and constants refer to weights more than \(Self.referenceLimit) times")
    }
    return lists.count == 1 ? lists[0] : Set(lists.joined()).sorted()
  }

  /// Adds a constant that is given by a node. A single number is a part of the arithmetic and no parameter.
  private mutating func addConstant(_ outputs: some Sequence<Tensor>) -> [Int] {
    let (bytes, parameters) = outputs.reduce((0.0, 0)) { sum, tensor in
      let count = tensor.shape.elementCount
      return (sum.0 + tensor.bytes, sum.1 + (tensor.type.isFloat && count > 1 ? count : 0))
    }
    result.weights.append(OperationGraph.Weight(bytes: bytes, parameters: Double(parameters)))
    return [result.weights.count - 1]
  }

  func name(of node: ONNXNodeProto, _ frame: Frame) -> String {
    frame.prefix + (node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? node.opType : node.name)
  }

  /// The outputs of an operator whose definition does not determine them: as the file declares them, or as the user
  /// asks to assume them.
  private mutating func assumption(
    _ node: ONNXNodeProto, _ values: [Value?], _ frame: Frame, _ fault: NodeFault
  ) throws(NodeFault) -> Inference {
    let subject = Assumption.Subject.operation(Name(node.opType), domain: Name(node.domain))
    if let outputs = try declaredOutputs(node, frame) {
      assumptions.add(subject, "results as the file declares them, 1 FLOP for each of their elements")
      return Inference(outputs, otherFLOP: outputs.reduce(0) { $0 + Double($1.shape.elementCount) })
    }
    guard fault.kind == .unknownOperator else {
      throw NodeFault(
        "\(fault.message); declare the shapes of its results in the file's value_info, "
          + "or leave out what lies behind a tensor with --until TENSOR")
    }
    let inputs = values.compactMap(\.self)
    let computed = inputs.filter { $0.index != nil }
    guard case .elementwise = request.unknown, let first = (computed.first ?? inputs.first)?.tensor else {
      throw NodeFault(
        "\(fault.message); give its results the shape of its inputs with --assume elementwise, "
          + "or declare the shapes of its results in the file's value_info")
    }
    assumptions.add(subject, "elementwise: the shape of its inputs, 1 FLOP for each element of its results")
    // Constants are parameters, and so are computed inputs that cannot be broadcast.
    let shape = computed.reduce(first.shape) { (try? $0.broadcast(with: $1.tensor.shape)) ?? $0 }
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
  private mutating func branch(_ context: NodeContext, _ path: String, _ frame: Frame) throws(NodeFault)
    -> Meaning
  {
    guard let contents = context.optionalInput(0)?.contents else {
      throw NodeFault(
        "its condition is known only when the model runs; give the input that decides it with "
          + "--value NAME=NUMBER, or export the model for one of the branches")
    }
    let isTrue = contents.integers.first ?? 0 != 0
    let (name, other) = isTrue ? ("then_branch", "else_branch") : ("else_branch", "then_branch")
    guard let graph = try context.attributes.graph(name) else { throw NodeFault("\(name) is missing") }
    for read in try context.attributes.graph(other).map(NodeOrder.names(readBy:)) ?? [] {
      if let value = frame.value(read) ?? nil { leftOutWeights.formUnion(value.weights) }
    }
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
