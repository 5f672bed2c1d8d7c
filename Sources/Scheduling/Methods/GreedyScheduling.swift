import Dispatch
import LayerRoute
import Synchronization

/// Commits one job after the other: always the one whose shortest way under the work committed so far ends first, or
/// last; of several, the one with the least index.
///
/// Keys, which are release plus the value of the shortest way, only grow with the loads, and so does the time that the way
/// found last takes: the first are lower bounds on keys, the second upper ones. Only jobs that these do not rule out are
/// searched again.
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

  /// - Complexity: O(J) searches at least, O(J^2) at most; see ``SequentialRouting`` for one.
  public func result() -> Result {
    var run = GreedyRun(problem)
    for _ in problem.instance.jobs.indices {
      switch choice {
      case .smallest: run.commitSmallest()
      case .largest: run.commitLargest()
      }
    }
    return Result(schedule: run.schedule, searches: run.searches)
  }
}

private struct GreedyRun {
  private(set) var searches = 0
  private let problem: SchedulingProblem
  private let search: LoadedSearch
  private var loads: [Double]
  private var ways: [LoadedSearch.Way]
  /// Release plus the value of the way, when it was searched [s].
  private var keys: [Double]
  /// How many jobs were committed when it was.
  private var searchedAt: [Int]
  private var order: [Int] = []
  private var open: Set<Int>
  private var queue: KeyQueue

  init(_ problem: SchedulingProblem) {
    self.problem = problem
    search = LoadedSearch(problem.tables)
    loads = problem.resources.backlogs
    let jobs = problem.instance.jobs
    ways = Self.firstWays(problem, loads)
    keys = zip(jobs, ways).map { $0.release + $1.seconds }
    searchedAt = Array(repeating: 0, count: jobs.count)
    searches = jobs.count
    open = Set(jobs.indices)
    queue = KeyQueue(keys)
  }

  /// The first ways depend on nothing but the backlogs: processors share them.
  private static func firstWays(_ problem: SchedulingProblem, _ loads: [Double]) -> [LoadedSearch.Way] {
    let count = problem.instance.jobs.count
    let portions = min(64, count)
    let found = Mutex<[Int: [LoadedSearch.Way]]>([:])
    DispatchQueue.concurrentPerform(iterations: portions) { portion in
      let search = LoadedSearch(problem.tables)
      let ways = (portion * count / portions..<(portion + 1) * count / portions).map {
        problem.way(of: $0, under: loads, search)
      }
      found.withLock { $0[portion] = ways }
    }
    let ways = found.withLock { $0 }
    return (0..<portions).flatMap { ways[$0] ?? [] }
  }

  var schedule: Schedule { Schedule(plan: Plan(jobs: ways.map(\.plan)), order: order) }

  private func isFresh(_ job: Int) -> Bool { searchedAt[job] == order.count }

  private mutating func searchAgain(_ job: Int) {
    ways[job] = problem.way(of: job, under: loads, search)
    keys[job] = problem.instance.jobs[job].release + ways[job].seconds
    searchedAt[job] = order.count
    searches += 1
  }

  /// Old keys are lower bounds: the first in the queue that is fresh is the least, by key and index.
  mutating func commitSmallest() {
    while let job = queue.pop() {
      if isFresh(job) { return commit(job) }
      searchAgain(job)
      queue.push(keys[job], job)
    }
  }

  /// What old ways take now is an upper bound: who is above all others' is the largest.
  mutating func commitLargest() {
    // Sums in another order may differ in the last digits.
    let slack = 1 + 1e-12
    var most = Dictionary(
      uniqueKeysWithValues: open.map { job in
        let release = problem.instance.jobs[job].release
        return (job, isFresh(job) ? keys[job] : (release + ways[job].seconds(under: loads)) * slack)
      })
    while let job = open.max(by: { (most[$0] ?? 0, -$0) < (most[$1] ?? 0, -$1) }) {
      if isFresh(job), open.allSatisfy({ isFresh($0) || (most[$0] ?? 0) < keys[job] }) { return commit(job) }
      let next =
        isFresh(job) ? open.filter { !isFresh($0) && (most[$0] ?? 0) >= keys[job] }.min() ?? job : job
      searchAgain(next)
      most[next] = keys[next]
    }
  }

  private mutating func commit(_ job: Int) {
    loads.commit(ways[job])
    order.append(job)
    open.remove(job)
  }
}

/// Jobs by key, of equal keys by index.
private struct KeyQueue {
  private var entries: [(key: Double, job: Int)]

  init(_ keys: [Double]) {
    // Sorted is a heap.
    entries = keys.enumerated().map { (key: $1, job: $0) }.sorted { Self.precedes($0, $1) }
  }

  private static func precedes(_ left: (key: Double, job: Int), _ right: (key: Double, job: Int)) -> Bool {
    (left.key, left.job) < (right.key, right.job)
  }

  mutating func push(_ key: Double, _ job: Int) {
    entries.append((key, job))
    var hole = entries.count - 1
    while hole > 0, Self.precedes(entries[hole], entries[(hole - 1) / 2]) {
      entries.swapAt(hole, (hole - 1) / 2)
      hole = (hole - 1) / 2
    }
  }

  mutating func pop() -> Int? {
    guard let least = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return least.job }
    entries[0] = last
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, Self.precedes(entries[child + 1], entries[child]) { child += 1 }
      guard Self.precedes(entries[child], entries[hole]) else { break }
      entries.swapAt(hole, child)
      hole = child
    }
    return least.job
  }
}
