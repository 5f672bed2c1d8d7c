import ArgumentParser
import BenchmarkHarness
import LayerRoute

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "List backends and, for each problem, its formulations, methods, families and benchmark suites.",
    discussion: "Each backend is shown with its version, or with the reason why it cannot be used.")

  @Option(help: "Format of the list.") var format: OutputFormat = .text

  func run() async throws {
    let suites = try Suite.Shipped.all.map { try $0.suite() }
    var backends: Backends = []
    for case let worker as WorkerBackend in WorkerBackend.all {
      backends.append((worker.name, await worker.probe()))
    }
    let kinds = Kinds.all.map { Self.text(of: $0, suites) }
    format.write(
      text: ([Self.text(backends)] + kinds).joined(separator: "\n"), json: Self.json(backends, suites))
  }

  private typealias Backends = [(name: String, availability: WorkerBackend.Availability)]

  // MARK: For people

  private static func text(_ backends: Backends) -> String {
    var table = TextTable([("backend", .left), ("version", .left)])
    for (name, availability) in backends {
      switch availability {
      case .available(let version): table.add([name, version])
      case .unavailable(let reason): table.add([name, "not available: \(reason)"])
      }
    }
    return table.text
  }

  /// A heading, then the tables of the kind's formulations, methods, families and suites; empty ones are left out.
  private static func text<K: AnyKind>(of kind: K, _ suites: [Suite]) -> String {
    let kind = kind.kind
    var tables: [String] = []
    func add(_ title: String, _ rows: [[String]], _ columns: [(String, TextTable.Alignment)]) {
      var table = TextTable([(title, .left)] + columns)
      for row in rows { table.add(row) }
      if !rows.isEmpty { tables.append(table.text) }
    }
    add(
      "formulation",
      kind.formulations.map { [$0.name, $0.summary] } + kind.foundFormulations.map { [$0.name, $0.summary] },
      [("idea", .left)])
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
      case .available(let version): ["name": .string(name), "available": true, "version": .string(version)]
      case .unavailable(let reason): ["name": .string(name), "available": false, "reason": .string(reason)]
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
    kind.formulations.map { entry($0.name, $0.summary) }
      + kind.foundFormulations.map { entry($0.name, $0.summary) }
  }

  fileprivate var methodValues: [JSONValue] {
    kind.methods.map { entry($0.name, $0.summary, promise: $0.promise, $0.parameters) }
  }

  fileprivate var familyValues: [JSONValue] {
    kind.families.map { entry($0.name, $0.summary, $0.parameters) }
  }

  private func entry(
    _ name: String, _ idea: String, promise: Promise? = nil, _ parameters: [Parameter]? = nil
  ) -> JSONValue {
    var members: [JSONValue.Member] = [.init("problem", .string(P.name)), .init("name", .string(name))]
    if let promise { members.append(.init("promise", .string(promise.rawValue))) }
    members.append(.init("idea", .string(idea)))
    if let parameters { members.append(.init("parameters", .array(parameters.map { .string($0.name) }))) }
    return .object(members)
  }
}
