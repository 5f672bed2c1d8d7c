import ArgumentParser
import BenchmarkHarness
import Documents
import Planning
import Solvers
import TestSupport

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List formulations, backends, planners and suites of benchmarks.",
    discussion: "Backends are shown with their version, or with the reason why they cannot be used.")

  @Option(help: "How the list is printed.")
  var format: OutputFormat = .text

  func run() async throws {
    let registry = Registry.standard
    let suites = try Suite.Shipped.all.map { try $0.suite() }
    var backends: [(name: String, availability: WorkerBackend.Availability)] = []
    for case let worker as WorkerBackend in registry.solvers {
      backends.append((worker.name, await worker.probe()))
    }
    switch format {
    case .text: Console.write(text(registry, backends, suites))
    case .json: Console.write(JSONWriter.text(of: json(registry, backends, suites)))
    }
  }

  private typealias Backends = [(name: String, availability: WorkerBackend.Availability)]

  private static let planners = [
    ("native", "shortest paths in the implicit layered graph; exact where no constraint couples"),
    ("FORMULATION + BACKEND", "any formulation with any backend"),
  ]

  private func text(_ registry: Registry, _ backends: Backends, _ suites: [Suite]) -> String {
    var formulations = TextTable([("formulation", .left), ("idea", .left)])
    for formulation in registry.formulations { formulations.add([formulation.name, formulation.summary]) }
    var table = TextTable([("backend", .left), ("version", .left)])
    for (name, availability) in backends { table.add([name, description(availability)]) }
    var planners = TextTable([("planner", .left), ("what it does", .left)])
    for (name, idea) in Self.planners { planners.add([name, idea]) }
    var listed = TextTable([
      ("suite", .left), ("instances", .right), ("runs", .right), ("what it shows", .left),
    ])
    for suite in suites {
      listed.add([suite.name, "\(suite.cases.count)", "\(suite.runCount)", suite.about])
    }
    return [formulations.text, table.text, planners.text, listed.text].joined(separator: "\n")
  }

  private func description(_ availability: WorkerBackend.Availability) -> String {
    switch availability {
    case .available(let version): version
    case .unavailable(let reason): "not available: \(reason)"
    }
  }

  private func json(_ registry: Registry, _ backends: Backends, _ suites: [Suite]) -> JSONValue {
    let listed = backends.map { name, availability -> JSONValue in
      switch availability {
      case .available(let version):
        ["name": .string(name), "available": true, "version": .string(version)]
      case .unavailable(let reason):
        ["name": .string(name), "available": false, "reason": .string(reason)]
      }
    }
    return [
      "formulations": .array(
        registry.formulations.map { ["name": .string($0.name), "idea": .string($0.summary)] }),
      "backends": .array(listed),
      "planners": .array(Self.planners.map { ["name": .string($0.0), "idea": .string($0.1)] }),
      "suites": .array(
        suites.map {
          [
            "name": .string($0.name), "idea": .string($0.about), "instances": .number(Double($0.cases.count)),
            "runs": .number(Double($0.runCount)),
          ]
        }),
    ]
  }
}
