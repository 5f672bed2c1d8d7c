import CBCBackend
import Foundation
import GLPKBackend
import LinearModels
import Solvers
import TestSupport
import Testing

/// One test after the other: they measure time, and start processes that do.
@Suite(.serialized) enum BackendTests {}

/// A way to have a model solved; each must pass the same tests.
struct Solver: Sendable, CustomTestStringConvertible {
  /// The library in this process.
  let backend: any Backend
  /// Its worker.
  let worker: WorkerBackend
  private let isInProcess: Bool

  private init(_ backend: any Backend, _ worker: WorkerBackend, isInProcess: Bool = true) {
    self.backend = backend
    self.worker = worker
    self.isInProcess = isInProcess
  }

  /// A line for each backend.
  private static let all = [
    Solver(GLPKBackend(), .glpk),
    Solver(CBCBackend(), .cbc),
  ]

  /// Only what the package traits build.
  static let inProcess = all.filter { Backends.built.contains($0.backend.name) }
  static let allCases = inProcess + inProcess.map { Solver($0.backend, $0.worker, isInProcess: false) }
  static let workers = inProcess.map(\.worker)

  /// What they leave out.
  static let missing = all.filter { Backends.missing.contains($0.backend.name) }

  /// Those that can be given a point to start from.
  static let takingStart = allCases.filter(\.backend.takesStart)

  var testDescription: String { isInProcess ? backend.name : "\(backend.name) worker" }

  func solve(
    _ model: CompiledModel, _ options: SolveOptions = SolveOptions()
  ) async throws(BackendError) -> Solution {
    isInProcess
      ? try await solveOnThread(backend, model, options) : try await worker.solve(model, options: options)
  }
}

/// Solves beside the tasks' threads: a synchronous solve would keep other tests from running, and from keeping
/// time.
private func solveOnThread(
  _ backend: some Backend, _ model: CompiledModel, _ options: SolveOptions
) async throws(BackendError) -> Solution {
  let result: Result<Solution, BackendError> = await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      continuation.resume(
        returning: Result { () throws(BackendError) in try backend.solve(model, options: options) })
    }
  }
  return try result.get()
}

/// A model from plain arrays: columns, then rows as (coefficients, sense, right-hand side).
func model(
  minimise objective: [Double], constant: Double = 0, bounds: [ClosedRange<Double>],
  integers: Set<Int> = [], rows: [([Double], Sense, Double)]
) throws -> CompiledModel {
  var model = LinearModel(name: "test", objectiveUnit: "1")
  let columns = bounds.indices.map { column in
    integers.contains(column)
      ? model.addInteger(
        Label("x", column), lower: bounds[column].lowerBound, upper: bounds[column].upperBound)
      : model.addContinuous(
        Label("x", column), lower: bounds[column].lowerBound, upper: bounds[column].upperBound)
  }
  func expression(_ coefficients: [Double]) -> LinearExpression {
    sum(over: columns.indices) { coefficients[$0] * columns[$0] }
  }
  for (row, (coefficients, sense, limit)) in rows.enumerated() {
    let left = expression(coefficients)
    switch sense {
    case .lessOrEqual: model.add(Label("r", row), left <= limit)
    case .greaterOrEqual: model.add(Label("r", row), left >= limit)
    case .equal: model.add(Label("r", row), left == limit)
    }
  }
  model.minimise(expression(objective) + constant)
  return try model.compiled()
}

func near(_ a: Double?, _ b: Double, within tolerance: Double = 1e-7) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance * max(1, abs(b))
}

/// A market-split program (Cornuejols and Dawande 1998): few rows, and hopeless for branch and bound; the
/// slacks make every choice feasible.
func hardModel(seed: Int, rows: Int = 5, columns: Int = 40) throws -> CompiledModel {
  var random = seededGenerator(seed)
  var model = LinearModel(name: "market", objectiveUnit: "1")
  let x = (0..<columns).map { model.addBinary(Label("x", $0)) }
  var cost = LinearExpression(1)
  for row in 0..<rows {
    let weights = x.map { _ in Double(Int.random(in: 0...99, using: &random)) }
    let over = model.addContinuous(Label("over", row))
    let under = model.addContinuous(Label("under", row))
    let half = (weights.reduce(0, +) / 2).rounded(.down)
    model.add(Label("split", row), sum(over: x.indices) { weights[$0] * x[$0] } + under - over == half)
    cost += over + under
  }
  model.minimise(cost)
  return try model.compiled()
}

/// A set-covering program with costs near 1 / columns: an objective of about 1.
func coveringModel(seed: Int) throws -> CompiledModel {
  var random = seededGenerator(seed)
  var model = LinearModel(name: "covering", objectiveUnit: "1")
  let x = (0..<11).map { model.addBinary(Label("x", $0)) }
  for row in 0..<10 {
    var cover = LinearExpression()
    for column in x where Double.random(in: 0..<1, using: &random) < 0.3 { cover += column }
    cover += x[row]
    model.add(Label("cover", row), cover >= 1)
  }
  // Costs that differ in the sixth digit: what a cutoff increment of 1e-5 cannot tell apart.
  model.minimise(sum(over: x) { (0.2 + Double.random(in: 0..<1e-5, using: &random)) * $0 })
  return try model.compiled()
}

/// Every assignment of the integer columns of a model that has no others and finite bounds.
func bruteForceOptimum(_ model: CompiledModel) -> Double? {
  var best: Double?
  var point = model.columnLower
  while true {
    if model.violation(at: point, tolerance: 1e-9) == nil {
      let value = model.objectiveValue(at: point)
      best = min(best ?? value, value)
    }
    guard let column = point.indices.first(where: { point[$0] < model.columnUpper[$0] }) else { return best }
    for lower in 0..<column { point[lower] = model.columnLower[lower] }
    point[column] += 1
  }
}
