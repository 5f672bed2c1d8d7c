import Coordination

/// From flows to plans and back.
struct FlowTranslation: Sendable {
  private let instance: CoordinationInstance
  private let graph: BlockGraph
  private let flows: [TaskFlow]
  private let columnCount: Int

  init(_ instance: CoordinationInstance, _ graph: BlockGraph, _ flows: [TaskFlow], _ columnCount: Int) {
    self.instance = instance
    self.graph = graph
    self.flows = flows
    self.columnCount = columnCount
  }

  func plan(_ values: [Double]) -> CoordinationPlan? {
    var streams: [(path: RequestPath, rate: Double)] = []
    for flow in flows {
      var rest = flow.f.indices.map { arc -> Double in
        guard let f = flow.f[arc] else { return 0 }
        // Where a task takes one path, its binaries are that path.
        if let z = flow.z[arc], values[z.column] < 0.5 { return 0 }
        return values[f.column]
      }
      while let (path, part) = flow.paths.widestPath(rest), part > Self.least {
        for arc in path { rest[arc] -= part }
        let arcs = path.map { flow.paths.arcs[$0] }
        let base = instance.services[instance.tasks[flow.task].service].accuracy
        let accuracy = arcs.reduce(base) { $0 - graph.penalties[Int($1)] }
        streams.append(
          (
            RequestPath(instance, graph, task: flow.task, arcs: arcs, accuracy: accuracy),
            part * flow.limits.total
          ))
      }
    }
    return RateRepair(instance, graph).plan(streams)
  }

  /// Smaller parts of a task's rate are a solver's rounding errors.
  private static let least = 1e-10

  func point(_ plan: CoordinationPlan) -> [Double]? {
    var values = [Double](repeating: 0, count: columnCount)
    for task in plan.tasks.indices where !plan.tasks[task].isEmpty {
      guard let flow = flows.first(where: { $0.task == task }) else { return nil }
      let places = Dictionary(
        flow.paths.arcs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      for stream in plan.tasks[task] {
        guard let arcs = graph.arcs(through: stream.blocks, of: instance.tasks[task].service) else {
          return nil
        }
        for arc in arcs {
          guard let place = places[arc], let f = flow.f[place] else { return nil }
          values[f.column] += stream.rate / flow.limits.total
          if let z = flow.z[place] { values[z.column] = 1 }
        }
      }
    }
    return values
  }
}

extension PathGraph {
  /// The arcs of the path whose least flow is the largest, with that flow; `nil` if every path has an arc without any.
  /// - Complexity: O(states + arcs).
  fileprivate func widestPath(_ flow: [Double]) -> (arcs: [Int], width: Double)? {
    var widths = [Double](repeating: 0, count: stateCount)
    var (arrivals, tails) = ([Int](repeating: -1, count: stateCount), [Int](repeating: 0, count: stateCount))
    widths[0] = .infinity
    for state in 0..<stateCount where widths[state] > 0 {
      for arc in Int(starts[state])..<Int(starts[state + 1]) {
        let width = min(widths[state], flow[arc])
        guard width > widths[Int(heads[arc])] else { continue }
        widths[Int(heads[arc])] = width
        arrivals[Int(heads[arc])] = arc
        tails[Int(heads[arc])] = state
      }
    }
    guard widths[stateCount - 1] > 0 else { return nil }
    var (path, state): ([Int], Int) = ([], stateCount - 1)
    while state > 0 {
      path.append(arrivals[state])
      state = tails[state]
    }
    return (path.reversed(), widths[stateCount - 1])
  }
}
