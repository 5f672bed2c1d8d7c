import Charts

/// A table of a report: columns of text on the left, then columns of figures, aligned right. Cells between pairs of
/// asterisks are strong.
struct ReportTable {
  private let titles: [String]
  private let textColumns: Int
  private var rows: [[String]] = []

  /// - Parameters:
  ///   - titles: the titles of the columns, with units.
  ///   - textColumns: the number of columns, from the left, that hold text.
  init(_ titles: [String], textColumns: Int = 1) {
    self.titles = titles
    self.textColumns = textColumns
  }

  /// - Parameter cells: one cell for each title.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == titles.count, "a cell for each title")
    rows.append(cells)
  }

  /// The table in Markdown, without a line break at the end.
  var markdown: String {
    let rule = titles.indices.map { $0 < textColumns ? "---|" : "---:|" }.joined()
    return ([line(titles), "|\(rule)"] + rows.map(line)).joined(separator: "\n")
  }

  var html: String {
    let head = titles.indices.map { "<th scope=\"col\"\(kind($0))>\(XMLText.escaped(titles[$0]))</th>" }
    let body = rows.map { row in "<tr>\(row.indices.map { cell($0, row[$0]) }.joined())</tr>\n" }
    return """
      <div class="table"><table>
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined())</tbody>
      </table></div>
      """
  }

  private func kind(_ column: Int) -> String { column < textColumns ? " class=\"text\"" : "" }

  private func cell(_ column: Int, _ text: String) -> String {
    let name = column == 0 ? "th scope=\"row\"" : "td"
    return "<\(name)\(kind(column))>\(HTMLText.emphasised(text))</\(name.prefix(2))>"
  }

  private func line(_ cells: [String]) -> String {
    let escaped = cells.map {
      $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
    return "| \(escaped.joined(separator: " | ")) |"
  }
}
