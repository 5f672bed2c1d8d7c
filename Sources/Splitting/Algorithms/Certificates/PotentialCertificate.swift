import Foundations
import Graphs
import Splitting
import SplittingChecking

/// Potentials that prove the shortest latencies of jobs, from the settled distances and the bound of the
/// goal-directed search.
struct PotentialCertificate {
  private let instance: Instance
  /// Shortest latency of each job [s].
  private let latencies: [Double]

  /// - Parameter latencies: the shortest latency of each job [s], all finite.
  init(_ instance: Instance, latencies: [Double]) {
    self.instance = instance
    self.latencies = latencies
  }

  /// The certificate of a plan in which each job takes its shortest path; its bound is the plan's value, or
  /// slightly less because of rounding.
  ///
  /// - Parameter value: the plan's value [s].
  /// - Returns: `nil` if the certificate does not pass its check.
  /// - Throws: if the task is cancelled.
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
    let weighted = zip(instance.jobs, latencies).map { $0.weight * $1 }
    let counting = weighted.indices.filter { weighted[$0] > 0 }
    guard instance.options.objective == .max else { return counting }
    return counting.max { weighted[$0] < weighted[$1] }.map { [$0] } ?? []
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
    labels.sort { ($0.row, $0.node) < ($1.row, $1.node) }
    var settled: [Certificate.Settled] = []
    for (index, label) in labels.enumerated() {
      if index == 0 || labels[index - 1].row != label.row {
        settled.append(
          .init(stage: label.row / 2, isComputing: label.row % 2 == 1, nodes: [], distances: []))
      }
      settled[settled.count - 1].nodes.append(instance.network.nodes[label.node].id)
      settled[settled.count - 1].distances.append(label.distance)
    }
    return settled
  }
}
