/// Cover inequalities of the rows of a pool: of some jobs that together would take too much, not all can.
///
/// With `base_j` the least share of a row that job j takes on any path, a *cover* is a set C of jobs with excesses
/// t_j > 0 such that the sum of t_j over C exceeds 1 - sum of base over all jobs. Let every job outside C have the
/// largest of these excesses. Then at most |C| - 1 jobs reach their excess: what a job takes above its base is never
/// negative, and any |C| jobs that reach theirs take at least the sum over C. (Extended cover inequalities: Balas 1975.)
struct CutPool {
  struct Cut {
    /// The row of the pool.
    let row: Int
    /// By job: the share from which on its path counts.
    var thresholds: [Double]
    /// 1 / (|C| - 1): what a path that counts takes of the cut's limit.
    let share: Double
  }

  private(set) var cuts: [Cut] = []

  /// A path of a mixture, with its share of one row.
  struct Part {
    let job: Int
    let share: Double
    let value: Double
  }

  /// Adds the cut of a row that a mixture of paths violates most, as far as a greedy search finds it; returns whether it
  /// found any.
  ///
  /// - Parameter base: the least share of the row, by job.
  mutating func separate(_ row: Int, _ parts: [Part], base: [Double]) -> Bool {
    let room = 1 - base.reduce(0, +)
    var options: [(job: Int, excess: Double, missing: Double)] = []
    for (job, parts) in Dictionary(grouping: parts, by: \.job).sorted(by: { $0.key < $1.key }) {
      var reached = 0.0
      var best: (job: Int, excess: Double, missing: Double)?
      for part in parts.sorted(by: { $0.share > $1.share }) {
        reached += part.value
        let excess = part.share - base[job]
        guard excess > 1e-9 else { break }
        let missing = max(0, 1 - reached)
        if missing * (best?.excess ?? 0) <= (best?.missing ?? 1) * excess { best = (job, excess, missing) }
      }
      if let best { options.append(best) }
    }
    options.sort { $0.missing * $1.excess < $1.missing * $0.excess }
    var members: [(job: Int, excess: Double)] = []
    var (sum, missing) = (0.0, 0.0)
    for option in options where sum <= room * (1 + 1e-9) + 1e-9 {
      members.append((option.job, option.excess))
      sum += option.excess
      missing += option.missing
    }
    let slack = sum - (room + 1e-9 * (1 + abs(room)))
    guard slack > 0, members.count > 1 else { return false }
    // A member that is not needed only weakens the cut; and smaller excesses count more paths.
    var rest = slack
    for index in members.indices.reversed() where members.count > 2 && members[index].excess < rest {
      rest -= members[index].excess
      members.remove(at: index)
    }
    if let largest = members.indices.max(by: { members[$0].excess < members[$1].excess }) {
      members[largest].excess -= min(rest * 0.999, members[largest].excess * 0.5)
    }
    let outside = members.map(\.excess).max() ?? 0
    var thresholds = base.map { $0 + outside }
    for member in members { thresholds[member.job] = base[member.job] + member.excess }
    for job in thresholds.indices { thresholds[job] -= 1e-12 }
    let left = parts.reduce(0) { $0 + ($1.share >= thresholds[$1.job] ? $1.value : 0) }
    guard left > Double(members.count - 1) + 1e-4 else { return false }
    cuts.append(Cut(row: row, thresholds: thresholds, share: 1 / Double(members.count - 1)))
    return true
  }

  /// Leaves jobs out of the cuts from one on, whatever they take.
  mutating func leaveOut(_ isOut: (_ job: Int) -> Bool, from first: Int) {
    for cut in cuts.indices[first...] {
      for job in cuts[cut].thresholds.indices where isOut(job) { cuts[cut].thresholds[job] = .infinity }
    }
  }

  /// Adds the cut that forbids a choice of one path a job which together take too much of a row.
  mutating func forbid(_ row: Int, shares: [Double], base: [Double]) -> Bool {
    let members = shares.indices.filter { shares[$0] > base[$0] }
    guard members.count > 1 else { return false }
    let outside = members.reduce(0) { max($0, shares[$1] - base[$1]) }
    var thresholds = base.map { $0 + outside }
    for member in members { thresholds[member] = shares[member] }
    cuts.append(Cut(row: row, thresholds: thresholds, share: 1 / Double(members.count - 1)))
    return true
  }
}
