import Foundations
import LinearModels
import Networks
import Splitting

/// Whether memory or a load could bind for some plan: schedules do not account for them, so that such a schedule could not
/// be carried out.
struct BindingCapacity {
  private let instance: Instance
  private let tables: RoutingTables

  init(_ instance: Instance, _ tables: RoutingTables) {
    self.instance = instance
    self.tables = tables
  }

  /// What could bind; `nil` if nothing can.
  ///
  /// - Complexity: O(J L N).
  var reason: String? { memory ?? computeLoad ?? linkLoad }

  /// The sum of an amount over the layers of all jobs that may run on a node.
  private func demand(
    on node: Int, _ amount: (Job, Layer, _ seconds: Double) -> Double
  ) -> Double {
    tables.groups.reduce(0) { sum, group in
      group.jobs.reduce(sum) { sum, index in
        let job = instance.jobs[index]
        let layers = instance.dnns[job.dnn].layers
        return layers.indices.reduce(sum) { sum, layer in
          let seconds = group.kind.seconds[layer * tables.nodeCount + node]
          return seconds < .infinity ? sum + amount(job, layers[layer], seconds) : sum
        }
      }
    }
  }

  private var memory: String? {
    for (index, node) in instance.network.nodes.enumerated() {
      guard let memory = node.memory else { continue }
      let demand = demand(on: index) { _, layer, _ in layer.memory }
      guard demand > memory * Tolerance.slack else { continue }
      return
        "the memory of node \(TerminalText.quoted(node.id.text)) has no room for all layers that may run there "
        + "(\(Figures.size(demand))); leave out the memory limits, or use `layerroute solve`"
    }
    return nil
  }

  private var computeLoad: String? {
    for (index, node) in instance.network.nodes.enumerated() {
      let load = demand(on: index) { job, _, seconds in job.rate * seconds }
      guard load > Tolerance.slack else { continue }
      return
        "the rates of the jobs could overload node \(TerminalText.quoted(node.id.text)); leave out the rates, or use "
        + "`layerroute solve`"
    }
    return nil
  }

  private var linkLoad: String? {
    let demand = instance.jobs.reduce(0) { sum, job in
      guard job.rate > 0 else { return sum }
      let dnn = instance.dnns[job.dnn]
      return sum + 8 * job.rate * dnn.layers.reduce(dnn.input) { $0 + $1.output }
    }
    let tight = instance.network.links.first { demand > $0.bandwidth * Tolerance.slack }
    return tight.map { link in
      let ends = [link.tail, link.head].map { TerminalText.quoted(instance.network.nodes[$0].id.text) }
      return
        "the rates of the jobs could overload the link from \(ends[0]) to \(ends[1]); leave out the rates, or use "
        + "`layerroute solve`"
    }
  }
}
