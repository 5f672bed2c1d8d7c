import ArgumentParser
import Foundation
import Foundations
import LayerRoute
import Problems
import Splitting
import SplittingAlgorithms
import SplittingGenerators

/// How far the plans of the heuristic are from the optimum, and how long it takes to find them.
struct HeuristicQuality: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heuristic",
    abstract: "Gap and time of the heuristic on seeded coupled instances.")

  @Option(help: "How many seeds, from 1.")
  var seeds = 10

  @Option(help: "Limit for the exact planner on each instance [s]; unfinished ones count by their bound.")
  var limit = 20.0

  @Option(help: "Only the families whose names contain this.")
  var only: String?

  @Option(help: "Rounds of price adjustment.")
  var rounds = 40

  @Option(help: "File that keeps the exact planner's values, so that they are computed once.")
  var references: String?

  @Flag(help: "Print a line an instance.")
  var each = false

  func run() async throws {
    var known = try ReferenceFile(path: references)
    print(
      "| instances | solved | bounded | no plan found | mean gap [%] | largest gap [%] "
        + "| median [ms] | mean [ms] | largest [ms] |")
    print("|---|---|---|---|---|---|---|---|---|")
    var all = GapSummary()
    let families = (SeededFamily.all + SeededFamily.tenJobs).filter { family in
      only.map(family.name.contains) ?? true
    }
    for family in families {
      var summary = GapSummary()
      for seed in 1...seeds {
        let instance = try family.make(UInt64(seed))
        let reference = try await known.reference("\(family.name) \(seed)", instance, limit: limit)
        // Nothing to find where shortest paths do, or where there is no plan.
        guard reference.kind == .solved || reference.kind == .bounded else { continue }
        let result = measure(instance, reference)
        summary.add(result)
        all.add(result)
        if each { print("<!-- \(family.name) \(seed): \(result) -->") }
        fflush(nil)
      }
      print(summary.row(named: family.name))
    }
    print(all.row(named: "all"))
  }

  private func measure(_ instance: Instance, _ reference: Reference) -> GapResult {
    var best = Double.infinity
    let routing = ResidualRouting(instance)
    var found = routing.outcome(rounds: 0)
    for _ in 0..<3 {
      // Processor time: one thread does all the work, whatever else the machine does.
      let start = clock()
      found = ResidualRouting(instance).outcome(rounds: rounds)
      best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
    }
    let least = max(reference.value, found.lowerBound)
    let gap = found.plan.map { max(0, ($0.cost - least) / least) }
    return GapResult(gap: gap, seconds: best, isProven: reference.kind == .solved)
  }
}

/// The heuristic on one instance.
private struct GapResult: CustomStringConvertible {
  /// (value - reference) / reference; `nil` where no plan was found.
  let gap: Double?
  let seconds: Double
  /// Whether the reference is the optimum, and not a bound.
  let isProven: Bool

  var description: String {
    let gap = gap.map { String(format: "%.4f %%", 100 * $0) } ?? "no plan"
    return "\(gap)\(isProven ? "" : " of a bound"), \(String(format: "%.2f", 1000 * seconds)) ms"
  }
}

private struct GapSummary {
  private var results: [GapResult] = []

  mutating func add(_ result: GapResult) { results.append(result) }

  func row(named name: String) -> String {
    let gaps = results.compactMap(\.gap)
    let times = results.map { 1000 * $0.seconds }.sorted()
    guard !times.isEmpty else { return "| \(name) | 0 | 0 | 0 | | | | | |" }
    let figures = [
      100 * (gaps.reduce(0, +) / Double(max(1, gaps.count))), 100 * (gaps.max() ?? 0), times[times.count / 2],
      times.reduce(0, +) / Double(times.count), times[times.count - 1],
    ].map { String(format: "%.2f", $0) }
    let proven = results.filter(\.isProven).count
    return "| \(name) | \(proven) | \(results.count - proven) | \(results.count - gaps.count) | "
      + figures.joined(separator: " | ") + " |"
  }
}

/// What the exact planner says about an instance.
private struct Reference {
  enum Kind: String { case solved, bounded, shortest, infeasible, unknown }
  let kind: Kind
  /// The optimum, or the proven bound [s].
  let value: Double
}

/// References that were computed before, a line each.
private struct ReferenceFile {
  private let path: String?
  private var known: [String: Reference] = [:]

  init(path: String?) throws {
    self.path = path
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: ",").map(String.init)
      guard parts.count == 3, let kind = Reference.Kind(rawValue: parts[1]), let value = Double(parts[2])
      else {
        continue
      }
      known[parts[0]] = Reference(kind: kind, value: value)
    }
  }

  mutating func reference(_ name: String, _ instance: Instance, limit: Double) async throws -> Reference {
    if let reference = known[name] { return reference }
    let file = try await Kinds.splitting.solve(instance, budget: Budget(seconds: limit)).file
    let kind: Reference.Kind =
      switch file.status {
      case .optimal: file.solver?.origin.backend == Origin.native ? .shortest : .solved
      case .feasible: .bounded
      case .infeasible: .infeasible
      case .unknown: .unknown
      }
    let objective = file.objective
    let value = (kind == .bounded ? objective?.bound : objective?.value) ?? 0
    let reference = Reference(kind: kind, value: value)
    known[name] = reference
    try save()
    return reference
  }

  private func save() throws {
    guard let path else { return }
    let lines = known.sorted { $0.key < $1.key }.map { "\($0),\($1.kind.rawValue),\($1.value)\n" }
    try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
  }
}

extension SeededFamily {
  /// Ten jobs, each with a random DNN of its own, on the 24 nodes of the geometric family.
  fileprivate static let tenJobs = [
    tenJobs("memory", Tightness(memory: 0.75)),
    tenJobs("compute load", Tightness(computeLoad: 0.7)),
    tenJobs("link load", Tightness(linkLoad: 0.2)),
    tenJobs("memory and deadlines", Tightness(memory: 0.7, deadline: 0.5)),
    tenJobs("everything", Tightness(memory: 0.6, computeLoad: 0.5, linkLoad: 0.15, deadline: 0.4)),
    tenJobs("memory, objective max", Tightness(memory: 0.75), .max),
  ]

  private static func tenJobs(
    _ coupling: String, _ tightness: Tightness, _ objective: ObjectiveKind = .total
  ) -> SeededFamily {
    SeededFamily(name: "10 jobs on 24 nodes: \(coupling)") { seed in
      let isLoaded = tightness.computeLoad + tightness.linkLoad > 0
      let workload = Workload(
        jobs: 10, dnn: .random, rate: isLoaded ? 5 : 0, tightness: tightness,
        options: Options(objective: objective))
      return try .geometric(seed: seed, nodes: 24, workload: workload)
    }
  }
}
