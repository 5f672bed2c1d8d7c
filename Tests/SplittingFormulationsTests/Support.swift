import LinearModels
import Problems
import Splitting
import SplittingFormulations
import TestSupport
import Testing

extension Formulation where P == SplittingProblem {
  /// States choices, for a formulation whose type is not known.
  func encodeSplitting(_ choices: SplittingChoices) throws -> Encoding<Plan> {
    try encode(try #require(choices as? Stated))
  }

  func splittingSize(of choices: SplittingChoices) throws -> ModelSize {
    size(of: try #require(choices as? Stated))
  }
}

extension Instance {
  /// The same with layers on at most so many different nodes.
  func limited(toHosts limit: Int?) -> Instance {
    var limited = self
    limited.hostLimit = limit
    return limited
  }
}
