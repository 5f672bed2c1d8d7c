/// An upper bound on what users can add to a label, from fractional knapsack problems.
///
/// Each user k that is added takes its upload c_k off the window, and adds to the batch of every block up to its exit.
/// d_n(b + j) >= d_n(b) + j s_n(b) with the least average growth s_n(b), so that it takes w_k = sum_{n <= e_k} s_n(b) off the
/// time at least. A sum of both limits with any factors is a knapsack, and its fractional optimum (Dantzig 1957) bounds
/// the value that can be added; the least of a few is taken. Where the window is free, both limits are one.
struct KnapsackBound {
  /// Users by value for a unit of weight, the best first, with sums over the first of them.
  fileprivate struct Knapsack {
    let uploadFactor: Double
    let timeFactor: Double
    var weights = [0.0]
    var values = [0.0]
  }

  private var knapsacks: [Knapsack] = []
  /// The latest deadline of the users that may be added [s].
  private var latestDeadline = -Double.infinity
  /// The time of all blocks that are still to be computed, for the batch of the label [s].
  private let seconds: Double
  private let isEmpty: Bool
  private let window: Double?
  private let fullWindow: Double

  /// The bound for labels with a batch size, if the given users may still be added.
  ///
  /// - Parameters:
  ///   - block: the number of blocks that are still to be computed.
  ///   - growths: `growths[n][b]`, the s_n(b) of all blocks [s].
  /// - Complexity: O(K log K + K N).
  init(_ tasks: TaskGroups, users: ArraySlice<Int>, batch: Int, blocks: Int, growths: [[Double]]) {
    let limits = tasks.limits
    seconds = blocks == 0 ? 0 : tasks.before[blocks][batch]
    isEmpty = batch == 0
    window = tasks.window
    fullWindow = limits.fullWindow ?? .infinity
    // By the number of blocks: the growth of a task that gets through so many, and the least time until it leaves.
    var (growth, times) = ([0.0], [0.0])
    var deepest = 0
    for block in 0..<blocks {
      guard batch < limits.largest[block] else { break }
      growth.append(growth[block] + growths[block][batch])
      times.append(times[block] + tasks.seconds[block][batch + 1])
      deepest = block + 1
    }
    let possible = users.filter { user in
      let depth = limits.exits[user] + 1
      let start = tasks.window ?? limits.uploads[user]
      return depth <= deepest && start + times[depth] <= limits.deadlines[user]
    }
    latestDeadline = possible.reduce(-.infinity) { max($0, limits.deadlines[$1]) }
    let room = max(0, latestDeadline - (window ?? 0))
    // Products of values and weights cannot overflow.
    let largestValue = possible.reduce(0) { max($0, tasks.values[$1]) }
    let shares = possible.map { tasks.values[$0] / largestValue }
    let factors: [(Double, Double)] =
      window == nil ? [(1, 1)] : [(1, 0), (0, 1), (1 / max(fullWindow, 1e-300), 1 / max(room, 1e-300))]
    for (uploadFactor, timeFactor) in factors {
      var knapsack = Knapsack(uploadFactor: uploadFactor, timeFactor: timeFactor)
      let weights = possible.map {
        uploadFactor * limits.uploads[$0] + timeFactor * growth[limits.exits[$0] + 1]
      }
      let order = possible.indices.sorted { shares[$0] * weights[$1] > shares[$1] * weights[$0] }
      for place in order {
        knapsack.weights.append(knapsack.weights[knapsack.weights.count - 1] + weights[place])
        knapsack.values.append(knapsack.values[knapsack.values.count - 1] + tasks.values[possible[place]])
      }
      knapsacks.append(knapsack)
    }
  }

  /// At most this can be added to a label with uploads U and latest start R [s].
  /// - Complexity: O(log K).
  func mostValue(upload: Double, latest: Double) -> Double {
    // A deadline of a user that is added limits only the blocks up to its exit: beside none, these are all that count.
    let end = isEmpty ? min(latest, latestDeadline) : latest
    // More than exact by far more than the rounding errors.
    let uploadRoom = fullWindow * (1 + 1e-14) - upload
    let timeRoom = end * (1 + 1e-14) - (window ?? upload) - seconds
    var most = Double.infinity
    for knapsack in knapsacks {
      var room = knapsack.timeFactor * timeRoom
      if window != nil { room += knapsack.uploadFactor == 0 ? 0 : knapsack.uploadFactor * uploadRoom }
      most = min(most, knapsack.optimum(room))
    }
    return most
  }
}

extension KnapsackBound.Knapsack {
  fileprivate func optimum(_ room: Double) -> Double {
    guard room >= 0 else { return 0 }
    // The last position whose users fit together.
    var (fits, excess) = (0, weights.count)
    while excess - fits > 1 {
      let middle = (fits + excess) / 2
      if weights[middle] <= room { fits = middle } else { excess = middle }
    }
    guard excess < weights.count else { return values[fits] }
    let weight = weights[excess] - weights[fits]
    return values[fits] + (values[excess] - values[fits]) * ((room - weights[fits]) / weight)
  }
}

extension TaskGroups {
  /// `growths[n][b]`: the least average growth of the time of block n from b tasks on [s for each task]; infinite for the
  /// largest batch.
  /// - Complexity: O(N B).
  var leastGrowths: [[Double]] {
    seconds.map { seconds in
      var growths = [Double](repeating: .infinity, count: seconds.count)
      // The lower convex hull of the points to the right, the nearest one last.
      var hull: [Int] = []
      func slope(_ left: Int, _ right: Int) -> Double {
        (seconds[right] - seconds[left]) / Double(right - left)
      }
      for batch in seconds.indices.reversed() {
        while hull.count > 1,
          slope(batch, hull[hull.count - 1]) >= slope(hull[hull.count - 1], hull[hull.count - 2])
        {
          hull.removeLast()
        }
        if let next = hull.last { growths[batch] = slope(batch, next) }
        hull.append(batch)
      }
      return growths
    }
  }
}
