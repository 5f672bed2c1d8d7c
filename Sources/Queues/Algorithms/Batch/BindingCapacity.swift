import Foundations
import Networks
import Splitting

/// Whether memory, a load or contiguity could bind for some plan: schedules do not account for them, so that such a schedule could not
/// be carried out.
struct BindingCapacity {
  let instance: Instance
  let tables: RoutingTables

  /// What could bind, found in O(N (J + G L)) for G groups; `nil` if nothing can.
  var reason: String? { memory ?? computeLoad ?? linkLoad ?? contiguity }

  private static let advice = "leave out the rates, or use `layerroute solve`"

  /// A job that must not return to a host: its shortest paths may.
  private var contiguity: String? {
    instance.jobs.first(where: \.isContiguous).map {
      "job \(TerminalText.quoted($0.id.text)) is contiguous, which schedules do not look at; leave out the key "
        + "contiguous, or use `layerroute solve`"
    }
  }

  private var memory: String? {
    let groups = Dictionary(grouping: tables.groups) { instance.jobs[$0.jobs[0]].dnn }
    for (index, node) in instance.network.nodes.enumerated() {
      guard let limit = node.memory else { continue }
      let demand = demand(of: groups, on: index)
      guard demand.total > limit * Tolerance.slack else { continue }
      let name = TerminalText.quoted(node.id.text)
      return "the memory of node \(name) has no room for all layers that may run there (\(demand)); "
        + "leave out the memory limits, or use `layerroute solve`"
    }
    return nil
  }

  /// What a node holds if it runs all layers that may run there; the groups are those of each DNN.
  private func demand(of groups: [Int: [JobGroup]], on node: Int) -> MemoryDemand {
    var demand = MemoryDemand()
    for (index, dnn) in instance.dnns.enumerated() {
      var isHeld = [Bool](repeating: false, count: dnn.layers.count)
      for group in groups[index] ?? [] {
        var (own, peak) = (0.0, 0.0)
        for (layer, figures) in dnn.layers.enumerated() where runs(layer, of: group, on: node) {
          isHeld[layer] = true
          own += figures.memory
          peak = max(peak, figures.activations)
        }
        demand.memory += Double(group.jobs.count) * own
        demand.activations += Double(group.jobs.count) * peak
      }
      for (layer, figures) in dnn.layers.enumerated() where isHeld[layer] {
        demand.weights += figures.weights
      }
    }
    return demand
  }

  private func runs(_ layer: Int, of group: JobGroup, on node: Int) -> Bool {
    group.kind.seconds[layer * tables.nodeCount + node] < .infinity
  }

  private var computeLoad: String? {
    for (index, node) in instance.network.nodes.enumerated() {
      var demand = 0.0
      for group in tables.groups {
        let rate = group.jobs.reduce(0) { $0 + instance.jobs[$1].rate }
        for layer in 0..<group.kind.layerCount where runs(layer, of: group, on: index) {
          demand += rate * group.kind.seconds[layer * tables.nodeCount + index]
        }
      }
      if demand > Tolerance.slack {
        let name = TerminalText.quoted(node.id.text)
        return "the rates of the jobs could overload node \(name); \(Self.advice)"
      }
    }
    return nil
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

/// The parts of the memory that a node would need [byte].
private struct MemoryDemand: CustomStringConvertible {
  /// What adds up over jobs and layers.
  var memory = 0.0
  /// Once for each layer of each DNN.
  var weights = 0.0
  /// The largest of each job.
  var activations = 0.0

  var total: Double { memory + weights + activations }

  var description: String {
    let parts = [("weights", weights), ("activations", activations)].filter { $0.1 > 0 }
      .map { "\($0.0) \(Figures.size($0.1))" }
    return Figures.size(total) + (parts.isEmpty ? "" : "; " + parts.joined(separator: ", "))
  }
}
