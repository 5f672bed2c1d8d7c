/// The rows and columns of the master.
extension PoolSearch {
  mutating func enter(_ job: Int, _ place: Int32) {
    var (rows, shares): ([Int32], [Double]) = ([], [])
    for row in 0..<rowCount + counted.count {
      let share = coefficient(job, place, row)
      if share > 0 {
        rows.append(Int32(row))
        shares.append(share)
      }
    }
    let column = master.addColumn(
      job: job, cost: pool.paths[job].costs[Int(place)], rows: rows, shares: shares)
    columnOf[job][Int(place)] = Int32(column)
    pathOfColumn.append((Int32(job), place))
    isAllowed.append(true)
  }

  mutating func setAllowed(_ allowed: [[Int32]]) {
    var isWanted = [Bool](repeating: false, count: pathOfColumn.count)
    for job in 0..<jobCount {
      for place in allowed[job] where columnOf[job][Int(place)] >= 0 {
        isWanted[Int(columnOf[job][Int(place)])] = true
      }
    }
    for column in isWanted.indices where isWanted[column] != isAllowed[column] {
      master.allow(column, isWanted[column])
      isAllowed[column] = isWanted[column]
    }
  }

  /// The rounds of cuts at the root and at other nodes.
  static let (rootRounds, nodeRounds) = (60, 2)
  private static let mostCuts = 300

  /// Adds cuts that a mixture violates; returns whether there are any.
  mutating func separate(_ values: [Double]) -> Bool {
    setBase()
    let first = cutPool.cuts.count
    for row in 0..<rowCount where cutPool.cuts.count < Self.mostCuts {
      if let whole = pool.wholeOfRow[row] {
        separate(row, whole, values)
        continue
      }
      var parts: [CutPool.Part] = []
      for (column, value) in values.enumerated() where value > 1e-9 {
        let path = pathOfColumn[column]
        if Int(path.job) == openJob?.index { continue }
        parts.append(
          CutPool.Part(job: Int(path.job), share: share(Int(path.job), path.place, row), value: value))
      }
      _ = cutPool.separate(row, parts, base: base[row])
    }
    addCuts(from: first)
    return cutPool.cuts.count > first
  }

  /// Adds the cut of a row of which something is held. Of jobs that share weights, the one that takes most of the row
  /// counts with all it takes and the others with what they take alone: so nothing counts twice.
  private mutating func separate(_ row: Int, _ whole: Int, _ values: [Double]) {
    var parts: [CutPool.Part] = []
    var amounts = [Double](repeating: 0, count: jobCount)
    for (column, value) in values.enumerated() where value > 1e-9 {
      let (job, place) = (Int(pathOfColumn[column].job), pathOfColumn[column].place)
      if job == openJob?.index { continue }
      parts.append(CutPool.Part(job: job, share: share(job, place, whole), value: value))
      amounts[job] += value * share(job, place, whole)
    }
    let isMember = (0..<jobCount).map { job in
      job != openJob?.index
        && !(0..<jobCount).contains { other in
          items[job] != nil && items[other] == items[job] && other != openJob?.index
            && (amounts[other], job) > (amounts[job], other)
        }
    }
    let base = (0..<jobCount).map { isMember[$0] ? leastShare(of: $0, whole, left[$0]) : self.base[row][$0] }
    let first = cutPool.cuts.count
    if cutPool.separate(whole, parts.filter { isMember[$0.job] }, base: base) {
      cutPool.leaveOut({ !isMember[$0] }, from: first)
    }
  }

  mutating func setBase() {
    if !base.isEmpty { return }
    base = (0..<rowCount).map { row in
      (0..<jobCount).map { leastShare(of: $0, row, left[$0]) }
    }
  }

  /// Adds the rows of new cuts to the master.
  mutating func addCuts(from first: Int) {
    for cut in cutPool.cuts[first...] {
      var thresholds = cut.thresholds
      if let openJob { thresholds[openJob.index] = .infinity }
      counted.append(CountingRow(column: cut.row, thresholds: thresholds, share: cut.share, isLink: false))
      let (columns, shares) = entries(ofRow: rowCount + counted.count - 1)
      master.addRow(columns: columns, shares: shares)
    }
  }

  /// The columns of the master that take a part of a row, and their parts.
  func entries(ofRow row: Int) -> (columns: [Int32], shares: [Double]) {
    var (columns, shares): ([Int32], [Double]) = ([], [])
    for (column, path) in pathOfColumn.enumerated() {
      let share = coefficient(Int(path.job), path.place, row)
      if share > 0 {
        columns.append(Int32(column))
        shares.append(share)
      }
    }
    return (columns, shares)
  }

  /// Adds the links that a mixture violates: some job runs a layer on a node to a larger part than the node holds it.
  /// Returns whether there were any.
  mutating func addLinks(_ values: [Double], _ held: [Double]) -> Bool {
    if held.isEmpty { return false }
    var parts = [Double](repeating: 0, count: jobCount * held.count)
    for (column, value) in values.enumerated() where value > 1e-9 {
      let (job, place) = (Int(pathOfColumn[column].job), pathOfColumn[column].place)
      for variable in held.indices where share(job, place, rowCount + variable) > 0 {
        parts[job * held.count + variable] += value
      }
    }
    var isNew = false
    for index in parts.indices where !isLinked[index] {
      let (job, variable) = (index / held.count, index % held.count)
      guard parts[index] > held[variable] + 1e-9 else { continue }
      isLinked[index] = true
      isNew = true
      var thresholds = [Double](repeating: .infinity, count: jobCount)
      thresholds[job] = 0.5
      counted.append(
        CountingRow(column: rowCount + variable, thresholds: thresholds, share: 1, isLink: true))
      let (columns, shares) = entries(ofRow: rowCount + counted.count - 1)
      master.addLink(held: variable, columns: columns, shares: shares)
    }
    return isNew
  }
}
