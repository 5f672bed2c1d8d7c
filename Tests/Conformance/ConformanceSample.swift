import Documents
import Problems

/// An instance that formulations and kinds are tested on.
public struct ConformanceSample<P: Problem>: Sendable {
  /// What failures are reported under, for example the seed.
  public let name: String
  public let instance: P.Instance

  public init(_ name: String, _ instance: P.Instance) {
    self.name = name
    self.instance = instance
  }

  /// The name with the whole instance.
  var context: String { "\(name): \(JSONWriter.text(of: P.json(of: instance)))" }
}

/// What the best plan of an instance costs, by a way that shares nothing with what is tested: enumeration, as a rule; `nil`
/// if there is no plan.
public typealias KnownOptimum<P: Problem> = @Sendable (P.Instance) async throws -> Double?

/// Whether two numbers agree within a relative 1e-6.
func agree(_ left: Double, _ right: Double) -> Bool {
  left == right || abs(left - right) <= 1e-6 * max(abs(left), abs(right))
}
