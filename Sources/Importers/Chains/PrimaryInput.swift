extension OperationGraph {
  /// Which tensors depend on a certain input; the others are derived from the rest of the inputs, or from none, alone.
  ///
  /// - Complexity: linear in the size of the graph.
  func dependents(onInput input: Int) -> [Bool] {
    var depends = [Bool](repeating: false, count: tensors.count)
    depends[input] = true
    for operation in operations where operation.inputs.contains(where: { depends[$0] }) {
      for tensor in operation.outputs { depends[tensor] = true }
    }
    return depends
  }

  /// The tensors that depend on the primary input: the one, of those that are used, that leaves the most places where a
  /// single tensor crosses; the first of them in the order of the inputs. Without inputs, no tensor does.
  ///
  /// An encoder reads tokens and a mask, in whatever order the file names them. If the mask were taken for what the
  /// model is about, it would cross beside the tokens everywhere and leave nothing to cut.
  ///
  /// - Complexity: linear in the size of the graph times the number of inputs, of which the first 64 are tried.
  func primaryTensors() -> [Bool] {
    let readers = readerCounts
    let candidates = inputs.filter { readers[$0] > 0 }.prefix(64)
    var best = [Bool](repeating: false, count: tensors.count)
    var most = -1
    for candidate in candidates {
      let isPrimary = dependents(onInput: candidate)
      let count = narrowPlaces(Array(operations.indices), isPrimary).count { $0 }
      if count > most { (best, most) = (isPrimary, count) }
    }
    return best
  }

  /// Behind which operations of an order a chain may be cut: those that read or produce a primary tensor and behind
  /// which at most one primary tensor is alive.
  ///
  /// In every topological order these are the same cuts: all primary operations either lead to the one tensor or
  /// depend on it. Operations on secondary inputs alone go with the primary operation that follows them.
  func narrowPlaces(_ order: [Int], _ isPrimary: [Bool]) -> [Bool] {
    let isResult = isResult
    var readersLeft = readerCounts
    var alive = inputs.count { isPrimary[$0] && (readersLeft[$0] > 0 || isResult[$0]) }
    let hasPrimary = isPrimary.contains(true)
    return order.map { index in
      let operation = operations[index]
      for tensor in operation.outputs where isPrimary[tensor] && (readersLeft[tensor] > 0 || isResult[tensor])
      {
        alive += 1
      }
      for tensor in operation.inputs {
        readersLeft[tensor] -= 1
        if isPrimary[tensor], readersLeft[tensor] == 0, !isResult[tensor] { alive -= 1 }
      }
      return alive <= 1 && (!hasPrimary || operation.outputs.contains { isPrimary[$0] })
    }
  }
}
