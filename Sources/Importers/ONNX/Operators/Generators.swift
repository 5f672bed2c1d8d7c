/// Operators that make tensors from shapes and numbers: no FLOP.
extension NodeContext {
  static let randomGenerators: Set<String> = [
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
  ]

  func generation() throws(NodeFault) -> Inference? {
    switch operatorName {
    case "Constant": return Inference([try constant()])
    case "ConstantOfShape": return Inference([try filled()])
    case "Shape": return Inference([try shapeOfInput()])
    case "Size":
      return Inference([Tensor(.int64, .scalar, .integers([try input(0).shape.elementCount]))])
    case "Range": return Inference([try range()])
    case "EyeLike", "Bernoulli", "RandomNormalLike", "RandomUniformLike":
      return Inference([Tensor(try elementType("dtype", orOfInput: 0), try input(0).shape)])
    case "RandomNormal", "RandomUniform":
      guard let shape = try attributes.integers("shape") else { throw NodeFault("the shape is missing") }
      return Inference([Tensor(try attributes.elementType("dtype") ?? .float, try Shape(shape))])
    case "Multinomial":
      let batch = try input(0).shape.dimensions.first ?? 1
      let shape = try Shape([batch, attributes.integer("sample_size") ?? 1])
      return Inference([Tensor(try attributes.elementType("dtype") ?? .int32, shape)])
    case "HannWindow", "HammingWindow", "BlackmanWindow":
      return Inference([
        Tensor(try attributes.elementType("output_datatype") ?? .float, try Shape(knownIntegers(0)))
      ])
    default: return nil
    }
  }

  private func constant() throws(NodeFault) -> Tensor {
    if let tensor = try attributes.tensor("value") { return try TensorReader.tensor(tensor) }
    if let value = try attributes.integer("value_int") { return Tensor(.int64, .scalar, .integers([value])) }
    if let value = try attributes.real("value_float") { return Tensor(.float, .scalar, .reals([value])) }
    if let values = try attributes.integers("value_ints") { return try vector(.int64, .integers(values)) }
    if let values = try attributes.reals("value_floats") { return try vector(.float, .reals(values)) }
    if try attributes.string("value_string") != nil { return Tensor(.string, .scalar) }
    if let count = try attributes.stringCount("value_strings") { return Tensor(.string, try Shape([count])) }
    throw NodeFault(
      "the constant has no supported value (value, value_int, value_float, value_string or a list of them)")
  }

  private func vector(_ type: ElementType, _ contents: Contents) throws(NodeFault) -> Tensor {
    let shape = try Shape([contents.count])
    return Tensor(type, shape, shape.isSmall ? contents : nil)
  }

  private func filled() throws(NodeFault) -> Tensor {
    let shape = try Shape(knownIntegers(0))
    var output = Tensor(.float, shape, .reals([0]))
    if let value = try attributes.tensor("value") { output = try TensorReader.tensor(value) }
    guard shape.isSmall, output.contents?.count == 1, let contents = output.contents else {
      return Tensor(output.type, shape)
    }
    return Tensor(output.type, shape, contents.picking([Int](repeating: 0, count: shape.elementCount)))
  }

  private func shapeOfInput() throws(NodeFault) -> Tensor {
    let dimensions = try input(0).shape.dimensions
    let start = try bounded(attributes.integer("start") ?? 0, dimensions.count)
    let end = try bounded(attributes.integer("end") ?? dimensions.count, dimensions.count)
    let part = start < end ? Array(dimensions[start..<end]) : []
    return Tensor(.int64, try Shape([part.count]), .integers(part))
  }

  private func bounded(_ place: Int, _ count: Int) -> Int {
    min(max(place < 0 ? place + count : place, 0), count)
  }

  private func range() throws(NodeFault) -> Tensor {
    let type = try input(0).type
    let (start, limit, delta) = (try knownReals(0).first, try knownReals(1).first, try knownReals(2).first)
    guard let start, let limit, let delta, delta != 0 else {
      throw NodeFault("start, limit or delta is missing, or delta is 0")
    }
    let count = max(0, Int(saturating: ((limit - start) / delta).rounded(.up)))
    let shape = try Shape([count])
    guard shape.isSmall else { return Tensor(type, shape) }
    let values = (0..<count).map { start + Double($0) * delta }
    return Tensor(type, shape, type.isFloat ? .reals(values) : .integers(values.map(Int.init(saturating:))))
  }
}
