/// A family of seeded instances.
public struct Family<P: Problem>: Sendable {
  public let name: String
  /// One sentence, for lists and help.
  public let summary: String
  /// What can be chosen, apart from the seed.
  public let parameters: [Parameter]
  private let make: @Sendable (UInt64?, ParameterValues) throws(GeneratorError) -> P.Instance

  /// - Parameters:
  ///   - name: as the command line and suites spell it.
  ///   - summary: one sentence.
  ///   - parameters: what can be chosen.
  ///   - make: the instance of a seed (`nil` for the usual one) and of the values chosen.
  public init(
    _ name: String, _ summary: String, parameters: [Parameter],
    make: @escaping @Sendable (UInt64?, ParameterValues) throws(GeneratorError) -> P.Instance
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.make = make
  }

  /// The instance of a seed; the same on every machine.
  ///
  /// - Throws: ``GeneratorError`` if no instance can be made from the values.
  public func instance(
    seed: UInt64? = nil, _ values: ParameterValues = ParameterValues()
  ) throws(GeneratorError) -> P.Instance {
    try make(seed, values)
  }
}

/// Parameters that no instance can be made from.
public struct GeneratorError: Error, Sendable, CustomStringConvertible {
  /// A sentence that names the parameter and its range.
  public let description: String

  public init(description: String) { self.description = description }

  /// Throws unless a parameter lies in its range.
  public static func check<Value: Comparable>(
    _ name: String, _ value: Value, in range: ClosedRange<Value>
  ) throws(GeneratorError) {
    guard range.contains(value) else {
      throw GeneratorError(
        description: "\(name) is \(value); it must be between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  /// The same for a parameter that 0 switches off.
  public static func checkUnlessZero(
    _ name: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(GeneratorError) {
    guard value == 0 || range.contains(value) else {
      throw GeneratorError(
        description:
          "\(name) is \(value); it must be 0 or between \(range.lowerBound) and \(range.upperBound)")
    }
  }
}
