import Coordination
import LinearModels
import Problems

/// The traffic of each task as a flow through the graph of blocks; README.md beside this file states it with the same
/// symbols.
public struct LayeredCoordinationFormulation: Formulation {
  public typealias P = CoordinationProblem

  public let name = "layered"
  public let summary =
    "a flow of each task through the graph of blocks: penalties and loads add up along arcs"

  public init() {}

  public func refusal(of instance: CoordinationInstance) -> String? {
    let count = instance.measured.count
    guard count > 0 else { return nil }
    return "accuracies add up along arcs there, and the instance has \(count) measured "
      + "\(count == 1 ? "path" : "paths"), whose accuracies do not; use `paths`, or the method `native`"
  }

  public func size(of stated: Unpruned<CoordinationInstance>) -> ModelSize {
    let instance = stated.instance
    let graph = BlockGraph(instance)
    let isSingle = instance.paths == .single
    var size = ModelSize(rows: Double(graph.resources.count))
    for task in instance.tasks.indices where instance.counts(task: task) {
      let paths = PathGraph(graph, service: instance.tasks[task].service)
      let (arcs, states) = (Double(paths.arcs.count), Double(paths.stateCount))
      size += ModelSize(
        columns: isSingle ? 2 * arcs : arcs, rows: isSingle ? arcs + 2 * states + 3 : states + 2,
        nonzeros: isSingle ? 11 * arcs : 6 * arcs)
    }
    return size
  }

  public func encode(
    _ stated: Unpruned<CoordinationInstance>
  ) throws(ModelError) -> Encoding<CoordinationPlan> {
    let graph = BlockGraph(stated.instance)
    let instance = stated.instance.withAttainableRates(graph)
    var model = LinearModel(name: name, objectiveUnit: "of reward, which is negated")
    model.comments = [
      "f_m_v_w: the part of the rate of task m on the arc from v to w; z_m_v_w: whether it may be positive",
      "vertices are numbered DNN by DNN: the input, the blocks, the output",
    ]
    var loads = [LinearExpression](repeating: LinearExpression(), count: graph.resources.count)
    var cost = LinearExpression()
    var flows: [TaskFlow] = []
    let magnitude = instance.rewardMagnitude(graph)
    for task in instance.tasks.indices where instance.counts(task: task) {
      try ModelError.checkCancellation()
      let paths = PathGraph(graph, service: instance.tasks[task].service)
      var flow = TaskFlow(instance, graph, paths, task: task)
      let most = flow.limits.total * instance.tasks[task].value
      guard most > CoordinationInstance.leastShare * (magnitude ?? 0) else { continue }
      flow.addColumns(to: &model, graph)
      flow.addRows(to: &model, instance, graph)
      flow.addTerms(&loads, &cost, instance, graph)
      flows.append(flow)
    }
    for (resource, load) in loads.enumerated() where !load.terms.isEmpty {
      model.add(Label("load", resource), load <= 1.0)
    }
    model.minimise(cost)
    let compiled = try model.compiled()
    let translation = FlowTranslation(instance, graph, flows, compiled.columnCount)
    return Encoding(
      model: compiled, objectiveMagnitude: magnitude, decode: translation.plan,
      point: translation.point)
  }
}
