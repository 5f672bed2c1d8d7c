import LinearModels
import Splitting

/// The rows of nodes and links.
extension PlacementModel {
  /// Adds memory[u]: the memory in use on u <= M_u, and load[u]: sum of lambda_j time(l,u) x[j,l,u] <= 1, if
  /// they could bind; a node that hosts no layer has no capacity, which tightens the relaxation of a limit on the
  /// number of hosts.
  mutating func addNodeRows() {
    let demands = MemoryDemand.ofNodes(stated)
    let load = nodeLoads()
    addMemoryLegend(demands)
    for (node, demand) in demands.enumerated() {
      if stated.couldBind(.memory(node), reaching: demand.largest) {
        let inUse = memoryInUse(on: node, demand)
        add(.memory(node), reaching: demand.largest, switchedBy: used[node]) { _ in inUse }
      }
      let largest = load[node].terms.reduce(0) { $0 + $1.coefficient }
      add(.computeLoad(node), reaching: largest, switchedBy: used[node]) { _ in load[node] }
    }
  }

  /// By node: the sum of lambda_j time(l,u) x[j,l,u].
  func nodeLoads() -> [LinearExpression] {
    var load = [LinearExpression](repeating: LinearExpression(), count: stated.network.nodeCount)
    for (job, choices) in stated.jobs.enumerated() {
      let rate = instance.loadRate(ofJob: job)
      guard rate > 0 else { continue }
      for (layer, hosts) in choices.hosts.enumerated() {
        let times = choices.graph.times(ofLayer: layer)
        for (host, x) in zip(hosts, x[job][layer]) where rate * times[host] > 0 {
          load[host].add(rate * times[host], x)
        }
      }
    }
    return load
  }

  /// Adds link[u,v]: sum of 8 lambda_j d_l over the stages that cross the link <= B, if it could bind; a plan uses at
  /// most one of a stage's variables for each link.
  mutating func addLinkRows(_ jobs: [any JobVariables]) {
    guard stated.linkRows > 0 else { return }
    var largest = [Double](repeating: 0, count: stated.network.linkCount)
    for (job, variables) in jobs.enumerated() {
      for (stage, crossings) in variables.crossings.enumerated() {
        let bits = bits(ofStage: stage, job)
        guard bits > 0 else { continue }
        for link in Set(crossings.lazy.map(\.arc.link)) { largest[link] += bits }
      }
    }
    let load = linkLoads(jobs)
    for link in load.indices { add(.linkLoad(link), reaching: largest[link]) { _ in load[link] } }
  }

  /// By link: the sum of 8 lambda_j d_l over the stages that cross it [bit/s].
  func linkLoads(_ jobs: [any JobVariables]) -> [LinearExpression] {
    var load = [LinearExpression](repeating: LinearExpression(), count: stated.network.linkCount)
    for (job, variables) in jobs.enumerated() {
      for (stage, crossings) in variables.crossings.enumerated() {
        let bits = bits(ofStage: stage, job)
        guard bits > 0 else { continue }
        for crossing in crossings { load[crossing.arc.link].add(bits, crossing.variable) }
      }
      for link in variables.linksOfInput { load[link].constant += bits(ofStage: 0, job) }
    }
    return load
  }

  /// The bits of a stage that a link of its route carries each second.
  private func bits(ofStage stage: Int, _ job: Int) -> Double {
    8 * instance.loadRate(ofJob: job) * stated.jobs[job].graph.stageBytes[stage]
  }
}
