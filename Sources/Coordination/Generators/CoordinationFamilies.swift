import Coordination
import Foundations
import Networks
import Problems

/// The families of instances of coordination.
public enum CoordinationFamilies {
  public static let all = [stitched, edge]

  static let machines = Parameter(
    "machines", .integer(1...100), label: "the number of machines", usual: "2",
    "Machines, every two of them with a link in both directions")

  static let load = Parameter(
    "load", .number(0.01...1000), label: "the load", usual: "1.5",
    "Load of each machine if every task took its own blocks; above 1 not all requests pass")

  static let paths = Parameter(
    "paths", .word(PathOption.allCases.map(\.rawValue)), label: "the option paths", usual: "single",
    "Whether a task takes at most one path (single) or any number (split)")

  static func pathOption(_ values: ParameterValues) -> PathOption {
    values.word("paths").flatMap(PathOption.init) ?? .single
  }

  /// Machines of which every two have a link of 1 Gbit/s.
  static func network(machines: Int) -> Network {
    let nodes = (0..<machines).map { Node(id: Name("machine \($0 + 1)")) }
    let pairs = (0..<machines).flatMap { first in (first + 1..<max(first + 1, machines)).map { (first, $0) } }
    return Network(
      nodes: nodes, links: pairs.flatMap { Link.duplex($0, $1, bandwidth: 1e9, latency: 0) })
  }
}

extension CoordinationInstance {
  /// Adds a task for each service; those on one machine share its load evenly, each on its own blocks.
  mutating func addTasks(load: Double) {
    tasks = services.enumerated().map { index, service in
      let sharing = services.count { $0.host == service.host }
      let time = service.blocks.reduce(0) { $0 + $1.time }
      let rate = load / (Double(sharing) * time)
      return ServiceTask(id: Name("task \(index + 1)"), service: index, rate: (rate * 1000).rounded() / 1000)
    }
  }

  /// Makes penalties smaller where accuracies of some paths would leave a range.
  mutating func limitPenalties(to range: ClosedRange<Double>) {
    let graph = BlockGraph(self)
    var factor = 1.0
    for task in tasks.indices {
      let paths = TaskPaths(self, graph, task: task)
      for weights in [graph.penalties, graph.penalties.map { 0 - $0 }] {
        let accuracy = paths.predictedAccuracy(of: paths.graph.leastPath(weights), in: graph)
        if accuracy < range.lowerBound {
          factor = min(factor, (paths.base - range.lowerBound) / (paths.base - accuracy))
        }
        if accuracy > range.upperBound {
          factor = min(factor, (range.upperBound - paths.base) / (accuracy - paths.base))
        }
      }
    }
    guard factor < 1 else { return }
    for index in connections.indices {
      connections[index].penalty = (connections[index].penalty * factor * 1e5).rounded(.towardZero) / 1e5
    }
  }
}
