import Charts
import Foundations

/// A summary as one page of HTML that includes its figures: it needs no other file, no network and no scripts.
public struct HTMLReport: Sendable {
  private let summary: Summary
  private let sessions: [Session]

  /// Reports a summary.
  ///
  /// - Parameters:
  ///   - summary: the summary of all runs of the sessions.
  ///   - sessions: the sessions, of one suite.
  public init(_ summary: Summary, sessions: [Session]) {
    self.summary = summary
    self.sessions = sessions
  }

  /// The whole page, with a line break at its end. It is well-formed XML as well.
  public var text: String {
    let title = XMLText.escaped("Benchmark \(sessions.first?.suite ?? "without a session")")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      \(parts.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private var parts: [String] {
    var parts = [verdict, HTMLText.list(sessions.circumstances.map(XMLText.escaped))]
    parts += section(summary.overall, title: "All instances")
    parts += ["<h2>Figures</h2>", figures]
    for section in summary.sizeClasses {
      parts += self.section(section, title: "Size class \(section.name)")
    }
    if !summary.scalings.isEmpty { parts += ["<h2>Scaling</h2>", summary.scalingTable.html] }
    parts += [
      "<h2>Instances</h2>", instances, "<h2>What the figures mean</h2>",
      HTMLText.list((ReportNotes.all + ReportFigures.notes).map(HTMLText.withTerms)),
    ]
    return parts
  }

  private var verdict: String {
    let runs = summary.judgement.runs.count
    let wrong = summary.judgement.disagreements
    if wrong.isEmpty {
      let kind = summary.judgement.runs.contains(where: \.isSolved) ? "verdict agreed" : "verdict"
      return
        "<p class=\"\(kind)\">\(XMLText.escaped(summary.judgement.agreement(planned: sessions.planned)))</p>"
    }
    return """
      <div class="verdict wrong">
      <p><strong>\(summary.judgement.numberOfWrong)</strong> in \(runs) runs:</p>
      \(HTMLText.list(wrong.map { XMLText.escaped($0.accusation) }))
      </div>
      """
  }

  private func section(_ section: Summary.Section, title: String) -> [String] {
    [
      "<h2>\(XMLText.escaped(title)): \(section.instances)</h2>", section.outcomeTable.html,
      section.comparisonTable.html,
    ]
  }

  private var figures: String {
    let figures = ReportFigures(summary).charts.map { "<figure>\n\($0.chart.element)</figure>\n" }
    return "<div class=\"figures\">\n\(figures.joined())</div>"
  }

  /// The times on all instances; folded if there are many instances.
  private var instances: String {
    let count = summary.instances.count
    return """
      <details\(count <= 20 ? " open=\"open\"" : "")>
      <summary>Time of each method on each of \(count) instances</summary>
      \(summary.instanceTable.html)
      </details>
      """
  }

  private static let style = """
    :root { color-scheme: light; }
    body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #222; background: #fff; max-width: 84rem;
      margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
    h1 { font-size: 1.6rem; margin: 0.5rem 0; }
    h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; border-bottom: 1px solid #ccc; }
    ul { padding-left: 1.2rem; }
    .verdict { border-left: 5px solid #888; background: #f4f4f4; padding: 0.3rem 1rem; margin: 0.5rem 0; }
    .verdict.agreed { border-color: #009e73; background: #eef8f4; }
    .verdict.wrong { border-color: #c00; background: #fdeeee; }
    .verdict p, .verdict ul { margin: 0.2rem 0; }
    strong { color: #c00; }
    .table { overflow-x: auto; margin: 0.8rem 0; }
    table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.2rem 0.6rem; text-align: right; border-bottom: 1px solid #e4e4e4; white-space: nowrap; }
    thead th { vertical-align: bottom; border-bottom: 1px solid #222; white-space: normal; min-width: 3rem; }
    th.text, td.text { text-align: left; }
    tbody th { font-weight: normal; position: sticky; left: 0; background: #fff; white-space: normal;
      overflow-wrap: anywhere; min-width: min(11rem, 30vw); max-width: 40vw; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 33rem), 1fr)); gap: 1rem; }
    figure { margin: 0; overflow-x: auto; }
    figure svg { display: block; width: 100%; height: auto; min-width: 28rem; max-width: 44rem; }
    summary { cursor: pointer; }
    @media print {
      body { font-size: 10px; padding: 0; }
      table { font-size: 0.7em; }
      th, td { padding: 0.1rem 0.3rem; }
      h2 { break-after: avoid; }
      figure, tr { break-inside: avoid; }
      .figures { grid-template-columns: 1fr 1fr; }
      figure svg { min-width: 0; }
      .table, figure { overflow: visible; }
      tbody th { position: static; }
      details::details-content { content-visibility: visible; block-size: auto; }
    }
    """
}
