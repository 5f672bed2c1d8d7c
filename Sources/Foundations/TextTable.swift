/// A table in columns for terminals, with numbers to the right and text to the left.
package struct TextTable {
  package enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  package init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  /// Adds a row, with a cell for each column.
  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, each with two spaces before it and a line break after it.
  package var text: String {
    var widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    // Padding every line to the length of one long route would take rows times its length.
    if alignments.last == .left { widths[widths.count - 1] = 0 }
    return rows.map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, zip(widths, alignments)).map { cell, form in
      let space = String(repeating: " ", count: max(0, form.0 - cell.count))
      return form.1 == .left ? cell + space : space + cell
    }
    var line = "  " + padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
