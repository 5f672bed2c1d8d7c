extension OperationGraph {
  /// Which tensors depend on an input, found in linear time. The others depend on other inputs alone, or on none.
  private func dependents(onInput input: Int) -> [Bool] {
    var depends = [Bool](repeating: false, count: tensors.count)
    depends[input] = true
    for operation in operations where operation.inputs.contains(where: { depends[$0] }) {
      for tensor in operation.outputs { depends[tensor] = true }
    }
    return depends
  }

  /// Which tensors depend on the primary input. The primary input is the first of those that give the most narrow
  /// places. Only the first 64 inputs that an operation reads are tried, each in time linear in the size of the graph.
  /// If there is none, no tensor is primary. An encoder, for example, reads tokens and a mask, in an order that depends
  /// on the exporter. If the mask were the primary input, it would cross beside the tokens everywhere, and there would
  /// be nowhere to cut.
  func primaryTensors() -> [Bool] {
    let candidates = inputs.filter(Set(operations.flatMap(\.inputs)).contains).prefix(64)
    var best = [Bool](repeating: false, count: tensors.count)
    var most = -1
    for candidate in candidates {
      let isPrimary = dependents(onInput: candidate)
      let count = narrowPlaces(Array(operations.indices), isPrimary).count { $0 }
      if count > most { (best, most) = (isPrimary, count) }
    }
    return best
  }

  /// After which operations of an order a chain may be cut. These are the operations that produce a primary tensor (all
  /// operations, if no tensor is primary) and after which at most one primary tensor is alive. These cuts are the same
  /// in every topological order, since every other primary operation either leads to that tensor or depends on it.
  /// Operations that depend on secondary inputs alone stay with the primary operation that follows them.
  private func narrowPlaces(_ order: [Int], _ isPrimary: [Bool]) -> [Bool] {
    var usesLeft = useCounts
    var alive = inputs.count { isPrimary[$0] && usesLeft[$0] > 0 }
    let hasPrimary = isPrimary.contains(true)
    return order.map { index in
      let operation = operations[index]
      alive += operation.outputs.count { isPrimary[$0] && usesLeft[$0] > 0 }
      for tensor in operation.inputs {
        usesLeft[tensor] -= 1
        if isPrimary[tensor], usesLeft[tensor] == 0 { alive -= 1 }
      }
      return alive <= 1 && (!hasPrimary || operation.outputs.contains { isPrimary[$0] })
    }
  }

  /// The pieces of an order that end where a chain may be cut.
  func segments(_ order: [Int], _ isPrimary: [Bool]) -> [ArraySlice<Int>] {
    let isNarrow = narrowPlaces(order, isPrimary)
    var segments: [ArraySlice<Int>] = []
    for end in order.indices where isNarrow[end] || end == order.count - 1 {
      segments.append(order[(segments.last?.endIndex ?? 0)...end])
    }
    return segments
  }
}
