import Dispatch
import Foundations
import HeapModule
import Splitting
import Synchronization

/// Commits one job after the other: always the one whose shortest way under the work committed so far ends first, or
/// last; of several, the one with the least index.
///
/// Keys, which are release plus the value of the shortest way, only grow with the loads, and so does the time that the way
/// found last takes: the first are lower bounds on keys, the second upper ones. Only jobs that these do not rule out are
/// searched again, and jobs alike share one search.
public struct GreedyScheduling: Sendable {
  /// Which job is committed next.
  public enum Choice: String, Sendable, CaseIterable {
    case smallest, largest
  }

  private let problem: SchedulingProblem
  private let choice: Choice

  /// - Parameters:
  ///   - problem: whose jobs are scheduled.
  ///   - choice: which job comes next.
  public init(_ problem: SchedulingProblem, choice: Choice = .smallest) {
    self.problem = problem
    self.choice = choice
  }

  /// What came of it, and after how many searches.
  public struct Result: Sendable {
    public let schedule: Schedule
    public let searches: Int
  }

  /// - Parameter cancellation: asked before each commitment.
  /// - Returns: `nil` where it was cancelled.
  /// - Complexity: for J jobs of G kinds that differ, O(J + G) searches at least, O(J G) at most; see
  ///   ``SequentialRouting`` for one.
  public func result(cancellation: Cancellation) -> Result? {
    var run = GreedyRun(problem)
    for _ in problem.instance.jobs.indices {
      if cancellation.isCancelled { return nil }
      switch choice {
      case .smallest: run.commitSmallest()
      case .largest: run.commitLargest()
      }
    }
    return Result(schedule: run.schedule, searches: run.searches)
  }

  /// The same, to its end.
  public func result() -> Result {
    guard let result = result(cancellation: .never) else {
      preconditionFailure("what is never cancelled has a result")
    }
    return result
  }
}

private struct GreedyRun {
  private(set) var searches = 0
  private let problem: SchedulingProblem
  private let search: LoadedSearch
  private var loads: [Double]
  /// For each group of jobs the way found last, and how many jobs were committed then.
  private var ways: [LoadedWay]
  private var searchedAt: [Int]
  private var batches: [Batch] = []
  /// Batches by lower bounds on their keys, for the smallest.
  private var queue = Heap<Entry>()
  private var plans: [JobPlan?]
  private var order: [Int] = []

  /// Jobs of a group with the same release, which have the same key.
  private struct Batch {
    let group: Int
    /// [s]
    let release: Double
    /// Ascending.
    var jobs: ArraySlice<Int>
  }

  /// A bound on the key of a batch, and its next job.
  private struct Entry: Comparable {
    let key: Double
    let job: Int
    let batch: Int

    static func < (left: Entry, right: Entry) -> Bool {
      left.key == right.key ? left.job < right.job : left.key < right.key
    }
  }

  init(_ problem: SchedulingProblem) {
    self.problem = problem
    search = LoadedSearch(problem.tables)
    loads = problem.resources.backlogs
    ways = Self.firstWays(problem, loads)
    searches = ways.count
    searchedAt = Array(repeating: 0, count: ways.count)
    plans = Array(repeating: nil, count: problem.instance.jobs.count)
    for (index, group) in problem.tables.groups.enumerated() {
      let byRelease = Dictionary(grouping: group.jobs) { problem.instance.jobs[$0].release }
      for (release, jobs) in byRelease.sorted(by: { $0.key < $1.key }) {
        batches.append(Batch(group: index, release: release, jobs: jobs[...]))
      }
    }
    queue = Heap(batches.indices.compactMap { entry($0, key: key($0)) })
  }

  /// The first ways depend on nothing but the backlogs: processors share them.
  private static func firstWays(_ problem: SchedulingProblem, _ loads: [Double]) -> [LoadedWay] {
    let groups = problem.tables.groups
    let portions = min(64, groups.count)
    let found = Mutex<[Int: [LoadedWay]]>([:])
    DispatchQueue.concurrentPerform(iterations: portions) { portion in
      let search = LoadedSearch(problem.tables)
      let ways = (portion * groups.count / portions..<(portion + 1) * groups.count / portions).map {
        problem.way(of: groups[$0].jobs[0], under: loads, search)
      }
      found.withLock { $0[portion] = ways }
    }
    let ways = found.withLock { $0 }
    return (0..<portions).flatMap { ways[$0] ?? [] }
  }

  var schedule: Schedule { Schedule(plan: Plan(jobs: plans.compactMap(\.self)), order: order) }

  /// Whether the way of the batch is of now.
  private func isFresh(_ batch: Int) -> Bool { searchedAt[batches[batch].group] == order.count }

  /// By the way found last [s].
  private func key(_ batch: Int) -> Double { batches[batch].release + ways[batches[batch].group].seconds }

  /// `nil` where all jobs of the batch are committed.
  private func entry(_ batch: Int, key: Double) -> Entry? {
    batches[batch].jobs.first.map { Entry(key: key, job: $0, batch: batch) }
  }

  private mutating func searchAgain(_ batch: Int) {
    let group = batches[batch].group
    ways[group] = problem.way(of: problem.tables.groups[group].jobs[0], under: loads, search)
    searchedAt[group] = order.count
    searches += 1
  }

  /// Old keys are lower bounds: the first in the queue whose key is of now is the least, by key and index.
  mutating func commitSmallest() {
    while let least = queue.popMin() {
      if !isFresh(least.batch) { searchAgain(least.batch) }
      let key = key(least.batch)
      if key == least.key {
        commit(least)
        if let next = entry(least.batch, key: key) { queue.insert(next) }
        return
      }
      queue.insert(Entry(key: key, job: least.job, batch: least.batch))
    }
  }

  /// What old ways take now is an upper bound: who is above all others' is the largest.
  mutating func commitLargest() {
    var entries = batches.indices.compactMap { batch in
      let way = ways[batches[batch].group]
      return entry(
        batch, key: batches[batch].release + (isFresh(batch) ? way.seconds : way.seconds(under: loads)))
    }
    while let first = entries.indices.min(by: { Self.isLarger(entries[$0], entries[$1]) }) {
      let batch = entries[first].batch
      if isFresh(batch) { return commit(entries[first]) }
      searchAgain(batch)
      // Others of the group have a key of now as well.
      for (index, entry) in entries.enumerated() where batches[entry.batch].group == batches[batch].group {
        entries[index] = Entry(key: key(entry.batch), job: entry.job, batch: entry.batch)
      }
    }
  }

  private static func isLarger(_ left: Entry, _ right: Entry) -> Bool {
    left.key == right.key ? left.job < right.job : left.key > right.key
  }

  private mutating func commit(_ entry: Entry) {
    let way = ways[batches[entry.batch].group]
    loads.commit(way)
    plans[entry.job] = way.plan
    batches[entry.batch].jobs.removeFirst()
    order.append(entry.job)
  }
}
