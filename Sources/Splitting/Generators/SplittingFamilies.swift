import Problems
import Splitting

/// The families of instances, as the command line and suites know them.
public enum SplittingFamilies {
  public static let all = [chain, twoTier, geometric, backbone, fatTree, demo]
}

extension Family<SplittingProblem> {
  /// A family whose jobs can be chosen as well.
  ///
  /// - Parameters:
  ///   - name: as the command line and suites spell it.
  ///   - summary: one sentence.
  ///   - usual: the jobs without a choice.
  ///   - parameters: what can be chosen apart from the jobs.
  ///   - make: the instance of a seed, of the values chosen and of the jobs.
  init(
    _ name: String, _ summary: String, workload usual: Workload, parameters: [Parameter],
    make: @escaping @Sendable (UInt64, ParameterValues, Workload) throws(GeneratorError) -> Instance
  ) {
    self.init(name, summary, parameters: parameters + usual.parameters) {
      seed, values throws(GeneratorError) in
      try make(seed ?? 0, values, usual.choosing(values))
    }
  }
}
