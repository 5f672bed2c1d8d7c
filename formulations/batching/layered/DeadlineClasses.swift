import Batching
import LinearModels

/// For each exit, which of its users' different deadlines is the tightest in force, or none.
struct DeadlineClasses {
  private struct Class {
    let block: Int
    /// The places of the exit's users among the possible ones.
    let places: [Int]
    /// The different deadlines, ascending [s].
    let deadlines: [Double]
    /// One for each of them, and one for none.
    let z: [Variable]
  }

  private let choices: BatchingChoices
  private let classes: [Class]

  init(_ choices: BatchingChoices, _ model: inout LinearModel) {
    self.choices = choices
    let (users, exits) = (choices.limits.users, choices.limits.exits)
    var classes: [Class] = []
    for block in choices.limits.largest.indices {
      let places = users.indices.filter { exits[$0] == block }
      guard !places.isEmpty else { continue }
      let deadlines = Set(places.map { choices.instance.users[users[$0]].deadline }).sorted()
      let z = (0...deadlines.count).map { model.addBinary(Label("z", block, $0)) }
      classes.append(Class(block: block, places: places, deadlines: deadlines, z: z))
    }
    self.classes = classes
  }

  /// One class is in force at an exit; the time until the exit keeps to it, and only users whose deadline is no earlier
  /// are scheduled.
  func addRows(_ arcs: BatchArcs, to batch: inout BatchModel) {
    // Without a deadline at an exit, the latest of all counts. With its tolerance it is no earlier than the end of the
    // window, because users that could not be served alone are left out.
    let latest = choices.limits.deadlines.max() ?? 0
    var (time, block) = (batch.window, 0)
    for own in classes {
      while block <= own.block {
        time += arcs.time(ofBlock: block, batch)
        block += 1
      }
      batch.model.add(Label("class", own.block), sum(over: own.z) { $0 } == 1.0)
      // A deadline behind everything that can be does not count more than that, which keeps the relaxation tight.
      let longest = batch.longestTimes[own.block]
      var tightest = time
      for (deadline, z) in zip(own.deadlines.map { $0 * choices.rowSlack } + [latest], own.z) {
        tightest.add(0 - min(batch.scaled(deadline), longest), z)
      }
      batch.model.add(Label("time", own.block), tightest <= 0.0)
      for place in own.places {
        let deadline = choices.instance.users[choices.limits.users[place]].deadline
        var admitted = batch.x[place].expression
        for (other, z) in zip(own.deadlines, own.z) where other <= deadline { admitted.add(-1, z) }
        batch.model.add(Label("admitted", choices.limits.users[place]), admitted <= 0.0)
      }
    }
  }

  /// Marks the tightest class of a plan at each exit.
  func mark(_ plan: BatchingProblem.Plan, in values: inout [Double]) {
    for own in classes {
      let scheduled = own.places.map { choices.limits.users[$0] }.filter { plan.exits[$0] != nil }
      let tightest = scheduled.map { choices.instance.users[$0].deadline }.min()
      let place = tightest.flatMap { own.deadlines.firstIndex(of: $0) } ?? own.deadlines.count
      values[own.z[place].column] = 1
    }
  }
}
