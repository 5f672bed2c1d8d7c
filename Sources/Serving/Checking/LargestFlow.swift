import Serving
import ServingFlows

/// The largest flow of a placement, by shortest augmenting paths (Edmonds and Karp 1972) on lists of neighbours; for
/// the evaluator, which shares no code with what it checks.
struct LargestFlow {
  /// The flow into the sink [1/s].
  private(set) var value = 0.0

  private struct Arc {
    var head: Int
    var room: Double
    /// The position of the reverse arc among those of the head.
    var reverse: Int
  }

  private var arcs: [[Arc]]

  /// - Complexity: O(V A^2); a few hundred paths in practice.
  init(_ placement: Placement, _ instance: ServingInstance, _ capacity: [ServingEvaluator.Pair: Double]) {
    // Vertex 2u is where flow enters machine u, 2u + 1 where it leaves; then the source and the sink.
    let count = instance.machines.count
    arcs = Array(repeating: [], count: 2 * count + 2)
    var most = 0.0
    for machine in 0..<count where placement.held[machine] > 0 {
      let entry = instance.table(ofMachine: machine).first { $0.held == placement.held[machine] }
      most += entry?.rate ?? 0
      join(2 * machine, 2 * machine + 1, entry?.rate ?? 0)
    }
    for (pair, limit) in capacity.sorted(by: { order(of: $0.key) < order(of: $1.key) }) {
      // No link carries more than all machines pass.
      let room = min(limit, most)
      switch (pair.tail, pair.head) {
      case (.source, .machine(let head)):
        if placement.held[head] > 0, placement.first[head] == 0 { join(2 * count, 2 * head, room) }
      case (.machine(let tail), .sink):
        if placement.held[tail] > 0, placement.end(tail) == instance.layers {
          join(2 * tail + 1, 2 * count + 1, room)
        }
      case (.machine(let tail), .machine(let head)):
        guard placement.held[tail] > 0, placement.held[head] > 0 else { continue }
        let (layer, first) = (placement.end(tail), placement.first[head])
        if instance.isPartial ? first <= layer && layer < placement.end(head) : first == layer {
          join(2 * tail + 1, 2 * head, room)
        }
      default: continue
      }
    }
    while let amount = augment(from: 2 * count, to: 2 * count + 1) { value += amount }
  }

  /// The same order every time, so that sums are rounded alike.
  private func order(of pair: ServingEvaluator.Pair) -> (Int, Int) {
    func number(_ end: ServingInstance.End) -> Int {
      switch end {
      case .source: -1
      case .sink: .max
      case .machine(let machine): machine
      }
    }
    return (number(pair.tail), number(pair.head))
  }

  private mutating func join(_ tail: Int, _ head: Int, _ room: Double) {
    guard room > 0 else { return }
    arcs[tail].append(Arc(head: head, room: room, reverse: arcs[head].count))
    arcs[head].append(Arc(head: tail, room: 0, reverse: arcs[tail].count - 1))
  }

  /// Pushes flow along a path of the fewest arcs; `nil` if there is none.
  private mutating func augment(from source: Int, to sink: Int) -> Double? {
    var arrival = [(vertex: Int, arc: Int)?](repeating: nil, count: arcs.count)
    var queue = [source]
    var read = 0
    while read < queue.count, arrival[sink] == nil {
      let vertex = queue[read]
      read += 1
      for (position, arc) in arcs[vertex].enumerated()
      where arc.room > 0 && arc.head != source && arrival[arc.head] == nil {
        arrival[arc.head] = (vertex, position)
        queue.append(arc.head)
      }
    }
    guard arrival[sink] != nil else { return nil }
    var amount = Double.infinity
    var vertex = sink
    while let step = arrival[vertex] {
      amount = min(amount, arcs[step.vertex][step.arc].room)
      vertex = step.vertex
    }
    vertex = sink
    while let step = arrival[vertex] {
      arcs[step.vertex][step.arc].room -= amount
      arcs[vertex][arcs[step.vertex][step.arc].reverse].room += amount
      vertex = step.vertex
    }
    return amount
  }
}
