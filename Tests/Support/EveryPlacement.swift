import Networks
import Splitting

extension Instance {
  /// How many layers all jobs have together.
  public var placeCount: Int { jobs.indices.reduce(0) { $0 + dnn(ofJob: $1).layers.count } }

  /// Each choice of a host for every layer of every job that has a plan, with the best value [s], by enumeration.
  public func everyPlacement() -> [(hosts: [Int], value: Double)] {
    var choices: [(hosts: [Int], instance: Instance)] = [([], self)]
    for job in jobs.indices {
      for layer in dnn(ofJob: job).layers.indices {
        let rule = jobs[job].hosts.first { $0.layer == layer } ?? jobs[job].hosts.first { $0.layer == nil }
        let nodes = rule?.nodes ?? Array(network.nodes.indices)
        choices = choices.flatMap { choice in
          nodes.map { node in
            var fixed = choice.instance
            fixed.jobs[job].hosts.removeAll { $0.layer == layer }
            fixed.jobs[job].hosts.append(HostRule(layer: layer, nodes: [node]))
            return (choice.hosts + [node], fixed)
          }
        }
      }
    }
    return choices.compactMap { hosts, fixed in BruteForce(fixed).optimum().map { (hosts, $0) } }
  }
}
