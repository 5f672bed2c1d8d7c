import Foundations
import LinearModels

/// A model from plain arrays: columns, then rows as (coefficients, sense, right-hand side).
public func model(
  minimise objective: [Double], constant: Double = 0, bounds: [ClosedRange<Double>],
  integers: Set<Int> = [], rows: [([Double], Sense, Double)]
) throws -> CompiledModel {
  var model = LinearModel(name: "test", objectiveUnit: "1")
  let columns = bounds.indices.map { column in
    integers.contains(column)
      ? model.addInteger(
        Label("x", column), lower: bounds[column].lowerBound, upper: bounds[column].upperBound)
      : model.addContinuous(
        Label("x", column), lower: bounds[column].lowerBound, upper: bounds[column].upperBound)
  }
  func expression(_ coefficients: [Double]) -> LinearExpression {
    sum(over: columns.indices) { coefficients[$0] * columns[$0] }
  }
  for (row, (coefficients, sense, limit)) in rows.enumerated() {
    let left = expression(coefficients)
    switch sense {
    case .lessOrEqual: model.add(Label("r", row), left <= limit)
    case .greaterOrEqual: model.add(Label("r", row), left >= limit)
    case .equal: model.add(Label("r", row), left == limit)
    }
  }
  model.minimise(expression(objective) + constant)
  return try model.compiled()
}

/// Small programs of every shape; all columns bounded, so that enumeration ends.
public func randomProgram(seed: Int, integers: Bool) throws -> CompiledModel {
  var random = SplitMix64(sample: seed)
  let columns = Int.random(in: 1...5, using: &random)
  let number = { (range: ClosedRange<Int>, random: inout SplitMix64) in
    Double(Int.random(in: range, using: &random))
  }
  let bounds = (0..<columns).map { _ in
    let lower = number(-3...2, &random)
    return lower...(lower + number(0...4, &random))
  }
  let rows = (0..<Int.random(in: 0...4, using: &random)).map { _ in
    let sense = Sense(rawValue: UInt8.random(in: 0...2, using: &random)) ?? .equal
    let row = (0..<columns).map { _ in Bool.random(using: &random) ? number(-5...5, &random) : 0 }
    return (row, sense, number(-6...6, &random))
  }
  return try model(
    minimise: (0..<columns).map { _ in number(-9...9, &random) / 4 },
    constant: number(-2...2, &random), bounds: bounds,
    integers: integers ? Set(0..<columns) : [], rows: rows)
}

/// A market-split program (Cornuejols and Dawande 1998): few rows, and hopeless for branch and bound; the slacks make every
/// choice feasible.
public func hardModel(seed: Int, rows: Int = 5, columns: Int = 40) throws -> CompiledModel {
  var random = SplitMix64(sample: seed)
  var model = LinearModel(name: "market", objectiveUnit: "1")
  let x = (0..<columns).map { model.addBinary(Label("x", $0)) }
  var cost = LinearExpression(1)
  for row in 0..<rows {
    let weights = x.map { _ in Double(Int.random(in: 0...99, using: &random)) }
    let over = model.addContinuous(Label("over", row))
    let under = model.addContinuous(Label("under", row))
    let half = (weights.reduce(0, +) / 2).rounded(.down)
    model.add(Label("split", row), sum(over: x.indices) { weights[$0] * x[$0] } + under - over == half)
    cost += over + under
  }
  model.minimise(cost)
  return try model.compiled()
}

/// A set-covering program with costs near 1 / columns: an objective of about 1.
public func coveringModel(seed: Int) throws -> CompiledModel {
  var random = SplitMix64(sample: seed)
  var model = LinearModel(name: "covering", objectiveUnit: "1")
  let x = (0..<11).map { model.addBinary(Label("x", $0)) }
  for row in 0..<10 {
    var cover = LinearExpression()
    for column in x where Double.random(in: 0..<1, using: &random) < 0.3 { cover += column }
    cover += x[row]
    model.add(Label("cover", row), cover >= 1)
  }
  // Costs that differ in the sixth digit: what a cutoff increment of 1e-5 cannot tell apart.
  model.minimise(sum(over: x) { (0.2 + Double.random(in: 0..<1e-5, using: &random)) * $0 })
  return try model.compiled()
}

/// The best of all assignments of a model whose columns are all integer, with finite bounds.
public func enumeratedOptimum(_ model: CompiledModel) -> Double? {
  var best: Double?
  var point = model.columnLower
  while true {
    if model.violation(at: point, tolerance: 1e-9) == nil {
      let value = model.objectiveValue(at: point)
      best = min(best ?? value, value)
    }
    guard let column = point.indices.first(where: { point[$0] < model.columnUpper[$0] }) else { return best }
    for lower in 0..<column { point[lower] = model.columnLower[lower] }
    point[column] += 1
  }
}

/// coin-or/Cbc issue 293: with preprocessing, CBC 2.10 calls 19712 the optimum, which is 444.
public func publishedCounterexample() throws -> CompiledModel {
  try model(
    minimise: [9856, 444], bounds: [0...(.infinity), 0...(.infinity)], integers: [0, 1],
    rows: [
      ([1, 1], .lessOrEqual, 5), ([0.63, 1.27], .lessOrEqual, 1.28),
      ([0.63, 1.27], .greaterOrEqual, 0.65),
    ])
}

extension SplitMix64 {
  /// For small seeds, those next to each other far apart in the generator's cycle.
  init(sample: Int) { self.init(seed: UInt64(truncatingIfNeeded: sample) &* 0x9e37_79b9_7f4a_7c15) }
}
