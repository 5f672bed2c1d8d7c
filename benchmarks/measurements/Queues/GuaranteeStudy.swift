import Charts
import Networks
import Queues
import QueuesAlgorithms
import Splitting

/// What greedy schedules guarantee to each job, against when it is complete in simulation.
struct GuaranteeStudy {
  let counts: [Int]
  let seeds: UInt64
  let report: StudyReport

  func measure(_ dnns: [Architecture]) throws {
    var rows: [[String]] = []
    for place in StudyPlace.allCases {
      var chart = Chart(
        title: "Each job of greedy schedules on \(place.title)",
        x: Chart.Axis("simulated completion", .logarithmic, unit: .seconds),
        y: Chart.Axis("guarantee", .logarithmic, unit: .seconds))
      for (index, dnn) in dnns.enumerated() {
        var points: [(completion: Double, guarantee: Double)] = []
        for count in counts {
          let found = try (1...seeds).flatMap { try jobs(of: place.instance($0, jobs: count, dnn: dnn)) }
          let ratios = found.map { $0.guarantee / $0.completion }
          rows.append(
            [place.title, dnn.rawValue, "\(count)"]
              + [0.5, 0.9, 1].map { ratios.quantile($0).shown } + [
                ratios.count { $0 <= 1 + 1e-9 }.share(of: ratios)
              ])
          points += found
        }
        chart.series.append(
          Chart.Series(
            dnn.rawValue, .markers, Chart.Style(colour: index, pattern: index),
            points.map { Chart.Point($0.completion, $0.guarantee) }))
      }
      let ends = chart.series.flatMap(\.points).flatMap { [$0.x, $0.y] }
      if let low = ends.min(), let high = ends.max() {
        chart.series.append(
          Chart.Series(
            "both alike", .curve, Chart.Style(colour: dnns.count),
            [Chart.Point(low, low), Chart.Point(high, high)]))
      }
      try report.figure(chart, as: "guarantee-\(place)")
    }
    try report.say("Guarantee over simulated completion, each job of greedy schedules, \(seeds) seeds:")
    try report.table(["place", "DNN", "jobs", "median", "90 % at most", "largest", "met exactly"], rows)
  }

  private func jobs(of instance: Instance) throws -> [(completion: Double, guarantee: Double)] {
    let batch = try Batch(QueueInstance(instance))
    let evaluation = batch.evaluator.evaluate(GreedyScheduling(batch).result().schedule)
    return zip(evaluation.simulation.completions, evaluation.guarantee?.completions ?? []).map { ($0, $1) }
  }
}

extension Int {
  fileprivate func share(of all: [Double]) -> String { "\((100 * Double(self) / Double(all.count)).shown) %" }
}
