/// A family of seeded instances.
public struct Family<P: Problem>: Sendable {
  public let name: String
  /// One sentence, for lists and help.
  public let summary: String
  /// What can be chosen, apart from the seed.
  public let parameters: [Parameter]
  /// The seed without a choice; `nil` if the instance is then that of no seed.
  public let usualSeed: UInt64?
  private let make: @Sendable (UInt64?, ParameterValues) throws(GeneratorError) -> P.Instance

  /// - Parameters:
  ///   - name: as the command line and suites spell it.
  ///   - summary: one sentence.
  ///   - parameters: what can be chosen.
  ///   - usualSeed: the seed without a choice.
  ///   - make: the instance of a seed, `nil` only without a usual one, and of the values chosen.
  public init(
    _ name: String, _ summary: String, parameters: [Parameter] = [], usualSeed: UInt64? = 0,
    make: @escaping @Sendable (UInt64?, ParameterValues) throws(GeneratorError) -> P.Instance
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.usualSeed = usualSeed
    self.make = make
  }

  /// The instance of a seed; the same on every machine.
  ///
  /// - Throws: ``GeneratorError`` if no instance can be made from the values.
  public func instance(
    seed: UInt64? = nil, _ values: ParameterValues = ParameterValues()
  ) throws(GeneratorError) -> P.Instance {
    if let name = values.names.first(where: { name in !parameters.contains { $0.name == name } }) {
      throw GeneratorError(description: "\(name) does not apply to \(self.name)")
    }
    for parameter in parameters {
      if let value = values[parameter.name] { try GeneratorError.check(parameter, value) }
    }
    return try make(seed ?? usualSeed, values)
  }

  /// What reports call the instance of a seed.
  public func title(seed: UInt64?) -> String {
    (seed ?? usualSeed).map { "\(name), seed \($0)" } ?? name
  }
}

/// Parameters that no instance can be made from.
public struct GeneratorError: Error, Sendable, CustomStringConvertible {
  /// A sentence that names the parameter and its range.
  public let description: String

  public init(description: String) { self.description = description }

  /// Throws unless a parameter takes the value.
  public static func check(_ parameter: Parameter, _ value: ParameterValue) throws(GeneratorError) {
    do {
      try parameter.check(value)
    } catch {
      throw GeneratorError(description: error.description)
    }
  }
}
