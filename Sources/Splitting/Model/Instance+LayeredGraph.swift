import Graphs

// How the jobs of an instance are routed through layered graphs.

extension Instance {
  /// What job `job` asks of the layered graph.
  public func request(ofJob job: Int) -> LayeredRequest {
    let description = jobs[job]
    return LayeredRequest(
      source: description.source, target: description.target, dnn: dnns[description.dnn],
      rate: description.rate, hosts: description.hosts)
  }

  /// The layered graph of job `job`.
  ///
  /// - Parameters:
  ///   - network: of the instance.
  ///   - capacities: choices that alone exceed one of these are left out.
  /// - Complexity: O(N + L).
  public func layeredGraph(ofJob job: Int, _ network: NetworkGraph, _ capacities: Capacities) -> LayeredGraph {
    LayeredGraph(
      request(ofJob: job), in: network, waiting: options.waiting, capacities: capacities)
  }

  /// The network for searches, without the choices that alone break a coupling constraint.
  ///
  /// - Complexity: O(N + E).
  public var searchNetwork: SearchNetwork {
    SearchNetwork(network, waiting: options.waiting, capacities: limits.capacities)
  }
}
