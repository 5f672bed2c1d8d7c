extension BatchingProblem.Plan {
  /// The plan for people: the window, the blocks with their batches, and the scheduled users in the order of completion.
  func text(of instance: BatchingInstance) -> String {
    guard let timeline = BatchingEvaluator(instance).timeline(self) else { return "" }
    var blocks = TextTable([("block", .left), ("batch", .right), ("start", .right), ("end", .right)])
    for (index, block) in instance.blocks.enumerated() {
      let times = timeline.times[index...index + 1].map(Figures.duration)
      blocks.add([TerminalText.shortened(block.name.text), "\(timeline.batches[index])"] + times)
    }
    let scheduled = exits.indices.filter { exits[$0] != nil }
    var users = TextTable([
      ("user", .left), ("bandwidth", .right), ("exit", .left), ("complete", .right), ("deadline", .right),
    ])
    let byExit = scheduled.sorted { (exits[$0] ?? 0, $0) < (exits[$1] ?? 0, $1) }
    for user in byExit {
      guard let exit = exits[user] else { continue }
      users.add([
        TerminalText.shortened(instance.users[user].id.text),
        Figures.Quantity.frequency.text(timeline.bandwidths[user]),
        TerminalText.shortened(instance.blocks[exit].name.text), Figures.duration(timeline.times[exit + 1]),
        Figures.duration(instance.users[user].deadline),
      ])
    }
    let head =
      "\nwindow \(Figures.duration(timeline.window)), \(scheduled.count) of \(Figures.count(exits.count, "user")) scheduled\n"
    return "\(head)\n\(blocks.text)" + (scheduled.isEmpty ? "" : "\n\(users.text)")
  }
}
