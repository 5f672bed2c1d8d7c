import Foundations
import Networks
import Splitting

/// Whether memory or a load could bind for some plan: schedules do not account for them, so that such a schedule could not
/// be carried out.
struct BindingCapacity {
  let instance: Instance
  let tables: RoutingTables

  /// What could bind, found in O(J L N); `nil` if nothing can.
  var reason: String? { memory ?? computeLoad ?? linkLoad }

  private static let advice = "leave out the rates, or use `layerroute solve`"

  /// The first node with a limit that is exceeded by the sum of an amount over the layers of all jobs that may run there.
  private func firstNode(
    beyond limit: (Node) -> Double?, _ amount: (Job, Layer, _ seconds: Double) -> Double
  ) -> (name: String, demand: Double)? {
    for (index, node) in instance.network.nodes.enumerated() {
      guard let limit = limit(node) else { continue }
      var demand = 0.0
      for group in tables.groups {
        for job in group.jobs.map({ instance.jobs[$0] }) {
          for (layer, figures) in instance.dnns[job.dnn].layers.enumerated() {
            let seconds = group.kind.seconds[layer * tables.nodeCount + index]
            if seconds < .infinity { demand += amount(job, figures, seconds) }
          }
        }
      }
      if demand > limit * Tolerance.slack { return (TerminalText.quoted(node.id.text), demand) }
    }
    return nil
  }

  private var memory: String? {
    firstNode(beyond: \.memory) { _, layer, _ in layer.memory }.map { node, demand in
      "the memory of node \(node) has no room for all layers that may run there (\(Figures.size(demand))); leave out the "
        + "memory limits, or use `layerroute solve`"
    }
  }

  private var computeLoad: String? {
    firstNode(beyond: { _ in 1 }) { job, _, seconds in job.rate * seconds }.map { node, _ in
      "the rates of the jobs could overload node \(node); \(Self.advice)"
    }
  }

  private var linkLoad: String? {
    let demand = instance.jobs.reduce(0) { sum, job in
      guard job.rate > 0 else { return sum }
      let dnn = instance.dnns[job.dnn]
      return sum + 8 * job.rate * dnn.layers.reduce(dnn.input) { $0 + $1.output }
    }
    return instance.network.links.first { demand > $0.bandwidth * Tolerance.slack }.map { link in
      let ends = [link.tail, link.head].map { TerminalText.quoted(instance.network.nodes[$0].id.text) }
      return "the rates of the jobs could overload the link from \(ends[0]) to \(ends[1]); \(Self.advice)"
    }
  }
}
