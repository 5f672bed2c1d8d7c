import Coordination
import LinearModels
import Problems

/// A variable for every path of every task, as the search space of the literature lists them; README.md beside this file
/// states it with the same symbols.
public struct CoordinationPathsFormulation: Formulation {
  public typealias P = CoordinationProblem

  public let name = "paths"
  public let summary = "a rate for every path of every task, with a binary choice if a task takes one path"

  /// More paths of all tasks together are refused.
  public static let mostPaths = 200_000.0

  public init() {}

  public func refusal(of instance: CoordinationInstance) -> String? {
    let count = instance.pathCount(BlockGraph(instance))
    guard count > Self.mostPaths else { return nil }
    return
      "it lists every path, and the tasks have \(TaskPaths.text(ofCount: count)) paths together, more than "
      + "\(Int(Self.mostPaths)); `layered` has no such limit"
  }

  public func size(of stated: Unpruned<CoordinationInstance>) -> ModelSize {
    let (instance, graph) = (stated.instance, BlockGraph(stated.instance))
    let (paths, tasks) = (instance.pathCount(graph), Double(instance.tasks.count))
    let isSingle = instance.paths == .single
    return ModelSize(
      columns: isSingle ? 2 * paths : paths,
      rows: (isSingle ? paths : 0) + 2 * tasks + Double(graph.resources.count),
      nonzeros: paths * (Double(graph.resources.count) + 3))
  }

  public func encode(
    _ stated: Unpruned<CoordinationInstance>
  ) throws(ModelError) -> Encoding<CoordinationPlan> {
    let graph = BlockGraph(stated.instance)
    let instance = stated.instance.withAttainableRates(graph)
    let isSingle = instance.paths == .single
    var model = LinearModel(name: name, objectiveUnit: "of reward, which is negated")
    model.comments = [
      "s_m_p: the rate on path p of task m, as a part of the largest that the path takes alone"
    ]
    var (paths, columns): ([RequestPath], [Int]) = ([], [])
    var loads = [LinearExpression](repeating: LinearExpression(), count: graph.resources.count)
    var cost = LinearExpression()
    let magnitude = instance.rewardMagnitude(graph) ?? 0
    for task in instance.tasks.indices where instance.counts(task: task) {
      try ModelError.checkCancellation()
      let least = isSingle ? instance.leastAccuracy(ofTask: task) : instance.leastMeanAccuracy(ofTask: task)
      var leastUse = Double.infinity
      var (choices, total, accuracy) = (LinearExpression(), LinearExpression(), LinearExpression())
      for (number, path) in instance.requestPaths(graph, task: task).enumerated() {
        guard path.limit * path.reward(instance) > CoordinationInstance.leastShare * magnitude,
          !isSingle || path.accuracy >= least ?? path.accuracy
        else { continue }
        leastUse = min(leastUse, path.uses.reduce(0, +))
        let s = model.addContinuous(Label("s", task, number), upper: 1)
        for (resource, use) in zip(path.resources, path.uses)
        where path.limit * use > CoordinationInstance.leastShare {
          loads[Int(resource)].add(path.limit * use, s)
        }
        cost.add(-path.limit * path.reward(instance), s)
        total.add(path.limit, s)
        if let least { accuracy.add(path.limit * (path.accuracy - least), s) }
        if isSingle {
          let y = model.addBinary(Label("y", task, number))
          model.add(Label("chosen", task, number), s <= y)
          choices.add(1, y)
        }
        paths.append(path)
        columns.append(s.column)
      }
      guard !total.terms.isEmpty else { continue }
      if isSingle {
        model.add(Label("one", task), choices <= 1.0)
      } else {
        // Left out where the capacities let less through.
        if Double(graph.resources.count) > leastUse * instance.tasks[task].rate {
          model.add(Label("rate", task), total <= instance.tasks[task].rate)
        }
        if !accuracy.terms.isEmpty { model.add(Label("accuracy", task), accuracy >= 0.0) }
      }
    }
    for (resource, load) in loads.enumerated() where !load.terms.isEmpty {
      model.add(Label("load", resource), load <= 1.0)
    }
    model.minimise(cost)
    let compiled = try model.compiled()
    let translation = PathTranslation(instance, graph, paths, columns, compiled.columnCount)
    return Encoding(
      model: compiled, objectiveMagnitude: magnitude > 0 ? magnitude : nil, decode: translation.plan,
      point: translation.point)
  }
}

/// From points of the model to plans and back.
private struct PathTranslation: Sendable {
  let instance: CoordinationInstance
  let repair: RateRepair
  let paths: [RequestPath]
  let columns: [Int]
  let columnCount: Int
  let graph: BlockGraph

  init(
    _ instance: CoordinationInstance, _ graph: BlockGraph, _ paths: [RequestPath], _ columns: [Int],
    _ columnCount: Int
  ) {
    self.instance = instance
    self.graph = graph
    self.paths = paths
    self.columns = columns
    self.columnCount = columnCount
    repair = RateRepair(instance, graph)
  }

  func plan(_ values: [Double]) -> CoordinationPlan? {
    let isSingle = instance.paths == .single
    return repair.plan(
      paths.indices.compactMap { index in
        let column = columns[index]
        // The binary of a path stands behind its share.
        guard values[column] > 0, !isSingle || values[column + 1] > 0.5 else { return nil }
        return (paths[index], values[column] * paths[index].limit)
      })
  }

  func point(_ plan: CoordinationPlan) -> [Double]? {
    var values = [Double](repeating: 0, count: columnCount)
    var numbers: [[Int32]: Int] = [:]
    for task in plan.tasks.indices where !plan.tasks[task].isEmpty {
      numbers.removeAll()
      for (index, path) in paths.enumerated() where path.task == task { numbers[path.arcs] = index }
      for stream in plan.tasks[task] {
        guard let arcs = graph.arcs(through: stream.blocks, of: instance.tasks[task].service),
          let index = numbers[arcs]
        else { return nil }
        values[columns[index]] += stream.rate / paths[index].limit
        if instance.paths == .single { values[columns[index] + 1] = 1 }
      }
    }
    return values
  }
}

extension CoordinationInstance {
  /// All paths of a task: the measured ones first, then the others, depth first.
  fileprivate func requestPaths(_ graph: BlockGraph, task: Int) -> [RequestPath] {
    let all = TaskPaths(self, graph, task: task)
    var paths = all.measured.map {
      RequestPath(self, graph, task: task, arcs: $0.arcs, accuracy: $0.accuracy)
    }
    guard !all.graph.isEmpty else { return paths }
    var arcs: [Int32] = []
    // The states on the way, and the next arc to take from each.
    var stack: [(state: Int, next: Int)] = [(0, 0)]
    while let (state, next) = stack.last {
      if state == all.graph.stateCount - 1 {
        paths.append(
          RequestPath(
            self, graph, task: task, arcs: arcs, accuracy: all.predictedAccuracy(of: arcs, in: graph)))
      }
      let arc = Int(all.graph.starts[state]) + next
      guard arc < Int(all.graph.starts[state + 1]) else {
        stack.removeLast()
        if !arcs.isEmpty { arcs.removeLast() }
        continue
      }
      stack[stack.count - 1].next += 1
      arcs.append(all.graph.arcs[arc])
      stack.append((Int(all.graph.heads[arc]), 0))
    }
    return paths
  }
}
