/// Attention as one operator: two matrix products at 2 FLOP a multiply-accumulate, and the scores between them.
extension NodeContext {
  /// The sizes of a query, key or value. The tensor has four axes, or three axes with all heads in the last one.
  private struct Heads {
    var batch: Int
    var count: Int
    var length: Int
    var width: Int

    init(_ shape: Shape, count attribute: Int?) throws(NodeFault) {
      if shape.rank == 4 {
        (batch, count, length, width) = (shape[0], shape[1], shape[2], shape[3])
        return
      }
      guard shape.rank == 3, let attribute, attribute > 0, shape[2].isMultiple(of: attribute) else {
        throw NodeFault("a tensor of \(shape.dimensions) cannot be split into heads")
      }
      (batch, count, length, width) = (shape[0], attribute, shape[1], shape[2] / attribute)
    }
  }

  func scaledDotProduct() throws(NodeFault) -> Inference {
    let input = try input(0)
    let query = try Heads(input.shape, count: attributes.integer("q_num_heads"))
    var key = try Heads(self.input(1).shape, count: attributes.integer("kv_num_heads"))
    var value = try Heads(self.input(2).shape, count: attributes.integer("kv_num_heads"))
    guard key.width == query.width, key.length == value.length, key.count == value.count, key.count > 0,
      query.count.isMultiple(of: key.count)
    else { throw NodeFault("the shapes of query, key and value do not match") }
    if let past = optionalInput(4)?.shape {
      guard past.rank == 4 else { throw NodeFault("past keys of \(past.dimensions) do not have four axes") }
      key.length += past[2]
      value.length += past[2]
    }
    let result =
      input.shape.rank == 4
      ? [query.batch, query.count, query.length, value.width]
      : [query.batch, query.length, query.count * value.width]
    let scores = try Shape([query.batch, query.count, query.length, key.length])
    let elements = Double(scores.elementCount)
    let outputs = [
      try Shape(result), try Shape([key.batch, key.count, key.length, key.width]),
      try Shape([value.batch, value.count, value.length, value.width]), scores,
    ]
    // The scaling, the mask, and the five operations of Softmax.
    return Inference(
      outputs.map { Tensor(input.type, $0) },
      multiplyAddFLOP: 2 * elements * (Double(query.width) + Double(value.width)), otherFLOP: 7 * elements)
  }
}
