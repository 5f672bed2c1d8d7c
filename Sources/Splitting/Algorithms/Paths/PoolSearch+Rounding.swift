/// Choices from mixtures.
extension PoolSearch {
  /// Rounds a mixture to a choice that costs less than the best one; `nil` if that does not succeed.
  ///
  /// One job after the other takes the cheapest of its paths, at the prices of the mixture, that fits beside those of the
  /// jobs before it: first the jobs for which the mixture has a path nearly whole, or those that take most.
  ///
  /// - Complexity: O(P (R + H)) for P paths that are left, R rows, and H variables for what is held.
  func rounded(_ values: [Double], _ allowed: [[Int32]], _ solution: RestrictedMaster.Solution) -> [Int32]? {
    var (largest, sizes) = ([Double](repeating: 0, count: jobCount), [Double](repeating: 0, count: jobCount))
    for (column, value) in values.enumerated() where value > 1e-9 {
      let (job, place) = (Int(pathOfColumn[column].job), pathOfColumn[column].place)
      largest[job] = max(largest[job], value)
      for row in 0..<rowCount { sizes[job] += value * share(job, place, row) }
    }
    let priced = (0..<jobCount).map { price($0, allowed[$0], solution).costs }
    var best: (choice: [Int32], cost: Double)?
    for keys in [largest, sizes] {
      let order = (0..<jobCount).sorted { (keys[$0], $1) > (keys[$1], $0) }
      guard let choice = filled(order, allowed, priced) else { continue }
      let cost = cost(of: choice)
      if cost < best?.cost ?? cutoff { best = (choice, cost) }
    }
    return best?.choice
  }

  /// The choice in which jobs, in some order, take the cheapest path that fits.
  private func filled(_ order: [Int], _ allowed: [[Int32]], _ priced: [[Double]]) -> [Int32]? {
    var choice = [Int32](repeating: -1, count: jobCount)
    var used = [Double](repeating: 0, count: rowCount)
    var isHeld = [Bool](repeating: false, count: pool.held.count)
    for job in order {
      var least = Double.infinity
      for (place, cost) in zip(allowed[job], priced[job]) where cost < least {
        if fits(job, place, used, isHeld) { (choice[job], least) = (place, cost) }
      }
      if choice[job] < 0 { return nil }
      for row in 0..<rowCount { used[row] += share(job, choice[job], row) }
      for (variable, held) in pool.held.enumerated()
      where !isHeld[variable] && share(job, choice[job], rowCount + variable) > 0 {
        isHeld[variable] = true
        used[held.row] += held.share
      }
    }
    return choice
  }

  /// Whether a path fits beside what is used of the rows, and what is held already.
  private func fits(_ job: Int, _ place: Int32, _ used: [Double], _ isHeld: [Bool]) -> Bool {
    let limit = ColumnGeneration.wholeLimit
    for row in 0..<rowCount where used[row] + share(job, place, row) > limit { return false }
    if pool.held.isEmpty { return true }
    var more = [Double](repeating: 0, count: rowCount)
    for (variable, held) in pool.held.enumerated()
    where !isHeld[variable] && share(job, place, rowCount + variable) > 0 { more[held.row] += held.share }
    return (0..<rowCount).allSatisfy {
      more[$0] == 0 || used[$0] + share(job, place, $0) + more[$0] <= limit
    }
  }
}
