import Batching

/// The users of an instance as the label searches take them: by exit, the last one first.
struct TaskGroups {
  /// Users of one exit and one value.
  struct Group {
    /// The index of the exit's block.
    let block: Int
    /// Positions in ``BatchLimits/users``.
    let tasks: [Int]
    /// Whether the block is entered after this group, seen from the last block.
    var isLastOfBlock = false
  }

  let limits: BatchLimits
  /// The values of the users in ``BatchLimits/users``.
  let values: [Double]
  /// The window of the server [s]; `nil` if it is free.
  let window: Double?
  /// `seconds[n][b]`, the time of block n for b tasks, up to the largest batch that can get there [s].
  let seconds: [[Double]]
  /// `before[n][b]`, the time of the blocks before block n for b tasks [s]; N+1 entries, the last of them for no task.
  let before: [[Double]]

  init(_ instance: BatchingInstance) {
    limits = BatchLimits(instance, slack: BatchingInstance.searchSlack)
    values = limits.users.map { instance.users[$0].value }
    window = instance.server.window
    let largest = limits.largest
    seconds = zip(instance.blocks, largest).map { block, largest in
      (0...largest).map { block.times.seconds($0) }
    }
    var before = [[Double](repeating: 0, count: (largest.first ?? 0) + 1)]
    for (block, seconds) in seconds.enumerated() {
      before.append(seconds.indices.map { before[block][$0] + seconds[$0] })
    }
    self.before = before
  }

  var blockCount: Int { seconds.count }

  /// The groups in the order of the search. Every block has at least one, which may be empty. `useful` chooses among the
  /// users of a block.
  func groups(
    ofAtMost most: Int, useful: (_ block: Int, _ users: [Int]) -> [Int]
  ) -> [Group] {
    var groups: [Group] = []
    for block in (0..<blockCount).reversed() {
      var tasks = useful(block, limits.users.indices.filter { limits.exits[$0] == block })[...]
      repeat {
        groups.append(Group(block: block, tasks: Array(tasks.prefix(most))))
        tasks = tasks.dropFirst(most)
      } while !tasks.isEmpty
      groups[groups.count - 1].isLastOfBlock = true
    }
    return groups
  }

  /// The plan that serves the users at some positions, each at its first exit.
  func plan(serving tasks: [Int], of count: Int) -> BatchingProblem.Plan {
    var plan = BatchingProblem.Plan(exits: Array(repeating: nil, count: count))
    for task in tasks { plan.exits[limits.users[task]] = limits.exits[task] }
    return plan
  }
}
