import ArgumentParser
import Documents
import Foundation
import LayerRoute
import Planning
import Splitting

/// What proving a shortest path adds to finding it, and how large the proof is.
struct CertificateSpeed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificates",
    abstract: "Time certificates of shortest paths, and checking them.")

  @Option(parsing: .upToNextOption, help: "Nodes of the networks.") var nodes: [Int] = [
    1000, 10_000, 100_000,
  ]
  @Option(parsing: .upToNextOption, help: "Layers of the job.") var layers: [Int] = [10, 50]
  @Option(parsing: .upToNextOption, help: "Shares of the nodes that compute.") var shares: [Double] = [
    1, 0.01,
  ]
  @Option(
    parsing: .upToNextOption,
    help: "Networks: \(NativeNetwork.allCases.map(\.rawValue).joined(separator: ", ")).")
  var networks: [NativeNetwork] = NativeNetwork.allCases
  @Option(help: "Seeds, 1 to this; medians are shown.") var seeds: UInt64 = 10

  func validate() throws {
    guard seeds > 0 else { throw ValidationError("--seeds is 0") }
  }

  func run() async throws {
    print(
      "| network | nodes | layers | compute | solve [s] | with certificate [s] | verify [s] | distances | MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for network in networks {
      for count in nodes {
        for depth in layers {
          for share in shares { try await measure(network, count, depth, share) }
        }
      }
    }
  }

  private func measure(_ network: NativeNetwork, _ nodes: Int, _ layers: Int, _ share: Double) async throws {
    var rows: [[Double]] = []
    for seed in 1...seeds {
      let item = NativeCase(
        network: network, nodes: nodes, layers: layers, share: share, hasFarHosts: seed % 2 == 0, seed: seed)
      let instance = network.instance(item)
      let (_, plain) = try await timed { try await Kinds.splitting.solve(instance) }
      let (answer, certified) = try await timed {
        try await Kinds.splitting.solve(instance, SolveRequest(certificate: true))
      }
      let text = answer.file.json()
      let plan = try Document.parse(Array(text.utf8), format: .json, file: "plan")
      let (check, verified) = try await timed { try PlanVerification(plan, of: instance, Kinds.splitting) }
      guard check.findings.isEmpty, check.provenBound == answer.cost,
        let token = plan.member("certificate", of: Document.root),
        case .potentials(let potentials) = try plan.certificate(token).proof
      else { throw ValidationError("not proved: \(item)") }
      let distances = potentials.flatMap(\.settled).reduce(0) { $0 + $1.nodes.count }
      rows.append([plain, certified, verified, Double(distances), Double(text.utf8.count) / 1e6])
    }
    let medians = rows[0].indices.map { column in rows.map { $0[column] }.sorted()[rows.count / 2] }
    let shown = medians.map { $0 == $0.rounded() ? "\(Int($0))" : $0.shown }
    print("| \(network.rawValue) | \(nodes) | \(layers) | \(share) | \(shown.joined(separator: " | ")) |")
    fflush(nil)
  }

  private func timed<Result>(_ body: () async throws -> Result) async throws -> (Result, seconds: Double) {
    let start = ContinuousClock.now
    let result = try await body()
    return (result, (ContinuousClock.now - start).seconds)
  }
}
