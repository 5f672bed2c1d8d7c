import Foundations
import Graphs
import Splitting
import SplittingChecking

/// Potentials that prove the shortest latencies of jobs: what the goal-directed search settles, and its bound.
struct PotentialCertificate {
  private let instance: Instance
  /// Shortest latency of each job [s].
  private let latencies: [Double]

  /// - Parameter latencies: the shortest of each job [s], all finite.
  init(_ instance: Instance, latencies: [Double]) {
    self.instance = instance
    self.latencies = latencies
  }

  /// The certificate of a plan on which each job takes its shortest way. Its bound is the plan's value, or what rounding
  /// leaves of it.
  ///
  /// - Parameter value: of the plan [s].
  /// - Returns: `nil` where the check of it fails.
  /// - Throws: where the task is cancelled.
  /// - Complexity: that of a search and of checking its arcs for each job.
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

  /// Under `max` the largest one proves all.
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
      instance.request(ofJob: job), in: network, workspace: workspace, cancellation: Cancellation { Task.isCancelled })
    return Certificate.Potentials(
      job: instance.jobs[job].id, latency: search.latency, leastTimes: search.bound?.leastTimes ?? [],
      runs: search.bound?.runs.map(\.lowerBound) ?? [], settled: settled(search, workspace))
  }

  /// The settled vertices that the bound alone does not put as near, in order.
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
