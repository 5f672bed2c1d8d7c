import ArgumentParser
import Foundation
import Instances
import LayerRoute

/// How much faster `layered` is than the other formulations, backend by backend, on coupled instances of a family.
struct FormulationSpeed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formulations",
    abstract: "Time every formulation with every backend on seeded instances.")

  @Option(help: "Only the families whose name contains this.")
  var only = "demo"

  @Option(help: "How many seeds, from 1.")
  var seeds = 20

  @Option(help: "Limit for each run [s]; an unfinished run counts as the limit.")
  var limit = 20.0

  @Option(help: "Shift of the geometric means [s].")
  var shift = 0.01

  func run() async throws {
    for family in SeededFamily.named(only) { try await run(family) }
  }

  private func run(_ family: SeededFamily) async throws {
    let registry = Registry.standard
    let methods = registry.formulations.flatMap { formulation in
      registry.solvers.map { MIPPlanner(formulation: formulation, solver: $0) }
    }
    var times: [String: [Double]] = [:]
    var unfinished: [String: Int] = [:]
    print("\n\(family.name):\n")
    print("| seed | optimum [s] | " + methods.map(\.title).joined(separator: " | ") + " |")
    print("|---" + String(repeating: "|---", count: methods.count + 1) + "|")
    for seed in 1...seeds {
      let results = try await measure(try family.make(UInt64(seed)), methods)
      for (method, result) in zip(methods, results) {
        times[method.title, default: []].append(result.seconds)
        unfinished[method.title, default: 0] += result.value == nil ? 1 : 0
      }
      printRow(seed, results)
      // What was measured stays, should somebody stop the rest.
      fflush(nil)
    }
    printSummary(methods, times, unfinished)
  }

  private struct Result {
    let value: Double?
    let seconds: Double
    /// Whether the backend broke; counted at the limit.
    var failed = false
  }

  private func measure(_ instance: Instance, _ methods: [MIPPlanner]) async throws -> [Result] {
    let known = ResidualRouting(instance).bestPlan()
    var results: [Result] = []
    for method in methods {
      let limits = MIPPlanner.Limits(seconds: limit)
      guard let run = try? await method.run(instance, knownPlan: known, limits: limits) else {
        results.append(Result(value: nil, seconds: limit, failed: true))
        continue
      }
      guard case .solved(let plan) = run.outcome else {
        results.append(Result(value: nil, seconds: limit))
        continue
      }
      results.append(Result(value: plan.value, seconds: min(limit, run.buildSeconds + run.solveSeconds)))
    }
    return results
  }

  private func printRow(_ seed: Int, _ results: [Result]) {
    let values = results.compactMap(\.value)
    guard let least = values.min(), let most = values.max() else {
      print("| \(seed) | ? | " + results.map { _ in "> \(limit)" }.joined(separator: " | ") + " |")
      return
    }
    let agreement = most <= least * (1 + 1e-6) ? "" : " DISAGREE"
    let cells = results.map { result in
      if result.failed { return "failed" }
      return result.value == nil ? "> \(limit)" : String(format: "%.3f", result.seconds)
    }
    print(
      "| \(seed) | \(String(format: "%.6f", least))\(agreement) | " + cells.joined(separator: " | ") + " |")
  }

  private func printSummary(
    _ methods: [MIPPlanner], _ times: [String: [Double]], _ unfinished: [String: Int]
  ) {
    print("\nShifted geometric means, shift \(shift) s, unfinished runs at \(limit) s:\n")
    print("| method | mean [s] | unfinished | ratio to layered |\n|---|---|---|---|")
    for method in methods {
      let mean = Statistics.shiftedGeometricMean(times[method.title] ?? [], shift: shift)
      let reference = Statistics.shiftedGeometricMean(
        times["layered " + method.solver.name] ?? [], shift: shift)
      let ratio = String(format: "%.1f", (mean + shift) / (reference + shift))
      print(
        "| \(method.title) | \(String(format: "%.3f", mean)) | \(unfinished[method.title] ?? 0) | \(ratio) |")
    }
  }
}

extension MIPPlanner {
  fileprivate var title: String { "\(formulation.name) \(solver.name)" }
}
