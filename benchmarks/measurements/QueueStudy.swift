import ArgumentParser
import Foundation
import Instances
import LayerRoute
import Pictures
import Scheduling

/// Batches of jobs in queues: methods against each other and the lower bound, and how schedules adapt.
struct QueueStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queues",
    abstract:
      "Completion times of schedules as jobs become more, and how schedules adapt; tables, and figures with -o."
  )

  @Option(parsing: .upToNextOption, help: "Numbers of jobs.") var jobs = [1, 2, 5, 10, 20, 35, 50]
  @Option(help: "Seeds, 1 to this.") var seeds: UInt64 = 5
  @Option(help: "Orders that annealing evaluates.") var steps = 1000
  @Option(help: "Limit of the linear program of each lower bound [s].") var limit = 20.0
  @Option(name: .shortAndLong, help: "The folder for the figures.") var output: String?

  private static let dnns: [Architecture] = [.vgg19, .resnet34, .transformer]

  func run() async throws {
    for place in StudyPlace.allCases {
      for dnn in Self.dnns { try await measureGrowth(place, dnn) }
    }
    try measureAdaptivity()
  }

  private func write(_ chart: Chart, as name: String) throws {
    guard let output else { return }
    try OutputFile.write(chart.svg, to: "\(output)/\(name).svg")
  }

  // MARK: More and more jobs

  private func measureGrowth(_ place: StudyPlace, _ dnn: Architecture) async throws {
    print("\n\(dnn.rawValue) on \(place.title), makespan [s], mean over \(seeds) seeds:\n")
    print(
      "| jobs | " + StudyMethod.allCases.map(\.title).joined(separator: " | ") + " | guarantee / greedy |")
    print("|---" + String(repeating: "|---", count: StudyMethod.allCases.count + 1) + "|")
    var values: [StudyMethod: [(jobs: Int, makespans: [Double])]] = [:]
    for count in jobs {
      var row: [StudyMethod: [Double]] = [:]
      var looseness: [Double] = []
      for seed in 1...seeds {
        let problem = try SchedulingProblem(try place.instance(seed, jobs: count, dnn: dnn))
        let greedy = GreedyScheduling(problem).result().schedule
        for method in StudyMethod.allCases {
          guard let value = await makespan(method, problem, greedy, seed) else { continue }
          row[method, default: []].append(value)
        }
        let chains = problem.chains(of: greedy.plan)
        let promised = CompletionGuarantee(chains, order: greedy.order, on: problem.resources).completions
        looseness.append((promised.max() ?? 0) / (row[.greedy]?.last ?? .nan))
      }
      // Of a method that some instances do not allow, the others' mean would be of something else.
      row = row.filter { $0.value.count == Int(seeds) }
      for (method, makespans) in row { values[method, default: []].append((count, makespans)) }
      let cells = StudyMethod.allCases.map { row[$0].map { Self.mean($0).shown } ?? "-" }
      print("| \(count) | \(cells.joined(separator: " | ")) | \(Self.mean(looseness).shown) |")
      fflush(nil)
    }
    try write(
      chart(values, title: "\(dnn.rawValue) on \(place.title)"), as: "\(place.rawValue)-\(dnn.rawValue)")
  }

  private func makespan(
    _ method: StudyMethod, _ problem: SchedulingProblem, _ greedy: Schedule, _ seed: UInt64
  ) async -> Double? {
    let schedule: Schedule?
    switch method {
    case .greedy: schedule = greedy
    case .anneal:
      var parameters = SimulatedAnnealing.Parameters()
      parameters.steps = steps
      parameters.seeds = [seed, seed + 100]
      schedule = SimulatedAnnealing(
        problem, objective: .makespan, discipline: .preemptive, parameters: parameters
      ).result(from: greedy.order).schedule
    case .random: schedule = Baseline.random.schedule(problem, seed: seed)
    case .alone: schedule = Baseline.alone.schedule(problem)
    case .fastest: schedule = Baseline.fastest.schedule(problem)
    case .source: schedule = Baseline.source.schedule(problem)
    case .bound: return await bound(problem)
    }
    return schedule.map { schedule in
      Simulation(
        problem.chains(of: schedule.plan), order: schedule.order, on: problem.resources,
        discipline: .preemptive
      ).makespan
    }
  }

  private func bound(_ problem: SchedulingProblem) async -> Double {
    await problem.lowerBound(.makespan, solvers: [WorkerBackend.cbc], limit: limit) {
      print($0)
    }.seconds
  }

  private func chart(
    _ values: [StudyMethod: [(jobs: Int, makespans: [Double])]], title: String
  ) -> Chart {
    var chart = Chart(
      title: title + ", with the extremes of greedy", x: Chart.Axis("jobs", .linear),
      y: Chart.Axis("makespan", .logarithmic, unit: .seconds))
    for (index, method) in StudyMethod.allCases.enumerated() {
      guard let points = values[method] else { continue }
      chart.series.append(
        Chart.Series(
          method.title, .line, Chart.Style(colour: index, pattern: index),
          points.map { point in
            let ends = (point.makespans.min() ?? 0, point.makespans.max() ?? 0)
            // Seven bands would hide each other.
            return Chart.Point(
              Double(point.jobs), Self.mean(point.makespans),
              interval: method == .greedy ? ends.0...ends.1 : nil)
          }))
    }
    return chart
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }

  // MARK: Adaptivity

  private func measureAdaptivity() throws {
    print(
      "\nTen jobs from four devices, with three edge servers and a cloud, greedy, mean over \(seeds) seeds:\n"
    )
    print("| DNN | change | factor | jobs on several hosts | hosts in use | links a job | makespan [s] |")
    print("|---|---|---|---|---|---|---|")
    for dnn in Self.dnns {
      for change in StudyChange.allCases {
        for factor in [0.01, 0.1, 1, 10, 100] {
          var traits: [[Double]] = []
          for seed in 1...seeds {
            var instance = try Instance.twoTier(seed: seed, workload: Workload(jobs: 10, dnn: dnn))
            change.apply(factor, to: &instance)
            traits.append(try Self.traits(of: instance))
          }
          let means = traits[0].indices.map { column in Self.mean(traits.map { $0[column] }).shown }
          print("| \(dnn.rawValue) | \(change.rawValue) | \(factor) | \(means.joined(separator: " | ")) |")
          fflush(nil)
        }
      }
    }
  }

  /// Jobs that are split, different hosts, links crossed a job, and the makespan [s] of the greedy schedule.
  private static func traits(of instance: Instance) throws -> [Double] {
    let problem = try SchedulingProblem(instance)
    let schedule = GreedyScheduling(problem).result().schedule
    let plans = schedule.plan.jobs
    let links = plans.reduce(0) { sum, plan in plan.routes.reduce(sum) { $0 + $1.count - 1 } }
    let makespan = Simulation(
      problem.chains(of: schedule.plan), order: schedule.order, on: problem.resources, discipline: .preemptive
    ).makespan
    return [
      Double(plans.count { Set($0.hosts).count > 1 }), Double(schedule.plan.hosts.count),
      Double(links) / Double(plans.count), makespan,
    ]
  }
}

private enum StudyMethod: String, CaseIterable {
  case greedy, anneal, random, alone, fastest, source, bound

  var title: String { self == .bound ? "lower bound" : rawValue }
}

/// Where jobs run.
private enum StudyPlace: String, CaseIterable {
  case toy, backbone

  var title: String { self == .toy ? "five nodes in a row" : "NSFNET" }

  func instance(_ seed: UInt64, jobs: Int, dnn: Architecture) throws -> Instance {
    let workload = Workload(jobs: jobs, dnn: dnn)
    switch self {
    case .toy: return try .chain(seed: seed, nodes: 5, workload: workload)
    case .backbone: return try .backbone(seed: seed, workload: workload)
    }
  }
}

/// What becomes more or less.
private enum StudyChange: String, CaseIterable {
  case bandwidth, tensors, devices

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
