import Foundations
import Graphs
import Splitting
import SplittingChecking

/// Potentials that prove shortest latencies, from the settled distances and the bound of the goal-directed search.
struct PotentialCertificate {
  let instance: Instance
  /// Shortest latency of each job [s], all finite.
  let latencies: [Double]

  /// The certificate of a plan of shortest paths; its bound is the plan's value [s], or less by rounding errors.
  ///
  /// - Returns: `nil` if the certificate does not pass its check.
  /// - Complexity: for each job, a search and a check of the arcs of its layered graph.
  func certificate(of value: Double) throws(CancellationError) -> Certificate? {
    let network = instance.searchNetwork
    let workspace = SearchWorkspace()
    var potentials: [Certificate.Potentials] = []
    for job in jobsThatCount {
      potentials.append(try self.potentials(ofJob: job, network, workspace))
    }
    var certificate = Certificate(bound: value, proof: .potentials(potentials))
    let check = CertificateCheck(certificate, of: instance, instance.options.objective)
    guard let proven = check.provenBound else { return nil }
    if !check.findings.isEmpty { certificate.bound = proven }
    return certificate
  }

  /// The jobs that contribute to the bound; under `max`, the one with the largest weighted latency.
  private var jobsThatCount: [Int] {
    let longest = instance.options.objective == .max ? instance.longestJob(latencies) : nil
    return instance.jobs.indices.filter {
      instance.jobs[$0].weight * latencies[$0] > 0 && $0 == longest ?? $0
    }
  }

  private func potentials(
    ofJob job: Int, _ network: SearchNetwork, _ workspace: SearchWorkspace
  ) throws(CancellationError) -> Certificate.Potentials {
    let search = try GoalDirectedSearch(
      instance.request(ofJob: job), in: network, workspace: workspace,
      cancellation: Cancellation { Task.isCancelled })
    return Certificate.Potentials(
      job: instance.jobs[job].id, latency: search.latency, leastTimes: search.bound?.leastTimes ?? [],
      runs: search.bound?.runs.map(\.lowerBound) ?? [], settled: settled(search, workspace))
  }

  /// The settled vertices whose distance is less than the potential that the bound alone gives, in order.
  private func settled(_ search: GoalDirectedSearch, _ workspace: SearchWorkspace) -> [Certificate.Settled] {
    guard let bound = search.bound else { return [] }
    var labels: [(row: Int, node: Int, distance: Double)] = []
    GoalDirectedSearch.forEachSettled(in: workspace) { node, stage, isComputing, distance in
      if distance < search.latency - bound.remaining(from: node, stage: stage) {
        labels.append((2 * stage + (isComputing ? 1 : 0), node, distance))
      }
    }
    return Dictionary(grouping: labels, by: \.row).sorted { $0.key < $1.key }.map { row, labels in
      let labels = labels.sorted { $0.node < $1.node }
      return Certificate.Settled(
        stage: row / 2, isComputing: row % 2 == 1, nodes: labels.map { instance.network.nodes[$0.node].id },
        distances: labels.map(\.distance))
    }
  }
}
