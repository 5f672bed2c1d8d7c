/// Makes a plan of rates that a solver found, within the constraints that its tolerances exceeded.
public struct RateRepair: Sendable {
  private let instance: CoordinationInstance
  private let graph: BlockGraph

  public init(_ instance: CoordinationInstance, _ graph: BlockGraph) {
    self.instance = instance
    self.graph = graph
  }

  /// Rates below this part of what their path takes alone are a solver's rounding errors.
  private static let least = 1e-9

  /// The plan of some paths with their rates [1/s]; a path may occur several times.
  public func plan(_ given: [(path: RequestPath, rate: Double)]) -> CoordinationPlan {
    var streams = given.filter { $0.rate > Self.least * $0.path.limit }
    for task in instance.tasks.indices { repairAccuracy(&streams, ofTask: task) }
    repairRates(&streams)
    repairLoads(&streams)
    var plan = CoordinationPlan(tasks: Array(repeating: [], count: instance.tasks.count))
    for (path, rate) in streams where rate > 0 {
      let blocks = graph.blocks(on: path.arcs)
      if let known = plan.tasks[path.task].firstIndex(where: { $0.blocks == blocks }) {
        plan.tasks[path.task][known].rate += rate
      } else {
        plan.tasks[path.task].append(.init(blocks: blocks, rate: rate))
      }
    }
    return plan
  }

  /// Lowers the rates of paths that are less accurate than a task wants until the others make up for them.
  private func repairAccuracy(_ streams: inout [(path: RequestPath, rate: Double)], ofTask task: Int) {
    guard let accepted = instance.leastAccuracy(ofTask: task) else { return }
    // What a mixture is to attain is more, so that rounding errors need no repair.
    let least = instance.paths == .single ? accepted : accepted + 1e-4 * CoordinationProblem.accuracyTolerance
    var (surplus, lack) = (0.0, 0.0)
    for (path, rate) in streams where path.task == task {
      if path.accuracy >= least {
        surplus += rate * (path.accuracy - least)
      } else {
        lack += rate * (least - path.accuracy)
      }
    }
    guard lack > surplus else { return }
    // A little less, because the sums are rounded.
    let factor = surplus / lack * (1 - 1e-9)
    for index in streams.indices
    where streams[index].path.task == task && streams[index].path.accuracy < least {
      streams[index].rate *= factor
    }
  }

  private func repairRates(_ streams: inout [(path: RequestPath, rate: Double)]) {
    var totals = [Double](repeating: 0, count: instance.tasks.count)
    for (path, rate) in streams { totals[path.task] += rate }
    for index in streams.indices {
      let task = streams[index].path.task
      if totals[task] > instance.tasks[task].rate {
        streams[index].rate *= instance.tasks[task].rate / totals[task]
      }
    }
  }

  private func repairLoads(_ streams: inout [(path: RequestPath, rate: Double)]) {
    var loads = [Double](repeating: 0, count: graph.resources.count)
    for (path, rate) in streams {
      for (resource, use) in zip(path.resources, path.uses) { loads[Int(resource)] += rate * use }
    }
    guard let most = loads.max(), most > 1, most < .infinity else { return }
    for index in streams.indices { streams[index].rate /= most }
  }
}
