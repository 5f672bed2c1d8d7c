import Coordination

/// One task after the other takes the path with the highest reward given what the others leave, until no reward rises: the
/// search of the literature, which looks up the accuracy of a path only when its optimistic reward leads.
///
/// The optimistic accuracy of a path is the predicted one plus a margin, at most 1. Where measured accuracies exceed it, the
/// best path can be missed.
struct PathInTurnSearch {
  private let instance: CoordinationInstance
  private let graph: BlockGraph
  private let tasks: [PricedTask]
  private let margin: Double
  private let mustStop: () -> Bool
  /// By position in `tasks`: the paths whose accuracies were looked up, in that order.
  private var evaluated: [[RequestPath]]
  private var known: [Set<[Int32]>]
  /// By position in `tasks`.
  private var streams: [Stream?]
  private(set) var isStopped = false

  private struct Stream {
    let path: RequestPath
    let rate: Double
    let reward: Double
  }

  /// A rise of a reward that ends the search if no task has a larger one.
  private static let leastRise = 1e-9

  /// - Parameter tasks: those that can earn something, with all of their arcs allowed.
  init(
    _ instance: CoordinationInstance, _ graph: BlockGraph, _ tasks: [PricedTask], margin: Double,
    mustStop: @escaping () -> Bool
  ) {
    self.instance = instance
    self.graph = graph
    self.tasks = tasks
    self.margin = margin
    self.mustStop = mustStop
    evaluated = Array(repeating: [], count: tasks.count)
    known = Array(repeating: [], count: tasks.count)
    streams = Array(repeating: nil, count: tasks.count)
  }

  /// The number of paths whose accuracies were looked up.
  var evaluations: Int { evaluated.reduce(0) { $0 + $1.count } }

  var paths: [RequestPath] { streams.compactMap { $0?.path } }

  var plan: CoordinationPlan {
    RateRepair(instance, graph).plan(streams.compactMap { stream in stream.map { ($0.path, $0.rate) } })
  }

  /// Searches until no reward rises, or until it is stopped.
  mutating func run() {
    var hasRisen = true
    while hasRisen, !isStopped {
      hasRisen = false
      for position in tasks.indices {
        guard let stream = best(position), !isStopped else { continue }
        guard stream.reward > (streams[position]?.reward ?? 0) + Self.leastRise else { continue }
        streams[position] = stream
        hasRisen = true
      }
    }
  }

  /// What the other tasks leave of each resource.
  private func capacities(beside position: Int) -> [Double] {
    var rest = [Double](repeating: 1, count: graph.resources.count)
    for (other, stream) in streams.enumerated() where other != position {
      guard let stream else { continue }
      for (resource, use) in zip(stream.path.resources, stream.path.uses) {
        rest[Int(resource)] -= stream.rate * use
      }
    }
    return rest.map { max(0, $0) }
  }

  private func rate(_ path: RequestPath, _ capacities: [Double]) -> Double {
    zip(path.resources, path.uses).reduce(instance.tasks[path.task].rate) { rate, entry in
      entry.1 * rate > capacities[Int(entry.0)] ? capacities[Int(entry.0)] / entry.1 : rate
    }
  }

  /// The path with the highest reward; `nil` if none earns anything.
  private mutating func best(_ position: Int) -> Stream? {
    let (task, capacities) = (tasks[position], capacities(beside: position))
    var best: Stream?
    func earnings() -> Double { (best?.reward ?? 0) / task.value }
    func consider(_ path: RequestPath) {
      guard path.accuracy >= task.least ?? path.accuracy else { return }
      let rate = rate(path, capacities)
      let reward = path.reward(instance) * rate
      if reward > best?.reward ?? 0 { best = Stream(path: path, rate: rate, reward: reward) }
    }
    for path in evaluated[position] { consider(path) }
    var measured = optimistic(position, capacities)
    var search = RateSearch(
      task,
      RateSearch.Figures(
        start: task.base + margin, gains: task.penalties.map { 0 - $0 }, most: 1,
        rate: instance.tasks[task.task].rate, capacities: capacities,
        mostPenalty: task.least.map { task.base + margin - $0 } ?? .infinity), dropsDominated: false)
    while true {
      let lead = max(earnings(), measured.last?.earnings ?? 0)
      if let found = search.next(above: lead, floor: earnings(), mustStop: mustStop) {
        guard known[position].insert(found.arcs).inserted else { continue }
        let accuracy = found.arcs.reduce(task.base) { $0 - graph.penalties[Int($1)] }
        let path = RequestPath(instance, graph, task: task.task, arcs: found.arcs, accuracy: accuracy)
        evaluated[position].append(path)
        consider(path)
      } else if mustStop() {
        isStopped = true
        return best
      } else if let next = measured.popLast(), next.earnings > earnings() {
        known[position].insert(next.path.arcs)
        evaluated[position].append(next.path)
        consider(next.path)
      } else {
        return best
      }
    }
  }

  /// The measured paths that were not looked up yet, with their optimistic earnings, the highest last.
  private func optimistic(
    _ position: Int, _ capacities: [Double]
  ) -> [(path: RequestPath, earnings: Double)] {
    let task = tasks[position]
    return task.measured.filter { !known[position].contains($0.arcs) }.compactMap { path in
      let predicted = path.arcs.reduce(task.base) { $0 - graph.penalties[Int($1)] }
      let accuracy = min(1, predicted + margin)
      guard accuracy >= task.least ?? accuracy else { return nil }
      return (path, accuracy * rate(path, capacities))
    }.sorted { $0.earnings < $1.earnings }
  }
}
