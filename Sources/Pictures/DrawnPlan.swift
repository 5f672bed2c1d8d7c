import Splitting

/// A plan as it is drawn: with a number for each host of the jobs to show.
struct DrawnPlan {
  let jobs: [JobPlan]
  /// The hosts of the jobs to show, in the order in which they first occur.
  let hosts: [Int]
  /// The position of each host in `hosts`.
  let numberOfHost: [Int: Int]

  init(_ plan: Plan, jobs: [Int]) {
    self.jobs = plan.jobs
    hosts = jobs.flatMap { plan.jobs[$0].hosts }.unique
    numberOfHost = Dictionary(uniqueKeysWithValues: zip(hosts, hosts.indices))
  }
}

extension [Int] {
  /// The elements in the order in which they first occur.
  var unique: [Int] {
    var seen: Set<Int> = []
    return filter { seen.insert($0).inserted }
  }

  /// The maximal ranges of equal elements.
  var runs: [Range<Int>] {
    let starts = indices.filter { $0 == 0 || self[$0 - 1] != self[$0] }
    return zip(starts, starts.dropFirst() + [count]).map { $0..<$1 }
  }
}
