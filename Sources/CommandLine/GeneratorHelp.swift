/// The lists of families and options in the help of `generate`.
enum GeneratorHelp {
  /// The column where texts begin, as in the lists of the parser.
  private static let column = 26
  /// The width of a narrow terminal: the parser would wrap longer lines and break the columns.
  private static let width = 79

  static var text: String {
    ListedFamily.all.map(\.kind).distinct
      .map { kind in lists(kind, ListedFamily.all.filter { $0.kind == kind }) }
      .joined(separator: "\n\n")
  }

  private static func lists(_ kind: String, _ families: [ListedFamily]) -> String {
    let options = families.flatMap(\.parameters).map(\.option).distinct
    let special = options.filter { !isCommon($0, families) }
    let common = options.filter { isCommon($0, families) }
    return
      (["FAMILIES OF \(kind):"] + families.map { entry($0.name, $0.summary) }
      + ["", "OPTIONS OF \(kind):"] + (special + common).compactMap { entry(ofOption: $0, families) })
      .joined(separator: "\n")
  }

  /// Whether each family that takes any option takes this one.
  private static func isCommon(_ option: String, _ families: [ListedFamily]) -> Bool {
    families.allSatisfy { $0.parameters.isEmpty || $0.parameter(option) != nil }
  }

  private static func entry(ofOption option: String, _ families: [ListedFamily]) -> String? {
    guard let parameter = families.lazy.compactMap({ $0.parameter(option) }).first else { return nil }
    return entry("\(option) \(parameter.placeholder)", parameter.help + usual(option, families))
  }

  /// The default value: stated once if it is the same for all families, otherwise by family.
  private static func usual(_ option: String, _ families: [ListedFamily]) -> String {
    let defaults = families.compactMap { family in
      family.parameter(option)?.usual.map { (family: family.name, value: $0) }
    }
    let values = defaults.map(\.value).distinct
    if values.isEmpty { return "" }
    if values.count == 1, isCommon(option, families) { return " (default: \(values[0]))" }
    let groups = values.map { value in
      "\(defaults.filter { $0.value == value }.map(\.family).joined(separator: ", ")) \(value)"
    }
    return " (default: \(groups.joined(separator: "; ")))"
  }

  /// A label, and its text in the next column; after a long label the text begins on a new line.
  private static func entry(_ label: String, _ text: String) -> String {
    let indent = String(repeating: " ", count: column)
    let lines = wrapped(text).map { indent + $0 }.joined(separator: "\n")
    let start = "  " + label
    return start.count < column ? start + lines.dropFirst(start.count) : start + "\n" + lines
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, column + last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
