import LayerRoute

/// Solves models with rows and columns in another order, and puts what comes back into theirs.
struct PermutedSolver: ModelSolver {
  let base: any ModelSolver
  /// Of the order.
  let seed: UInt64

  var name: String { base.name }
  var takesStart: Bool { base.takesStart }

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    var random = SplitMix64(seed: seed)
    let permutation = ModelPermutation(of: model, using: &random)
    var options = options
    options.start = options.start.map(permutation.applied(toColumns:))
    let solution = try await base.solve(permutation.applied(to: model), options: options) { progress in
      var own = progress
      own.values = progress.values.map(permutation.undone(columns:))
      report(own)
    }
    return permutation.undone(solution)
  }
}
