import Batching
import LinearModels
import Problems

/// A binary for each user and each batch size, and a row with a large constant for each deadline; README.md beside this
/// file states it with the same symbols.
public struct SelectionFormulation: Formulation {
  public typealias P = BatchingProblem

  public let name = "selection"
  public let summary = "binaries for users and batch sizes, and a big-M row for each user's deadline"

  public init() {}

  public func refusal(of instance: BatchingInstance) -> String? { nil }

  public func size(of choices: BatchingChoices) -> ModelSize {
    let limits = choices.limits
    let users = Double(limits.users.count)
    let sizes = limits.largest.reduce(0.0) { $0 + Double($1 + 1) }
    let blocks = Double(limits.largest.count)
    var size = BatchModel.size(choices)
    size += ModelSize(
      columns: sizes, rows: 2 * blocks + users, nonzeros: (2 + users) * sizes + users * (blocks + 2))
    return size
  }

  public func encode(_ choices: BatchingChoices) throws(ModelError) -> Encoding<BatchingProblem.Plan> {
    var batch = BatchModel(
      choices, formulation: name, legend: ["y_n_b = 1 if block n computes b tasks."])
    let y = choices.limits.largest.enumerated().map { block, largest in
      largest == 0 ? [] : (0...largest).map { batch.model.addBinary(Label("y", block, $0)) }
    }
    addCounts(y, to: &batch)
    addDeadlines(y, to: &batch)
    let (model, stated) = (try batch.model.compiled(), batch)
    return Encoding(model: model, objectiveMagnitude: batch.objectiveMagnitude) {
      stated.decode($0)
    } point: {
      guard var point = stated.point(of: $0, columns: model.columnCount) else { return nil }
      for (y, batch) in zip(y, point.batches) where !y.isEmpty { point.values[y[batch].column] = 1 }
      return point.values
    }
  }

  /// Each block has one batch size, which is the number of its users.
  private func addCounts(_ y: [[Variable]], to batch: inout BatchModel) {
    for (block, y) in y.enumerated() where !y.isEmpty {
      batch.model.add(Label("size", block), sum(over: y) { $0 } == 1.0)
      var count = LinearExpression()
      for (size, y) in y.enumerated() { count.add(Double(size), y) }
      for (exit, x) in zip(batch.choices.limits.exits, batch.x) where exit >= block { count.add(-1, x) }
      batch.model.add(Label("count", block), count == 0.0)
    }
  }

  /// t + sum_{n <= e_k} sum_b d_n(b) y_{n,b} <= T_k + M_k (1 - x_k), if the left side can be more than T_k.
  private func addDeadlines(_ y: [[Variable]], to batch: inout BatchModel) {
    let limits = batch.choices.limits
    var time = batch.window
    var times: [LinearExpression] = []
    for (block, y) in y.enumerated() {
      for (size, y) in y.enumerated() { time.add(batch.blockTime(block, size), y) }
      times.append(time)
    }
    for (place, user) in limits.users.enumerated() {
      let (exit, deadline) = (limits.exits[place], batch.scaledDeadline(user))
      let longest = batch.longestTimes[exit]
      guard longest > deadline else { continue }
      batch.model.add(
        Label("deadline", user), times[exit] + (longest - deadline) * batch.x[place] <= longest)
    }
  }
}
