extension Ranking<SplittingProblem> {
  /// The value and the hosts of each plan; `wanted` is the number of plans requested, `nil` for a Pareto front.
  func text(wanted: Int?) -> String {
    guard let best = answers.first, let objective = best.file.objective else { return "" }
    let (first, last) = wanted == nil ? ("hosts", "where") : ("#", "hosts")
    var table = TextTable([(first, .right), (objective.kind, .right), ("more", .right), (last, .left)])
    for (index, answer) in answers.enumerated() {
      guard let plan = answer.plan else { continue }
      let more = index == 0 ? "" : "+ \(Figures.duration(max(0, answer.cost - best.cost)))"
      let number = wanted == nil ? plan.hosts.count : index + 1
      table.add(["\(number)", Figures.duration(answer.cost), more, plan.runs(in: answer.instance)])
    }
    return "\(table.text)\n\(verdict(wanted))\n"
  }

  /// The latency, the bottleneck and the hosts of each plan of a frontier between the two.
  var frontierText: String {
    var table = TextTable([
      ("latency", .right), ("bottleneck", .right), ("a second", .right), ("where", .left),
    ])
    for answer in answers {
      guard let plan = answer.plan else { continue }
      let bottleneck = Evaluator(answer.instance).loads(of: plan).largest
      let hasRates = answer.instance.jobs.contains { $0.rate > 0 }
      let load = hasRates ? Figures.percentage(bottleneck) : Figures.duration(bottleneck)
      let throughput = bottleneck > 0 ? Figures.digits(1 / bottleneck, 4) : "any"
      table.add([Figures.duration(answer.cost), load, throughput, plan.runs(in: answer.instance)])
    }
    let verdict =
      isComplete
      ? "No plan beats one of these both in total latency and in throughput."
      : "A limit was reached: there may be more plans between these or after them."
    return "\(table.text)\n\(verdict)\n"
  }

  private func verdict(_ wanted: Int?) -> String {
    if !isComplete { return "A limit was reached: better plans than some of these may be missing." }
    return switch wanted {
    case nil: "No plan beats one of these both in its value and in the number of hosts."
    case let wanted? where answers.count < wanted: "There are no others with different hosts."
    default: "These are the best \(answers.count) plans, no two with the same hosts."
    }
  }
}

extension Plan {
  /// The runs of layers of each job: "detect: camera (3), edge (21)".
  fileprivate func runs(in instance: Instance) -> String {
    zip(instance.jobs, jobs).map { job, path in
      let runs = path.hostRuns.map { "\(instance.shown($0.host)) (\($0.layers.count))" }
      return "\(TerminalText.shortened(job.id.text)): \(runs.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
