/// Matrix products: 2 FLOP a multiply-accumulate.
extension NodeContext {
  /// An input, transposed if an attribute says so.
  func factor(_ index: Int, _ transposes: String) throws(NodeFault) -> Tensor {
    let isTransposed = try attributes.flag(transposes)
    let matrix = try input(index)
    guard isTransposed else { return matrix }
    let shape = matrix.shape
    guard shape.rank >= 2 else { throw NodeFault("a tensor of \(shape.dimensions) is not a matrix") }
    let last = [shape[shape.rank - 1], shape[shape.rank - 2]]
    return Tensor(matrix.type, try Shape(shape.dimensions.dropLast(2) + last))
  }

  func generalProduct() throws(NodeFault) -> Inference {
    try generalProduct(factor(0, "transA"), factor(1, "transB"), plus: optionalInput(2))
  }

  /// A product of two matrices, plus a third one.
  func generalProduct(
    _ left: Tensor, _ right: Tensor, plus addend: Tensor?, type: ElementType? = nil
  ) throws(NodeFault) -> Inference {
    guard left.shape.rank == 2, right.shape.rank == 2 else { throw unfit(left, right) }
    var inference = try product(of: left, right, type: type)
    if let addend {
      let shape = inference.outputs[0].shape
      guard try addend.shape.broadcast(with: shape) == shape else {
        throw NodeFault("the addend of \(addend.shape.dimensions) does not fit \(shape.dimensions)")
      }
      inference.otherFLOP = Double(shape.elementCount)
    }
    return inference
  }

  private func unfit(_ left: Tensor, _ right: Tensor) -> NodeFault {
    NodeFault("matrices of \(left.shape.dimensions) and \(right.shape.dimensions) cannot be multiplied")
  }

  /// The product of two stacks of matrices by the rules of NumPy. A vector counts as a row on the left, and as a column
  /// on the right.
  func product(
    of left: Tensor, _ right: Tensor, type: ElementType? = nil
  ) throws(NodeFault) -> Inference {
    guard left.shape.rank > 0, right.shape.rank > 0 else { throw NodeFault("a scalar is not a matrix") }
    let one = left.shape.rank == 1 ? [1] + left.shape.dimensions : left.shape.dimensions
    let two = right.shape.rank == 1 ? right.shape.dimensions + [1] : right.shape.dimensions
    guard let inner = one.last, inner == two[two.count - 2] else { throw unfit(left, right) }
    var dimensions = try Shape(one.dropLast(2)).broadcast(with: Shape(two.dropLast(2))).dimensions
    if left.shape.rank > 1 { dimensions.append(one[one.count - 2]) }
    if right.shape.rank > 1 { dimensions.append(two[two.count - 1]) }
    let shape = try Shape(dimensions)
    return Inference(
      [Tensor(type ?? left.type, shape)], multiplyAddFLOP: 2 * Double(shape.elementCount) * Double(inner))
  }

  /// A sum of products over labelled axes: one multiply-accumulate for each combination of the labels' values.
  func einsum() throws(NodeFault) -> Inference {
    guard let equation = try attributes.string("equation") else { throw NodeFault("the equation is missing") }
    let text = String(equation.filter { $0 != " " })
    let sides = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard terms.count == inputs.count else {
      throw NodeFault("the number of terms in \"\(equation)\" is \(terms.count), not \(inputs.count)")
    }
    var labels = EinsumLabels()
    for (index, term) in terms.enumerated() { try labels.read(term, try input(index).shape) }
    guard sides.count == 1 || sides[1].first == ">" else {
      throw NodeFault("\"\(equation)\" is not an equation")
    }
    let shape = try labels.shape(of: sides.count == 1 ? labels.implicitOutput : String(sides[1].dropFirst()))
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
    let named = before.count + (after?.count ?? 0)
    guard after == nil ? named == shape.rank : named <= shape.rank else {
      throw NodeFault("\"\(term)\" does not name the axes of \(shape.dimensions)")
    }
    let (head, rest) = (shape.dimensions.prefix(before.count), shape.dimensions.dropFirst(before.count))
    try assign(before, head)
    try assign(after ?? [], rest.dropFirst(shape.rank - named))
    ellipsis = try ellipsis.broadcast(with: Shape(Array(rest.prefix(shape.rank - named))))
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
    let middle = after == nil ? [] : ellipsis.dimensions
    return try Shape(dimensions(before) + middle + dimensions(after ?? []))
  }

  private func dimensions(_ labels: [Character]) throws(NodeFault) -> [Int] {
    try labels.map { label throws(NodeFault) in
      guard let size = sizes[label] else {
        throw NodeFault("the label \"\(label)\" names no axis of an input")
      }
      return size
    }
  }

  var combinations: Double {
    // The order is fixed, because products above 2^53 are rounded.
    sizes.sorted { $0.key < $1.key }.reduce(Double(ellipsis.elementCount)) { $0 * Double($1.value) }
  }
}
