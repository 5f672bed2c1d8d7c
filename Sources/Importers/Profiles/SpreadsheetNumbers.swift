import Foundations

/// Numbers as spreadsheets of many languages write them: "1.234,5", "1,234.5", "1 234,5" or "1'234.5".
///
/// A comma or a point before three digits may mark decimals or thousands; the other numbers of the table tell.
struct SpreadsheetNumbers {
  /// How a cell was read.
  enum Reading: Equatable {
    /// As it stands.
    case plain
    /// With a point for decimals in place of another mark, or without the marks of thousands; and what was done.
    case changed(String, how: String)
    /// A comma that marks decimals or thousands, and nothing tells which.
    case ambiguous
  }

  /// The marks of decimals that the table is sure to use.
  private var decimalMarks: Set<Character> = []
  /// Whether an ambiguous comma is one of decimals if the table does not tell, since it does not separate cells.
  private let prefersDecimalComma: Bool

  /// What the cells with numbers of a table say about its marks; linear time.
  init(_ cells: some Sequence<String>, prefersDecimalComma: Bool) {
    self.prefersDecimalComma = prefersDecimalComma
    for cell in cells {
      if let mark = Self.decimalMark(of: Self.numeral(of: cell)) { decimalMarks.insert(mark) }
    }
  }

  /// Reads a cell, which begins with a number and may go on with a unit.
  func reading(of cell: String) -> Reading {
    let written = Self.numeral(of: cell)
    let unit = cell.dropFirst(written.count)
    let numeral = written.filter { $0.isNumber || $0 == "," || $0 == "." }
    let marks = numeral.filter { !$0.isNumber }
    guard let last = marks.last else {
      return numeral.count == written.count ? .plain : .changed(numeral + unit, how: Self.thousands)
    }
    let own = Self.decimalMark(of: written)
    guard own != nil || last == "." || prefersDecimalComma || !decimalMarks.isEmpty else { return .ambiguous }
    let usual: Character = last == "," && !prefersDecimalComma ? "." : last
    let decimal = own ?? (decimalMarks.count == 1 ? decimalMarks.first ?? usual : usual)
    let plain = String(numeral.filter { $0 == decimal || $0.isNumber }.map { $0 == decimal ? "." : $0 })
    if plain == written { return .plain }
    return .changed(plain + unit, how: decimal == "," ? "read with decimal commas" : Self.thousands)
  }

  /// The message about an ambiguous cell.
  static func ambiguity(of cell: String) -> String {
    "the comma of \(TerminalText.quoted(cell)) may mark decimals or thousands; write the number with a point or without "
      + "a mark"
  }

  private static let thousands = "read without the marks of thousands"

  /// The digits and marks at the start of a cell; a space or an apostrophe is a mark if three digits follow.
  private static func numeral(of cell: String) -> Substring {
    var end = cell.startIndex
    while end < cell.endIndex {
      let character = cell[end]
      let isDigit = ("0"..."9").contains(character)
      let isMark = character == "," || character == "."
      guard isDigit || isMark || (end > cell.startIndex && isGroup(cell, after: end)) else { break }
      end = cell.index(after: end)
    }
    return cell[..<end]
  }

  /// Whether a space or an apostrophe stands before a group of three digits.
  private static func isGroup(_ cell: String, after mark: String.Index) -> Bool {
    guard " '\u{2019}\u{A0}\u{202F}\u{2009}".contains(cell[mark]) else { return false }
    return cell[cell.index(after: mark)...].prefix { ("0"..."9").contains($0) }.count == 3
  }

  /// The mark of decimals if the number alone tells it.
  private static func decimalMark(of numeral: Substring) -> Character? {
    guard let last = numeral.last(where: { $0 == "," || $0 == "." }) else { return nil }
    let other: Character = last == "," ? "." : ","
    let parts = numeral.split(separator: last, omittingEmptySubsequences: false)
    if parts.count > 2 { return other }
    let isGrouped = parts[1].count == 3 && (1...3).contains(parts[0].count) && parts[0] != "0"
    return isGrouped ? nil : last
  }
}
