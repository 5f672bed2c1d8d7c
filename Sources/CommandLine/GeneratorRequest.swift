import Foundations
import Problems

/// The family and the options that `generate` is called with. The parser does not know them, because they come with the
/// families.
struct GeneratorRequest {
  let family: ListedFamily
  let values: ParameterValues

  /// - Parameters:
  ///   - arguments: a family, perhaps after its kind, and options in any place.
  ///   - families: all families.
  /// - Throws: if a word or an option is unknown, missing or does not apply; the message names what is known.
  init(_ arguments: [String], among families: [ListedFamily]) throws(UsageError) {
    let (words, options) = try Self.split(arguments, families)
    family = try Self.family(words, families)
    var values = ParameterValues()
    for option in options {
      guard let parameter = family.parameter(option.name) else {
        throw Self.misplaced(option.name, family, families)
      }
      values[parameter.name] = try Self.value(of: option.value, parameter)
    }
    self.values = values
  }

  private typealias Option = (name: String, value: String)

  // MARK: Words and options

  private static func split(
    _ arguments: [String], _ families: [ListedFamily]
  ) throws(UsageError) -> (words: [String], options: [Option]) {
    var words: [String] = []
    var options: [Option] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument != "--" else { return (words + rest, options) }
      guard argument.hasPrefix("-"), argument != "-" else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard families.contains(where: { $0.parameter(name) != nil }) else {
        throw unknown(name, families)
      }
      guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst(where: isValue) else {
        throw UsageError(message: "\(name) needs a value")
      }
      options.append((name, value))
    }
    return (words, options)
  }

  /// A negative number is a value: the parameter refuses it and states its range.
  private static func isValue(_ argument: String) -> Bool {
    !argument.hasPrefix("-") || Double(argument) != nil
  }

  private static func value(of text: String, _ parameter: Parameter) throws(UsageError) -> ParameterValue {
    do {
      return try parameter.value(of: text)
    } catch {
      throw UsageError(message: error.description)
    }
  }

  // MARK: Families

  private static func family(
    _ words: [String], _ families: [ListedFamily]
  ) throws(UsageError) -> ListedFamily {
    var (words, candidates) = (words[...], families)
    if let kind = words.popFirst(where: { word in families.contains { $0.kind == word } }) {
      candidates = families.filter { $0.kind == kind }
    }
    let known = candidates.map(\.name).distinct.joined(separator: ", ")
    guard let name = words.popFirst() else { throw UsageError(message: "name a family: \(known)") }
    guard let family = candidates.first(where: { $0.name == name }) else {
      let nearest = EditDistance.nearest(to: name, among: candidates.map(\.name) + families.map(\.kind))
      let hint = nearest.map { "did you mean \($0)?" } ?? "families are \(known)"
      throw UsageError(message: "unknown family \(TerminalText.quoted(name)); \(hint)")
    }
    if let extra = words.first {
      throw UsageError(message: "\(TerminalText.quoted(extra)) is one word too many")
    }
    return family
  }

  // MARK: Options that are refused

  private static func unknown(_ option: String, _ families: [ListedFamily]) -> UsageError {
    let known = families.flatMap(\.parameters).map(\.option) + Generate.fixedOptions
    let nearest = EditDistance.nearest(to: option, among: known)
    let hint = nearest.map { "did you mean \($0)?" } ?? "--help lists all options"
    return UsageError(message: "unknown option \(TerminalText.quoted(option)); \(hint)")
  }

  private static func misplaced(
    _ option: String, _ family: ListedFamily, _ families: [ListedFamily]
  ) -> UsageError {
    let others = families.filter { $0.parameter(option) != nil }
      .map { $0.kind == family.kind ? $0.name : "\($0.kind) \($0.name)" }
      .joined(separator: ", ")
    return UsageError(message: "\(option) does not apply to \(family.name), only to \(others)")
  }
}

extension ArraySlice {
  /// Removes and returns the first element if it satisfies a condition.
  fileprivate mutating func popFirst(where isWanted: (Element) -> Bool) -> Element? {
    guard let first, isWanted(first) else { return nil }
    removeFirst()
    return first
  }
}
