/// Makes plans from hosts, and offers them to the record with their true values.
struct PlanAssembly {
  private let figures: PipelineFigures
  private let record: BottleneckRecord
  private(set) var routing: StageRouting

  enum Outcome {
    /// The value of the plan, which the record now knows.
    case valid(Double)
    /// There is no such plan within the limit.
    case impossible
    /// The routes could not be decided.
    case unknown
  }

  init(_ figures: PipelineFigures, _ record: BottleneckRecord) {
    self.figures = figures
    self.record = record
    routing = StageRouting(figures)
  }

  /// Completes hosts with routes.
  ///
  /// - Parameter limit: what the links should not exceed.
  mutating func offer(_ hosts: [Int], limit: Double) -> Outcome {
    guard let largest = nodeLoad(hosts) else { return .impossible }
    let moves = routing.moves(hosts)
    switch routing.route(moves, limit: limit, stepLimit: 20_000) {
    case .impossible: return .impossible
    case .unknown: return .unknown
    case .routed(let routes, let linkLoad):
      let stops = [figures.source] + hosts
      var all = stops.map { [$0] }
      for (move, route) in zip(moves, routes) { all[move.stage] = route }
      let value = max(largest, linkLoad)
      record.offer(PipelinePlan(hosts: hosts, routes: all), value: value)
      return .valid(value)
    }
  }

  /// Routes moves that may be the beginning of a plan.
  mutating func route(_ moves: [StageRouting.Move], limit: Double, stepLimit: Int) -> StageRouting.Outcome {
    routing.route(moves, limit: limit, stepLimit: stepLimit)
  }

  /// The largest load of a node; `nil` if the memory does not suffice or a layer may not run on its host.
  private func nodeLoad(_ hosts: [Int]) -> Double? {
    let n = figures.nodeCount
    var (load, memory, peak) = (
      [Double](repeating: 0, count: n), [Double](repeating: 0, count: n), [Double](repeating: 0, count: n)
    )
    for (layer, host) in hosts.enumerated() {
      load[host] += figures.work[layer * n + host]
      memory[host] += figures.memory[layer]
      peak[host] = max(peak[host], figures.activations[layer])
    }
    for node in 0..<n where memory[node] + peak[node] > figures.memoryLimit[node] { return nil }
    let largest = load.max() ?? 0
    return largest < .infinity ? largest : nil
  }
}
