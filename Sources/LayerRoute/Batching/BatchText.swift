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
    let unattainable = instance.unattainableAccuracies.map { "\n\($0)\n" } ?? ""
    return "\(head)\n\(blocks.text)" + (scheduled.isEmpty ? "" : "\n\(users.text)") + unattainable
  }
}

extension BatchingInstance {
  /// A sentence about the users that want more accuracy than the last exit has; `nil` if there are none.
  fileprivate var unattainableAccuracies: String? {
    var (unserved, least): ([String], Double) = ([], .infinity)
    for (index, user) in users.enumerated() where firstExit(of: index) == nil {
      unserved.append(TerminalText.quoted(user.id.text))
      if case .accuracy(let wanted) = user.need { least = min(least, wanted) }
    }
    guard let last = blocks.last, let most = last.accuracy, !unserved.isEmpty else { return nil }
    let shown = unserved.prefix(6).joined(separator: ", ")
    let others = unserved.count > 6 ? " and \(unserved.count - 6) more" : ""
    let figures = Figures.apart([least, most])
    let wants = unserved.count == 1 ? "wants accuracy \(figures[0])" : "want accuracy \(figures[0]) or more"
    return
      "no batch can serve \(shown)\(others): \(wants), and the last exit, \(TerminalText.quoted(last.name.text)), "
      + "has \(figures[1])"
  }
}
