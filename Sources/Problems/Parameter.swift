import Foundations

/// A parameter as data, such as a generator's number of nodes or a method's number of steps. The options of the command
/// line, the keys of suites and the help are derived from it, so that a new parameter takes one edit.
public struct Parameter: Sendable {
  /// The name in suites, for example `edgeServers`.
  public let name: String
  /// The option of the command line: `--edge-servers` for `edgeServers`.
  public let option: String
  /// The name in messages, for example "the number of edge servers".
  public let label: String
  public let domain: Domain
  /// A further condition on numbers; `nil` if there is none.
  public let condition: Condition?
  /// The description of the default value; `nil` if there is none.
  public let usual: String?
  /// The help text, one sentence.
  public let help: String

  /// The values that the parameter accepts.
  public enum Domain: Sendable {
    case integer(ClosedRange<Int>)
    /// A number in a range; with `orZero` also 0, which switches something off.
    case number(ClosedRange<Double>, orZero: Bool = false)
    case word([String])
    /// A seed of random numbers.
    case seed
    /// Names of parts of the instance, in order.
    case names
  }

  /// A condition on numbers, with the continuation of "it must be", for example "more than 0".
  public typealias Condition = (text: String, holds: @Sendable (Double) -> Bool)

  /// A parameter from its parts; without a label, messages use the name.
  public init(
    _ name: String, _ domain: Domain, _ condition: Condition? = nil, label: String? = nil,
    usual: String? = nil, _ help: String
  ) {
    self.name = name
    // Made once, because every run of the program derives its help from the options.
    option = name.unicodeScalars.reduce(into: "--") { option, letter in
      option += ("A"..."Z").contains(letter) ? "-\(letter)".lowercased() : "\(letter)"
    }
    self.label = label ?? name
    self.domain = domain
    self.condition = condition
    self.usual = usual
    self.help = help
  }

  /// The placeholder of a value in help texts.
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

  /// The value as people write it.
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
  /// The value, if the parameter accepts it.
  @discardableResult
  public func check(_ value: ParameterValue) throws(ParameterError) -> ParameterValue {
    switch (domain, value) {
    case (.integer(let range), .integer(let number)):
      guard range.contains(number) else { throw refusal(of: "\(number)", domain.range) }
    case (.number(let range, let orZero), .number(let number)):
      guard range.contains(number) || (orZero && number == 0) else {
        throw refusal(of: "\(number)", domain.range)
      }
      if let condition, !condition.holds(number) { throw refusal(of: "\(number)", condition.text) }
    case (.seed, .seed), (.names, .names): break
    case (.word(let words), .word(let word)):
      guard words.contains(word) else { throw refusal(of: TerminalText.quoted(word), domain.range) }
    default: throw refusal(of: TerminalText.quoted(value.text), domain.description)
    }
    return value
  }

  /// The value of a text on the command line.
  public func value(of text: String) throws(ParameterError) -> ParameterValue {
    let value: ParameterValue? =
      switch domain {
      case .integer: Int(text).map { .integer($0) }
      case .number: Double(text).map { .number($0) }
      case .word: .word(text)
      case .seed: UInt64(text).map { .seed($0) }
      case .names: .names([text])
      }
    guard let value else { throw refusal(of: TerminalText.quoted(text), domain.description) }
    return try check(value)
  }

  /// The value of a number or a string in a file.
  public func value(written value: ParameterValue) throws(ParameterError) -> ParameterValue {
    guard case .number(let number) = value else { return try check(value) }
    if case .seed = domain, let seed = UInt64(exactly: number) { return .seed(seed) }
    guard case .integer = domain else { return try check(.number(number + 0)) }  // -0 becomes 0
    guard let whole = Int(exactly: number) else { throw refusal(of: value.text, domain.description) }
    return try check(.integer(whole))
  }

  private func refusal(of value: String, _ allowed: String) -> ParameterError {
    ParameterError(description: "\(label) is \(value); it must be \(allowed)")
  }
}

extension Parameter.Domain {
  /// The continuation of "it must be" for a value of the right type.
  fileprivate var range: String {
    switch self {
    case .integer(let range): "between \(range.lowerBound) and \(range.upperBound)"
    case .number(let range, let orZero):
      "\(orZero ? "0 or " : "")between \(range.lowerBound) and \(range.upperBound)"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .seed: "between 0 and \(UInt64.max)"
    case .names: "names"
    }
  }

  /// The continuation of "it must be" for a value of another type.
  fileprivate var description: String {
    switch self {
    case .integer, .seed: "a whole number, \(range)"
    case .number: "a number, \(range)"
    case .word, .names: range
    }
  }
}

/// A value that a parameter does not accept.
public struct ParameterError: Error, Sendable, CustomStringConvertible {
  /// A sentence that names the parameter and the accepted values.
  public let description: String

  public init(description: String) { self.description = description }
}

/// The chosen values, by the names of their parameters.
public struct ParameterValues: Sendable {
  private var values: [String: ParameterValue]

  public init(_ values: [String: ParameterValue] = [:]) { self.values = values }

  public subscript(name: String) -> ParameterValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// The names of the parameters with a chosen value, sorted.
  public var names: [String] { values.keys.sorted() }

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
