import Foundations

// The tables and texts of reports in all formats.

extension Summary.Section {
  /// Outcomes and times of runs.
  var outcomeTable: ReportTable {
    let verdicts: [Outcome] = [.timedOut, .tooLarge, .failed, .wrong, .refused]
    var table = ReportTable(
      ["method", "runs", "solved"] + verdicts.map(\.rawValue)
        + ["mean, shift 10 s [s]", "mean, shift 10 ms [s]", "PAR10 [s]"])
    for row in methods {
      let counts = verdicts.map { verdict in
        verdict == .wrong && row.count(verdict) > 0 ? "**\(row.count(verdict))**" : "\(row.count(verdict))"
      }
      table.add(
        ["\(row.method)", "\(row.runs)", "\(row.solved)"] + counts
          + [row.meanShiftedBySeconds, row.meanShiftedByMilliseconds, row.par10].map(\.inTable))
    }
    return table
  }

  /// Times compared with the baseline's, and the sizes of models and searches.
  var comparisonTable: ReportTable {
    var table = ReportTable([
      "method", "ratio to \(BenchmarkMethod.reference)", "95 % interval", "win / tie / loss", "root gap [%]",
      "gap left [%]", "rows", "columns", "nonzeros", "nodes", "iterations", "memory [MB]", "spread",
    ])
    for row in methods {
      table.add(
        [
          "\(row.method)", (row.baseline?.ratio).inTable, (row.baseline?.interval).inTable,
          row.baseline.map { "\($0.wins) / \($0.ties) / \($0.losses)" } ?? "-",
          row.rootGap.map { 100 * $0 }.inTable, row.gapLeft.map { 100 * $0 }.inTable, row.rows.inTable,
          row.columns.inTable, row.nonzeros.inTable,
          row.nodes.inTable, row.iterations.inTable, row.memory.map { $0 / 1e6 }.inTable, row.spread.inTable,
        ])
    }
    return table
  }
}

extension Summary {
  var scalingTable: ReportTable {
    var table = ReportTable(
      ["dimension", "method", "exponent", "standard error", "from", "to", "values", "of them fitted"],
      textColumns: 2)
    for scaling in scalings {
      let fitted = scaling.points.filter(\.isComplete)
      table.add([
        scaling.dimension, "\(scaling.method)", (scaling.law?.exponent).inTable,
        (scaling.law?.standardError).inTable, (fitted.first?.value).inTable, (fitted.last?.value).inTable,
        "\(scaling.points.count)", "\(fitted.count)",
      ])
    }
    return table
  }

  /// The time of each method on each instance.
  var instanceTable: ReportTable {
    var table = ReportTable(
      ["instance", instances.contains(where: \.subject.isMaximised) ? "optimum" : "optimum [s]"]
        + methods.map { "\($0) [s]" })
    for instance in instances {
      table.add(
        [instance.subject.name, instance.optimumInTable]
          + methods.map { instance.attempts[$0]?.inTable(limit: limit) ?? "-" })
    }
    return table
  }
}

extension Judgement {
  /// The number of wrong answers, in words.
  var numberOfWrong: String {
    Figures.count(disagreements.count, "wrong answer")
  }

  /// The verdict if no run is wrong.
  ///
  /// - Parameter planned: the number of runs at the end of the campaign.
  func agreement(planned: Int) -> String {
    let number = runs.count < planned ? "\(runs.count) of \(planned) runs" : "\(runs.count) runs"
    let finished = runs.count(where: \.isSolved)
    let failed = runs.count { $0.outcome == .failed }
    return "\(number); "
      + (finished == 0 ? "none finished." : "all \(finished) that finished agree.")
      + (failed == 0 ? "" : " \(failed) failed.")
  }
}

extension JudgedRun {
  /// The wrong run, and the reason why it is wrong.
  var accusation: String {
    let run = "\(record.method), \(record.subject.name), repetition \(record.repetition)"
    return "\(run): \(contradiction ?? "")".split(separator: "\n").joined(separator: " ")
  }
}

extension InstanceSummary {
  fileprivate var optimumInTable: String {
    if isInfeasible { return "infeasible" }
    if let optimum { return Figures.digits(optimum, 12) }
    return bestValue.map { "\(subject.isMaximised ? "≥" : "≤") \(Figures.digits($0, 12))" } ?? "-"
  }
}

extension InstanceSummary.Attempts {
  /// The median time or, if the instance is unsolved, the outcome that says most about the reason.
  fileprivate func inTable(limit: Double) -> String {
    let verdicts = Set(runs.map(\.outcome))
    if verdicts.contains(.wrong) { return "**wrong**" }
    if let seconds { return seconds.inTable }
    let telling: [Outcome] = [.failed, .tooLarge, .timedOut, .refused]
    guard let verdict = telling.first(where: verdicts.contains) else { return "-" }
    return verdict == .timedOut ? "> \(limit.inTable)" : verdict.rawValue
  }
}

extension [Session] {
  /// The number of runs of the suite; results hold fewer if a campaign was stopped or a part of it is missing.
  var planned: Int { map(\.planned).max() ?? 0 }

  /// Machine, versions, settings and times, in a line each; lines that sessions have in common are not repeated.
  var circumstances: [String] {
    var lines: [String] = []
    func add(_ title: String, _ text: (Session) -> String) {
      var known: Set<String> = []
      for text in map(text) where known.insert(text).inserted { lines.append("\(title): \(text)") }
    }
    add("machine") { $0.machine.text }
    add("versions") { $0.versions.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: ", ") }
    add("settings") { $0.settings.text }
    let times = map(\.started).sorted()
    if let first = times.first, let last = times.last {
      lines.append("begun: \(first)" + (first == last ? "" : ", and continued until after \(last)"))
    }
    return lines
  }
}

extension Session.Machine {
  fileprivate var text: String {
    "\(processor), \(processors) processors, \(Figures.size(memory)), \(system)"
  }
}

extension Session.Settings {
  fileprivate var text: String {
    let start = isGivenPlan ? "the heuristic's plan given" : "no plan given"
    let choices = isPruned ? "choices left out that no plan of interest uses" : "no choice left out"
    let times = Figures.count(repetitions, "repetition")
    return
      "\(limit.inTable) s a run, building included; \(Figures.size(memory)); \(times); seed \(seed); \(start); "
      + choices
  }
}
