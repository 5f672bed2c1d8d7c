import LinearModels
import Problems
import Splitting

extension PlacementModel {
  /// The size of the model, including the size that `particular` returns for the formulation's own part of a job: its
  /// columns, all of which may contribute to the job's latency, the rows that define them, and the nonzeros of these
  /// rows.
  ///
  /// - Complexity: O(J) calls of `particular`, O(J (L + N)), and O(1) for each placement.
  public static func size(
    of stated: SplittingChoices, particular: (_ choices: JobChoices) -> ModelSize
  ) -> ModelSize {
    let objective = stated.instance.options.objective
    let maxRows = objective == .max ? 1.0 : 0
    let limits = [stated.limits.memory, stated.limits.computeLoad]
    let nodeRows = limits.reduce(objective == .bottleneck ? 1.0 : 0) { rows, limits in
      rows + (limits.contains { $0 < .infinity } ? 1 : 0)
    }
    let nodes = Double(stated.network.nodeCount)
    var size = ModelSize(columns: objective == .total ? 0 : 1, rows: nodeRows * nodes)
    if objective == .bottleneck { size.nonzeros += nodes + stated.linkRows }
    for (job, choices) in stated.jobs.enumerated() {
      var added = particular(choices)
      let placements = choices.hosts.reduce(0.0) { $0 + Double($1.count) }
      let latencyRows = maxRows + (stated.limits[.deadline(job)] == .infinity ? 0 : 1)
      added.columns += placements
      added.rows += latencyRows
      if stated.instance.jobs[job].isContiguous {
        added += ModelSize(columns: placements, rows: placements + nodes, nonzeros: 4 * placements)
      }
      added.nonzeros += nodeRows * placements + latencyRows * (added.columns + 1)
      if stated.instance.hostLimit != nil {
        added += ModelSize(rows: placements, nonzeros: 2 * placements)
      }
      size += added
    }
    if stated.instance.hostLimit != nil {
      let hosts = Double(stated.possibleHosts.count)
      size += ModelSize(columns: hosts, rows: 1, nonzeros: hosts + nodeRows * nodes)
    }
    for (node, demand) in MemoryDemand.ofNodes(stated).enumerated()
    where stated.couldBind(.memory(node), reaching: demand.largest) {
      size += demand.columnSize
    }
    return size
  }
}
