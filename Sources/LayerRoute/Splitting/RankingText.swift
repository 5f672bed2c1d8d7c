import Foundations
import Problems
import Splitting

/// The text of a ranking: the value and the hosts of each plan.
struct RankingText {
  private let ranking: Ranking<SplittingProblem>
  private let wanted: Int?

  /// - Parameter wanted: the number of plans requested; `nil` for a Pareto front.
  init(_ ranking: Ranking<SplittingProblem>, wanted: Int?) {
    self.ranking = ranking
    self.wanted = wanted
  }

  var text: String {
    guard let best = ranking.answers.first, let objective = best.file.objective else { return "" }
    let first = wanted == nil ? "hosts" : "#"
    let last = wanted == nil ? "where" : "hosts"
    var table = TextTable([(first, .right), (objective.kind, .right), ("more", .right), (last, .left)])
    for (index, answer) in ranking.answers.enumerated() {
      guard let plan = answer.plan else { continue }
      let more = index == 0 ? "" : "+ \(Figures.duration(max(0, answer.cost - best.cost)))"
      let number = wanted == nil ? plan.hosts.count : index + 1
      table.add(["\(number)", Figures.duration(answer.cost), more, hosts(plan, answer.instance)])
    }
    return table.text + "\n" + verdict + "\n"
  }

  private var verdict: String {
    guard ranking.isComplete else {
      return "A limit was reached: better plans than some of these may be missing."
    }
    guard let wanted else {
      return "No plan beats one of these both in its value and in the number of hosts."
    }
    let count = ranking.answers.count
    if count < wanted { return "There are no others with different hosts." }
    return "These are the best \(count) plans, no two with the same hosts."
  }

  /// The runs of layers of each job: "detect: camera (3), edge (21)".
  private func hosts(_ plan: Plan, _ instance: Instance) -> String {
    zip(instance.jobs, plan.jobs).map { job, jobPlan in
      let runs = jobPlan.hostRuns.map { run in
        "\(TerminalText.shortened(instance.network.nodes[run.host].id.text)) (\(run.layers.count))"
      }
      return "\(TerminalText.shortened(job.id.text)): \(runs.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
