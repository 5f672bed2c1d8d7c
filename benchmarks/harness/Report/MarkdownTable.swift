/// A table in Markdown: text on the left, then figures, aligned right.
struct MarkdownTable {
  private let titles: [String]
  private let textColumns: Int
  private var rows: [[String]] = []

  /// - Parameters:
  ///   - titles: with units; a column each.
  ///   - textColumns: how many of them, from the left, hold text.
  init(_ titles: [String], textColumns: Int = 1) {
    self.titles = titles
    self.textColumns = textColumns
  }

  /// - Parameter cells: as many as titles.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == titles.count, "a cell for each title")
    rows.append(cells)
  }

  /// Without a line break at the end.
  var text: String {
    let rule = titles.indices.map { $0 < textColumns ? "---|" : "---:|" }.joined()
    return ([line(titles), "|\(rule)"] + rows.map(line)).joined(separator: "\n")
  }

  private func line(_ cells: [String]) -> String {
    let escaped = cells.map {
      $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
    return "| \(escaped.joined(separator: " | ")) |"
  }
}
