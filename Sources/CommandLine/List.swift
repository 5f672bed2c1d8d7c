import ArgumentParser
import BenchmarkHarness
import Documents
import Foundations
import LayerRoute
import Problems
import Solvers

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "List backends and, for each problem, its formulations, methods, families and benchmark suites.",
    discussion: "Each backend is shown with its version, or with the reason why it cannot be used.")

  @Option(help: "Format of the list.")
  var format: OutputFormat = .text

  func run() async throws {
    let suites = try Suite.Shipped.all.map { try $0.suite() }
    var backends: [(name: String, availability: WorkerBackend.Availability)] = []
    for case let worker as WorkerBackend in WorkerBackend.all {
      backends.append((worker.name, await worker.probe()))
    }
    switch format {
    case .text:
      let kinds = Kinds.all.map { Self.text(of: $0, suites) }
      Console.write(([Self.text(backends)] + kinds).joined(separator: "\n"))
    case .json: Console.write(JSONWriter.text(of: Self.json(backends, suites)))
    }
  }

  private typealias Backends = [(name: String, availability: WorkerBackend.Availability)]

  // MARK: For people

  private static func text(_ backends: Backends) -> String {
    var table = TextTable([("backend", .left), ("version", .left)])
    for (name, availability) in backends { table.add([name, description(availability)]) }
    return table.text
  }

  private static func description(_ availability: WorkerBackend.Availability) -> String {
    switch availability {
    case .available(let version): version
    case .unavailable(let reason): "not available: \(reason)"
    }
  }

  /// A heading, then the tables of the kind's formulations, methods, families and suites; empty ones are left out.
  private static func text<K: AnyKind>(of kind: K, _ suites: [Suite]) -> String {
    let kind = kind.kind
    var tables: [String] = []
    func add(_ title: String, _ rows: [[String]], _ columns: [(String, TextTable.Alignment)]) {
      if rows.isEmpty { return }
      var table = TextTable([(title, .left)] + columns)
      for row in rows { table.add(row) }
      tables.append(table.text)
    }
    add("formulation", kind.formulations.map { [$0.name, $0.summary] }, [("idea", .left)])
    add(
      "method", kind.methods.map { [$0.name, $0.promise.rawValue, $0.summary] },
      [("promise", .left), ("what it does", .left)])
    add("family", kind.families.map { [$0.name, $0.summary] }, [("instances", .left)])
    add(
      "suite",
      suites.filter { $0.problem == K.P.name }.map {
        [$0.name, "\($0.cases.count)", "\($0.runCount)", $0.about]
      }, [("instances", .right), ("runs", .right), ("what it shows", .left)])
    return "\(K.P.name): \(K.P.summary)\n\n" + tables.joined(separator: "\n")
  }

  // MARK: For programs

  private static func json(_ backends: Backends, _ suites: [Suite]) -> JSONValue {
    let listed = backends.map { name, availability -> JSONValue in
      switch availability {
      case .available(let version):
        ["name": .string(name), "available": true, "version": .string(version)]
      case .unavailable(let reason):
        ["name": .string(name), "available": false, "reason": .string(reason)]
      }
    }
    return [
      "backends": .array(listed),
      "problems": .array(
        Kinds.all.map { ["name": .string($0.problemName), "question": .string($0.summary)] }),
      "formulations": .array(Kinds.all.flatMap { $0.formulationValues }),
      "methods": .array(Kinds.all.flatMap { $0.methodValues }),
      "families": .array(Kinds.all.flatMap { $0.familyValues }),
      "suites": .array(
        suites.map {
          [
            "problem": .string($0.problem), "name": .string($0.name), "idea": .string($0.about),
            "instances": .number(Double($0.cases.count)), "runs": .number(Double($0.runCount)),
          ]
        }),
    ]
  }
}

extension AnyKind {
  fileprivate var summary: String { P.summary }

  fileprivate var formulationValues: [JSONValue] {
    kind.formulations.map {
      ["problem": .string(P.name), "name": .string($0.name), "idea": .string($0.summary)]
    }
  }

  fileprivate var methodValues: [JSONValue] {
    kind.methods.map {
      [
        "problem": .string(P.name), "name": .string($0.name), "promise": .string($0.promise.rawValue),
        "idea": .string($0.summary), "parameters": .array($0.parameters.map { .string($0.name) }),
      ]
    }
  }

  fileprivate var familyValues: [JSONValue] {
    kind.families.map {
      [
        "problem": .string(P.name), "name": .string($0.name), "idea": .string($0.summary),
        "parameters": .array($0.parameters.map { .string($0.name) }),
      ]
    }
  }
}
