import Charts
import Foundations
import Networks
import Splitting

/// The paper's own setting.
final class WirelessStudy {
  private let trials: UInt64
  private let limit: Double
  private let report: StudyReport
  private var lines = ["dnn,memory,nodes,seed,method,bottleneck,proved"]
  /// By cell of DNN, memory and nodes: the values of all trials by method.
  private var cells: [[StudyMethod: [Double]]] = []

  init(trials: UInt64, limit: Double, report: StudyReport) {
    (self.trials, self.limit, self.report) = (trials, limit, report)
  }

  /// The means over all trials by number of nodes, as a table and a figure.
  func measure(_ dnn: Architecture, _ megabytes: Double, nodes: [Int]) throws {
    var rows: [[String]] = []
    var series: [StudyMethod: [Chart.Point]] = [:]
    for count in nodes {
      var values: [StudyMethod: [Double]] = [:]
      var proved = 0
      for seed in 1...trials {
        let network = WirelessNetwork(nodes: count, megabytes: megabytes, seed: seed)
        let instance = network.instance(dnn, computes: false)
        for method in StudyMethod.allCases {
          guard let found = method.value(of: instance, seed: seed, limit: limit) else { continue }
          values[method, default: []].append(found.value)
          if method == .exact && found.isProved { proved += 1 }
          lines.append(
            "\(dnn.rawValue),\(megabytes),\(count),\(seed),\(method.rawValue),\(found.value),\(found.isProved)"
          )
        }
      }
      let complete = values.filter { $0.value.count == Int(trials) }
      cells.append(complete)
      for (method, all) in complete {
        series[method, default: []].append(Chart.Point(Double(count), all.mean))
      }
      rows.append(
        ["\(count)"] + StudyMethod.allCases.map { complete[$0].map { $0.mean.shown } ?? "-" } + [
          "\(proved)/\(trials)"
        ])
    }
    try report.data(lines, as: "wireless.csv")
    let title = "\(dnn.rawValue), \(Figures.digits(megabytes, 4)) MB a node"
    guard series[.exact]?.contains(where: { $0.y > 0 }) == true else {
      return try report.say("\(title): nothing is transferred, the bottleneck is 0 for all methods.")
    }
    try report.say("\(title): bottleneck [s], mean over \(trials) trials.")
    try report.table(["nodes"] + StudyMethod.allCases.map(\.rawValue) + ["exact proved"], rows)
    var chart = Chart(
      title: title,
      x: Chart.Axis("nodes", .logarithmic),
      y: Chart.Axis("bottleneck", .logarithmic, unit: .seconds))
    for (index, method) in StudyMethod.allCases.enumerated() {
      guard let points = series[method]?.filter({ $0.y > 0 }), !points.isEmpty else { continue }
      chart.series.append(
        Chart.Series(method.rawValue, .line, Chart.Style(colour: index, pattern: index), points))
    }
    try report.figure(chart, as: "\(dnn.rawValue)-\(Int(megabytes))")
  }

  /// The published averages count cells without a transfer as 0: both ways.
  func summarise() throws {
    let pairs: [(String, StudyMethod, StudyMethod)] = [
      ("random over k-path", .random, .kPath), ("greedy over k-path", .greedy, .kPath),
      ("k-path over exact, one run a node", .kPath, .contiguous), ("k-path over exact", .kPath, .exact),
      ("exact, one run a node, over exact", .contiguous, .exact),
    ]
    let complete = cells.filter { cell in StudyMethod.allCases.allSatisfy { cell[$0] != nil } }
    let moving = complete.filter { ($0[.exact]?.mean ?? 0) > 0 }
    let rows = pairs.map { name, one, other -> [String] in
      let sums = [one, other].map { method in complete.map { $0[method]?.mean ?? 0 }.reduce(0, +) }
      let ratios = moving.map { ($0[one]?.mean ?? 0) / ($0[other]?.mean ?? 1) }
      return [
        name, (sums[1] > 0 ? sums[0] / sums[1] : 1).shown, ratios.mean.shown, (ratios.max() ?? 1).shown,
      ]
    }
    try report.say(
      "Ratios over \(complete.count) cells, of which \(moving.count) have a transfer. The first column divides the means over all cells, those without a transfer counted as 0; the second is the mean of the ratios of the others, the third the largest."
    )
    try report.table(["ratio", "all cells, with zeros", "cells with a transfer", "largest"], rows)
  }

  /// k-path with other numbers of classes.
  func compareClasses(_ classes: [Int], nodes: Int, memory: Double) throws {
    let dnns: [Architecture] = [.resnet50, .inceptionresnetv2]
    let rows = classes.map { count -> [String] in
      ["\(count)"]
        + dnns.map { dnn in
          let values = (1...trials).compactMap { seed in
            let instance = WirelessNetwork(nodes: nodes, megabytes: memory, seed: seed)
              .instance(dnn, computes: false)
            return StudyMethod.kPath.value(of: instance, seed: seed, limit: limit, classes: count)?.value
          }
          return values.mean.shown
        }
    }
    try report.say(
      "k-path by number of classes: \(nodes) nodes of \(Figures.digits(memory, 4)) MB, bottleneck [s].")
    try report.table(["classes"] + dnns.map(\.rawValue), rows)
  }
}
