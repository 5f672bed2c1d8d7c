extension ScheduleEvaluation {
  /// The jobs of the schedule for people, the most urgent first. Without releases, completions are latencies.
  var text: String {
    let times = times
    let hasReleases = times.contains { $0.release > 0 }
    var columns: [(String, TextTable.Alignment)] = [
      ("job", .left), ("completion", .right), ("guarantee", .right), ("deadline", .left), ("hosts", .left),
    ]
    if hasReleases { columns.insert(contentsOf: [("release", .right), ("latency", .right)], at: 1) }
    var table = TextTable(columns)
    for job in schedule.order {
      let times = times[job]
      var cells = [
        TerminalText.shortened(instance.jobs[job].id.text), Figures.duration(times.completion),
        times.guarantee.map(Figures.duration) ?? "-",
        times.meetsDeadline.map { $0 ? "met" : "MISSED" } ?? "-", hosts(ofJob: job),
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
  private func hosts(ofJob job: Int) -> String {
    schedule.plan.jobs[job].hostRuns.map { host, layers in
      let name = instance.splitting.shown(host)
      return layers.count == 1 ? name : "\(name) (\(layers.count))"
    }.joined(separator: ", ")
  }
}
