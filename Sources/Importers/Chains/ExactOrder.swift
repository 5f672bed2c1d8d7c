/// Finds the topological order of some operations that minimises the sum of the bytes alive after each operation. The
/// tensors alive depend on which operations have run, not on their order. The least sum for a set of operations
/// therefore follows from the least sums for its subsets with one operation less: dynamic programming over the sets
/// that can have run. For parallel branches, there are few of these sets: about the product of the branches' lengths.
struct ExactOrder {
  private let segment: [Int]
  /// For each operation, the operations of the segment that must run before it, as bits.
  private let needs: [UInt64]
  /// For each operation, the size of the tensors that it produces [byte].
  private let produced: [Double]
  /// For each operation, the tensors that it may be the last to read, with all their readers as bits.
  private let freed: [[(readers: UInt64, bytes: Double)]]

  /// The best order of a set of operations that is known so far.
  private struct State {
    /// The sum of the bytes alive after each operation.
    var total: Double
    /// The bytes alive after the last operation, relative to those before the first.
    var bytes: Double
    /// The position in the segment of the operation that runs last.
    var last: Int
  }

  /// Prepares the search for the order of the operations of a segment, `alive` being the tensors alive before the first
  /// of them; `nil` if there are more than 64 operations.
  init?(_ segment: [Int], _ alive: LiveBytes, _ graph: OperationGraph) {
    guard segment.count <= UInt64.bitWidth else { return nil }
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
        guard let own = readers[tensor], alive.readersLeft[tensor] == own.nonzeroBitCount else { return nil }
        return (own, graph.tensors[tensor].bytes)
      }
    }
  }

  /// The order; `nil` if more sets than the budget would have to be examined. The budget is reduced by their number.
  ///
  /// - Complexity: the number of sets times the number of operations.
  func order(_ budget: inout Int) -> [Int]? {
    // By size, the sets that can have run, each with its best order.
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

  /// Follows the best orders from the set of all operations back to the empty set.
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
