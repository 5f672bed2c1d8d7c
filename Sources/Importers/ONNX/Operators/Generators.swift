/// Operators that make tensors from shapes and numbers: no FLOP.
extension NodeContext {
  static let randomGenerators: Set<String> = [
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
  ]

  func constant() throws(NodeFault) -> Tensor {
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
    Tensor(type, try Shape([contents.count]), contents)
  }

  func filled() throws(NodeFault) -> Tensor {
    let shape = try Shape(knownIntegers(0))
    let value =
      try attributes.tensor("value").map(TensorReader.tensor) ?? Tensor(.float, .scalar, .reals([0]))
    guard shape.isSmall, value.contents?.count == 1 else { return Tensor(value.type, shape) }
    return Tensor(value.type, shape, value.contents?.picking(repeatElement(0, count: shape.elementCount)))
  }

  func shapeOfInput() throws(NodeFault) -> Tensor {
    let dimensions = try input(0).shape.dimensions
    let start = try bounded(attributes.integer("start") ?? 0, dimensions.count)
    let end = try bounded(attributes.integer("end") ?? dimensions.count, dimensions.count)
    return try vector(.int64, .integers(Array(dimensions.prefix(end).dropFirst(start))))
  }

  private func bounded(_ place: Int, _ count: Int) -> Int {
    min(max(place < 0 ? place + count : place, 0), count)
  }

  func random() throws(NodeFault) -> Tensor {
    guard let shape = try attributes.integers("shape") else { throw NodeFault("the shape is missing") }
    return Tensor(try attributes.elementType("dtype") ?? .float, try Shape(shape))
  }

  func drawn() throws(NodeFault) -> Tensor {
    let batch = try input(0).shape.dimensions.first ?? 1
    let shape = try Shape([batch, attributes.integer("sample_size") ?? 1])
    return Tensor(try attributes.elementType("dtype") ?? .int32, shape)
  }

  func range() throws(NodeFault) -> Tensor {
    let type = try input(0).type
    let (start, limit, delta) = (try knownReals(0).first, try knownReals(1).first, try knownReals(2).first)
    guard let start, let limit, let delta, delta != 0 else {
      throw NodeFault("start, limit or delta is missing, or delta is 0")
    }
    let count = max(0, Int(saturating: ((limit - start) / delta).rounded(.up)))
    let shape = try Shape([count])
    guard shape.isSmall else { return Tensor(type, shape) }
    return Tensor(type, shape, Contents((0..<count).map { start + Double($0) * delta }, as: type))
  }
}
