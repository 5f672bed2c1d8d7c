import ArgumentParser
import Charts
import Foundation
import Foundations
import LayerRoute
import Networks
import Solvers
import Splitting
import SplittingAlgorithms
import SplittingChecking

/// The published heuristics for pipelines against the exact optimum, in the setting of their paper and outside of it.
struct PipelineStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "throughput",
    abstract: "Study pipelines: published heuristics against exact optima, and what the paper leaves out.",
    discussion:
      "With -o, report.md, wireless.csv and the figures are written to that folder; all of it is seeded.")

  @Option(parsing: .upToNextOption, help: "Numbers of nodes.") var nodes = [5, 10, 20, 50]
  @Option(parsing: .upToNextOption, help: "Memory of a node [MB].") var memory = [64.0, 128, 256, 512]
  @Option(parsing: .upToNextOption, help: "Numbers of classes of k-path.") var classes = [2, 5, 10, 20]
  @Option(help: "Trials, with the seeds 1 to this.") var trials: UInt64 = 10
  @Option(help: "Limit of each exact search [s].") var limit = 2.0
  @Option(name: .shortAndLong, help: "The folder for the report and the figures.") var output: String?

  private static let dnns: [Architecture] = [.resnet50, .inceptionresnetv2, .efficientnetb1, .mobilenetv2]

  func run() async throws {
    let report = StudyReport(folder: output)
    let wireless = WirelessStudy(trials: trials, limit: limit, report: report)
    for dnn in Self.dnns {
      for megabytes in memory { try wireless.measure(dnn, megabytes, nodes: nodes) }
    }
    try wireless.summarise()
    try wireless.compareClasses(classes, nodes: nodes.max() ?? 50, memory: memory.min() ?? 64)
    try OutsideStudy(trials: trials, limit: limit, report: report).measure(Self.dnns)
  }
}

/// Nodes at random places of a square, with a wireless link between every two of them.
struct WirelessNetwork {
  let network: Network

  /// Positions uniform on [1, 150]^2 m, bandwidths log2(1 + 283230 / d^2) Mbit/s at a distance of d metres.
  init(nodes: Int, megabytes: Double, compute: Double = 1e9, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let places = (0..<nodes).map { _ in (x: 1 + 149 * random.nextUnit(), y: 1 + 149 * random.nextUnit()) }
    let machines = places.enumerated().map { index, place in
      Node(
        id: Name("n\(index)"), compute: compute, memory: megabytes * 1e6, isRelay: false,
        position: Position(x: place.x, y: place.y))
    }
    var links: [Link] = []
    for (tail, from) in places.enumerated() {
      for (head, to) in places.enumerated() where head != tail {
        let square = (from.x - to.x) * (from.x - to.x) + (from.y - to.y) * (from.y - to.y)
        links.append(Link(tail: tail, head: head, bandwidth: 1e6 * log2(1 + 283_230 / square)))
      }
    }
    network = Network(nodes: machines, links: links)
  }

  /// One stream through a DNN. In the paper computing takes no time, and the stream starts and ends where its first and last
  /// part run.
  func instance(_ dnn: Architecture, computes: Bool) -> Instance {
    var random = SplitMix64(seed: 0)
    var chain = dnn.dnns(jobs: 1, layers: nil, &random).dnns[0]
    if !computes {
      chain.input = 0
      chain.layers[chain.layers.count - 1].output = 0
      for layer in chain.layers.indices { (chain.layers[layer].work, chain.layers[layer].traffic) = (0, 0) }
    }
    return Instance(
      network: network, dnns: [chain], jobs: [Job(id: "stream", dnn: 0, source: 0, target: 0)],
      options: Options(objective: .bottleneck))
  }
}

/// One method of the study, and the value of its plan.
enum StudyMethod: String, CaseIterable {
  case random, greedy
  case kPath = "k-path"
  case contiguous = "exact, one run a node"
  case exact

  /// The value of the method's plan and whether it is proved to be the optimum; `nil` without a plan.
  func value(
    of instance: Instance, seed: UInt64, limit: Double, classes: Int = 20
  ) -> (value: Double, isProved: Bool)? {
    let rule: PublishedPlanner.Rule? =
      switch self {
      case .random: .random
      case .greedy: .greedy
      case .kPath: .kPath(classes: classes)
      case .contiguous, .exact: nil
      }
    if let rule {
      return PublishedPlanner.plan(of: instance, rule, seed: seed).map {
        (Evaluator(instance).loads(of: $0).largest, false)
      }
    }
    var instance = instance
    instance.jobs[0].isContiguous = self == .contiguous
    let source = FirstSessionSource(WorkerBackend.sessionSources)
    return PipelinePlanner.optimum(of: instance, source, seconds: limit).map {
      (Evaluator(instance).loads(of: $0.plan).largest, $0.isProved)
    }
  }
}
