import Foundations
import Graphs
import Networks
import Problems
import Splitting

/// Finds a node whose outgoing links, or incoming links, cannot carry the data that the jobs which start or
/// end there must send over them.
///
/// A job that cannot run all of its layers at its source sends one of its stages away: the input, or the
/// result of layers that the source can host. The smallest of these stages is a lower bound on the load of
/// the source's links; the same holds backwards from a target.
///
/// A source can host the layers that the times and the rules for hosts allow, even if it lacks the memory or
/// the rate, because the message is about links alone.
struct CutShortage {
  private let instance: Instance
  private let network: NetworkGraph
  private let capacities: Capacities

  init(_ instance: Instance, _ network: NetworkGraph) {
    self.instance = instance
    self.network = network
    capacities = instance.limits.keeping([CouplingConstraint.Family.linkLoad]).capacities
  }

  /// The reason; `nil` if the links of every node suffice.
  ///
  /// - Complexity: O(N E + J L N).
  var text: String? {
    let jobs = instance.jobs.indices.filter { instance.jobs[$0].rate > 0 }
    if jobs.isEmpty { return nil }
    let bits = jobs.map(leastBits)
    for node in instance.network.nodes.indices {
      let leaving = zip(jobs, bits).filter { instance.jobs[$0.0].source == node }.map { ($0, $1.leaving) }
      let entering = zip(jobs, bits).filter { instance.jobs[$0.0].target == node }.map { ($0, $1.entering) }
      let links = instance.network.links
      if let text = shortage(leaving, links.filter { $0.tail == node }, "out of", "leave", node)
        ?? shortage(entering, links.filter { $0.head == node }, "into", "reach", node)
      {
        return text
      }
    }
    return nil
  }

  private func shortage(
    _ demands: [(job: Int, bits: Double)], _ links: [Link], _ direction: String, _ verb: String, _ node: Int
  ) -> String? {
    let demands = demands.filter { $0.bits > 0 }
    let needed = demands.reduce(0) { $0 + $1.bits }
    let bandwidth = links.reduce(0) { $0 + $1.bandwidth }
    guard needed > bandwidth * Tolerance.slack else { return nil }
    let figures = Figures.apart([needed, bandwidth], .bandwidth)
    let shown = demands.prefix(6).map { instance.quoted(job: $0.job) }.joined(separator: ", ")
    let more = demands.count > 6 ? " and \(demands.count - 6) more" : ""
    return
      "link load: at least \(figures[0]) of job\(demands.count == 1 ? "" : "s") \(shown)\(more) must \(verb) "
      + "node \(instance.quoted(node: node)), but its links \(direction) it have \(figures[1]) together"
  }

  /// The least load of a job on the links out of its source and into its target [bit/s].
  private func leastBits(_ job: Int) -> (leaving: Double, entering: Double) {
    let description = instance.jobs[job]
    let graph = instance.layeredGraph(ofJob: job, network, capacities)
    let scale = 8 * description.rate
    let atSource = (0..<graph.layerCount).prefix { canRun($0, on: description.source, graph) }.count
    let atTarget = (0..<graph.layerCount).reversed().prefix { canRun($0, on: description.target, graph) }
      .count
    let isRound = description.source == description.target
    // If the source can run all layers, a job that ends where it starts needs no link.
    if isRound && atSource == graph.layerCount { return (0, 0) }
    let leaving = graph.stageBytes[...atSource].min() ?? 0
    let entering = graph.stageBytes[(graph.layerCount - atTarget)...].min() ?? 0
    return (scale * leaving, scale * entering)
  }

  private func canRun(_ layer: Int, on node: Int, _ graph: LayeredGraph) -> Bool {
    graph.computeCosts(ofLayer: layer)[node] < .infinity
  }
}
