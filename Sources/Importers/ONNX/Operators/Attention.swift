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

/// The forms of ONNX Runtime.
extension NodeContext {
  /// The result of attention over `scores` pairs of a query and a key: its two products, then the scaling, the mask, and
  /// the five operations of Softmax. `before` is the work of products before it [FLOP].
  private func attention(
    _ outputs: [Tensor], scores: Double, width: Int, valueWidth: Int, before: Double = 0, other: Double = 0
  ) -> Inference {
    Inference(
      outputs, multiplyAddFLOP: before + 2 * scores * (Double(width) + Double(valueWidth)),
      otherFLOP: 7 * scores + other)
  }

  private func headCount(_ name: String) throws(NodeFault) -> Int {
    guard let count = try attributes.integer(name), count > 0 else { throw NodeFault("\(name) is missing") }
    return count
  }

  /// Attention together with the product that makes queries, keys and values of its input.
  func packedAttention(past place: Int, buffer: String = "", type: ElementType? = nil) throws(NodeFault)
    -> Inference
  {
    let (input, weights) = (try input(0), try input(1).shape)
    let heads = try headCount("num_heads")
    guard input.shape.rank == 3, weights.rank == 2, weights[0] == input.shape[2] else {
      throw NodeFault("weights of \(weights.dimensions) do not fit an input of \(input.shape.dimensions)")
    }
    let third = weights[1] / 3
    let widths = try attributes.integers("qkv_hidden_sizes") ?? [third, third, third]
    guard widths.count == 3, widths.reduce(0, +) == weights[1],
      widths.allSatisfy({ $0 > 0 && $0.isMultiple(of: heads) })
    else { throw NodeFault("\(weights[1]) columns cannot be split into queries, keys and values") }
    let (batch, length) = (input.shape[0], input.shape[1])
    let type = type ?? input.type
    let pastShape = optionalInput(place)?.shape
    let pastLength = (pastShape?.rank ?? 0) == 5 ? pastShape?[3] ?? 0 : 0
    let total = pastLength + length
    let sharesBuffer = try attributes.flag(buffer)
    let kept = sharesBuffer ? max(pastLength, length) : total
    let present = try Shape([2, batch, heads, kept, widths[1] / heads])
    let scores = try Shape([batch, heads, length, sharesBuffer ? kept : total])
    let projections = 2 * Double(batch) * Double(length) * Double(weights[0]) * Double(weights[1])
    return attention(
      [Tensor(type, try Shape([batch, length, widths[2]])), Tensor(type, present)],
      scores: Double(scores.elementCount), width: widths[0] / heads, valueWidth: widths[2] / heads,
      before: projections,
      other: optionalInput(2) == nil ? 0 : Double(batch) * Double(length) * Double(weights[1]))
  }

  /// Queries, keys and values in tensors of their own, or packed into one or two tensors of five axes.
  func multiHeadAttention() throws(NodeFault) -> Inference {
    let (query, heads) = (try input(0), try headCount("num_heads"))
    let isPacked = query.shape.rank == 5
    guard query.shape.rank == 3 || isPacked else {
      throw NodeFault("a query of \(query.shape.dimensions) has neither three nor five axes")
    }
    let (batch, length) = (query.shape[0], query.shape[1])
    let width = isPacked ? query.shape[4] : query.shape[2] / heads
    var (keyLength, valueWidth) = (length, width)
    if let key = optionalInput(1)?.shape {
      // Keys of a cross attention have the heads before the length.
      guard key.rank >= 3 else { throw NodeFault("a key of \(key.dimensions) has too few axes") }
      keyLength = key.rank == 4 ? key[2] : key[1]
    }
    if let value = optionalInput(2)?.shape {
      guard value.rank == 3 || value.rank == 4 else {
        throw NodeFault("a value of \(value.dimensions) has neither three nor four axes")
      }
      valueWidth = value.rank == 4 ? value[3] : value[2] / heads
    }
    if let past = optionalInput(6)?.shape, past.rank == 4 { keyLength += past[2] }
    let scores = try Shape([batch, heads, length, keyLength])
    let shapes = [
      try Shape([batch, length, heads * valueWidth]), try Shape([batch, heads, keyLength, width]),
      try Shape([batch, heads, keyLength, valueWidth]), scores,
    ]
    return attention(
      shapes.map { Tensor(query.type, $0) }, scores: Double(scores.elementCount), width: width,
      valueWidth: valueWidth,
      other: optionalInput(3) == nil ? 0 : Double(batch) * Double(length) * Double(heads) * Double(width))
  }

  /// Several queries share a key and a value. Past keys and values may lie in a buffer that is longer than what is in it.
  func groupQueryAttention() throws(NodeFault) -> Inference {
    let (query, heads, groups) = (try input(0), try headCount("num_heads"), try headCount("kv_num_heads"))
    guard query.shape.rank == 3, heads.isMultiple(of: groups) else {
      throw NodeFault("a query of \(query.shape.dimensions) does not fit \(heads) heads in \(groups) groups")
    }
    let isPacked = optionalInput(1) == nil
    let parts = isPacked ? heads + 2 * groups : heads
    guard query.shape[2].isMultiple(of: parts) else {
      throw NodeFault("\(query.shape[2]) elements cannot be split into \(parts) heads")
    }
    let (batch, length, width) = (query.shape[0], query.shape[1], query.shape[2] / parts)
    let past = optionalInput(3)
    let pastLength = past?.shape.rank == 4 ? past?.shape[2] ?? 0 : 0
    let stated = optionalInput(6)?.contents?.integers.first?.clamped
    let total = stated ?? pastLength + length
    let present = try Tensor(
      past?.type ?? query.type, Shape([batch, groups, max(total, pastLength), width]))
    let window = try attributes.integer("local_window_size") ?? -1
    let scores = Double(
      try Shape([batch, heads, length, window > 0 ? min(total, window) : total]).elementCount)
    let turned = Double(batch) * Double(length) * Double(heads + groups) * Double(width)
    return attention(
      [Tensor(query.type, try Shape([batch, length, heads * width])), present, present], scores: scores,
      width: width, valueWidth: width, other: try attributes.flag("do_rotary") ? 3 * turned : 0)
  }
}
