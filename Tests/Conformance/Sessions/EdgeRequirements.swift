import Foundations
import LinearModels
import Testing

extension SessionConformance {
  /// Programs without rows or columns, and how they become others.
  static let emptyRequirements = [
    Requirement("an empty program has the optimum 0") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      for _ in 0..<2 {
        let solution = try session.solve()
        #expect(solution.termination == .optimal && solution.objective == 0 && solution.values == [])
      }
    },
    Requirement("a program that starts anew knows nothing of the one before") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      for round in 1...3 {
        var changes = LinearChanges(savesBasis: 0)
        changes.startsAnew = round > 1
        for row in 0..<round { changes.rows.append(lower: Double(row + 1), upper: .infinity) }
        for row in 0..<round { changes.columns.append(cost: 2, rows: [Int32(row)], coefficients: [1]) }
        #expect(near(try session.solve(changes).objective, Double(round * (round + 1))))
        #expect(
          near(try session.solve(LinearChanges(restoredBasis: 0)).objective, Double(round * (round + 1))))
      }
    },
    Requirement("rows without columns hold or do not") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges(savesBasis: 0)
      changes.rows.append(lower: -1, upper: .infinity)
      changes.rows.append(lower: 0, upper: 0)
      #expect(try session.solve(changes).termination == .optimal)
      for bounds in [1.0...2, -2...(-1)] {
        var broken = LinearChanges()
        broken.rowBounds.set(1, lower: bounds.lowerBound, upper: bounds.upperBound)
        #expect(try session.solve(broken).termination == .infeasible)
      }
      var mended = LinearChanges(restoredBasis: 0)
      mended.columns.append(lower: -5, cost: 1, rows: [1], coefficients: [1])
      #expect(near(try session.solve(mended).objective, -2))
    },
    Requirement("columns without rows go to their better bound") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges(savesBasis: 0)
      changes.columns.append(lower: -3, upper: 4, cost: 2)
      changes.columns.append(lower: -3, upper: 4, cost: -2)
      changes.columns.append(lower: 1, upper: .infinity, cost: 0)
      #expect(near(try session.solve(changes).objective, -14))
      var falling = LinearChanges()
      falling.costs.set(2, -1)
      #expect(try session.solve(falling).termination == .unbounded)
      var row = LinearChanges(restoredBasis: 0)
      row.rows.append(lower: -.infinity, upper: 5, columns: [0, 1, 2], coefficients: [1, 1, 1])
      #expect(near(try session.solve(row).objective, -18))
    },
    Requirement("columns without entries and rows without entries are kept") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges()
      changes.rows.append(lower: -1, upper: 1)
      changes.columns.append(lower: 2, upper: 3, cost: 1)
      changes.columns.append(cost: 0)
      #expect(near(try session.solve(changes).objective, 2))
      var broken = LinearChanges()
      broken.rowBounds.set(0, lower: 1, upper: 2)
      #expect(try session.solve(broken).termination == .infeasible)
    },
    Requirement("a column without entries does not hide the rows") { source, oracle in
      // Clp 1.17 calls this infeasible if it scales.
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges()
      changes.rows.append(lower: 2, upper: 8)
      changes.columns.append(lower: -.infinity, upper: 1, cost: 5)
      changes.columns.append(lower: 1, upper: 5, cost: 2, rows: [0], coefficients: [1])
      changes.columns.append(lower: -.infinity, cost: -0.5)
      changes.columns.append(cost: 0, rows: [0], coefficients: [5])
      changes.columns.append(lower: -5, upper: -1, cost: 2, rows: [0], coefficients: [-2])
      #expect(try session.solve(changes).termination == .unbounded)
      var bounded = LinearChanges()
      bounded.columnBounds.set(0, lower: 0, upper: 1)
      bounded.columnBounds.set(2, lower: -4, upper: 4)
      #expect(try session.solve(bounded).termination == .optimal)
    },
  ]

  // MARK: What is refused

  static let refusalRequirements = [
    Requirement("changes that are not valid are refused") { source, _ in
      for (number, spoil) in invalidChanges.enumerated() {
        let session = try source.openSession()
        var changes = LinearChanges()
        changes.rows.append(lower: 0, upper: 1)
        changes.columns.append(cost: 1, rows: [0], coefficients: [1])
        _ = try session.solve(changes)
        var invalid = LinearChanges()
        spoil(&invalid)
        #expect("change \(number)") {
          try session.solve(invalid)
        } throws: { error in
          if case BackendError.failed(source.name, _) = error { true } else { false }
        }
        #expect(throws: BackendError.self, "the session has ended") { try session.solve(LinearChanges()) }
      }
    },
    Requirement("limits below 0 are refused") { source, _ in
      for options in [
        LinearSolveOptions(iterationLimit: -1), LinearSolveOptions(timeLimit: -1),
        LinearSolveOptions(timeLimit: .nan),
      ] {
        let session = try source.openSession()
        #expect("\(options)") {
          try session.solve(LinearChanges(), options: options)
        } throws: { error in
          if case BackendError.unsupported = error { true } else { false }
        }
      }
    },
    Requirement("a session that is cancelled has ended") { source, _ in
      let session = try source.openSession(log: nil, cancellation: Cancellation { true })
      var random = SplitMix64(sample: 12)
      let rows = coveringRows(count: 100, columns: 2000, &random)
      #expect(try session.solve(rows).termination == .limit(.cancelled))
      #expect(throws: BackendError.self) { try session.solve(LinearChanges()) }
    },
  ]

  /// For a program of one row and one column.
  private static let invalidChanges: [@Sendable (inout LinearChanges) -> Void] = [
    { $0.restoredBasis = 5 },
    { $0.rows.append(lower: 0, upper: 1, columns: [1], coefficients: [1]) },
    { $0.rows.append(lower: 0, upper: 1, columns: [-1], coefficients: [1]) },
    { $0.rows.append(lower: 0, upper: 1, columns: [0, 0], coefficients: [1, 1]) },
    { $0.rows.append(lower: 0, upper: 1, columns: [0], coefficients: [.nan]) },
    { $0.rows.append(lower: 2, upper: 1) },
    { $0.rows.append(lower: .nan, upper: 1) },
    { $0.rows.append(lower: .infinity, upper: .infinity) },
    { $0.columns.append(cost: .infinity) },
    { $0.columns.append(lower: -.infinity, upper: -.infinity, cost: 1) },
    { $0.columns.append(cost: 1, rows: [1], coefficients: [1]) },
    { $0.columns.append(cost: 1, rows: [0, 0], coefficients: [1, 2]) },
    { $0.columns.append(cost: 1, rows: [0], coefficients: [-.infinity]) },
    { $0.columnBounds.set(1, lower: 0, upper: 1) },
    { $0.columnBounds.set(0, lower: 1, upper: 0) },
    { $0.rowBounds.set(-1, lower: 0, upper: 1) },
    { $0.rowBounds.set(0, lower: 0, upper: .nan) },
    { $0.costs.set(1, 1) },
    { $0.costs.set(0, .nan) },
  ]
}
