import CBCBackend
import Foundation
import Foundations
import GLPKBackend
import HiGHSBackend
import LinearModels
import Solvers
import TestSupport
import Testing

/// One test after the other: they measure time, and start processes that do.
@Suite(.serialized) enum SolversTests {}

/// A way to have a model solved; each must pass the same tests.
struct Solver: ModelSolver, CustomTestStringConvertible {
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
    Solver(HiGHSBackend(), .highs),
  ]

  /// Only what is there.
  static let inProcess = all.filter { Backends.built.contains($0.backend.name) }
  static let throughWorkers = inProcess.map { Solver($0.backend, $0.worker, isInProcess: false) }
  static let workers = inProcess.map(\.worker)

  /// What they leave out.
  static let missing = all.filter { Backends.missing.contains($0.backend.name) }

  var testDescription: String { isInProcess ? name : "\(name) worker" }
  var name: String { backend.name }
  var takesStart: Bool { backend.takesStart }

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    isInProcess
      ? try await solveOnThread(backend, model, options, report)
      : try await worker.solve(model, options: options, report: report)
  }
}

/// A way to hold an LP session; each must pass the same tests.
struct SessionSource: LinearSessionSource, CustomTestStringConvertible {
  private let source: any LinearSessionSource
  /// What solves each program afresh: GLPK where it is built, because the presolver of Clp takes a few of the seeded
  /// programs for infeasible that are unbounded, and fails on others.
  let oracle: any Backend
  let testDescription: String

  /// The backends that have sessions and that the package traits build.
  private static let all = Solver.inProcess.compactMap { solver in
    (solver.backend as? any LinearSessionSource).map { (solver, $0) }
  }

  static let inProcess = all.map { SessionSource($1, $0.name) }
  static let throughWorkers = all.map { solver, _ in SessionSource(solver.worker, "\(solver.name) worker") }

  private init(_ source: any LinearSessionSource, _ description: String) {
    self.source = source
    testDescription = description
    oracle = Solver.inProcess[0].backend
  }

  var name: String { source.name }

  func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    try source.openSession(log: log, cancellation: cancellation)
  }
}

/// Solves beside the tasks' threads: a synchronous solve would keep other tests from running, and from keeping time.
private func solveOnThread(
  _ backend: some Backend, _ model: CompiledModel, _ options: SolveOptions, _ report: @escaping SolveReport
) async throws(BackendError) -> Solution {
  let result: Result<Solution, BackendError> = await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      continuation.resume(
        returning: Result { () throws(BackendError) in
          try backend.solve(model, options: options, report: report)
        })
    }
  }
  return try result.get()
}
