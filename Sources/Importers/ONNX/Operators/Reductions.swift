/// Reductions along axes: 1 FLOP for each element of the input.
extension NodeContext {
  static let reductions: Set<String> = [
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
    "ReduceProd", "ReduceSum", "ReduceSumSquare",
  ]

  func reduced() throws(NodeFault) -> Inference {
    let input = try input(0)
    let rank = input.shape.rank
    var axes = try axes(integers("axes", orInput: 1) ?? [], rank: rank)
    if axes.isEmpty {
      if try attributes.flag("noop_with_empty_axes") { return Inference([input]) }
      axes = Array(0..<rank)
    }
    let keepsAxes = try attributes.flag("keepdims", default: true)
    let kept = (0..<rank).map { axes.contains($0) ? 1 : input.shape[$0] }
    let shape = try Shape(keepsAxes ? kept : (0..<rank).filter { !axes.contains($0) }.map { input.shape[$0] })
    var output = Tensor(input.type, shape)
    if let contents = input.contents, shape.isSmall {
      output.contents = reduced(contents, input.shape, to: try Shape(kept), input.type)
    }
    return Inference([output], otherFLOP: Double(input.shape.elementCount))
  }

  /// The elements of a reduction with which exporters compute sizes; `nil` for other reductions.
  private func reduced(
    _ contents: Contents, _ shape: Shape, to kept: Shape, _ type: ElementType
  ) -> Contents? {
    let function: (Double, Double) -> Double
    switch operatorName {
    case "ReduceSum", "ReduceMean": function = { $0 + $1 }
    case "ReduceProd": function = { $0 * $1 }
    case "ReduceMax": function = { max($0, $1) }
    case "ReduceMin": function = { min($0, $1) }
    default: return nil
    }
    var values = [Double?](repeating: nil, count: kept.elementCount)
    for (value, place) in zip(contents.reals, shape.places(broadcasting: kept)) {
      values[place] = values[place].map { function($0, value) } ?? value
    }
    let share =
      operatorName == "ReduceMean" ? Double(max(1, kept.elementCount)) / Double(max(1, contents.count)) : 1
    let empty = operatorName == "ReduceProd" ? 1.0 : 0
    return Contents(values.map { ($0 ?? empty) * share }, as: type)
  }

  func extremePlace() throws(NodeFault) -> Inference {
    let input = try input(0)
    let axis = try axisAttribute(default: 0, rank: input.shape.rank)
    var dimensions = input.shape.dimensions
    dimensions[axis] = 1
    if try !attributes.flag("keepdims", default: true) { dimensions.remove(at: axis) }
    return Inference([Tensor(.int64, try Shape(dimensions))], otherFLOP: Double(input.shape.elementCount))
  }
}
