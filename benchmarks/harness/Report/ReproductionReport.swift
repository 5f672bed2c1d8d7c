import Foundations

extension Reproduction {
  /// A page of Markdown, with a line break at its end: the verdict, what differs, and the ratios.
  public var markdown: String {
    var parts = ["# Reproduction", verdict]
    let faults = disagreements.map(\.accusation) + optima.filter { $0.agrees == false }.map(\.text)
    if !faults.isEmpty { parts.append(faults.map { "- \($0)" }.joined(separator: "\n")) }
    if !ratios.isEmpty { parts += ["## Ratios to \(BenchmarkMethod.reference)", ratioTable, note] }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var verdict: String {
    let agreeing = optima.count { $0.agrees == true }
    let difference = largestDifference.map { "; the largest relative difference is \($0.inTable)" } ?? ""
    let optima = "\(agreeing) of \(compared) instances that both decide have the same optimum\(difference)."
    let undecided = self.optima.count { $0.committed != nil && $0.new == nil }
    let rest =
      (undecided == 0 ? "" : " \(undecided) that were decided before are not now.")
      + (missing.isEmpty ? "" : " \(missing.count) were not run, for example \(missing[0]).")
    return "**\(isReproduced ? "Reproduced" : "Not reproduced").** \(optima)\(rest)"
  }

  private var ratioTable: String {
    var table = ReportTable(
      ["instances", "method", "committed", "95 % interval", "new", "95 % interval", "inside", "overlap"],
      textColumns: 2)
    for pair in ratios {
      table.add([
        pair.section, "\(pair.method)", pair.committed.ratio.inTable, pair.committed.interval.inTable,
        pair.new.ratio.inTable, pair.new.interval.inTable, pair.isInside.inTable, pair.overlaps.inTable,
      ])
    }
    return table.markdown
  }

  private var note: String {
    "*inside*: the new median is within the committed interval. *overlap*: the intervals have a value in common. Times "
      + "are not part of the verdict."
  }
}

extension Reproduction.OptimumPair {
  fileprivate var text: String {
    "\(subject): \(committed?.text ?? "-") before, \(new?.text ?? "-") now"
  }
}

extension Reproduction.Finding {
  fileprivate var text: String {
    switch self {
    case .optimum(let value): "\(Figures.digits(value, 12)) s"
    case .infeasible: "infeasible"
    }
  }
}

extension Bool? {
  fileprivate var inTable: String { map { $0 ? "yes" : "no" } ?? "-" }
}
