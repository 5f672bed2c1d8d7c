/// A family of seeded instances.
public struct Family<P: Problem>: Sendable {
  /// The name in the command line and in suites.
  public let name: String
  /// One sentence, for lists and help.
  public let summary: String
  /// The parameters besides the seed.
  public let parameters: [Parameter]
  /// The seed if none is given; `nil` if the instance then has no seed.
  public let usualSeed: UInt64?
  private let make: @Sendable (UInt64?, ParameterValues) throws(ParameterError) -> P.Instance

  /// A family whose `make` gets a seed, which is `nil` only without a usual seed, and the values of parameters.
  public init(
    _ name: String, _ summary: String, parameters: [Parameter] = [], usualSeed: UInt64? = 0,
    make: @escaping @Sendable (UInt64?, ParameterValues) throws(ParameterError) -> P.Instance
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.usualSeed = usualSeed
    self.make = make
  }

  /// The instance of a seed, which is the same on every machine.
  /// - Throws: ``ParameterError`` if no instance can be made from the values.
  public func instance(
    seed: UInt64? = nil, _ values: ParameterValues = ParameterValues()
  ) throws(ParameterError) -> P.Instance {
    if let name = values.names.first(where: { name in !parameters.contains { $0.name == name } }) {
      throw ParameterError(description: "\(name) does not apply to \(self.name)")
    }
    for parameter in parameters {
      if let value = values[parameter.name] { try parameter.check(value) }
    }
    return try make(seed ?? usualSeed, values)
  }

  /// The name of a seed's instance in reports.
  public func title(seed: UInt64?) -> String {
    (seed ?? usualSeed).map { "\(name), seed \($0)" } ?? name
  }
}
