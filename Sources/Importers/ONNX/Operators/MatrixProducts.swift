/// Matrix products: 2 FLOP a multiply-accumulate.
extension NodeContext {
  func matrixProduct() throws(NodeFault) -> Inference? {
    switch operatorName {
    case "Gemm", "FusedGemm": return try generalProduct()
    case "MatMul": return try product(of: input(0), input(1))
    case "FusedMatMul":
      let left = try attributes.flag("transA") ? transposed(input(0)) : input(0)
      let right = try attributes.flag("transB") ? transposed(input(1)) : input(1)
      return try product(of: left, right)
    case "MatMulInteger": return try product(of: input(0), input(1), type: .int32)
    // The scale and the zero point of the first matrix are inputs between the matrices.
    case "QLinearMatMul": return try product(of: input(0), input(3), type: input(7).type)
    case "Einsum": return try einsum()
    default: return nil
    }
  }

  private func transposed(_ tensor: Tensor) throws(NodeFault) -> Tensor {
    let shape = tensor.shape
    guard shape.rank >= 2 else { throw NodeFault("a tensor of \(shape.dimensions) is not a matrix") }
    return Tensor(
      tensor.type,
      try Shape(shape.dimensions.dropLast(2) + [shape[shape.rank - 1], shape[shape.rank - 2]]))
  }

  private func generalProduct() throws(NodeFault) -> Inference {
    let left = try attributes.flag("transA") ? transposed(input(0)) : input(0)
    let right = try attributes.flag("transB") ? transposed(input(1)) : input(1)
    guard left.shape.rank == 2, right.shape.rank == 2, left.shape[1] == right.shape[0] else {
      throw NodeFault(
        "matrices of \(left.shape.dimensions) and \(right.shape.dimensions) cannot be multiplied")
    }
    let shape = try Shape([left.shape[0], right.shape[1]])
    let elements = Double(shape.elementCount)
    if let addend = optionalInput(2) {
      guard try addend.shape.broadcast(with: shape) == shape else {
        throw NodeFault("the addend of \(addend.shape.dimensions) does not fit \(shape.dimensions)")
      }
    }
    return Inference(
      [Tensor(left.type, shape)], multiplyAddFLOP: 2 * elements * Double(left.shape[1]),
      otherFLOP: optionalInput(2) == nil ? 0 : elements)
  }

  /// The product of two stacks of matrices by the rules of NumPy. A vector counts as a row on the left, and as a column
  /// on the right.
  private func product(
    of left: Tensor, _ right: Tensor, type: ElementType? = nil
  ) throws(NodeFault) -> Inference {
    guard left.shape.rank > 0, right.shape.rank > 0 else { throw NodeFault("a scalar is not a matrix") }
    let one = left.shape.rank == 1 ? [1] + left.shape.dimensions : left.shape.dimensions
    let two = right.shape.rank == 1 ? right.shape.dimensions + [1] : right.shape.dimensions
    guard let inner = one.last, inner == two[two.count - 2] else {
      throw NodeFault(
        "matrices of \(left.shape.dimensions) and \(right.shape.dimensions) cannot be multiplied")
    }
    var dimensions = try Shape(one.dropLast(2)).broadcast(with: Shape(two.dropLast(2))).dimensions
    if left.shape.rank > 1 { dimensions.append(one[one.count - 2]) }
    if right.shape.rank > 1 { dimensions.append(two[two.count - 1]) }
    let shape = try Shape(dimensions)
    return Inference(
      [Tensor(type ?? left.type, shape)], multiplyAddFLOP: 2 * Double(shape.elementCount) * Double(inner))
  }

  /// A sum of products over labelled axes: one multiply-accumulate for each combination of the labels' values.
  private func einsum() throws(NodeFault) -> Inference {
    guard let equation = try attributes.string("equation") else { throw NodeFault("the equation is missing") }
    let text = String(equation.filter { $0 != " " })
    let sides = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard terms.count == inputs.count else {
      throw NodeFault("the number of terms in \"\(equation)\" is \(terms.count), not \(inputs.count)")
    }
    var labels = EinsumLabels()
    for (index, term) in terms.enumerated() { try labels.read(term, try input(index).shape) }
    let output: String
    if sides.count == 2 {
      guard sides[1].first == ">" else { throw NodeFault("\"\(equation)\" is not an equation") }
      output = String(sides[1].dropFirst())
    } else {
      output = labels.implicitOutput
    }
    let shape = try labels.shape(of: output)
    return Inference([Tensor(try input(0).type, shape)], multiplyAddFLOP: 2 * labels.combinations)
  }
}

/// The sizes of the axes that the labels of an equation name.
private struct EinsumLabels {
  private var sizes: [Character: Int] = [:]
  private var occurrences: [Character: Int] = [:]
  /// The shape that "..." stands for, broadcast over the terms.
  private var ellipsis = Shape.scalar
  private static let dots = "..."

  mutating func read(_ term: String, _ shape: Shape) throws(NodeFault) {
    let (before, after) = try Self.parts(of: term)
    let isOpen = after != nil
    let named = before + (after ?? [])
    guard isOpen ? named.count <= shape.rank : named.count == shape.rank else {
      throw NodeFault("\"\(term)\" does not name the axes of \(shape.dimensions)")
    }
    let covered = shape.rank - named.count
    try assign(before, shape.dimensions.prefix(before.count))
    try assign(after ?? [], shape.dimensions.dropFirst(before.count + covered))
    let middle = shape.dimensions.dropFirst(before.count).prefix(covered)
    ellipsis = try ellipsis.broadcast(with: Shape(Array(middle)))
  }

  private mutating func assign(_ labels: [Character], _ dimensions: ArraySlice<Int>) throws(NodeFault) {
    for (label, dimension) in zip(labels, dimensions) {
      occurrences[label, default: 0] += 1
      let known = sizes[label] ?? dimension
      guard known == dimension || known == 1 || dimension == 1 else {
        throw NodeFault("the label \"\(label)\" stands for \(known) and for \(dimension)")
      }
      sizes[label] = max(known, dimension)
    }
  }

  /// The labels before "...", and the labels after it; `nil` for the latter if there is no "...".
  private static func parts(of term: String) throws(NodeFault) -> ([Character], [Character]?) {
    let place = term.firstRange(of: dots)
    let before = Array(place.map { term[..<$0.lowerBound] } ?? term[...])
    let after = place.map { Array(term[$0.upperBound...]) }
    guard (before + (after ?? [])).allSatisfy({ $0.isASCII && $0.isLetter }) else {
      throw NodeFault("\"\(term)\" has characters that are not labels")
    }
    return (before, after)
  }

  /// The output of an equation without "->": the labels that occur once, in alphabetical order.
  var implicitOutput: String {
    let single = occurrences.filter { $0.value == 1 }.keys.sorted()
    return (ellipsis.rank > 0 ? Self.dots : "") + String(single)
  }

  func shape(of output: String) throws(NodeFault) -> Shape {
    let (before, after) = try Self.parts(of: output)
    let dimensions =
      try self.dimensions(before) + (after == nil ? [] : ellipsis.dimensions)
      + self.dimensions(after ?? [])
    return try Shape(dimensions)
  }

  private func dimensions(_ labels: [Character]) throws(NodeFault) -> [Int] {
    var dimensions: [Int] = []
    for label in labels {
      guard let size = sizes[label] else {
        throw NodeFault("the label \"\(label)\" names no axis of an input")
      }
      dimensions.append(size)
    }
    return dimensions
  }

  var combinations: Double {
    // The order is fixed, because products above 2^53 are rounded.
    sizes.sorted { $0.key < $1.key }.reduce(Double(ellipsis.elementCount)) { $0 * Double($1.value) }
  }
}
