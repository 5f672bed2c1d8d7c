import Charts
import Foundations
import Networks
import Problems
import Queues
import QueuesAlgorithms
import Solvers

/// Completion times as jobs become more: greedy and annealing against the baselines and the lower bound.
final class GrowthStudy {
  private let counts: [Int]
  private let seeds: UInt64
  private let steps: Int
  /// Of each linear program, and of each exact search [s].
  private let limit: Double
  private let report: StudyReport
  private var lines = ["place,dnn,jobs,seed,objective,method,seconds"]

  init(counts: [Int], seeds: UInt64, steps: Int, limit: Double, report: StudyReport) {
    self.counts = counts
    self.seeds = seeds
    self.steps = steps
    self.limit = limit
    self.report = report
  }

  private enum Method: String, CaseIterable {
    case greedy, largest, anneal, random, alone, fastest, source, exact, bound

    var title: String { self == .bound ? "lower bound" : rawValue }
  }

  /// For each method the values of all seeds, by number of jobs; a method that some seed does not allow has none, because the
  /// others' mean would be of something else.
  private typealias Values = [Method: [(jobs: Int, seconds: [Double])]]

  func measure(_ place: StudyPlace, _ dnn: Architecture) async throws {
    var values: [ScheduleObjective: Values] = [:]
    for count in counts {
      var found: [ScheduleObjective: [Method: [Double]]] = [:]
      for seed in 1...seeds {
        let batch = try Batch(QueueInstance(try place.instance(seed, jobs: count, dnn: dnn)))
        for objective in ScheduleObjective.allCases {
          let asked = batch.asking(.preemptive, objective)
          for (method, seconds) in await self.values(of: asked, seed, place.mostJobsOfExact) {
            found[objective, default: [:]][method, default: []].append(seconds)
            lines.append("\(place),\(dnn.rawValue),\(count),\(seed),\(objective),\(method),\(seconds)")
          }
        }
      }
      for (objective, methods) in found {
        for (method, seconds) in methods where seconds.count == Int(seeds) {
          values[objective, default: [:]][method, default: []].append((count, seconds))
        }
      }
      try report.data(lines, as: "growth.csv")
    }
    for objective in ScheduleObjective.allCases {
      try show(
        values[objective] ?? [:], objective, "\(dnn.rawValue) on \(place.title)", "\(place)-\(dnn.rawValue)")
    }
  }

  private func values(
    of batch: Batch, _ seed: UInt64, _ mostJobsOfExact: Int
  ) async -> [(Method, Double)] {
    let greedy = GreedyScheduling(batch).result().schedule
    var parameters = SimulatedAnnealing.Parameters()
    parameters.steps = steps
    parameters.seeds = [seed, seed + 100]
    let annealed = SimulatedAnnealing(batch, parameters: parameters).result(from: greedy.order).schedule
    let bound = await batch.lowerBound(solvers: [WorkerBackend.cbc], limit: limit) { print($0) }
    let schedules: [(Method, Schedule?)] = [
      (.greedy, greedy), (.largest, GreedyScheduling(batch, choice: .largest).result().schedule),
      (.anneal, annealed), (.random, Baseline.random.schedule(batch, seed: seed)),
      (.alone, Baseline.alone.schedule(batch)), (.fastest, Baseline.fastest.schedule(batch)),
      (.source, Baseline.source.schedule(batch)),
      (.exact, batch.instance.jobs.count <= mostJobsOfExact ? exact(batch, annealed) : nil),
    ]
    let simulated = schedules.compactMap { method, schedule -> (Method, Double)? in
      schedule.map { (method, batch.evaluator.evaluate($0).value) }
    }
    return simulated + [(.bound, bound.seconds)]
  }

  /// `nil` if the limit struck.
  private func exact(_ batch: Batch, _ start: Schedule) -> Schedule? {
    let result = ExactScheduling(batch)
      .result(from: start, cancellation: Cancellation.never.orAfter(limit))
    return result.isProven ? result.schedule : nil
  }

  private func show(
    _ values: Values, _ objective: ScheduleObjective, _ title: String, _ file: String
  ) throws {
    let name = objective == .makespan ? "makespan" : "mean completion time"
    try report.say("\(title), \(name) [s], mean over \(seeds) seeds:")
    let rows = counts.map { count -> [String] in
      ["\(count)"]
        + Method.allCases.map { method in
          values[method]?.first { $0.jobs == count }.map { $0.seconds.mean.shown } ?? "-"
        }
    }
    try report.table(["jobs"] + Method.allCases.map(\.title), rows)
    var chart = Chart(
      title: "\(title), with the extremes of greedy", x: Chart.Axis("jobs", .linear),
      y: Chart.Axis(name, .logarithmic, unit: .seconds))
    for (index, method) in Method.allCases.enumerated() {
      guard let points = values[method] else { continue }
      chart.series.append(
        Chart.Series(
          method.title, .line, Chart.Style(colour: index, pattern: index),
          points.map { point in
            let ends = (point.seconds.min() ?? 0, point.seconds.max() ?? 0)
            // Seven bands would hide each other.
            return Chart.Point(
              Double(point.jobs), point.seconds.mean, interval: method == .greedy ? ends.0...ends.1 : nil)
          }))
    }
    try report.figure(chart, as: "\(file)-\(objective)")
  }
}
