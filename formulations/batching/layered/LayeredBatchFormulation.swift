import Batching
import LinearModels
import Problems

/// One unit of flow through a copy of the batch sizes for each block; README.md beside this file states it with the same
/// symbols.
public struct LayeredBatchFormulation: Formulation {
  public typealias P = BatchingProblem

  public let name = "layered"
  public let summary = "one unit of flow through the batch sizes, block by block; deadlines by classes"

  public init() {}

  public func refusal(of instance: BatchingInstance) -> String? { nil }

  public func size(of choices: BatchingChoices) -> ModelSize {
    let limits = choices.limits
    let users = Double(limits.users.count)
    let vertices = limits.largest.reduce(0.0) { $0 + Double($1 + 1) }
    let blocks = Double(limits.largest.count)
    var size = BatchModel.size(choices)
    // At most one class of deadlines for each user; an arc has two ends, a leaving arc a row besides, and the times of
    // going on are in the rows of all exits behind.
    size += ModelSize(
      columns: 2 * vertices + 1 + users + blocks, rows: vertices + 1 + 3 * blocks + users,
      nonzeros: 6 * vertices + (2 + blocks) * (vertices + 2) + users * (users + 5) + 3 * blocks)
    return size
  }

  public func encode(_ choices: BatchingChoices) throws(ModelError) -> Encoding<BatchingProblem.Plan> {
    var batch = BatchModel(
      choices, formulation: name,
      legend: [
        "enter_b = 1 if b tasks enter block 0; on_n_b = 1 if b tasks go on from block n to block n + 1.",
        "leave_n_b = 1 if one of b tasks leaves behind block n.",
        "z_n_j = 1 if the j-th of the different deadlines at exit n is the tightest in force; the last j stands for none.",
      ])
    let arcs = BatchArcs(choices.limits.largest, &batch.model)
    let classes = DeadlineClasses(choices, &batch.model)
    arcs.addConservation(to: &batch.model)
    arcs.addLeaving(to: &batch)
    classes.addRows(arcs, to: &batch)
    let (model, stated) = (try batch.model.compiled(), batch)
    return Encoding(model: model, objectiveMagnitude: batch.objectiveMagnitude) {
      stated.decode($0)
    } point: {
      guard var point = stated.point(of: $0, columns: model.columnCount) else { return nil }
      arcs.mark(point.batches, in: &point.values)
      classes.mark($0, in: &point.values)
      return point.values
    }
  }
}
