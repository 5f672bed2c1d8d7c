import Documents
import Foundations
import Planning
import Problems

/// A comparison as a table for people.
struct ComparisonText {
  private let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  var text: String { table.text + remarks + "\n" + verdict + "\n" }

  private var table: TextTable {
    var table = TextTable([
      ("formulation", .left), ("backend", .left), ("rows", .right), ("columns", .right),
      ("nonzeros", .right), ("root bound", .right), ("nodes", .right), ("build", .right), ("solve", .right),
      ("times \(comparison.reference ?? "reference")", .right), ("objective", .right), ("agrees", .left),
    ])
    for row in comparison.rows { table.add(cells(row)) }
    return table
  }

  private func cells(_ row: Comparison.Row) -> [String] {
    let effort = row.effort.flatMap { $0.columns > 0 || $0.rows > 0 ? $0 : nil }
    let sizes = effort.map { ["\($0.rows)", "\($0.columns)", "\($0.nonzeros)"] } ?? ["-", "-", "-"]
    let root = row.rootBound.map(shown) ?? "-"
    let nodes = row.effort.map { "\($0.nodes)" } ?? "-"
    let times =
      row.effort.map { [Figures.duration($0.buildSeconds), Figures.duration($0.solveSeconds)] }
      ?? ["-", row.result.isRefused ? "-" : row.seconds.map(Figures.duration) ?? "-"]
    let ratio = row.timesReference.map { Figures.digits($0, 3) } ?? "-"
    return [row.formulation, row.backend] + sizes + [root, nodes] + times
      + [ratio, objective(row), agreement(row)]
  }

  private func shown(_ cost: Double) -> String { comparison.objective.text(ofCost: cost) }

  private func objective(_ row: Comparison.Row) -> String {
    switch row.result {
    case .optimal(let cost): shown(cost)
    case .infeasible: "infeasible"
    case .limit(let cost): "limit: \(row.bound.map(shown) ?? "?") ... \(cost.map(shown) ?? "?")"
    case .refused: "refused"
    case .unavailable: "not available"
    case .wrong: "WRONG"
    case .failed: "failed"
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
      guard let detail = row.detail else { return nil }
      let name =
        row.backend == Comparison.Row.noBackend ? row.formulation : "\(row.formulation) with \(row.backend)"
      return "  \(name): \(detail)\n"
    }.joined()
  }

  private var verdict: String {
    guard comparison.agrees else { return "They DISAGREE." }
    let refused = comparison.rows.count { $0.result.isRefused }
    let finished = comparison.rows.count { $0.agrees == true }
    let notRun = comparison.rows.count { $0.effort == nil && $0.agrees == nil } - refused
    let unfinished = comparison.rows.count - finished - notRun - refused
    var verdict =
      switch finished {
      case 0: "None finished"
      case 1: "One finished"
      default: "All \(finished) that finished agree"
      }
    if unfinished > 0 && finished > 0 { verdict += "; \(unfinished) did not finish" }
    if refused > 0 { verdict += "; \(refused) refused" }
    if notRun > 0 { verdict += "; \(notRun) could not be run" }
    return verdict + "."
  }
}

extension Comparison {
  var jsonValue: JSONValue {
    ["agrees": .boolean(agrees), "runs": .array(rows.map { $0.jsonValue(objective, reference) })]
  }
}

extension Comparison.Result {
  var isRefused: Bool { if case .refused = self { true } else { false } }

  fileprivate var name: String {
    switch self {
    case .optimal: "optimal"
    case .infeasible: "infeasible"
    case .limit: "limit"
    case .refused: "refused"
    case .unavailable: "unavailable"
    case .wrong: "wrong"
    case .failed: "failed"
    }
  }
}

extension Comparison.Row {
  /// All times in seconds, all costs as values.
  fileprivate func jsonValue(_ objective: Objective, _ reference: String?) -> JSONValue {
    func number(_ cost: Double) -> JSONValue { .number(objective.value(ofCost: cost)) }
    var members: [JSONValue.Member] = [
      .init("formulation", .string(formulation)), .init("backend", .string(backend)),
      .init("result", .string(result.name)),
    ]
    if case .refused(let reason) = result { members.append(.init("refused", .string(reason))) }
    if let cost = result.cost { members.append(.init("objective", number(cost))) }
    if let detail { members.append(.init("detail", .string(detail))) }
    if let agrees { members.append(.init("agrees", .boolean(agrees))) }
    if let bound, bound.isFinite { members.append(.init("bound", number(bound))) }
    if let effort {
      members += [
        .init("rows", .number(Double(effort.rows))), .init("columns", .number(Double(effort.columns))),
        .init("integers", .number(Double(effort.integers))),
        .init("nonzeros", .number(Double(effort.nonzeros))), .init("nodes", .number(Double(effort.nodes))),
        .init("iterations", .number(Double(effort.iterations))),
        .init("buildSeconds", .number(effort.buildSeconds)),
        .init("solveSeconds", .number(effort.solveSeconds)),
      ]
    }
    if let rootBound { members.append(.init("rootBound", number(rootBound))) }
    if let timesReference, let reference {
      let name = "times" + reference.prefix(1).uppercased() + reference.dropFirst()
      members.append(.init(name, .number(timesReference)))
    }
    if let seconds { members.append(.init("seconds", .number(seconds))) }
    return .object(members)
  }

  /// What does not fit into a cell.
  fileprivate var detail: String? {
    switch result {
    case .refused(let text), .unavailable(let text), .wrong(let text), .failed(let text): text
    case .optimal, .infeasible, .limit: contradiction
    }
  }
}
