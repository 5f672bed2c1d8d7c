import Graphs

// How the jobs of an instance are routed through layered graphs.

extension Instance {
  /// The source, target, DNN, rate and rules for hosts of a job, from which its layered graph is made.
  public func request(ofJob job: Int) -> LayeredRequest {
    let description = jobs[job]
    return LayeredRequest(
      source: description.source, target: description.target, dnn: dnns[description.dnn],
      rate: description.rate, hosts: description.hosts)
  }

  /// The layered graph of job `job`.
  ///
  /// - Parameters:
  ///   - job: the index of the job.
  ///   - network: the graph of the instance's network.
  ///   - capacities: choices that alone exceed one of these are left out.
  /// - Complexity: O(N + L).
  public func layeredGraph(ofJob job: Int, _ network: NetworkGraph, _ capacities: Capacities) -> LayeredGraph
  {
    LayeredGraph(
      request(ofJob: job), in: network, waiting: options.waiting, capacities: capacities)
  }

  /// The network for searches, without the choices that by themselves break a coupling constraint.
  ///
  /// - Complexity: O(N + E).
  public var searchNetwork: SearchNetwork {
    SearchNetwork(network, waiting: options.waiting, capacities: limits.capacities)
  }
}
