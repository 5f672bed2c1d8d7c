import Batching
import LinearModels

/// The arcs of the layered graph of batch sizes, with their variables.
///
/// Vertex (n, b) stands for b tasks that have passed block n and have not left yet. Every (n, 0) is the sink.
struct BatchArcs {
  /// `enter[b]`: b tasks enter the first block; none of them is the sink.
  private let enter: [Variable]
  /// `leave[n][b - 1]`: (n, b) -> (n, b - 1).
  private let leave: [[Variable]]
  /// `on[n][b - 1]`: (n, b) -> (n + 1, b).
  private let on: [[Variable]]

  /// The arcs up to the largest batch of each block.
  init(_ largest: [Int], _ model: inout LinearModel) {
    let first = largest.first ?? 0
    enter = first == 0 ? [] : (0...first).map { model.addBinary(Label("enter", $0)) }
    var (leave, on) = ([[Variable]](), [[Variable]]())
    for (block, most) in largest.enumerated() {
      leave.append((0..<most).map { model.addBinary(Label("leave", block, $0 + 1)) })
      let next = block + 1 < largest.count ? largest[block + 1] : 0
      on.append((0..<next).map { model.addBinary(Label("on", block, $0 + 1)) })
    }
    (self.leave, self.on) = (leave, on)
  }

  /// One unit leaves the source, and as much leaves a vertex as comes to it.
  func addConservation(to model: inout LinearModel) {
    guard !enter.isEmpty else { return }
    model.add(Label("source"), sum(over: enter) { $0 } == 1.0)
    for (block, leave) in leave.enumerated() {
      for place in leave.indices {
        var balance = leave[place].expression
        if place < on[block].count { balance.add(1, on[block][place]) }
        if place + 1 < leave.count { balance.add(-1, leave[place + 1]) }
        balance.add(-1, block == 0 ? enter[place + 1] : on[block - 1][place])
        model.add(Label("vertex", block, place + 1), balance == 0.0)
      }
    }
  }

  /// As many tasks leave behind a block as it is the exit of scheduled users.
  func addLeaving(to batch: inout BatchModel) {
    for (block, leave) in leave.enumerated() where !leave.isEmpty {
      var count = sum(over: leave) { $0 }
      for (exit, x) in zip(batch.choices.limits.exits, batch.x) where exit == block { count.add(-1, x) }
      batch.model.add(Label("exit", block), count == 0.0)
    }
  }

  /// The time that a block takes.
  func time(ofBlock block: Int, _ batch: BatchModel) -> LinearExpression {
    var time = LinearExpression()
    let arcs = block == 0 ? enter.dropFirst() : on[block - 1][...]
    for (place, arc) in arcs.enumerated() { time.add(batch.blockTime(block, place + 1), arc) }
    return time
  }

  /// Marks the path of a sequence of batch sizes.
  func mark(_ batches: [Int], in values: inout [Double]) {
    guard !enter.isEmpty else { return }
    values[enter[batches[0]].column] = 1
    for (block, batch) in batches.enumerated() {
      let next = block + 1 < batches.count ? batches[block + 1] : 0
      for place in next..<batch { values[leave[block][place].column] = 1 }
      if next > 0 { values[on[block][next - 1].column] = 1 }
    }
  }
}
