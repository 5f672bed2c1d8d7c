/// Names for columns or rows that LP and MPS readers accept.
///
/// A name consists of at most 100 letters, digits and underscores, does not begin with a digit, is unique, and is not a
/// reserved word of LP files. Some readers take `e1` or `e5x` for an exponent, so such names are changed too.
struct ExportNames {
  /// The names in the order of the labels.
  let names: [String]
  /// Indices of the names that differ from their labels, for the comments of the file.
  let changed: [Int]

  init(_ labels: [Label], reserved: Set<String>) {
    var names: [String] = []
    var changed: [Int] = []
    var taken = reserved
    names.reserveCapacity(labels.count)
    taken.reserveCapacity(labels.count + reserved.count)
    for (position, label) in labels.enumerated() {
      let original = label.description
      var name = ExportNames.isAcceptable(original) ? original : ExportNames.repaired(original)
      if !taken.insert(name).inserted {
        name = ExportNames.distinct(name, position, from: taken)
        taken.insert(name)
      }
      if name != original { changed.append(position) }
      names.append(name)
    }
    self.names = names
    self.changed = changed
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
    guard let first = bytes.first, bytes.count <= longest, isLetter(first) || first == UInt8(ascii: "_"),
      bytes.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") })
    else { return false }
    return !readsAsExponent(bytes) && !keywords.contains(name.lowercased())
  }

  /// Whether a name could continue the coefficient before it, because it is `e` or begins with `e` and a digit.
  private static func readsAsExponent(_ bytes: String.UTF8View) -> Bool {
    guard let first = bytes.first, first | 0x20 == UInt8(ascii: "e") else { return false }
    return bytes.dropFirst().first.map(isDigit) ?? true
  }

  private static func repaired(_ name: String) -> String {
    let underscore = UInt8(ascii: "_")
    let bytes = name.utf8.prefix(longest - 2).map { isLetter($0) || isDigit($0) ? $0 : underscore }
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

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
