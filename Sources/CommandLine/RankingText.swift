import Foundations
import Planning
import Problems

/// Plans in order of their value, for people: what each is worth, and where it computes.
struct RankingText {
  private let ranking: Planner.Ranking
  private let wanted: Int?

  /// - Parameter wanted: how many plans were asked for; `nil` for those of a Pareto front.
  init(_ ranking: Planner.Ranking, wanted: Int?) {
    self.ranking = ranking
    self.wanted = wanted
  }

  var text: String {
    guard let best = ranking.answers.first?.document.objective else {
      return ranking.answers.first.map { PlanText($0.document, of: $0.instance).text } ?? ""
    }
    let first = wanted == nil ? "hosts" : "#"
    let last = wanted == nil ? "where" : "hosts"
    var table = TextTable([(first, .right), (best.kind.rawValue, .right), ("more", .right), (last, .left)])
    for (index, answer) in ranking.answers.enumerated() {
      guard let value = answer.document.objective?.value else { continue }
      let more = index == 0 ? "" : "+ \(Figures.duration(max(0, value - best.value)))"
      let number = wanted == nil ? answer.plan?.hosts.count ?? 0 : index + 1
      table.add(["\(number)", Figures.duration(value), more, hosts(answer.document)])
    }
    return table.text + "\n" + verdict + "\n"
  }

  private var verdict: String {
    guard ranking.isComplete else { return "A limit struck: better plans than some of these may be missing." }
    guard let wanted else {
      return "No plan beats one of these both in its value and in the number of hosts."
    }
    let count = ranking.answers.count
    if count < wanted { return "There are no others with different hosts." }
    return "These are the best \(count) plans of which no two have the same hosts."
  }

  /// Each job's runs of layers: "detect: camera (3), edge (21)".
  private func hosts(_ document: PlanDocument) -> String {
    document.jobs.map { job in
      var runs: [(host: Name, count: Int)] = []
      for host in job.hosts {
        if runs.last?.host == host { runs[runs.count - 1].count += 1 } else { runs.append((host, 1)) }
      }
      let shown = runs.map { "\(TerminalText.shortened($0.host.text)) (\($0.count))" }
      return "\(TerminalText.shortened(job.id.text)): \(shown.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
