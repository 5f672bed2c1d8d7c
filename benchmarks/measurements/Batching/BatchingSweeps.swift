import Batching
import BatchingAlgorithms
import BatchingChecking
import BatchingGenerators
import Charts
import Foundations
import LayerRoute
import Problems

/// Users served by each rule, while one parameter of the cell varies.
final class BatchingSweeps {
  private let seeds: UInt64
  private let report: StudyReport
  private var lines = ["server,window,parameter,at,seed,rule,served"]
  /// The mean of each rule at the usual values, by server and window.
  private var usual: [(setting: String, means: [ServingRule: Double])] = []

  init(seeds: UInt64, report: StudyReport) { (self.seeds, self.report) = (seeds, report) }

  /// A parameter of the family `cell`, its values, and how the axis of its figure is called.
  private typealias Sweep = (name: String, values: [Double], label: String)

  private static let sweeps: [Sweep] = [
    ("users", [5, 10, 20, 40, 80], "users"), ("bandwidth", [5e6, 10e6, 20e6, 40e6, 80e6], "bandwidth [Hz]"),
    ("tightness", [0.5, 0.7, 1, 1.4, 2], "tightness of deadlines"),
    ("early", [0, 0.25, 0.5, 0.75, 1], "share of early exits"),
  ]

  /// The usual values: those of the family, but for the users.
  private static let usualUsers = 40
  /// The fixed window of a server that is not slow [s].
  private static let window = 0.04

  func measure(_ server: StudiedServer) async throws {
    for isFixed in [false, true] {
      let title = "\(server.name), \(isFixed ? "fixed" : "free") window"
      for sweep in Self.sweeps {
        var points: [(at: Double, means: [ServingRule: Double])] = []
        for value in sweep.values {
          points.append((value, try await means(server, isFixed, sweep.name, value)))
        }
        try show(points, sweep, title, "\(server.name)-\(isFixed ? "fixed" : "free")-\(sweep.name)")
        if sweep.name == "early", let point = points.first(where: { $0.at == 0.75 }) {
          usual.append((title, point.means))
        }
      }
      try report.data(lines, as: "values.csv")
    }
  }

  private func means(
    _ server: StudiedServer, _ isFixed: Bool, _ name: String, _ value: Double
  ) async throws -> [ServingRule: Double] {
    var served: [ServingRule: [Double]] = [:]
    for seed in 1...seeds {
      let instance = try instance(server, isFixed, name, value, seed)
      for rule in ServingRule.allCases {
        let count = try await Double(rule.served(in: instance))
        served[rule, default: []].append(count)
        lines.append(
          "\(server.name),\(isFixed ? "fixed" : "free"),\(name),\(value),\(seed),\(rule.rawValue.replacing(",", with: "")),\(Int(count))"
        )
      }
    }
    return served.mapValues(\.mean)
  }

  private func instance(
    _ server: StudiedServer, _ isFixed: Bool, _ name: String, _ value: Double, _ seed: UInt64
  ) throws -> BatchingInstance {
    var values = ParameterValues(["users": .integer(Self.usualUsers)])
    values[name] = name == "users" ? .integer(Int(value)) : .number(value)
    var instance = try BatchingFamilies.cell.instance(seed: seed, values)
    if let blocks = server.blocks { instance.blocks = blocks }
    for user in instance.users.indices { instance.users[user].deadline *= server.slowness }
    if isFixed { instance.server.window = Self.window * server.slowness }
    return instance
  }

  private func show(
    _ points: [(at: Double, means: [ServingRule: Double])], _ sweep: Sweep, _ title: String, _ file: String
  ) throws {
    try report.table(
      ["\(title): \(sweep.label)"] + ServingRule.allCases.map(\.rawValue),
      points.map { point in
        [Figures.digits(point.at, 4)]
          + ServingRule.allCases.map { Figures.digits(point.means[$0] ?? .nan, 3) }
      })
    let isLogarithmic = sweep.name == "users" || sweep.name == "bandwidth"
    var chart = Chart(
      title: "Users served: \(title)", x: .init(sweep.label, isLogarithmic ? .logarithmic : .linear),
      y: .init("users served", range: 0...1))
    chart.series = ServingRule.allCases.enumerated().map { index, rule in
      Chart.Series(
        rule.rawValue, .line, Chart.Style(colour: index, pattern: index),
        points.map { Chart.Point($0.at, $0.means[rule] ?? .nan) })
    }
    try report.figure(chart, as: file)
  }

  /// What each of both is good for at the usual values.
  func summarise() throws {
    try report.table(
      [
        "40 users", "exact", "over no batching, no exits", "over no batching", "over no exits",
        "over best-shelf-exits",
      ],
      usual.map { setting, means in
        let exact = means[.exact] ?? .nan
        func ratio(_ rule: ServingRule) -> String { Figures.digits(exact / (means[rule] ?? .nan), 3) }
        return [setting, Figures.digits(exact, 3)]
          + [ServingRule.singleNoExits, .single, .noExits, .shelfExits].map(ratio)
      })
  }
}

extension ServingRule {
  /// The users that the rule serves.
  func served(in instance: BatchingInstance) async throws -> Int {
    switch self {
    case .exact: return try await exact(instance)
    case .noExits: return try await exact(instance.withoutExits)
    case .shelfExits: return count(BestShelf.withExits.plan(for: instance))
    case .shelf: return count(BestShelf.withoutExits.plan(for: instance))
    case .single: return SingleTasks(instance).most
    case .singleNoExits: return SingleTasks(instance.withoutExits).most
    }
  }

  private func exact(_ instance: BatchingInstance) async throws -> Int {
    let answer = try await Kinds.batching.solve(instance, solvers: [])
    return answer.plan.map(count) ?? 0
  }

  private func count(_ plan: BatchingProblem.Plan) -> Int { plan.exits.count { $0 != nil } }
}

extension BatchingInstance {
  /// The instance in which everybody leaves at the last exit.
  fileprivate var withoutExits: BatchingInstance {
    var instance = self
    for user in users.indices where firstExit(of: user) != nil {
      instance.users[user].need = .exit(blocks.count - 1)
    }
    return instance
  }
}
