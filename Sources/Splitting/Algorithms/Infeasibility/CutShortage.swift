import Foundations
import Graphs
import Networks
import Splitting

/// Finds a node whose outgoing or incoming links cannot carry what the jobs that start or end there must send.
///
/// A job that cannot run all of its layers at its source sends one of its stages away: the input, or the
/// result of layers that the source can host. The smallest of these stages is a lower bound on the load of
/// the source's links; the same holds backwards from a target.
///
/// A source can host the layers that the times and the rules for hosts allow, even if it lacks the memory or
/// the rate, because the message is about links alone.
struct CutShortage {
  let instance: Instance
  let network: NetworkGraph

  /// The reason; `nil` if the links of every node suffice.
  ///
  /// - Complexity: O(N E + J L N).
  var text: String? {
    let jobs = instance.jobs.indices.filter { instance.jobs[$0].rate > 0 }
    if jobs.isEmpty { return nil }
    let capacities = instance.limits.keeping([CouplingConstraint.Family.linkLoad]).capacities
    let demands = jobs.map { (job: $0, bits: leastBits($0, capacities)) }
    let links = instance.network.links
    for node in instance.network.nodes.indices {
      let leaving = demands.filter { instance.jobs[$0.job].source == node }.map { ($0.job, $0.bits.leaving) }
      let entering = demands.filter { instance.jobs[$0.job].target == node }.map {
        ($0.job, $0.bits.entering)
      }
      let text =
        shortage(leaving, links.filter { $0.tail == node }, "out of", "leave", node)
        ?? shortage(entering, links.filter { $0.head == node }, "into", "reach", node)
      if let text { return text }
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
    return "link load: at least \(figures[0]) of \(instance.list(jobs: demands.map(\.job))) must \(verb) "
      + "node \(instance.quoted(node: node)), but its links \(direction) it have \(figures[1]) together"
  }

  /// The least load of a job on the links out of its source and into its target [bit/s].
  private func leastBits(_ job: Int, _ capacities: Capacities) -> (leaving: Double, entering: Double) {
    let graph = instance.layeredGraph(ofJob: job, network, capacities)
    let scale = 8 * instance.jobs[job].rate
    let layers = 0..<graph.layerCount
    let atSource = layers.prefix { canRun($0, on: graph.source, graph) }.count
    let atTarget = layers.reversed().prefix { canRun($0, on: graph.target, graph) }.count
    // If the source can run all layers, a job that ends where it starts needs no link.
    if graph.source == graph.target && atSource == graph.layerCount { return (0, 0) }
    let leaving = graph.stageBytes[...atSource].min() ?? 0
    let entering = graph.stageBytes[(graph.layerCount - atTarget)...].min() ?? 0
    return (scale * leaving, scale * entering)
  }

  private func canRun(_ layer: Int, on node: Int, _ graph: LayeredGraph) -> Bool {
    graph.computeCosts(ofLayer: layer)[node] < .infinity
  }
}
