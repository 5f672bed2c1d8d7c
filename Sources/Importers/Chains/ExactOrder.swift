/// The topological order of some operations with the least sum of the bytes alive behind each.
///
/// What is alive depends on which operations have run, not on their order, so the least sum behind a set follows from
/// those behind the sets with one operation less: dynamic programming over the sets that may have run. Branches side by
/// side have few such sets, the product of their lengths.
struct ExactOrder {
  private let segment: [Int]
  /// For each operation of the segment: those of the segment that must have run before, as bits.
  private var needs: [UInt64]
  /// The bytes that each operation adds.
  private var produced: [Double]
  /// For each operation: the tensors it may be the last to read, with all their readers as bits.
  private var freed: [[(readers: UInt64, bytes: Double)]]

  private struct State {
    var total: Double
    var bytes: Double
    /// Which operation ran last.
    var last: Int
  }

  /// - Parameters:
  ///   - segment: operations, after which no tensor is needed that they alone read.
  ///   - alive: what is alive before them.
  ///   - budget: how many sets may be looked at, from which those that were are taken.
  /// - Returns: `nil` where the sets are too many.
  /// - Complexity: the number of sets times that of the operations.
  static func find(
    _ segment: [Int], _ alive: LiveBytes, of graph: OperationGraph, budget: inout Int
  ) -> [Int]? {
    guard segment.count <= UInt64.bitWidth else { return nil }
    return ExactOrder(segment, alive, graph).order(&budget)
  }

  private init(_ segment: [Int], _ alive: LiveBytes, _ graph: OperationGraph) {
    self.segment = segment
    var producers: [Int: Int] = [:]
    var readers: [Int: UInt64] = [:]
    for (place, operation) in segment.enumerated() {
      for tensor in graph.operations[operation].outputs { producers[tensor] = place }
      for tensor in graph.operations[operation].inputs { readers[tensor, default: 0] |= 1 << UInt64(place) }
    }
    needs = segment.map { operation in
      graph.operations[operation].inputs.reduce(0) { bits, tensor in
        producers[tensor].map { bits | 1 << UInt64($0) } ?? bits
      }
    }
    produced = segment.map { alive.produced(by: $0, of: graph) }
    freed = segment.map { operation in
      graph.operations[operation].inputs.compactMap { tensor in
        guard let own = readers[tensor], alive.readers(of: tensor) == own.nonzeroBitCount else { return nil }
        return (own, graph.tensors[tensor].bytes)
      }
    }
  }

  private func order(_ budget: inout Int) -> [Int]? {
    // The sets that may have run by their size, with the best way to each.
    var layers: [[UInt64: State]] = [[0: State(total: 0, bytes: 0, last: 0)]]
    for size in segment.indices {
      var next: [UInt64: State] = [:]
      for (done, state) in layers[size] {
        for place in segment.indices where done >> UInt64(place) & 1 == 0 && needs[place] & ~done == 0 {
          let after = done | 1 << UInt64(place)
          let bytes = state.bytes + produced[place] - freedBytes(by: place, after)
          let candidate = State(total: state.total + bytes, bytes: bytes, last: place)
          if let best = next[after], (best.total, -best.last) <= (candidate.total, -place) { continue }
          next[after] = candidate
        }
      }
      budget -= next.count
      guard budget >= 0 else { return nil }
      layers.append(next)
    }
    return path(layers)
  }

  private func freedBytes(by place: Int, _ done: UInt64) -> Double {
    freed[place].reduce(0) { $1.readers & ~done == 0 ? $0 + $1.bytes : $0 }
  }

  /// From the set of all operations back to the empty one.
  private func path(_ layers: [[UInt64: State]]) -> [Int] {
    var done = layers[segment.count].keys.first ?? 0
    var order: [Int] = []
    for layer in layers.dropFirst().reversed() {
      guard let state = layer[done] else { break }
      order.append(segment[state.last])
      done &= ~(1 << UInt64(state.last))
    }
    return order.reversed()
  }
}
