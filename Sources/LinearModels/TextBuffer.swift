/// The bytes of a text that is being written.
struct TextBuffer {
  private var bytes: [UInt8] = []

  var count: Int { bytes.count }
  var string: String { String(decoding: bytes, as: UTF8.self) }

  mutating func reserveCapacity(_ capacity: Int) { bytes.reserveCapacity(capacity) }
  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends the shortest text that gives the same number when it is read; a whole number has no fraction.
  mutating func append(_ value: Double) {
    if let whole = Int32(exactly: value) { append(String(whole)) } else { append("\(value)") }
  }
}

extension CompiledModel {
  /// The comments at the top of an exported file.
  func exportComments(columns: ExportNames, rows: ExportNames) -> [String] {
    let size = "\(columnCount) columns (\(integerCount) integer), \(rowCount) rows, \(nonzeroCount) nonzeros"
    var lines = ["\(name): \(size)"]
    lines.append("One unit of the objective is \(objectiveScale) \(objectiveUnit).")
    lines += comments
    lines += columns.changed.map { "column \(columns.names[$0]): \(columnLabels[$0])" }
    lines += rows.changed.map { "row \(rows.names[$0]): \(rowLabels[$0])" }
    return lines.map { line in
      let scalars = line.unicodeScalars.prefix(Self.longestComment).map(Self.printable)
      return String(String.UnicodeScalarView(scalars))
    }
  }

  /// The largest number of scalars in a comment, of up to four bytes each. CBC takes the rest of a line after 1000
  /// bytes for a line of its own.
  private static var longestComment: Int { 240 }

  /// Replaces a scalar that could start a new line, since a comment ends with its line.
  private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
      ? "\u{FFFD}" : scalar
  }

  /// Indices of the integer columns.
  var integerColumns: [Int] { (0..<columnCount).filter { isInteger[$0] } }

  /// The matrix by rows, with ascending columns in each.
  func rowwise() -> SparseRows {
    var columnwise = SparseRows(capacity: 0, rowCount: 0)
    columnwise.starts = columnStarts
    columnwise.indices = rowIndices
    columnwise.values = coefficients
    return columnwise.transposed(columnCount: rowCount)
  }
}
