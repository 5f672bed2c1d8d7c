import Documents

/// A table of comma-separated values with quotation marks (RFC 4180). If the first line has no comma outside of them,
/// semicolons separate the values, or else tabs. A line "sep=;" before the first one names the separator.
struct CSVTable {
  private(set) var rows: [Row] = []
  /// Whether commas separate the cells.
  private let hasCommas: Bool

  struct Row {
    var cells: [String]
    /// The number of its first line, from 1.
    var line: Int
  }

  /// Reads a table from UTF-8, in linear time.
  ///
  /// - Throws: if a quotation mark is not closed, or if text follows a closing one.
  init(_ bytes: [UInt8], file: String) throws(InputError) {
    let bytes = Array(bytes.dropFirst(ByteOrderMark.length(in: bytes)))
    let named = Self.namedSeparator(of: bytes)
    let separator = named?.separator ?? Self.separator(of: bytes)
    hasCommas = separator == UInt8(ascii: ",")
    var (cells, cell): ([String], [UInt8]) = ([], [])
    var position = named?.end ?? 0
    var line = named == nil ? 1 : 2
    var start = line
    var (isQuoted, wasQuoted) = (false, false)
    func ended(_ cell: [UInt8], _ wasQuoted: Bool) -> String {
      let text = String(decoding: cell, as: UTF8.self)
      return wasQuoted ? text : text.trimmed
    }
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          cell.append(byte)
          continue
        }
        if position < bytes.count, bytes[position] == byte {
          cell.append(byte)
          position += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where cell.allSatisfy({ $0 == 0x20 }) && !wasQuoted:
        (isQuoted, wasQuoted, cell) = (true, true, [])
      case separator:
        cells.append(ended(cell, wasQuoted))
        (cell, wasQuoted) = ([], false)
      case UInt8(ascii: "\n"):
        append(cells + [ended(cell, wasQuoted)], start)
        (cells, cell, wasQuoted, start) = ([], [], false, line)
      case 0x0D where wasQuoted, 0x20 where wasQuoted: continue
      default:
        guard !wasQuoted else {
          throw InputError(
            file: file, line: line, column: 1, message: "there is text after a closing quotation mark")
        }
        cell.append(byte)
      }
    }
    guard !isQuoted else {
      throw InputError(
        file: file, line: start, column: 1, message: "a quotation mark on this line is not closed")
    }
    append(cells + [ended(cell, wasQuoted)], start)
  }

  /// Appends a row unless all its cells are empty.
  private mutating func append(_ cells: [String], _ line: Int) {
    if cells.contains(where: { !$0.isEmpty }) { rows.append(Row(cells: cells, line: line)) }
  }

  private static func separator(of bytes: [UInt8]) -> UInt8 {
    var isQuoted = false
    var marks: Set<UInt8> = []
    for byte in bytes.prefix(while: { $0 != UInt8(ascii: "\n") }) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() } else if !isQuoted { marks.insert(byte) }
    }
    return separators.first(where: marks.contains) ?? UInt8(ascii: ",")
  }

  /// The separator that a line such as "sep=;" names, as spreadsheets write it, and where the next line begins.
  private static func namedSeparator(of bytes: [UInt8]) -> (separator: UInt8, end: Int)? {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard line.starts(with: "sep=".utf8), line.count > 4, separators.contains(line[4]),
      line.dropFirst(5).allSatisfy({ $0 == 0x0D || $0 == 0x20 })
    else { return nil }
    return (line[4], min(line.count + 1, bytes.count))
  }

  private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// How the numbers in some columns are written.
  func numbers(in columns: [Int]) -> SpreadsheetNumbers {
    let cells = rows.dropFirst().lazy.flatMap { row in
      columns.lazy.filter { $0 < row.cells.count }.map { row.cells[$0] }
    }
    return SpreadsheetNumbers(cells, prefersDecimalComma: !hasCommas)
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
