import Foundations
import QueuesChecking
import Splitting

/// The jobs of a schedule for people, the most urgent first.
struct ScheduleText {
  private let evaluation: ScheduleEvaluation

  init(_ evaluation: ScheduleEvaluation) { self.evaluation = evaluation }

  /// Without releases, completions are latencies.
  var text: String {
    let times = evaluation.times
    let hasReleases = times.contains { $0.release > 0 }
    var columns: [(String, TextTable.Alignment)] = [
      ("job", .left), ("completion", .right), ("guarantee", .right), ("deadline", .left), ("hosts", .left),
    ]
    if hasReleases { columns.insert(contentsOf: [("release", .right), ("latency", .right)], at: 1) }
    var table = TextTable(columns)
    for job in evaluation.schedule.order {
      let times = times[job]
      var cells = [
        TerminalText.shortened(evaluation.instance.jobs[job].id.text), Figures.duration(times.completion),
        times.guarantee.map(Figures.duration) ?? "-",
        times.meetsDeadline.map { $0 ? "met" : "MISSED" } ?? "-",
        hosts(evaluation.schedule.plan.jobs[job]),
      ]
      if hasReleases {
        let latency = times.completion - times.release
        cells.insert(contentsOf: [times.release, latency].map(Figures.duration), at: 1)
      }
      table.add(cells)
    }
    return table.text
  }

  /// Runs of layers, for example "camera, edge (3)".
  private func hosts(_ plan: JobPlan) -> String {
    var runs: [(host: Int, count: Int)] = []
    for host in plan.hosts {
      if runs.last?.host == host { runs[runs.count - 1].count += 1 } else { runs.append((host, 1)) }
    }
    return runs.map { run in
      let name = TerminalText.shortened(evaluation.instance.network.nodes[run.host].id.text)
      return run.count == 1 ? name : "\(name) (\(run.count))"
    }.joined(separator: ", ")
  }
}
