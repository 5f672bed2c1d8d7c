import Documents
import Foundations
import Planning
import TestSupport

/// A comparison as a table for people.
struct ComparisonText {
  private let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  var text: String { table.text + remarks + "\n" + verdict + "\n" }

  private var table: TextTable {
    var table = TextTable([
      ("formulation", .left), ("backend", .left), ("rows", .right), ("columns", .right),
      ("nonzeros", .right), ("root bound", .right), ("nodes", .right), ("build", .right), ("solve", .right),
      ("objective", .right), ("agrees", .left),
    ])
    for row in comparison.rows { table.add(cells(row)) }
    return table
  }

  private func cells(_ row: Comparison.Row) -> [String] {
    let sizes =
      row.run?.model.map { ["\($0.rowCount)", "\($0.columnCount)", "\($0.nonzeroCount)"] } ?? ["-", "-", "-"]
    let root = row.rootBound.map(Figures.duration) ?? "-"
    let nodes = row.run.map { "\($0.nodes)" } ?? "-"
    let times = row.run.map { [Figures.duration($0.buildSeconds), Figures.duration($0.solveSeconds)] }
    return [row.formulation, row.backend] + sizes + [root, nodes]
      + (times ?? ["-", Figures.duration(row.seconds)]) + [objective(row), agreement(row)]
  }

  private func objective(_ row: Comparison.Row) -> String {
    switch row.result {
    case .optimal(let value): return Figures.duration(value)
    case .infeasible: return "infeasible"
    case .limit(let value):
      let bound = row.run.map { Figures.duration($0.bound) } ?? "?"
      let incumbent = value.map(Figures.duration) ?? "?"
      return "limit: \(bound) ... \(incumbent)"
    case .refused: return "refused"
    case .unavailable: return "not available"
    case .wrong: return "WRONG"
    case .failed: return "failed"
    }
  }

  private func agreement(_ row: Comparison.Row) -> String {
    switch row.agrees {
    case true: "yes"
    case false: "NO"
    case nil: "-"
    }
  }

  /// What does not fit into a cell.
  private var remarks: String {
    comparison.rows.compactMap { row -> String? in
      row.detail.map { "  \(row.formulation) with \(row.backend): \($0)\n" }
    }.joined()
  }

  private var verdict: String {
    guard comparison.agrees else { return "They DISAGREE." }
    let finished = comparison.rows.filter { $0.agrees == true }.count
    let notRun = comparison.rows.filter { $0.run == nil && $0.agrees == nil }.count
    let unfinished = comparison.rows.count - finished - notRun
    var verdict =
      switch finished {
      case 0: "None finished"
      case 1: "One finished"
      default: "All \(finished) that finished agree"
      }
    if unfinished > 0 && finished > 0 { verdict += "; \(unfinished) did not finish" }
    if notRun > 0 { verdict += "; \(notRun) could not be run" }
    return verdict + "."
  }
}

extension Comparison {
  var jsonValue: JSONValue { ["agrees": .boolean(agrees), "runs": .array(rows.map(\.jsonValue))] }
}

extension Comparison.Row {
  /// All times and values in seconds.
  fileprivate var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [
      .init("formulation", .string(formulation)), .init("backend", .string(backend)),
      .init("result", .string(resultName)),
    ]
    if let value = result.value { members.append(.init("objective", .number(value))) }
    if let detail { members.append(.init("detail", .string(detail))) }
    if let agrees { members.append(.init("agrees", .boolean(agrees))) }
    if let run {
      members += [
        .init("bound", .number(run.bound)), .init("rows", .number(Double(run.rows))),
        .init("columns", .number(Double(run.columns))), .init("integers", .number(Double(run.integers))),
        .init("nonzeros", .number(Double(run.nonzeros))), .init("nodes", .number(Double(run.nodes))),
        .init("iterations", .number(Double(run.iterations))),
        .init("buildSeconds", .number(run.buildSeconds)), .init("solveSeconds", .number(run.solveSeconds)),
      ]
    }
    if let rootBound { members.append(.init("rootBound", .number(rootBound))) }
    members.append(.init("seconds", .number(seconds)))
    return .object(members)
  }

  private var resultName: String {
    switch result {
    case .optimal: "optimal"
    case .infeasible: "infeasible"
    case .limit: "limit"
    case .refused: "refused"
    case .unavailable: "unavailable"
    case .wrong: "wrong"
    case .failed: "failed"
    }
  }

  /// What does not fit into a cell.
  fileprivate var detail: String? {
    switch result {
    case .refused(let text), .unavailable(let text), .wrong(let text), .failed(let text): text
    case .optimal, .infeasible, .limit: contradiction
    }
  }
}
