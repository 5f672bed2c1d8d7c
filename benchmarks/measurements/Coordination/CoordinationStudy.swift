import ArgumentParser
import Charts
import Foundation
import Foundations
import LayerRoute
import Problems

/// What coordination gains: throughput and accuracy of `own`, `search` and `exact` against the load, for services made of
/// AlexNet and MobileNetV2.
struct CoordinationStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordination",
    abstract: "Study coordination: own blocks, search in turn and exact optima against the load.",
    discussion: "With -o, report.md and the figures are written to that folder; all of it is seeded.")

  @Option(parsing: .upToNextOption, help: "Numbers of services.") var services = [2, 3, 4, 5]
  @Option(parsing: .upToNextOption, help: "Numbers of machines.") var machines = [1, 2, 3]
  @Option(parsing: .upToNextOption, help: "Loads of the machines without coordination.")
  var loads = [0.8, 1.2, 1.6, 2.4]
  @Option(help: "Instances of each, with the seeds 1 to this.") var seeds: UInt64 = 5
  @Option(help: "The folder of stitched instances with measured accuracies, to be solved as well.")
  var measured: [String] = []
  @Option(name: .shortAndLong, help: "The folder for the report and the figures.") var output: String?

  func run() async throws {
    let report = StudyReport(folder: output)
    for paths in PathOption.allCases { try await compareMethods(paths, report) }
    for file in measured { try await solveMeasured(file, report) }
  }

  /// The totals of a plan.
  private struct Totals {
    var throughput = 0.0
    var answered = 0.0
    var accuracy: Double { throughput > 0 ? answered / throughput : 0 }

    init(_ answer: Answer<CoordinationProblem>) {
      guard let plan = answer.plan else { return }
      let evaluation = CoordinationEvaluator(answer.instance).evaluate(plan)
      throughput = evaluation.rates.reduce(0, +)
      answered = zip(evaluation.rates, evaluation.accuracies).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  private static let methods = ["own", "search", "exact"]

  private func compareMethods(_ paths: PathOption, _ report: StudyReport) async throws {
    try report.say(
      "`\(paths.rawValue)`: throughput [1/s] and mean accuracy of each method, and what `exact` has more than `own`, means "
        + "over \(seeds) instances.")
    var rows: [[String]] = []
    for machines in machines {
      for services in services {
        for load in loads {
          rows.append(try await row(paths, machines: machines, services: services, load: load))
        }
      }
    }
    try report.table(
      ["machines", "services", "load"] + Self.methods
        + [
          "throughput of exact / own", "accuracy of exact - own", "reward of exact / own",
          "reward of exact / search",
        ],
      rows)
  }

  private func row(
    _ paths: PathOption, machines: Int, services: Int, load: Double
  ) async throws -> [String] {
    var totals: [String: [Totals]] = [:]
    for seed in 1...seeds {
      let values = ParameterValues([
        "machines": .integer(machines), "services": .integer(services), "load": .number(load),
        "paths": .word(paths.rawValue),
      ])
      let family = Kinds.coordination.families.first { $0.name == "edge" }
      guard let instance = try family?.instance(seed: seed, values) else { continue }
      for method in Self.methods {
        let answer = try await Kinds.coordination.solve(instance, SolveRequest(method: method))
        totals[method, default: []].append(Totals(answer))
      }
    }
    func mean(_ method: String, _ figure: (Totals) -> Double) -> Double {
      (totals[method] ?? []).map(figure).mean
    }
    func ratio(_ method: String, _ figure: (Totals) -> Double) -> String {
      let pairs = zip(totals["exact"] ?? [], totals[method] ?? [])
      return Figures.digits(pairs.map { figure($0) / figure($1) }.mean, 4)
    }
    let shown = Self.methods.map {
      "\(Figures.digits(mean($0, \.throughput), 4)), \(Figures.digits(mean($0, \.accuracy), 4))"
    }
    let loss = mean("exact", \.accuracy) - mean("own", \.accuracy)
    return ["\(machines)", "\(services)", "\(load)"] + shown + [
      ratio("own", \.throughput), Figures.digits((loss * 1e5).rounded() / 1e5, 3), ratio("own", \.answered),
      ratio("search", \.answered),
    ]
  }

  /// An instance with measured accuracies: what a search sees of it, by its margin.
  private func solveMeasured(_ file: String, _ report: StudyReport) async throws {
    var instance = try CoordinationProblem.instance(from: Document.read(file: file))
    var rows: [[String]] = []
    for paths in PathOption.allCases {
      instance.paths = paths
      for (method, margin) in [
        ("own", nil), ("search", 0), ("search", 0.01), ("search", 0.02), ("exact", nil),
      ] {
        var request = SolveRequest(method: method)
        if let margin { request.parameters["margin"] = .number(margin) }
        let answer = try await Kinds.coordination.solve(instance, request)
        let totals = Totals(answer)
        let counts = answer.file.solver?.counts.map { "\(Int($0.number))" } ?? []
        rows.append([
          paths.rawValue, margin.map { "\(method), margin \($0)" } ?? method,
          Figures.digits(answer.file.objective?.value ?? 0, 6), Figures.digits(totals.throughput, 5),
          Figures.digits(totals.accuracy, 5), counts.isEmpty ? "-" : counts.joined(separator: " of "),
        ])
      }
    }
    try report.say("\(URL(filePath: file).lastPathComponent):")
    try report.table(["paths", "method", "reward", "throughput [1/s]", "accuracy", "paths looked up"], rows)
  }
}
