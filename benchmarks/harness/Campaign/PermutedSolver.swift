import Foundations
import LinearModels
import Synchronization

/// Solves models with permuted rows and columns, and returns solutions in the original order.
struct PermutedSolver: ModelSolver {
  let base: any ModelSolver
  /// The seed of the permutation.
  let seed: UInt64
  /// The time that permuting takes, which does not count as solving.
  let overhead: Overhead

  var name: String { base.name }
  var takesStart: Bool { base.takesStart }

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    let (permutation, permuted) = overhead.measure {
      var random = SplitMix64(seed: seed)
      let permutation = ModelPermutation(of: model, using: &random)
      return (permutation, permutation.applied(to: model))
    }
    var options = options
    options.start = options.start.map(permutation.applied(toColumns:))
    let solution = try await base.solve(permuted, options: options) { progress in
      var own = progress
      own.values = progress.values.map(permutation.undone(columns:))
      report(own)
    }
    return overhead.measure { permutation.undone(solution) }
  }
}

/// Time that is subtracted from measurements.
final class Overhead: Sendable {
  private let total = Mutex(0.0)

  /// The total time so far [s].
  var seconds: Double { total.withLock { $0 } }

  func measure<Result>(_ work: () -> Result) -> Result {
    let start = ContinuousClock.now
    let result = work()
    total.withLock { $0 += (ContinuousClock.now - start) / .seconds(1) }
    return result
  }
}
