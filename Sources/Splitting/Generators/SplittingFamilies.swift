import Problems
import Splitting

/// The families of instances of splitting.
public enum SplittingFamilies {
  public static let all = [chain, twoTier, geometric, backbone, fatTree, demo]
}

extension Family<SplittingProblem> {
  /// A family with parameters for its jobs, `usual` without any of these, besides its own ones; `make` gets a seed,
  /// the parameters' values and the jobs.
  init(
    _ name: String, _ summary: String, workload usual: Workload, parameters: [Parameter],
    make: @escaping @Sendable (UInt64, ParameterValues, Workload) throws(ParameterError) -> Instance
  ) {
    self.init(name, summary, parameters: parameters + usual.parameters) {
      seed, values throws(ParameterError) in
      try make(seed ?? 0, values, usual.choosing(values))
    }
  }
}
