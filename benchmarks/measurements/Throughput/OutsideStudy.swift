import Charts
import Foundations
import LayerRoute
import Networks
import Planning
import Problems
import Splitting
import SplittingChecking
import SplittingGenerators

/// What the paper leaves out: compute times, unequal memories, and sparse networks with relays.
final class OutsideStudy {
  private let trials: UInt64
  private let limit: Double
  private let report: StudyReport

  init(trials: UInt64, limit: Double, report: StudyReport) {
    (self.trials, self.limit, self.report) = (trials, limit, report)
  }

  private enum Setting: String, CaseIterable {
    case compute = "with compute times"
    case unequal = "unequal memories as well"
    case relays = "NSFNET with relays"

    func instance(_ dnn: Architecture, seed: UInt64) throws -> Instance {
      switch self {
      case .compute, .unequal:
        var instance = WirelessNetwork(nodes: 10, megabytes: 128, compute: 20e9, seed: seed)
          .instance(dnn, computes: true)
        guard self == .unequal else { return instance }
        var random = SplitMix64(seed: seed + 1000)
        for node in instance.network.nodes.indices {
          instance.network.nodes[node].memory = 256e6 * (0.2 + 0.8 * random.nextUnit())
          instance.network.nodes[node].compute = 40e9 * (0.2 + 0.8 * random.nextUnit())
        }
        return instance
      case .relays:
        var workload = Workload(jobs: 1, dnn: dnn)
        workload.options.objective = .bottleneck
        return try .backbone(seed: seed, workload: workload)
      }
    }
  }

  func measure(_ dnns: [Architecture]) throws {
    try report.say(
      "Outside of the paper's setting: bottleneck [s], mean over the trials in which the method has a plan; in brackets their number."
    )
    var rows: [[String]] = []
    for setting in Setting.allCases {
      for dnn in dnns {
        var values: [StudyMethod: [Double]] = [:]
        for seed in 1...trials {
          let instance = try setting.instance(dnn, seed: seed)
          for method in StudyMethod.allCases {
            guard let found = method.value(of: instance, seed: seed, limit: limit) else { continue }
            values[method, default: []].append(found.value)
          }
        }
        rows.append(
          [setting.rawValue, dnn.rawValue]
            + StudyMethod.allCases.map { method in
              guard let found = values[method] else { return "-" }
              return found.count == Int(trials) ? found.mean.shown : "\(found.mean.shown) (\(found.count))"
            })
      }
    }
    try report.table(["setting", "DNN"] + StudyMethod.allCases.map(\.rawValue), rows)
  }
}
