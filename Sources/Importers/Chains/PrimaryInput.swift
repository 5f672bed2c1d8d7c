extension OperationGraph {
  /// Which tensors depend on an input. The other tensors depend on other inputs alone, or on none.
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

  /// Which tensors depend on the primary input.
  ///
  /// The primary input is the input that gives the most narrow places. Of several, it is the first in the order of the
  /// inputs. Inputs that no operation reads are not considered, and only the first 64 of the others are tried. If no
  /// input is left, no tensor is primary.
  ///
  /// An encoder, for example, reads tokens and a mask, in an order that depends on the exporter. If the mask were the
  /// primary input, it would cross beside the tokens everywhere, and there would be nowhere to cut.
  ///
  /// - Complexity: linear in the size of the graph times the number of inputs tried.
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

  /// After which operations of an order a chain may be cut.
  ///
  /// These are the operations that produce a primary tensor (all operations, if no tensor is primary) and after which
  /// at most one primary tensor is alive.
  ///
  /// These cuts are the same in every topological order, since every other primary operation either leads to that
  /// tensor or depends on it. Operations that depend on secondary inputs alone stay with the primary operation that
  /// follows them.
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
