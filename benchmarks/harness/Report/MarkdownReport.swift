/// A summary as a page of Markdown: the verdict, tables, and the definitions of their figures.
public struct MarkdownReport: Sendable {
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

  /// The whole page, with a line break at its end.
  public var text: String {
    let name = sessions.first?.suite ?? "without a session"
    var parts = ["# Benchmark \(name)", verdict, list(sessions.circumstances)]
    parts += section(summary.overall, title: "All instances")
    for section in summary.sizeClasses {
      parts += self.section(section, title: "Size class \(section.name)")
    }
    if !summary.scalings.isEmpty { parts += ["## Scaling", summary.scalingTable.markdown] }
    parts += [
      "## Instances", summary.instanceTable.markdown, "## What the figures mean", list(ReportNotes.all),
    ]
    return parts.joined(separator: "\n\n") + "\n"
  }

  // MARK: Verdict

  private var verdict: String {
    let runs = summary.judgement.runs.count
    let wrong = summary.judgement.disagreements
    if wrong.isEmpty { return summary.judgement.agreement(planned: sessions.planned) }
    return "**\(summary.judgement.numberOfWrong)** in \(runs) runs:\n\n" + list(wrong.map(\.accusation))
  }

  // MARK: Parts

  private func list(_ items: [String]) -> String { items.map { "- \($0)" }.joined(separator: "\n") }

  private func section(_ section: Summary.Section, title: String) -> [String] {
    ["## \(title): \(section.instances)", section.outcomeTable.markdown, section.comparisonTable.markdown]
  }
}
