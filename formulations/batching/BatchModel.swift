import Batching
import LinearModels
import Problems

/// What both formulations share: the users, the window, the objective, and the translation of plans.
///
/// Times are in units of the latest deadline, or of the longest plan if that ends before, so that all numbers are near 1.
struct BatchModel {
  let choices: BatchingChoices
  var model: LinearModel
  /// One for each of the possible users: whether it is scheduled.
  let x: [Variable]
  /// The window; `nil` if the server has one.
  let t: Variable?
  /// The unit of time [s].
  private let unit: Double
  /// For each block, the longest time until its end in any plan, in the unit of the model.
  let longestTimes: [Double]

  /// The model with x, the window and the objective.
  init(_ choices: BatchingChoices, formulation: String, legend: [String]) {
    let limits = choices.limits
    var model = LinearModel(name: formulation, objectiveUnit: "of value, negated")
    let x = limits.users.map { model.addBinary(Label("x", $0)) }
    let t = limits.fullWindow == nil && !x.isEmpty ? model.addContinuous(Label("t")) : nil
    (self.choices, self.model, self.x, self.t) = (choices, model, x, t)
    // The window of a plan is no longer than all uploads, which end before a deadline.
    let latest = limits.deadlines.max() ?? 0
    var end = choices.instance.server.window ?? min(limits.uploads.reduce(0, +), latest)
    let ends = zip(choices.instance.blocks, limits.largest).map { block, largest in
      end += block.times.seconds(largest)
      return end
    }
    let span = min(latest, end)
    let unit = span > 0 ? span : 1
    (self.unit, longestTimes) = (unit, ends.map { $0 / unit })
    self.model.comments =
      [
        "x_k = 1 if user k is scheduled; t is the window in units of \(unit) s. Users and blocks count from 0."
      ] + legend
    addUploads()
    var cost = LinearExpression()
    for (user, x) in zip(limits.users, x) { cost.add(0 - choices.instance.users[user].value, x) }
    self.model.minimise(cost)
  }

  /// The columns and rows of the window.
  static func size(_ choices: BatchingChoices) -> ModelSize {
    let users = Double(choices.limits.users.count)
    return ModelSize(columns: users + 1, rows: 1, nonzeros: users + 1)
  }

  /// sum c_k x_k = t, or at most the server's window.
  private mutating func addUploads() {
    let limits = choices.limits
    var uploads = LinearExpression()
    for (upload, x) in zip(limits.uploads, x) where upload > 0 { uploads.add(upload / unit, x) }
    if let t {
      model.add(Label("window"), uploads - t == 0.0)
    } else if let window = choices.instance.server.window, limits.uploads.reduce(0, +) > window {
      model.add(Label("window"), uploads <= window * choices.rowSlack / unit)
    }
  }

  // MARK: Times

  /// A time in the unit of the model.
  func scaled(_ seconds: Double) -> Double { seconds / unit }

  /// A deadline of a user in the unit of the model, with what rows may exceed.
  func scaledDeadline(_ user: Int) -> Double {
    scaled(choices.instance.users[user].deadline * choices.rowSlack)
  }

  /// The time of the window.
  var window: LinearExpression {
    t?.expression ?? LinearExpression(scaled(choices.instance.server.window ?? 0))
  }

  /// The time of a block for a number of tasks, in the unit of the model.
  func blockTime(_ block: Int, _ batch: Int) -> Double {
    scaled(choices.instance.blocks[block].times.seconds(batch))
  }

  // MARK: Plans

  /// The largest value as it is, if solvers can take it: then exported models have the values of plans.
  var objectiveMagnitude: Double? {
    let largest = choices.limits.users.reduce(0) { max($0, choices.instance.users[$1].value) }
    return (1e-3...1e3).contains(largest) ? 1 : nil
  }

  /// Each user with x = 1 at its first exit.
  func decode(_ values: [Double]) -> BatchingProblem.Plan {
    var plan = BatchingProblem.Plan(exits: Array(repeating: nil, count: choices.instance.users.count))
    for (place, x) in x.enumerated() where values[x.column] > 0.5 {
      plan.exits[choices.limits.users[place]] = choices.limits.exits[place]
    }
    return plan
  }

  /// The point of a plan's users, without what the formulations add, and how many of them reach each block; `nil` if one
  /// of them is of value and was left out.
  func point(of plan: BatchingProblem.Plan, columns: Int) -> (values: [Double], batches: [Int])? {
    let limits = choices.limits
    var values = [Double](repeating: 0, count: columns)
    var batches = [Int](repeating: 0, count: limits.largest.count)
    var (scheduled, window) = (0, 0.0)
    for (place, user) in limits.users.enumerated() where plan.exits[user] != nil {
      values[x[place].column] = 1
      window += scaled(limits.uploads[place])
      scheduled += 1
      for block in 0...limits.exits[place] { batches[block] += 1 }
    }
    if let t { values[t.column] = window }
    let valued = zip(choices.instance.users, plan.exits).count { $0.value > 0 && $1 != nil }
    guard scheduled == valued, zip(batches, limits.largest).allSatisfy(<=) else { return nil }
    return (values, batches)
  }
}
