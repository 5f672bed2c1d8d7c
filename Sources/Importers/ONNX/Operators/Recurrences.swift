/// Recurrent layers: 2 FLOP a multiply-accumulate of each step, and the operations of the gates.
extension NodeContext {
  func recurrent(gates: Int, perHidden cost: Double, states: Int) throws(NodeFault) -> Inference {
    try recurrent(gates: gates, perHidden: cost, states: states, input(1).shape, input(2).shape)
  }

  /// An LSTM with integer weights, whose last two axes are in the other order.
  func quantizedLSTM() throws(NodeFault) -> Inference {
    let shapes = try [input(1).shape, input(2).shape].map { shape throws(NodeFault) in
      guard shape.rank == 3 else { throw NodeFault("weights of \(shape.dimensions) do not have three axes") }
      return try Shape([shape[0], shape[2], shape[1]])
    }
    return try recurrent(gates: 4, perHidden: 13, states: 2, shapes[0], shapes[1])
  }

  private func recurrent(
    gates: Int, perHidden cost: Double, states: Int, _ weights: Shape, _ recurrence: Shape
  ) throws(NodeFault) -> Inference {
    let input = try input(0)
    guard input.shape.rank == 3, weights.rank == 3, recurrence.rank == 3 else {
      throw NodeFault("input, weights and recurrence weights need three axes each")
    }
    let (directions, hidden) = (recurrence[0], recurrence[2])
    guard weights[0] == directions, weights[1] == gates * hidden, recurrence[1] == gates * hidden,
      weights[2] == input.shape[2]
    else {
      throw NodeFault(
        "weights of \(weights.dimensions) and \(recurrence.dimensions) do not fit an input of "
          + "\(input.shape.dimensions)")
    }
    let isBatchFirst = try attributes.flag("layout")
    let (steps, batch) = isBatchFirst ? (input.shape[1], input.shape[0]) : (input.shape[0], input.shape[1])
    let all = isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    let last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let state = Tensor(input.type, try Shape(last))
    let cells = Double(steps) * Double(batch) * Double(directions) * Double(hidden)
    return Inference(
      [Tensor(input.type, try Shape(all))] + [Tensor](repeating: state, count: states),
      multiplyAddFLOP: 2 * cells * Double(gates) * Double(input.shape[2] + hidden), otherFLOP: cells * cost)
  }
}
