/// Who defines an operator.
enum OperatorDomain {
  /// ONNX.
  case standard
  /// ONNX Runtime, for its quantisers, optimisers and exporters.
  case contributed
  /// ONNX Runtime, for tensors whose channels are in blocks.
  case blocked
  /// Anybody else: operators may mean anything.
  case foreign

  init(_ name: String) {
    self =
      switch name {
      case "", "ai.onnx": .standard
      case "com.microsoft": .contributed
      case "com.microsoft.nchwc": .blocked
      default: .foreign
      }
  }
}

/// A node with the inputs and attributes from which its shapes and work are inferred.
struct NodeContext {
  /// The operator.
  let operatorName: String
  var domain = OperatorDomain.standard
  /// The inputs; `nil` for an optional one that is left out.
  let inputs: [Tensor?]
  /// How many outputs the node asks for.
  let outputCount: Int
  let attributes: Attributes

  /// A required input.
  func input(_ index: Int) throws(NodeFault) -> Tensor {
    guard let input = optionalInput(index) else { throw NodeFault("input \(index + 1) is missing") }
    return input
  }

  func optionalInput(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index] : nil }

  /// A tensor like the first input, perhaps with another type of elements, which are not known.
  func likeInput(type: ElementType? = nil) throws(NodeFault) -> Tensor {
    let input = try input(0)
    return Tensor(type ?? input.type, input.shape)
  }

  /// The elements of an input that determines shapes, as integers.
  func knownIntegers(_ index: Int) throws(NodeFault) -> [Int] {
    try knownContents(index).integers.map(\.clamped)
  }

  /// The elements of an input that determines shapes, as real numbers.
  func knownReals(_ index: Int) throws(NodeFault) -> [Double] { try knownContents(index).reals }

  private func knownContents(_ index: Int) throws(NodeFault) -> Contents {
    guard let contents = try input(index).contents else {
      throw NodeFault(
        "the shape depends on the elements of input \(index + 1), which are known only when the model runs",
        .unknownShape)
    }
    return contents
  }

  /// Integers that older versions of an operator have as an attribute and newer versions as an input; `nil` if the node
  /// has neither.
  func integers(_ name: String, orInput index: Int) throws(NodeFault) -> [Int]? {
    if let values = try attributes.integers(name) { return values }
    return optionalInput(index) == nil ? nil : try knownIntegers(index)
  }

  /// An axis as an index; a negative value counts from the end.
  func axis(_ value: Int, rank: Int) throws(NodeFault) -> Int {
    let axis = value < 0 ? value + rank : value
    guard (0..<rank).contains(axis) else { throw NodeFault("axis \(value) is out of range for rank \(rank)") }
    return axis
  }

  /// Several axes as indices, none of them twice.
  func axes(_ values: [Int], rank: Int) throws(NodeFault) -> [Int] {
    var axes: [Int] = []
    for value in values {
      let axis = try axis(value, rank: rank)
      guard !axes.contains(axis) else { throw NodeFault("axis \(value) occurs twice in \(values)") }
      axes.append(axis)
    }
    return axes
  }

  /// The axis that the attribute `axis` names.
  func axisAttribute(default usual: Int, rank: Int) throws(NodeFault) -> Int {
    try axis(attributes.integer("axis") ?? usual, rank: rank)
  }

  /// The axes that the attribute `axes` names; all axes if it is absent.
  func axesAttribute(rank: Int) throws(NodeFault) -> [Int] {
    guard let given = try attributes.integers("axes") else { return Array(0..<rank) }
    return try axes(given, rank: rank)
  }

  /// The element type that an attribute names, or that of an input.
  func elementType(_ name: String, orOfInput index: Int) throws(NodeFault) -> ElementType {
    if let type = try attributes.elementType(name) { return type }
    return try input(index).type
  }
}

/// The attributes of a node by name.
struct Attributes {
  private var byName: [String: ONNXAttributeProto] = [:]

  /// The attributes of a node; `outer` are those of the call if the node is inside a function.
  init(_ given: [ONNXAttributeProto], outer: Attributes?) throws(NodeFault) {
    for attribute in given {
      guard byName[attribute.name] == nil else {
        throw NodeFault("the attribute \"\(attribute.name)\" occurs twice")
      }
      // An attribute that the call does not give is absent here too.
      byName[attribute.name] =
        attribute.refAttrName.isEmpty ? attribute : outer?.byName[attribute.refAttrName]
    }
  }

  /// The one attribute `axis`.
  init(gathering axis: Int) throws(NodeFault) {
    let attribute = ONNXAttributeProto.with {
      ($0.name, $0.type, $0.i) = ("axis", Kind.integer.rawValue, Int64(axis))
    }
    try self.init([attribute], outer: nil)
  }

  /// Adds default values for attributes that are absent.
  mutating func addDefaults(_ defaults: [ONNXAttributeProto]) {
    for attribute in defaults where byName[attribute.name] == nil { byName[attribute.name] = attribute }
  }

  /// The kinds of values, as ONNX numbers them.
  private enum Kind: Int32 {
    case real = 1
    case integer, string, tensor, graph, reals, integers, strings
  }

  private func attribute(_ name: String, _ kind: Kind) throws(NodeFault) -> ONNXAttributeProto? {
    guard let attribute = byName[name] else { return nil }
    guard attribute.type == kind.rawValue || attribute.type == 0 else {
      throw NodeFault("the attribute \"\(name)\" has the type \(attribute.type), not \(kind.rawValue)")
    }
    return attribute
  }

  /// An integer, clamped to the range in which the product of two values does not overflow.
  func integer(_ name: String) throws(NodeFault) -> Int? {
    try attribute(name, .integer).map { Int($0.i).clamped }
  }

  /// Integers, clamped in the same way.
  func integers(_ name: String) throws(NodeFault) -> [Int]? {
    try attribute(name, .integers).map { $0.ints.map { Int($0).clamped } }
  }

  func flag(_ name: String, default usual: Bool = false) throws(NodeFault) -> Bool {
    try integer(name).map { $0 != 0 } ?? usual
  }

  func real(_ name: String) throws(NodeFault) -> Double? { try attribute(name, .real).map { Double($0.f) } }

  func reals(_ name: String) throws(NodeFault) -> [Double]? {
    try attribute(name, .reals).map { $0.floats.map(Double.init) }
  }

  func string(_ name: String) throws(NodeFault) -> String? {
    try attribute(name, .string).map { String(decoding: $0.s, as: UTF8.self) }
  }

  func stringCount(_ name: String) throws(NodeFault) -> Int? { try attribute(name, .strings)?.strings.count }

  func tensor(_ name: String) throws(NodeFault) -> ONNXTensorProto? { try attribute(name, .tensor)?.t }

  func graph(_ name: String) throws(NodeFault) -> ONNXGraphProto? { try attribute(name, .graph)?.g }

  /// The element type that an attribute names by number.
  func elementType(_ name: String) throws(NodeFault) -> ElementType? {
    guard let number = try integer(name) else { return nil }
    return try TensorReader.elementType(Int32(clamping: number))
  }
}
