import Foundations
import HeapModule
import Queues
import Splitting

/// Commits one job after the other: the one whose shortest path under the work committed so far ends first, or last;
/// among equals, the one with the least index.
///
/// The key of a job is its release plus the value of its shortest path. Keys only grow with the loads, so that an old key is
/// a lower bound on the present one; the present time of an old path is an upper bound. Only jobs that these bounds do not
/// exclude are searched again, and identical jobs share one search.
public struct GreedyScheduling: Sendable {
  /// Which job is committed next.
  public enum Choice: String, Sendable, CaseIterable { case smallest, largest }

  private let batch: Batch
  private let choice: Choice

  public init(_ batch: Batch, choice: Choice = .smallest) { (self.batch, self.choice) = (batch, choice) }

  /// The schedule, and the number of searches for it.
  public struct Result: Sendable {
    public let schedule: Schedule
    public let searches: Int
  }

  /// The schedule; `nil` if it was cancelled before some commitment.
  ///
  /// - Complexity: for J jobs in G groups of identical ones, at least O(J + G) searches and at most O(J G); see
  ///   ``SequentialRouting`` for the complexity of one.
  public func result(cancellation: Cancellation) -> Result? {
    var run = GreedyRun(batch)
    for _ in batch.jobs.indices {
      if cancellation.isCancelled { return nil }
      switch choice {
      case .smallest: run.commitSmallest()
      case .largest: run.commitLargest()
      }
    }
    return Result(schedule: run.schedule, searches: run.searches)
  }

  /// The same without cancellation.
  public func result() -> Result {
    guard let result = result(cancellation: .never) else {
      preconditionFailure("a search that is never cancelled has a result")
    }
    return result
  }
}

private struct GreedyRun {
  private(set) var searches: Int
  private let batch: Batch
  private let search: LoadedSearch
  private var loads: [Double]
  /// For each group of jobs the path found last, and how many jobs were committed then.
  private var paths: [LoadedPath]
  private var searchedAt: [Int]
  private var clusters: [Cluster] = []
  /// Clusters by lower bounds on their keys, for the smallest.
  private var queue = Heap<Entry>()
  private var plans: [JobPlan?]
  private var order: [Int] = []

  /// Jobs of a group with the same release, which have the same key.
  private struct Cluster {
    let group: Int
    /// [s]
    let release: Double
    /// Ascending.
    var jobs: ArraySlice<Int>
  }

  /// A bound on the key of a cluster, and its next job.
  private struct Entry: Comparable {
    var key: Double
    let job: Int
    let cluster: Int

    static func < (left: Entry, right: Entry) -> Bool { (left.key, left.job) < (right.key, right.job) }
  }

  init(_ batch: Batch) {
    self.batch = batch
    search = LoadedSearch(batch.tables)
    loads = batch.resources.backlogs
    paths = Self.firstPaths(batch, loads)
    searches = paths.count
    searchedAt = Array(repeating: 0, count: paths.count)
    plans = Array(repeating: nil, count: batch.jobs.count)
    clusters = batch.tables.groups.enumerated().flatMap { index, group in
      Dictionary(grouping: group.jobs) { batch.jobs[$0].release }.sorted { $0.key < $1.key }
        .map { Cluster(group: index, release: $0.key, jobs: $0.value[...]) }
    }
    queue = Heap(clusters.indices.compactMap { entry($0, key: key($0)) })
  }

  /// The first paths depend on the backlogs alone: processors share the work.
  private static func firstPaths(_ batch: Batch, _ loads: [Double]) -> [LoadedPath] {
    let groups = batch.tables.groups
    let portions = min(64, groups.count)
    return concurrentMap(portions) { portion in
      let search = LoadedSearch(batch.tables)
      return groups[portion * groups.count / portions..<(portion + 1) * groups.count / portions].map {
        batch.path(of: $0.jobs[0], under: loads, search)
      }
    }.flatMap(\.self)
  }

  var schedule: Schedule { Schedule(plan: Plan(jobs: plans.compactMap(\.self)), order: order) }

  /// Whether the path of a cluster was found under the present loads.
  private func isFresh(_ cluster: Int) -> Bool { searchedAt[clusters[cluster].group] == order.count }

  /// By the path found last [s].
  private func key(_ cluster: Int) -> Double {
    clusters[cluster].release + paths[clusters[cluster].group].seconds
  }

  /// `nil` if all jobs of the cluster are committed.
  private func entry(_ cluster: Int, key: Double) -> Entry? {
    clusters[cluster].jobs.first.map { Entry(key: key, job: $0, cluster: cluster) }
  }

  private mutating func searchAgain(_ cluster: Int) {
    let group = clusters[cluster].group
    paths[group] = batch.path(of: batch.tables.groups[group].jobs[0], under: loads, search)
    searchedAt[group] = order.count
    searches += 1
  }

  /// Old keys are lower bounds: the first in the queue whose key is a present one is the least, by key and index.
  mutating func commitSmallest() {
    while let least = queue.popMin() {
      if !isFresh(least.cluster) { searchAgain(least.cluster) }
      let key = key(least.cluster)
      if key == least.key { commit(least) }
      if let next = entry(least.cluster, key: key) { queue.insert(next) }
      if key == least.key { return }
    }
  }

  /// The present times of old paths are upper bounds: a present key that is above all of them is the largest.
  mutating func commitLargest() {
    var entries = clusters.indices.compactMap { cluster in
      let path = paths[clusters[cluster].group]
      let seconds = isFresh(cluster) ? path.seconds : path.seconds(under: loads)
      return entry(cluster, key: clusters[cluster].release + seconds)
    }
    // Among equals the least index.
    while let first = entries.indices.min(by: {
      (-entries[$0].key, entries[$0].job) < (-entries[$1].key, entries[$1].job)
    }) {
      let cluster = entries[first].cluster
      if isFresh(cluster) { return commit(entries[first]) }
      searchAgain(cluster)
      // Other clusters of the group have a present key as well.
      for (index, entry) in entries.enumerated()
      where clusters[entry.cluster].group == clusters[cluster].group {
        entries[index].key = key(entry.cluster)
      }
    }
  }

  private mutating func commit(_ entry: Entry) {
    let path = paths[clusters[entry.cluster].group]
    loads.commit(path)
    plans[entry.job] = path.plan
    clusters[entry.cluster].jobs.removeFirst()
    order.append(entry.job)
  }
}
