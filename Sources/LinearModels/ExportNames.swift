/// Names for columns or rows that LP and MPS readers accept. A name consists of at most 100 letters, digits and
/// underscores, does not begin with a digit, is unique, and is not a reserved word of LP files. Some readers take `e1`
/// or `e5x` for an exponent, so such names are changed too.
struct ExportNames {
  /// The names in the order of the labels.
  private(set) var names: [String] = []
  /// Indices of the names that differ from their labels, for the comments of the file.
  private(set) var changed: [Int] = []

  init(_ labels: [Label], reserved: Set<String>) {
    var taken = reserved
    names.reserveCapacity(labels.count)
    taken.reserveCapacity(labels.count + reserved.count)
    for (position, label) in labels.enumerated() {
      let original = label.description
      var name = Self.isAcceptable(original) ? original : Self.repaired(original)
      if !taken.insert(name).inserted {
        name = Self.distinct(name, position, from: taken)
        taken.insert(name)
      }
      if name != original { changed.append(position) }
      names.append(name)
    }
  }

  /// The largest length of a name [byte]. The formats allow 255, but the `cbc` program (2.10.8) reads MPS fields into
  /// 160 bytes and crashes if they are longer.
  private static let longest = 100
  private static let keywords: Set<String> = [
    "minimize", "minimise", "minimum", "min", "maximize", "maximise", "maximum", "max", "subject", "such",
    "st", "bounds", "bound", "free", "inf", "infinity", "general", "generals", "gen", "integer", "integers",
    "int", "binary", "binaries", "bin", "semi", "semis", "sos", "sos1", "sos2", "end",
  ]

  private static func isAcceptable(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, bytes.count <= longest, !isDigit(first), bytes.allSatisfy(isAllowed) else {
      return false
    }
    // A name could continue the coefficient before it if it is `e` or begins with `e` and a digit.
    let readsAsExponent = first | 0x20 == UInt8(ascii: "e") && bytes.dropFirst().first.map(isDigit) ?? true
    return !readsAsExponent && !keywords.contains(name.lowercased())
  }

  private static func repaired(_ name: String) -> String {
    let bytes = name.utf8.prefix(longest - 2).map { isAllowed($0) ? $0 : UInt8(ascii: "_") }
    return "n_" + String(decoding: bytes, as: UTF8.self)
  }

  private static func distinct(_ name: String, _ position: Int, from taken: Set<String>) -> String {
    var attempt = position
    while true {
      let suffix = "_\(attempt)"
      let candidate = String(name.prefix(longest - suffix.utf8.count)) + suffix
      if !taken.contains(candidate) { return candidate }
      attempt += 1
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || isDigit(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// The shortest text that gives the same number when it is read; a whole number has no fraction.
func exported(_ value: Double) -> String { Int32(exactly: value).map { String($0) } ?? "\(value)" }

extension CompiledModel {
  func exportNames() -> (columns: ExportNames, rows: ExportNames) {
    (ExportNames(columnLabels, reserved: ["constant"]), ExportNames(rowLabels, reserved: ["objective"]))
  }

  /// The comments at the top of an exported file.
  func exportComments(columns: ExportNames, rows: ExportNames) -> [String] {
    let size = "\(columnCount) columns (\(integerCount) integer), \(rowCount) rows, \(nonzeroCount) nonzeros"
    var lines = ["\(name): \(size)", "One unit of the objective is \(objectiveScale) \(objectiveUnit)."]
    lines += comments
    lines += columns.changed.map { "column \(columns.names[$0]): \(columnLabels[$0])" }
    lines += rows.changed.map { "row \(rows.names[$0]): \(rowLabels[$0])" }
    // CBC takes the rest of a line after 1000 bytes for a line of its own, and a scalar has up to four bytes.
    return lines.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(240).map(Self.printable))) }
  }

  /// Replaces a scalar that could start a new line, since a comment ends with its line.
  private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
      ? "\u{FFFD}" : scalar
  }

  /// Whether a file has a column for the constant, which also serves a model without columns, since files need one.
  var needsConstantColumn: Bool { objectiveConstant != 0 || columnCount == 0 }

  func isBinary(_ column: Int) -> Bool {
    isInteger[column] && columnLower[column] == 0 && columnUpper[column] == 1
  }
}
