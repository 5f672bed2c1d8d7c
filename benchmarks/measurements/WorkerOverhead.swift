import ArgumentParser
import LinearModels
import Solvers

/// What it costs to have a model solved in another process.
struct WorkerOverhead: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers", abstract: "Time a worker's start, and the way of a model of 1 MB to it.")

  func run() async throws {
    let model = try Self.chain(columns: 20_000)
    let bytes = 12 * model.nonzeroCount + 29 * model.columnCount + 9 * model.rowCount
    print("A model of \(model.columnCount) columns and \(model.nonzeroCount) nonzeros, \(bytes / 1000) kB\n")
    print("| backend | start and answer, best of 20 [ms] | with the model [ms] |\n|---|---|---|")
    for worker in [WorkerBackend.cbc, .glpk] {
      let start = try await best { _ = await worker.probe() }
      // A limit that means nothing is refused before the library is called: what is left is the way there and back.
      let refused = SolveOptions(timeLimit: -1)
      let transport = try await best { _ = try? await worker.solve(model, options: refused) }
      print("| \(worker.name) | \((1000 * start).shown) | \((1000 * transport).shown) |")
    }
  }

  /// [s]
  private func best(of count: Int = 20, _ body: () async throws -> Void) async throws -> Double {
    var best = Double.infinity
    for _ in 0..<count {
      let start = ContinuousClock.now
      try await body()
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return best
  }

  /// Rows x_i + x_(i+1) <= 1.
  private static func chain(columns: Int) throws -> CompiledModel {
    var model = LinearModel(name: "chain", objectiveUnit: "1")
    let x = (0..<columns).map { model.addBinary(Label("x", $0)) }
    for (row, (left, right)) in zip(x, x.dropFirst()).enumerated() {
      model.add(Label("pair", row), left + right <= 1)
    }
    model.minimise(sum(over: x) { -1 * $0 })
    return try model.compiled()
  }
}
