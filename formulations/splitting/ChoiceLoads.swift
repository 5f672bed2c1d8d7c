import Splitting

/// The loads that single choices of jobs put on nodes and links [s of work a second].
struct ChoiceLoads {
  /// A lower bound on the largest load of every plan: the least load of a layer, or that of all layers spread over all hosts.
  private(set) var lowerBound = 0.0
  /// The largest load of a single choice.
  private(set) var largest = 0.0

  /// The loads of all choices that a job has.
  ///
  /// - Complexity: O(N), and O(1) for each placement, O(E + L) for each job.
  init(_ jobs: [JobChoices], of instance: Instance) {
    let slowest = instance.network.links.map(\.bandwidth).min() ?? .infinity
    var work = 0.0
    var isHost = [Bool](repeating: false, count: instance.network.nodes.count)
    for (job, choices) in jobs.enumerated() {
      let rate = instance.loadRate(ofJob: job)
      for (layer, hosts) in choices.hosts.enumerated() {
        let times = choices.graph.times(ofLayer: layer)
        var least = Double.infinity
        for host in hosts {
          isHost[host] = true
          least = min(least, rate * times[host])
          largest = max(largest, rate * times[host])
        }
        guard least < .infinity else { continue }
        work += least
        lowerBound = max(lowerBound, least)
      }
      for bytes in choices.graph.stageBytes { largest = max(largest, 8 * rate * bytes / slowest) }
    }
    lowerBound = max(lowerBound, work / Double(max(1, isHost.count { $0 })))
  }
}
