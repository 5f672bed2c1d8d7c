import Instances
import Scheduling

/// A schedule for people.
struct ScheduleText {
  private let document: ScheduleDocument

  init(_ document: ScheduleDocument) { self.document = document }

  var text: String { heading + "\n" + table.text }

  private var heading: String {
    guard let result = document.result else { return "" }
    let value = "\(result.objective.rawValue) \(Figures.duration(result.value)) simulated"
    let bound =
      "bound \(Figures.duration(result.bound.seconds)) by \(result.bound.reason.rawValue), "
      + "gap \(Figures.percentage(result.gap))"
    let means = result.method + (document.discipline.map { ", discipline \($0.rawValue)" } ?? "")
    return """
      objective  \(value) (\(bound))
      found by   \(means), in \(Figures.duration(result.seconds))

      """
  }

  /// The most urgent job first.
  var table: TextTable {
    var table = TextTable([
      ("job", .left), ("release", .right), ("completion", .right), ("guarantee", .right), ("deadline", .left),
      ("hosts", .left),
    ])
    let entries = Dictionary(uniqueKeysWithValues: document.jobs.map { ($0.id, $0) })
    for entry in document.order.compactMap({ entries[$0] }) {
      table.add([
        TerminalText.shortened(entry.id.text), (entry.times?.release).map(Figures.duration) ?? "-",
        (entry.times?.completion).map(Figures.duration) ?? "-",
        (entry.times?.guarantee).map(Figures.duration) ?? "-",
        (entry.times?.meetsDeadline).map { $0 ? "met" : "MISSED" } ?? "-", hosts(entry),
      ])
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
