import Batching

/// Serving without batches: after a common window the server computes one task after the other.
///
/// For each number of users, those with the best channels are admitted; Moore and Hodgson's rule (Management Science 1968)
/// then completes as many of them in time as possible: in the order of deadlines, and whenever one would be late, the
/// longest task so far is left out. The window stays that of all who were admitted. With the best number of users, this is
/// the best that this rule can do, not the optimum of all rules.
struct SingleTasks {
  private let tasks: [(upload: Double, seconds: Double, deadline: Double)]
  private let window: Double?

  init(_ instance: BatchingInstance) {
    var ends: [Double] = []
    for block in instance.blocks { ends.append((ends.last ?? 0) + block.times.seconds(1)) }
    tasks = instance.users.indices.compactMap { user in
      instance.firstExit(of: user).map {
        (instance.uploadSeconds(of: user), ends[$0], instance.users[user].deadline)
      }
    }.sorted { $0.upload < $1.upload }
    window = instance.server.window
  }

  /// The most tasks in time.
  var most: Int {
    var (upload, most) = (0.0, 0)
    for (index, task) in tasks.enumerated() {
      upload += task.upload
      if let window, upload > window { break }
      most = max(most, inTime(tasks[...index], after: window ?? upload))
    }
    return most
  }

  private func inTime(
    _ tasks: ArraySlice<(upload: Double, seconds: Double, deadline: Double)>, after window: Double
  ) -> Int {
    var (time, kept) = (window, [Double]())
    for task in tasks.sorted(by: { $0.deadline < $1.deadline }) {
      kept.append(task.seconds)
      time += task.seconds
      guard time > task.deadline, let longest = kept.indices.max(by: { kept[$0] < kept[$1] }) else {
        continue
      }
      time -= kept.remove(at: longest)
    }
    return kept.count
  }
}
