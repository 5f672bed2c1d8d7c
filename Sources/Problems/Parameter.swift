import Foundations

/// Something that can be chosen, as data: a generator's number of nodes, a method's number of steps.
///
/// Command line, suites and help are made from it, so that adding one is one edit.
public struct Parameter: Sendable {
  /// As suites spell it, for example `edgeServers`; the command line says `--edge-servers`.
  public let name: String
  public let domain: Domain
  /// What numbers must be besides; `nil` if the domain says it all.
  public let condition: Condition?
  /// The value without a choice, in words; `nil` if that depends on the family.
  public let usual: String?
  /// One sentence.
  public let help: String

  /// The values that it takes.
  public enum Domain: Sendable {
    case integer(ClosedRange<Int>)
    /// 0 or more; families say which range makes sense.
    case number
    case word([String])
    /// Of random numbers.
    case seed
    /// Names of parts of the instance, in order.
    case names
  }

  /// A condition on numbers, with its words.
  public struct Condition: Sendable {
    /// Goes on after "it must be", for example "more than 0".
    public let text: String
    public let holds: @Sendable (Double) -> Bool

    public init(_ text: String, holds: @escaping @Sendable (Double) -> Bool) {
      self.text = text
      self.holds = holds
    }
  }

  public init(
    _ name: String, _ domain: Domain, _ condition: Condition? = nil, usual: String? = nil, _ help: String
  ) {
    self.name = name
    self.domain = domain
    self.condition = condition
    self.usual = usual
    self.help = help
  }

  /// As the command line spells it: edgeServers is --edge-servers.
  public var option: String {
    name.reduce(into: "--") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
  }

  /// What stands for a value in help texts.
  public var placeholder: String {
    switch domain {
    case .integer: "<count>"
    case .number: "<number>"
    case .word(let words): "<\(words.joined(separator: "|"))>"
    case .seed: "<seed>"
    case .names: "<ids>"
    }
  }
}

/// A value of a parameter.
public enum ParameterValue: Sendable, Equatable {
  case integer(Int)
  case number(Double)
  case word(String)
  case seed(UInt64)
  case names([String])

  /// As it stands in the names of instances.
  public var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): Int(exactly: value).map { "\($0)" } ?? "\(value)"
    case .word(let value): value
    case .seed(let value): "\(value)"
    case .names(let names): names.joined(separator: ",")
    }
  }
}

extension Parameter {
  /// The value that a text on the command line says.
  ///
  /// - Throws: ``ParameterError`` with what is allowed.
  public func value(of text: String) throws(ParameterError) -> ParameterValue {
    switch domain {
    case .integer:
      guard let number = Int(text) else { throw refusal(of: text, "a whole number") }
      return try value(number)
    case .number:
      guard let number = Double(text) else { throw refusal(of: text, "a number") }
      return try value(number)
    case .seed:
      guard let seed = UInt64(text) else { throw refusal(of: text, Self.seeds) }
      return .seed(seed)
    case .word, .names: return try value(word: text)
    }
  }

  private static let seeds = "a whole number from 0 to \(UInt64.max)"

  /// The value that a number in a file says.
  public func value(_ number: Double) throws(ParameterError) -> ParameterValue {
    switch domain {
    case .integer:
      guard let whole = Int(exactly: number) else { throw refusal(of: "\(number)", "a whole number") }
      return try value(whole)
    case .number:
      guard number >= 0, number.isFinite else {
        throw refusal(of: "\(number)", "a finite number that is not negative")
      }
      if let condition, !condition.holds(number) { throw refusal(of: "\(number)", condition.text) }
      return .number(number)
    case .seed:
      guard let seed = UInt64(exactly: number) else { throw refusal(of: "\(number)", Self.seeds) }
      return .seed(seed)
    case .word(let words): throw refusal(of: "\(number)", "one of \(words.joined(separator: ", "))")
    case .names: throw refusal(of: "\(number)", "a name")
    }
  }

  /// The value that a string in a file says.
  public func value(word text: String) throws(ParameterError) -> ParameterValue {
    if case .names = domain { return .names([text]) }
    guard case .word(let words) = domain else { throw refusal(of: text, "a number") }
    guard words.contains(text) else { throw refusal(of: text, "one of \(words.joined(separator: ", "))") }
    return .word(text)
  }

  private func value(_ number: Int) throws(ParameterError) -> ParameterValue {
    guard case .integer(let range) = domain, range.contains(number) else {
      guard case .integer(let range) = domain else { return .integer(number) }
      throw refusal(of: "\(number)", "between \(range.lowerBound) and \(range.upperBound)")
    }
    return .integer(number)
  }

  private func refusal(of text: String, _ allowed: String) -> ParameterError {
    ParameterError(parameter: self, detail: "is \(TerminalText.quoted(text)); it must be \(allowed)")
  }
}

/// A value that a parameter does not take.
public struct ParameterError: Error, Sendable {
  public let parameter: Parameter
  /// Goes on after the parameter's name.
  public let detail: String

  public init(parameter: Parameter, detail: String) {
    self.parameter = parameter
    self.detail = detail
  }
}

/// The values that were chosen, by the parameters' names.
public struct ParameterValues: Sendable {
  private var values: [String: ParameterValue]

  public init(_ values: [String: ParameterValue] = [:]) { self.values = values }

  public subscript(name: String) -> ParameterValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  public func integer(_ name: String) -> Int? {
    if case .integer(let value) = values[name] { value } else { nil }
  }

  public func number(_ name: String) -> Double? {
    if case .number(let value) = values[name] { value } else { nil }
  }

  public func word(_ name: String) -> String? {
    if case .word(let value) = values[name] { value } else { nil }
  }

  public func seed(_ name: String) -> UInt64? {
    if case .seed(let value) = values[name] { value } else { nil }
  }

  public func names(_ name: String) -> [String]? {
    if case .names(let value) = values[name] { value } else { nil }
  }
}
