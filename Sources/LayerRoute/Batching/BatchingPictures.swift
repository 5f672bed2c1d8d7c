import Charts

/// The number of users that fit a page.
private let mostUsers = 60

/// The picture of a batch: the window, the blocks, each user from upload to exit, and the shares of the bandwidth.
extension PictureRequest<BatchingProblem> {
  /// - Throws: if another picture than that of the plan is asked for.
  func picture() throws(PictureError) -> Picture {
    guard form == .plan else {
      throw PictureError(
        description: "a batch is drawn as a timeline: leave out --layered and --dot, which draw networks")
    }
    guard jobs.isEmpty else {
      throw PictureError(description: "a batch is drawn with all of its users: leave out --job")
    }
    let timeline = plan.flatMap { BatchingEvaluator(instance).timeline($0) }
    let scheduled = instance.users.indices.filter { plan?.exits[$0] != nil }
      .sorted { (plan?.exits[$0] ?? 0, $0) < (plan?.exits[$1] ?? 0, $1) }
    let others = instance.users.indices.filter { plan?.exits[$0] == nil }
    let shown = (scheduled + others).prefix(max(mostUsers, 0))
    let chart = TimelineChart(
      title: title, rows: serverRow(timeline) + shown.map { userRow($0, timeline) }, markName: "deadline",
      shareTitle: "shares of \(Figures.Quantity.frequency.text(instance.server.bandwidth))",
      shares: timeline.map { shares(scheduled, $0) } ?? [])
    let hidden = instance.users.count - shown.count
    return Picture(
      text: chart.svg, notes: hidden > 0 ? ["drawing \(shown.count) of \(instance.users.count) users"] : [])
  }

  private var title: String {
    verdict
      ?? "\(Figures.count(instance.users.count, "user")), \(Figures.count(instance.blocks.count, "block"))"
  }

  private func serverRow(_ timeline: BatchingEvaluator.Timeline?) -> [TimelineChart.Row] {
    guard let timeline else { return [] }
    let window = TimelineChart.Bar(start: 0, end: timeline.window, colour: nil, label: "window")
    let blocks = instance.blocks.indices.filter { timeline.batches[$0] > 0 }.map { block in
      TimelineChart.Bar(
        start: timeline.times[block], end: timeline.times[block + 1], colour: block,
        label: "\(TerminalText.shortened(instance.blocks[block].name.text)): \(timeline.batches[block])")
    }
    return [TimelineChart.Row(name: "server", bars: [window] + blocks)]
  }

  /// Without a plan, the bar is the upload at the whole bandwidth.
  private func userRow(_ user: Int, _ timeline: BatchingEvaluator.Timeline?) -> TimelineChart.Row {
    let figures = instance.users[user]
    var row = TimelineChart.Row(
      name: TerminalText.shortened(figures.id.text), bars: [], marks: [figures.deadline])
    guard let timeline else {
      let seconds = instance.uploadSeconds(of: user)
      row.bars = [TimelineChart.Bar(start: 0, end: seconds, colour: nil, label: "upload alone")]
      return row
    }
    guard let exit = plan?.exits[user] else {
      row.note = "not scheduled"
      return row
    }
    let bandwidth = timeline.bandwidths[user]
    row.bars = [
      TimelineChart.Bar(
        start: 0, end: timeline.window, colour: nil,
        label: bandwidth > 0 ? "upload, \(Figures.Quantity.frequency.text(bandwidth))" : "nothing to send"),
      TimelineChart.Bar(
        start: timeline.window, end: timeline.times[exit + 1], colour: exit,
        label: "leaves behind \(TerminalText.shortened(instance.blocks[exit].name.text))"),
    ]
    return row
  }

  private func shares(_ scheduled: [Int], _ timeline: BatchingEvaluator.Timeline) -> [TimelineChart.Share] {
    scheduled.map { user in
      TimelineChart.Share(
        name: TerminalText.shortened(instance.users[user].id.text),
        share: timeline.bandwidths[user] / instance.server.bandwidth, colour: plan?.exits[user])
    }
  }
}
