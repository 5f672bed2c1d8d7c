/// The words NaN, Infinity and -Infinity, which networkx writes for missing numbers and JSON does not have.
enum NonFiniteNumbers {
  /// A JSON text in which an empty object of the same length is in the place of each such word, and how many there were.
  /// All places stay the same. Words inside strings are left alone. The time is linear.
  static func blanked(_ bytes: [UInt8]) -> (bytes: [UInt8], count: Int) {
    var (bytes, count, position, isInString) = (bytes, 0, 0, false)
    while position < bytes.count {
      let byte = bytes[position]
      if isInString {
        if byte == UInt8(ascii: "\\") { position += 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if let word = words.first(where: { bytes[position...].starts(with: $0) }) {
        for place in position..<position + word.count { bytes[place] = UInt8(ascii: " ") }
        (bytes[position], bytes[position + 1]) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        count += 1
        position += word.count - 1
      }
      position += 1
    }
    return (bytes, count)
  }

  private static let words = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }
}
