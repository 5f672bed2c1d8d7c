/// Operators that select elements: no FLOP, unless they have to compare or to add.
extension NodeContext {
  func sliced() throws(NodeFault) -> Tensor {
    let input = try input(0)
    guard let starts = try integers("starts", orInput: 1), let ends = try integers("ends", orInput: 2) else {
      throw NodeFault("starts or ends are missing")
    }
    let given = try integers("axes", orInput: 3) ?? Array(starts.indices)
    let axes = try axes(given, rank: input.shape.rank)
    let steps = try optionalInput(4) == nil ? [Int](repeating: 1, count: axes.count) : knownIntegers(4)
    guard starts.count == axes.count, ends.count == axes.count, steps.count == axes.count, !steps.contains(0)
    else {
      throw NodeFault("starts, ends, axes and steps differ in length, or a step is 0")
    }
    var dimensions = input.shape.dimensions
    var strides = input.shape.strides
    var offset = 0
    for (index, axis) in axes.enumerated() {
      let size = dimensions[axis]
      let step = steps[index]
      // A backward slice may end before the first element.
      let range = step > 0 ? 0...size : -1...max(-1, size - 1)
      let start = Self.bounded(starts[index], size, step > 0 ? 0...size : 0...max(0, size - 1))
      let end = Self.bounded(ends[index], size, range)
      let distance = step > 0 ? end - start : start - end
      dimensions[axis] = size == 0 ? 0 : max(0, (distance + abs(step) - 1) / abs(step))
      offset += start * strides[axis]
      // This overflows only if the elements are too many to be kept.
      strides[axis] &*= step
    }
    let shape = try Shape(dimensions)
    return input.rearranged(to: shape) { shape.places(strides: strides, offset: offset) }
  }

  /// A position along an axis, clamped to a range; a negative value counts from the end.
  private static func bounded(_ value: Int, _ size: Int, _ range: ClosedRange<Int>) -> Int {
    min(max(value < 0 ? value + size : value, range.lowerBound), range.upperBound)
  }

  func gathered() throws(NodeFault) -> Tensor {
    let (data, indices) = (try input(0), try input(1))
    let axis = try axisAttribute(default: 0, rank: data.shape.rank)
    let dimensions = data.shape.dimensions
    let shape = try Shape(dimensions.prefix(axis) + indices.shape.dimensions + dimensions.dropFirst(axis + 1))
    guard data.contents != nil, let chosen = indices.contents?.integers else {
      return Tensor(data.type, shape)
    }
    let size = dimensions[axis]
    let places = chosen.map { $0 < 0 ? $0 &+ size : $0 }
    guard places.allSatisfy({ (0..<size).contains($0) }) else {
      throw NodeFault("an index is out of range for the \(size) elements of axis \(axis)")
    }
    return data.rearranged(to: shape) {
      let inner = dimensions.dropFirst(axis + 1).reduce(1, *)
      let outer = dimensions.prefix(axis).reduce(1, *)
      return (0..<outer).flatMap { run in
        places.flatMap { place in (0..<inner).map { (run * size + place) * inner + $0 } }
      }
    }
  }

  func gatheredTuples() throws(NodeFault) -> Tensor {
    let (data, indices) = (try input(0), try input(1).shape)
    let shared = try attributes.integer("batch_dims") ?? 0
    guard let length = indices.dimensions.last, shared >= 0, shared < indices.rank,
      length <= data.shape.rank, shared + length <= data.shape.rank
    else {
      throw NodeFault("indices of \(indices.dimensions) do not fit a tensor of \(data.shape.dimensions)")
    }
    let rest = data.shape.dimensions.dropFirst(shared + length)
    return Tensor(data.type, try Shape(indices.dimensions.dropLast() + rest))
  }

  func topK() throws(NodeFault) -> Inference {
    let input = try input(0)
    let axis = try axisAttribute(default: -1, rank: input.shape.rank)
    let given = try attributes.integer("k")
    let count = try given == nil ? knownIntegers(1).first ?? -1 : given ?? -1
    guard (0...input.shape[axis]).contains(count) else {
      throw NodeFault("\(count) of \(input.shape[axis]) elements cannot be selected")
    }
    let shape = try input.shape.replacing(axis, with: count)
    return Inference(
      [Tensor(input.type, shape), Tensor(.int64, shape)], otherFLOP: Double(input.shape.elementCount))
  }

  func oneHot() throws(NodeFault) -> Tensor {
    let indices = try input(0).shape
    guard let depth = try knownIntegers(1).first else { throw NodeFault("the depth is missing") }
    let axis = try axisAttribute(default: -1, rank: indices.rank + 1)
    var dimensions = indices.dimensions
    dimensions.insert(depth, at: axis)
    return Tensor(try input(2).type, try Shape(dimensions))
  }

  func nonZero() throws(NodeFault) -> Tensor {
    let shape = try input(0).shape
    guard let values = try input(0).contents?.reals else {
      throw NodeFault("the shape depends on data that is known only when the model runs", .unknownShape)
    }
    let places = values.indices.filter { values[$0] != 0 }
    let strides = shape.strides
    let indices = (0..<shape.rank).flatMap { axis in
      places.map { $0 / max(1, strides[axis]) % max(1, shape[axis]) }
    }
    return Tensor(.int64, try Shape([shape.rank, places.count]), .integers(indices))
  }
}
