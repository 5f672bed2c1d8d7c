import Instances
import LayerRoute

/// A summary as a page of Markdown: the verdict first, then tables, and what their figures mean.
public struct MarkdownReport: Sendable {
  private let summary: Summary
  private let sessions: [Session]

  /// - Parameters:
  ///   - summary: of all runs of the sessions.
  ///   - sessions: of one suite.
  public init(_ summary: Summary, sessions: [Session]) {
    self.summary = summary
    self.sessions = sessions
  }

  /// The whole page, with a line break at its end.
  public var text: String {
    let name = sessions.first?.suite ?? "without a session"
    var parts = ["# Benchmark \(name)", verdict, circumstances]
    parts += section(summary.overall, title: "All instances")
    for section in summary.sizeClasses {
      parts += self.section(section, title: "Size class \(section.name)")
    }
    if !summary.scalings.isEmpty { parts += ["## Scaling", scalingTable] }
    parts += ["## Instances", instanceTable, "## What the figures mean", notes]
    return parts.joined(separator: "\n\n") + "\n"
  }

  // MARK: Verdict and circumstances

  private var verdict: String {
    let runs = summary.judgement.runs.count
    let wrong = summary.judgement.disagreements
    if wrong.isEmpty { return "\(runs) runs; all that finished agree." }
    let count = wrong.count == 1 ? "1 wrong answer" : "\(wrong.count) wrong answers"
    return (["**\(count)** in \(runs) runs:", ""] + wrong.map { "- \($0.accusation)" })
      .joined(separator: "\n")
  }

  /// What the sessions have in common is said once.
  private var circumstances: String {
    var lines: [String] = []
    func add(_ title: String, _ text: (Session) -> String) {
      var known: Set<String> = []
      for text in sessions.map(text) where known.insert(text).inserted { lines.append("- \(title): \(text)") }
    }
    add("machine") { $0.machine.text }
    add("versions") { $0.versions.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: ", ") }
    add("settings") { $0.settings.text }
    let times = sessions.map(\.started).sorted()
    if let first = times.first, let last = times.last {
      lines.append("- begun: \(first)" + (first == last ? "" : ", and continued until after \(last)"))
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Methods

  private func section(_ section: Summary.Section, title: String) -> [String] {
    ["## \(title): \(section.instances)", outcomeTable(section), comparisonTable(section)]
  }

  private func outcomeTable(_ section: Summary.Section) -> String {
    let verdicts: [Outcome] = [.timedOut, .tooLarge, .failed, .wrong, .refused]
    var table = MarkdownTable(
      ["method", "runs", "solved"] + verdicts.map(\.rawValue)
        + ["mean, shift 10 s [s]", "mean, shift 10 ms [s]", "PAR10 [s]"])
    for row in section.methods {
      let counts = verdicts.map { verdict in
        verdict == .wrong && row.count(verdict) > 0 ? "**\(row.count(verdict))**" : "\(row.count(verdict))"
      }
      table.add(
        ["\(row.method)", "\(row.runs)", "\(row.solved)"] + counts
          + [row.meanShiftedBySeconds, row.meanShiftedByMilliseconds, row.par10].map(\.inTable))
    }
    return table.text
  }

  private func comparisonTable(_ section: Summary.Section) -> String {
    var table = MarkdownTable([
      "method", "ratio to \(Registry.bestFormulation)", "95 % interval", "win / tie / loss", "root gap [%]",
      "rows", "columns", "nonzeros", "nodes", "memory [MB]", "spread",
    ])
    for row in section.methods {
      table.add(
        [
          "\(row.method)", (row.baseline?.ratio).inTable, (row.baseline?.interval).inTable,
          row.baseline.map { "\($0.wins) / \($0.ties) / \($0.losses)" } ?? "-",
          row.rootGap.map { 100 * $0 }.inTable, row.rows.inTable, row.columns.inTable, row.nonzeros.inTable,
          row.nodes.inTable, row.memory.map { $0 / 1e6 }.inTable, row.spread.inTable,
        ])
    }
    return table.text
  }

  // MARK: Scaling

  private var scalingTable: String {
    var table = MarkdownTable(
      ["dimension", "method", "exponent", "standard error", "from", "to", "values", "of them complete"],
      textColumns: 2)
    for scaling in summary.scalings {
      table.add([
        scaling.dimension, "\(scaling.method)", (scaling.law?.exponent).inTable,
        (scaling.law?.standardError).inTable, (scaling.points.first?.value).inTable,
        (scaling.points.last?.value).inTable, "\(scaling.points.count)",
        "\(scaling.points.count(where: \.isComplete))",
      ])
    }
    return table.text
  }

  // MARK: Instances

  private var instanceTable: String {
    var table = MarkdownTable(["instance", "optimum [s]"] + summary.methods.map { "\($0) [s]" })
    for instance in summary.instances {
      table.add(
        [instance.subject.name, instance.optimumInTable]
          + summary.methods.map { instance.attempts[$0]?.inTable(limit: summary.limit) ?? "-" })
    }
    return table.text
  }
}

extension JudgedRun {
  /// Who is wrong where, and why.
  var accusation: String {
    let run = "\(record.method), \(record.subject.name), repetition \(record.repetition)"
    return "\(run): \(contradiction ?? "")".split(separator: "\n").joined(separator: " ")
  }
}

extension InstanceSummary {
  fileprivate var optimumInTable: String {
    if isInfeasible { return "infeasible" }
    if let optimum { return Figures.digits(optimum, 12) }
    return bestValue.map { "≤ \(Figures.digits($0, 12))" } ?? "-"
  }
}

extension InstanceSummary.Attempts {
  /// The median time, or what most keeps the instance from being solved.
  fileprivate func inTable(limit: Double) -> String {
    let verdicts = Set(runs.map(\.outcome))
    if verdicts.contains(.wrong) { return "**wrong**" }
    if let seconds { return seconds.inTable }
    let telling: [Outcome] = [.failed, .tooLarge, .timedOut, .refused]
    guard let verdict = telling.first(where: verdicts.contains) else { return "-" }
    return verdict == .timedOut ? "> \(limit.inTable)" : verdict.rawValue
  }
}

extension Session.Machine {
  fileprivate var text: String {
    "\(processor), \(processors) processors, \(Figures.size(memory)), \(system)"
  }
}

extension Session.Settings {
  fileprivate var text: String {
    let start = isGivenPlan ? "the heuristic's plan given" : "no plan given"
    let times = repetitions == 1 ? "1 repetition" : "\(repetitions) repetitions"
    return
      "\(limit.inTable) s a run, building included; \(Figures.size(memory)); \(times); seed \(seed); \(start)"
  }
}
