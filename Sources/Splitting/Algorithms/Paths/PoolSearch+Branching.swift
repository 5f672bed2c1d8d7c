/// What splits a node.
extension PoolSearch {
  /// The candidates for branching that are tried at the first nodes and later, and the steps of the dual simplex method
  /// for each side.
  private static let (mostCandidates, fewCandidates, firstNodes, probeSteps) = (8, 3, 20, 40)

  /// Chooses a job, a row and a threshold between shares that the solution mixes: the candidate that raises the bounds of
  /// both sides most (strong branching with the product rule: Achterberg 2007).
  mutating func branch(_ values: [Double]) throws -> (demand: Demand, prefersBelow: Bool)? {
    let count = nodeCount < Self.firstNodes ? Self.mostCandidates : Self.fewCandidates
    let candidates = candidates(values).sorted { $0.score > $1.score }.prefix(count)
    guard candidates.count > 1 else { return candidates.first.map { ($0.demand, $0.prefersBelow) } }
    master.saveBasis(1)
    guard let solution = try master.solve() else {
      return candidates.first.map { ($0.demand, $0.prefersBelow) }
    }
    var best: (score: Double, demand: Demand, prefersBelow: Bool)?
    for candidate in candidates {
      let gains = try [true, false].map { isBelow in
        let closed = pathOfColumn.indices.filter { column in
          let path = pathOfColumn[column]
          guard path.job == candidate.demand.job, isAllowed[column] else { return false }
          let share = share(Int(path.job), path.place, Int(candidate.demand.row))
          return (share < candidate.demand.threshold) != isBelow
        }
        for column in closed { master.allow(column, false) }
        let value = try master.probe(from: 1, iterations: Self.probeSteps) ?? solution.objective
        for column in closed { master.allow(column, true) }
        return max(min(value, cutoff) - solution.objective, 1e-9 * cutoff)
      }
      if gains[0] * gains[1] > best?.score ?? -1 {
        best = (gains[0] * gains[1], candidate.demand, gains[0] <= gains[1])
      }
    }
    master.restoreBasis(1)
    return best.map { ($0.demand, $0.prefersBelow) }
  }

  func candidates(_ values: [Double]) -> [(demand: Demand, score: Double, prefersBelow: Bool)] {
    var used = [[(place: Int32, value: Double)]](repeating: [], count: jobCount)
    for (column, value) in values.enumerated() where value > 1e-9 {
      used[Int(pathOfColumn[column].job)].append((pathOfColumn[column].place, value))
    }
    var candidates: [(demand: Demand, score: Double, prefersBelow: Bool)] = []
    for job in 0..<jobCount where used[job].count > 1 {
      for row in (minimisesLargest ? -1 : 0)..<pool.width {
        let sorted = used[job].map { (share: share(job, $0.place, row), value: $0.value) }
          .sorted { $0.share < $1.share }
        var below = 0.0
        var best: (demand: Demand, score: Double, prefersBelow: Bool)?
        for index in 1..<sorted.count {
          below += sorted[index - 1].value
          let difference = sorted[index].share - sorted[index - 1].share
          if difference <= 1e-9 { continue }
          let score = min(below, 1 - below) * difference
          if score > best?.score ?? 0 {
            let threshold = (sorted[index].share + sorted[index - 1].share) / 2
            best = (
              Demand(job: Int32(job), row: Int32(row), threshold: threshold, isBelow: true), score,
              below >= 0.5
            )
          }
        }
        if let best { candidates.append(best) }
      }
    }
    return candidates
  }
}
