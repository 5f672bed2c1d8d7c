import LinearModels

/// A job's latency: a constant, and groups of variables, at most one of each group being used by a plan.
public struct JobLatency: Sendable {
  /// The constant part of the latency [s].
  public var constant = 0.0
  private var groups: [[LinearExpression.Term]] = []

  /// Adds a group of alternatives, each with its cost [s]; a plan uses at most one of them.
  public mutating func add(_ alternatives: [(cost: Double, variable: Variable)]) {
    let terms = alternatives.filter { $0.cost > 0 }
    groups.append(terms.map { LinearExpression.Term(coefficient: $0.cost, variable: $0.variable) })
  }

  /// Adds the crossings of a stage: its simple path leaves each node at most once.
  public mutating func add(_ crossings: [Crossing]) {
    for (_, leaving) in Dictionary(grouping: crossings, by: \.arc.tail).sorted(by: { $0.key < $1.key }) {
      add(leaving.map { ($0.arc.cost, $0.variable) })
    }
  }

  /// An upper bound on the latency of every plan [s].
  public var largest: Double { constant + sumOfLargest(upTo: .infinity) }

  /// The latency without figures that are negligible beside `whole` [s] (nanoseconds next to an hour), because the
  /// absolute tolerances of solvers cannot handle them: each below 1e-9 of it, and together below `share` of it on
  /// every plan, a tenth of the tolerance of plans at the most. Without `whole` nothing is left out.
  func expression(whole: Double?, share: Double) -> LinearExpression {
    var threshold = 0.0
    if let whole {
      threshold = 1e-9 * whole
      while threshold > 0 && sumOfLargest(upTo: threshold) > share * whole { threshold /= 10 }
    }
    var expression = LinearExpression(constant)
    for term in groups.joined() where term.coefficient > threshold {
      expression.add(term.coefficient, term.variable)
    }
    return expression
  }

  /// The sum over the groups of their largest cost that is at most `threshold`.
  private func sumOfLargest(upTo threshold: Double) -> Double {
    groups.reduce(0) { sum, group in
      sum + group.reduce(0) { $1.coefficient <= threshold ? max($0, $1.coefficient) : $0 }
    }
  }
}
