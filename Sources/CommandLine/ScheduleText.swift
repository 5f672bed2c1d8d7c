import Foundations

/// A schedule for people.
struct ScheduleText {
  private let document: ScheduleDocument

  init(_ document: ScheduleDocument) { self.document = document }

  var text: String {
    if let reason = document.reason { return "status     infeasible\nreason     \(reason)\n" }
    return heading + "\n" + table.text
  }

  private var heading: String {
    guard let result = document.result, let objective = document.objective else { return "" }
    let value = "\(objective.rawValue) \(Figures.duration(result.value)) simulated"
    let bound =
      "bound \(Figures.duration(result.bound.seconds)) by \(result.bound.reason.rawValue), "
      + "gap \(Figures.percentage(result.gap))"
    let means = result.method + (document.discipline.map { ", discipline \($0.rawValue)" } ?? "")
    return """
      objective  \(value) (\(bound))
      found by   \(means), in \(Figures.duration(result.seconds))

      """
  }

  /// The most urgent job first. Where all are released at 0, completions are latencies.
  var table: TextTable {
    let hasReleases = document.jobs.contains { ($0.times?.release ?? 0) > 0 }
    var columns: [(String, TextTable.Alignment)] = [
      ("job", .left), ("completion", .right), ("guarantee", .right), ("deadline", .left), ("hosts", .left),
    ]
    if hasReleases { columns.insert(contentsOf: [("release", .right), ("latency", .right)], at: 1) }
    var table = TextTable(columns)
    let entries = Dictionary(uniqueKeysWithValues: document.jobs.map { ($0.id, $0) })
    for entry in document.order.compactMap({ entries[$0] }) {
      let times = entry.times
      var cells = [
        TerminalText.shortened(entry.id.text), (times?.completion).map(Figures.duration) ?? "-",
        (times?.guarantee).map(Figures.duration) ?? "-",
        (times?.meetsDeadline).map { $0 ? "met" : "MISSED" } ?? "-", hosts(entry),
      ]
      if hasReleases {
        let own = times.map { [$0.release, $0.completion - $0.release].map(Figures.duration) }
        cells.insert(contentsOf: own ?? ["-", "-"], at: 1)
      }
      table.add(cells)
    }
    return table
  }

  /// Runs of layers, for example "camera, edge (3)".
  private func hosts(_ entry: ScheduleDocument.JobEntry) -> String {
    var runs: [(host: Name, count: Int)] = []
    for host in entry.hosts {
      if runs.last?.host == host { runs[runs.count - 1].count += 1 } else { runs.append((host, 1)) }
    }
    return runs.map { run in
      let name = TerminalText.shortened(run.host.text)
      return run.count == 1 ? name : "\(name) (\(run.count))"
    }.joined(separator: ", ")
  }
}
