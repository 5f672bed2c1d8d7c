import Charts
import Networks
import Queues
import QueuesAlgorithms
import Splitting
import SplittingGenerators

/// How the chosen nodes, the splits and the routes of greedy schedules change as links become slower, tensors larger or
/// devices weaker: ten jobs from four devices, with three edge servers and a cloud.
struct AdaptivityStudy {
  let seeds: UInt64
  let report: StudyReport

  private static let factors = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]

  /// What becomes more or less.
  private enum Change: String, CaseIterable {
    case bandwidth, tensors, devices

    var title: String {
      switch self {
      case .bandwidth: "bandwidth of all links"
      case .tensors: "size of all tensors"
      case .devices: "compute rate of the devices"
      }
    }

    func apply(_ factor: Double, to instance: inout Instance) {
      switch self {
      case .bandwidth:
        for link in instance.network.links.indices { instance.network.links[link].bandwidth *= factor }
      case .tensors:
        for dnn in instance.dnns.indices {
          instance.dnns[dnn].input *= factor
          for layer in instance.dnns[dnn].layers.indices { instance.dnns[dnn].layers[layer].output *= factor }
        }
      case .devices:
        for node in Set(instance.jobs.map(\.source)) { instance.network.nodes[node].compute *= factor }
      }
    }
  }

  /// What a schedule looks like.
  private struct Traits {
    /// Jobs on two or more nodes, and changes of the node along a chain, a job.
    var splitJobs = 0.0
    var splits = 0.0
    /// Shares of the work.
    var onDevices = 0.0
    var onEdge = 0.0
    var inCloud = 0.0
    /// Links that the tensors of a job cross.
    var links = 0.0
    /// [s]
    var makespan = 0.0

    static let titles = [
      "jobs split", "splits a job", "work on devices", "on edge servers", "in the cloud", "links a job",
      "makespan [s]",
    ]

    var values: [Double] { [splitJobs, splits, onDevices, onEdge, inCloud, links, makespan] }
  }

  func measure(_ dnns: [Architecture]) throws {
    for change in Change.allCases {
      var rows: [[String]] = []
      var means: [Architecture: [[Double]]] = [:]
      for dnn in dnns {
        for factor in Self.factors {
          let all = try (1...seeds).map { seed in
            var instance = try Instance.twoTier(seed: seed, workload: Workload(jobs: 10, dnn: dnn))
            change.apply(factor, to: &instance)
            return try traits(of: instance).values
          }
          let mean = Traits.titles.indices.map { column in all.map { $0[column] }.mean }
          means[dnn, default: []].append(mean)
          rows.append([dnn.rawValue, factor.shown] + mean.map(\.shown))
        }
      }
      try report.say(
        "Ten jobs from four devices, with three edge servers and a cloud; \(change.title) times a factor; greedy, mean over "
          + "\(seeds) seeds:")
      try report.table(["DNN", "factor"] + Traits.titles, rows)
      for (column, name) in [(1, "splits"), (2, "work-on-devices"), (5, "links")] {
        try report.figure(chart(change, dnns, means, column), as: "\(change)-\(name)")
      }
    }
  }

  private func chart(
    _ change: Change, _ dnns: [Architecture], _ means: [Architecture: [[Double]]], _ column: Int
  ) -> Chart {
    let isShare = (2...4).contains(column)
    var chart = Chart(
      title: "\(Traits.titles[column]), as the \(change.title) changes",
      x: Chart.Axis("\(change.title), times", .logarithmic),
      y: Chart.Axis(
        Traits.titles[column], unit: isShare ? .share : .number, range: isShare ? 0...1 : nil))
    for (index, dnn) in dnns.enumerated() {
      chart.series.append(
        Chart.Series(
          dnn.rawValue, .line, Chart.Style(colour: index, pattern: index),
          zip(Self.factors, means[dnn] ?? []).map { Chart.Point($0, $1[column]) }))
    }
    return chart
  }

  private func traits(of instance: Instance) throws -> Traits {
    let batch = try Batch(QueueInstance(instance))
    let schedule = GreedyScheduling(batch).result().schedule
    let count = Double(instance.jobs.count)
    var traits = Traits()
    var work = 0.0
    let devices = Set(instance.jobs.map(\.source))
    let cloud = instance.network.nodes.firstIndex { $0.id == "cloud" }
    for (index, plan) in schedule.plan.jobs.enumerated() {
      traits.splitJobs += Set(plan.hosts).count > 1 ? 1 : 0
      traits.splits += Double(zip(plan.hosts, plan.hosts.dropFirst()).count { $0 != $1 }) / count
      traits.links += Double(plan.routes.reduce(0) { $0 + $1.count - 1 }) / count
      for (layer, host) in zip(instance.dnn(ofJob: index).layers, plan.hosts) {
        let amount = layer.work ?? 0
        work += amount
        if devices.contains(host) {
          traits.onDevices += amount
        } else if host == cloud {
          traits.inCloud += amount
        } else {
          traits.onEdge += amount
        }
      }
    }
    traits.onDevices /= work
    traits.onEdge /= work
    traits.inCloud /= work
    traits.makespan = batch.evaluator.evaluate(schedule).value
    return traits
  }
}
