import LayerRoute

/// The family and the options that `generate` is called with. The parser does not know them, because they come with the
/// families.
struct GeneratorRequest {
  let family: ListedFamily
  private(set) var values = ParameterValues()

  /// Reads a family, perhaps after its kind, and options in any place.
  ///
  /// - Throws: if a word or an option is unknown, missing or does not apply; the message names what is known.
  init(_ arguments: [String]) throws {
    let (words, options) = try Self.split(arguments)
    family = try Self.family(words)
    for option in options {
      guard let parameter = family.parameter(option.name) else {
        let others = ListedFamily.all.filter { $0.parameter(option.name) != nil }
          .map { $0.kind == family.kind ? $0.name : "\($0.kind) \($0.name)" }
          .joined(separator: ", ")
        throw UsageError("\(option.name) does not apply to \(family.name), only to \(others)")
      }
      values[parameter.name] = try parameter.value(of: option.value)
    }
  }

  private static func split(
    _ arguments: [String]
  ) throws -> (words: [String], options: [(name: String, value: String)]) {
    var words: [String] = []
    var options: [(name: String, value: String)] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument != "--" else { return (words + rest, options) }
      guard argument.hasPrefix("-"), argument != "-" else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let known = ListedFamily.all.flatMap(\.parameters).map(\.option)
      guard known.contains(name) else {
        let nearest = EditDistance.nearest(to: name, among: known + Generate.fixedOptions)
        let hint = nearest.map { "did you mean \($0)?" } ?? "--help lists all options"
        throw UsageError("unknown option \(TerminalText.quoted(name)); \(hint)")
      }
      // A negative number is a value: the parameter refuses it and states its range.
      guard
        let value = parts.count > 1
          ? String(parts[1]) : rest.popFirst(where: { !$0.hasPrefix("-") || Double($0) != nil })
      else { throw UsageError("\(name) needs a value") }
      options.append((name, value))
    }
    return (words, options)
  }

  private static func family(_ words: [String]) throws -> ListedFamily {
    let families = ListedFamily.all
    var (words, candidates) = (words[...], families)
    if let kind = words.popFirst(where: { word in families.contains { $0.kind == word } }) {
      candidates = families.filter { $0.kind == kind }
    }
    let known = candidates.map(\.name).distinct.joined(separator: ", ")
    guard let name = words.popFirst() else { throw UsageError("name a family: \(known)") }
    guard let family = candidates.first(where: { $0.name == name }) else {
      let nearest = EditDistance.nearest(to: name, among: candidates.map(\.name) + families.map(\.kind))
      let hint = nearest.map { "did you mean \($0)?" } ?? "families are \(known)"
      throw UsageError("unknown family \(TerminalText.quoted(name)); \(hint)")
    }
    if let extra = words.first { throw UsageError("\(TerminalText.quoted(extra)) is one word too many") }
    return family
  }
}

extension ArraySlice {
  /// Removes and returns the first element if it satisfies a condition.
  fileprivate mutating func popFirst(where isWanted: (Element) -> Bool) -> Element? {
    guard let first, isWanted(first) else { return nil }
    return removeFirst()
  }
}
