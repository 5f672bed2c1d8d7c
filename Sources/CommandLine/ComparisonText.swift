import LayerRoute

extension Comparison {
  /// The comparison as a table for people.
  var text: String {
    var table = TextTable([
      ("formulation", .left), ("backend", .left), ("rows", .right), ("columns", .right), ("nonzeros", .right),
      ("root bound", .right), ("nodes", .right), ("build", .right), ("solve", .right),
      ("times \(reference ?? "reference")", .right), ("objective", .right), ("agrees", .left),
    ])
    for row in rows { table.add(cells(row)) }
    return "\(table.text)\(remarks)\n\(verdict)\n"
  }

  private func cells(_ row: Row) -> [String] {
    let effort = row.effort.flatMap { $0.columns > 0 || $0.rows > 0 ? $0 : nil }
    let sizes = effort.map { ["\($0.rows)", "\($0.columns)", "\($0.nonzeros)"] } ?? ["-", "-", "-"]
    let root = row.rootBound.map(objective.text) ?? "-"
    let nodes = row.effort.map { "\($0.nodes)" } ?? "-"
    let times =
      row.effort.map { [$0.buildSeconds, $0.solveSeconds].map(Figures.duration) }
      ?? ["-", row.result.isRefused ? "-" : row.seconds.map(Figures.duration) ?? "-"]
    let ratio = row.timesReference.map { Figures.digits($0, 3) } ?? "-"
    let agreement = row.agrees.map { $0 ? "yes" : "NO" } ?? "-"
    return [row.formulation, row.backend] + sizes + [root, nodes] + times + [ratio, outcome(row), agreement]
  }

  private func outcome(_ row: Row) -> String {
    switch row.result {
    case .optimal(let cost): objective.text(ofCost: cost)
    case .limit(let cost):
      "limit: \(row.bound.map(objective.text) ?? "?") ... \(cost.map(objective.text) ?? "?")"
    case .unavailable: "not available"
    case .wrong: "WRONG"
    case .infeasible, .refused, .failed: row.result.name
    }
  }

  /// What does not fit into a cell.
  private var remarks: String {
    rows.compactMap { row in
      let name = row.backend == Row.noBackend ? row.formulation : "\(row.formulation) with \(row.backend)"
      return row.detail.map { "  \(name): \($0)\n" }
    }.joined()
  }

  private var verdict: String {
    guard agrees else { return "They DISAGREE." }
    let refused = rows.count { $0.result.isRefused }
    let finished = rows.count { $0.agrees == true }
    let notRun = rows.count { $0.effort == nil && $0.agrees == nil } - refused
    let unfinished = rows.count - finished - notRun - refused
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

  var jsonValue: JSONValue {
    ["agrees": .boolean(agrees), "runs": .array(rows.map { $0.jsonValue(objective, reference) })]
  }
}

extension Comparison.Result {
  fileprivate var isRefused: Bool { if case .refused = self { true } else { false } }

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
      let counts = [
        ("rows", effort.rows), ("columns", effort.columns), ("integers", effort.integers),
        ("nonzeros", effort.nonzeros), ("nodes", effort.nodes), ("iterations", effort.iterations),
      ]
      members += counts.map { .init($0, .number(Double($1))) }
      members.append("buildSeconds", effort.buildSeconds)
      members.append("solveSeconds", effort.solveSeconds)
    }
    if let rootBound { members.append(.init("rootBound", number(rootBound))) }
    if let timesReference, let reference {
      let name = "times" + reference.prefix(1).uppercased() + reference.dropFirst()
      members.append(.init(name, .number(timesReference)))
    }
    members.append("seconds", seconds)
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
