import Foundations
import LinearModels
import Testing

extension SessionConformance {
  /// After any changes, the answer is that of a fresh solve, and proves itself.
  static let changeRequirements = [
    Requirement("some seeded changes have the answers of fresh solves") { source, oracle in
      try checkSeeds(0..<12, source, oracle)
    },
    Requirement("many seeded changes have the answers of fresh solves", isLong: true) { source, oracle in
      try checkSeeds(12..<300, source, oracle)
    },
    Requirement("columns come in rounds") { source, oracle in
      var random = SplitMix64(sample: 1)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = coveringRows(count: 20, columns: 60, &random)
      for round in 0..<6 {
        let solution = try session.solve(changes, LinearSolveOptions(), "round \(round)")
        #expect(solution.termination == .optimal)
        changes = LinearChanges()
        for _ in 0..<20 { changes.columns.appendCover(of: 20, &random) }
      }
    },
    Requirement("cuts come in rounds") { source, oracle in
      var random = SplitMix64(sample: 2)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = coveringRows(count: 15, columns: 60, &random)
      for round in 0..<6 {
        let solution = try session.solve(changes, LinearSolveOptions(), "round \(round)")
        // A row that the optimum violates: the columns that it uses most are used less.
        let used = try #require(solution.values).enumerated().sorted { $0.element > $1.element }.prefix(5)
        let sum = used.map(\.element).reduce(0, +)
        changes = LinearChanges()
        changes.rows.append(
          lower: -.infinity, upper: 0.9 * sum, columns: used.map { Int32($0.offset) },
          coefficients: used.map { _ in 1.0 })
      }
    },
    Requirement("numbers of different magnitude are solved") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges()
      changes.rows.append(lower: 3e5, upper: .infinity)
      changes.rows.append(lower: -.infinity, upper: 2e-3)
      changes.rows.append(lower: 1, upper: 4)
      changes.columns.append(cost: 2, rows: [0, 1], coefficients: [1e5, 1e-3])
      changes.columns.append(cost: 3, rows: [0, 2], coefficients: [2e5, 1])
      changes.columns.append(upper: 1, cost: -1, rows: [1, 2], coefficients: [5e-4, 1])
      let solution = try session.solve(changes)
      #expect(solution.termination == .optimal)
    },
    Requirement("thousands of solves agree", isLong: true) { source, _ in
      var random = SplitMix64(sample: 3)
      let session = try source.openSession()
      let first = try session.solve(coveringRows(count: 30, columns: 300, &random))
      let objective = try #require(first.objective)
      for round in 0..<1500 {
        let column = Int32(random.nextIndex(below: 300))
        var fixed = LinearChanges()
        fixed.columnBounds.set(column, lower: 0, upper: 0)
        let higher = try #require(try session.solve(fixed).objective)
        #expect(higher >= objective - 1e-7, "round \(round)")
        var freed = LinearChanges()
        freed.columnBounds.set(column, lower: 0, upper: 1)
        #expect(near(try session.solve(freed).objective, objective), "round \(round)")
      }
    },
    Requirement("sessions beside each other do not meet") { source, _ in
      let optima = try (0..<4).map { seed in
        var random = SplitMix64(sample: seed)
        return try #require(
          try source.openSession().solve(coveringRows(count: 10, columns: 40, &random)).objective)
      }
      try await withThrowingTaskGroup(of: (Int, Double?).self) { group in
        for task in 0..<8 {
          group.addTask {
            var random = SplitMix64(sample: task % 4)
            let session = try source.openSession()
            let rows = coveringRows(count: 10, columns: 40, &random)
            var objective = try session.solve(rows).objective
            for _ in 0..<20 {
              await Task.yield()
              objective = try session.solve(LinearChanges()).objective
            }
            return (task % 4, objective)
          }
        }
        for try await (seed, objective) in group { #expect(near(objective, optima[seed]), "seed \(seed)") }
      }
    },
  ]

  private static func checkSeeds(
    _ seeds: Range<Int>, _ source: any LinearSessionSource, _ oracle: any Backend
  ) throws {
    var count = (optimal: 0, infeasible: 0, unbounded: 0, limit: 0)
    for seed in seeds {
      var random = SplitMix64(sample: seed)
      let session = try MirroredSession(source, oracle: oracle)
      var saved: [Int32] = []
      for step in 0..<10 {
        var changes = randomChanges(of: session, &random)
        changes.restoredBasis = random.nextIndex(below: 4) == 0 ? saved.last : nil
        if random.nextIndex(below: 3) == 0 {
          changes.savesBasis = Int32(random.nextIndex(below: 3))
          saved += [changes.savesBasis ?? 0]
        }
        let algorithms: [LinearSolveOptions.Algorithm] = [.automatic, .automatic, .primal, .dual]
        let options = LinearSolveOptions(
          iterationLimit: random.nextIndex(below: 5) == 0 ? random.nextIndex(below: 4) : nil,
          algorithm: algorithms[random.nextIndex(below: 4)])
        switch try session.solve(changes, options, "seed \(seed), step \(step)").termination {
        case .optimal: count.optimal += 1
        case .infeasible: count.infeasible += 1
        case .unbounded: count.unbounded += 1
        case .limit: count.limit += 1
        }
      }
    }
    let rarest = [count.optimal, count.infeasible, count.unbounded, count.limit].min() ?? 0
    #expect(rarest > seeds.count / 2, "\(count)")
  }

  /// Changes of every kind: bounds that are absent, equal and apart, and entries in old and new rows.
  private static func randomChanges(of session: MirroredSession, _ random: inout SplitMix64) -> LinearChanges
  {
    var changes = LinearChanges()
    let (oldRows, oldColumns) = (session.matrix.count, session.costs.count)
    for _ in 0..<random.nextIndex(below: 3) {
      let bounds = randomBounds(&random)
      let columns = random.someIndices(below: oldColumns)
      changes.rows.append(
        lower: bounds.lowerBound, upper: bounds.upperBound, columns: columns,
        coefficients: columns.map { _ in random.coefficient() })
    }
    let rows = oldRows + changes.rows.count
    for _ in 0..<random.nextIndex(below: 4) {
      let bounds = randomBounds(&random)
      let entries = random.someIndices(below: rows)
      changes.columns.append(
        lower: bounds.lowerBound, upper: bounds.upperBound, cost: random.coefficient() / 2, rows: entries,
        coefficients: entries.map { _ in random.coefficient() })
    }
    let columns = oldColumns + changes.columns.count
    for column in random.someIndices(below: columns, share: 0.2) {
      let bounds = randomBounds(&random)
      changes.columnBounds.set(column, lower: bounds.lowerBound, upper: bounds.upperBound)
    }
    for row in random.someIndices(below: rows, share: 0.2) {
      let bounds = randomBounds(&random)
      changes.rowBounds.set(row, lower: bounds.lowerBound, upper: bounds.upperBound)
    }
    for column in random.someIndices(below: columns, share: 0.2) {
      changes.costs.set(column, random.coefficient())
    }
    return changes
  }

  /// Bounds of each kind.
  private static func randomBounds(_ random: inout SplitMix64) -> ClosedRange<Double> {
    let lower = Double(random.nextIndex(below: 8)) - 5
    let upper = lower + Double(random.nextIndex(below: 7))
    switch random.nextIndex(below: 8) {
    case 0: return -.infinity...(.infinity)
    case 1: return -.infinity...upper
    case 2: return lower...(.infinity)
    case 3 where random.nextIndex(below: 2) == 0: return lower...lower
    default: return lower...upper + 2
    }
  }

  /// A covering program with columns in 0...1: it has a point, and its optimum is positive.
  static func coveringRows(count: Int, columns: Int, _ random: inout SplitMix64) -> LinearChanges {
    var changes = LinearChanges()
    for _ in 0..<count {
      changes.rows.append(lower: 1 + Double(random.nextIndex(below: 3)), upper: .infinity)
    }
    // What satisfies the rows in any case.
    for row in 0..<count {
      changes.columns.append(upper: 9, cost: 20, rows: [Int32(row)], coefficients: [1])
    }
    for _ in count..<columns { changes.columns.appendCover(of: count, &random) }
    return changes
  }
}

extension LinearChanges.Columns {
  /// Appends a column in 0...1 with entries in some of the first rows.
  mutating func appendCover(of rows: Int, _ random: inout SplitMix64) {
    let covered = random.someIndices(below: rows, share: 0.3)
    append(
      upper: 1, cost: 1 + random.nextUnit() * Double(covered.count), rows: covered,
      coefficients: covered.map { _ in Double(1 + random.nextIndex(below: 3)) })
  }
}

extension SplitMix64 {
  /// Each index below a count with some probability.
  fileprivate mutating func someIndices(below count: Int, share: Double = 0.5) -> [Int32] {
    (0..<count).filter { _ in nextUnit() < share }.map(Int32.init)
  }

  /// A small number, sometimes 0.
  fileprivate mutating func coefficient() -> Double { Double(nextIndex(below: 11)) - 5 }
}
