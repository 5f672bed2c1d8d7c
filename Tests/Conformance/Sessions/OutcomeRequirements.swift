import Foundations
import LinearModels
import Testing

extension SessionConformance {
  /// Programs without a solution are proved to be so, and limits leave what was proved.
  static let outcomeRequirements = [
    Requirement("an infeasible program has a proof, and what it asks for mends it") { source, oracle in
      for algorithm in [LinearSolveOptions.Algorithm.automatic, .primal, .dual] {
        let options = LinearSolveOptions(algorithm: algorithm)
        let session = try MirroredSession(source, oracle: oracle)
        var changes = LinearChanges()
        changes.rows.append(lower: 3, upper: .infinity)
        changes.rows.append(lower: -.infinity, upper: 1)
        changes.columns.append(cost: 1, rows: [0, 1], coefficients: [1, 1])
        changes.columns.append(upper: 0.5, cost: 1, rows: [0], coefficients: [2])
        let solution = try session.solve(changes, options)
        #expect(solution.termination == .infeasible)
        let proof = try #require(solution.farkas)
        #expect(proof[0] > 0 && proof[1] < 0)
        // Farkas pricing: of two columns, only the one with a positive product helps.
        var useless = LinearChanges()
        useless.columns.append(cost: 0, rows: [0, 1], coefficients: [1, 2 * -proof[0] / proof[1]])
        #expect(try session.solve(useless, options).termination == .infeasible)
        var helpful = LinearChanges()
        helpful.columns.append(cost: 5, rows: [0, 1], coefficients: [1, 0.5 * -proof[0] / proof[1]])
        #expect(try session.solve(helpful, options).termination == .optimal)
      }
    },
    Requirement("infeasible equations and ranges have proofs") { source, oracle in
      for algorithm in [LinearSolveOptions.Algorithm.automatic, .primal, .dual] {
        let session = try MirroredSession(source, oracle: oracle)
        var changes = LinearChanges()
        changes.rows.append(lower: 4, upper: 4)
        changes.rows.append(lower: -1, upper: 1)
        changes.rows.append(lower: -.infinity, upper: .infinity)
        changes.columns.append(lower: -.infinity, cost: 0, rows: [0, 1, 2], coefficients: [1, 1, 1])
        changes.columns.append(lower: -.infinity, cost: 0, rows: [0, 1, 2], coefficients: [1, -1, 1])
        changes.columns.append(lower: 2, upper: 9, cost: 1, rows: [0], coefficients: [1])
        let options = LinearSolveOptions(algorithm: algorithm)
        #expect(near(try session.solve(changes, options).objective, 2))
        var conflict = LinearChanges()
        conflict.rows.append(lower: 4, upper: 5, columns: [0, 1], coefficients: [1, 1])
        #expect(try session.solve(conflict, options).termination == .infeasible)
        var conflict2 = LinearChanges()
        conflict2.rowBounds.set(3, lower: -5, upper: -3)
        #expect(near(try session.solve(conflict2, options).objective, 7))
      }
    },
    Requirement("an unbounded program says so, and recovers") { source, oracle in
      for algorithm in [LinearSolveOptions.Algorithm.automatic, .primal, .dual] {
        let options = LinearSolveOptions(algorithm: algorithm)
        let session = try MirroredSession(source, oracle: oracle)
        var changes = LinearChanges()
        changes.rows.append(lower: 1, upper: .infinity)
        changes.columns.append(cost: -1, rows: [0], coefficients: [1])
        changes.columns.append(lower: -.infinity, cost: 0, rows: [0], coefficients: [-1])
        #expect(try session.solve(changes, options).termination == .unbounded)
        var closed = LinearChanges()
        closed.columnBounds.set(0, lower: 0, upper: 6)
        #expect(near(try session.solve(closed, options).objective, -6))
        // Nothing to fall along where there is no point to fall from.
        var contradictory = LinearChanges()
        contradictory.columnBounds.set(0, lower: 0, upper: .infinity)
        contradictory.rows.append(lower: 1, upper: 1)
        #expect(try session.solve(contradictory, options).termination == .infeasible)
      }
    },
    Requirement("an iteration limit of the dual simplex leaves a bound") { source, oracle in
      var random = SplitMix64(sample: 10)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = coveringRows(count: 25, columns: 120, &random)
      changes.savesBasis = 0
      let root = try session.solve(changes)
      let values = try #require(root.values)
      // Half of what the optimum uses is forbidden: many pivots from there.
      var cut = LinearChanges(restoredBasis: 0)
      for (column, value) in values.enumerated() where value > 0.3 && column % 2 == 0 && column >= 25 {
        cut.columnBounds.set(Int32(column), lower: 0, upper: 0)
      }
      let optimum = try #require(try session.solve(cut).objective)
      var bounds: [Double] = []
      for limit in 0..<10 {
        cut.restoredBasis = 0
        let options = LinearSolveOptions(iterationLimit: limit, algorithm: .dual)
        let solution = try session.solve(cut, options, "limit \(limit)")
        #expect(solution.iterations <= limit, "limit \(limit)")
        guard solution.termination == .limit(.iterations) else { continue }
        bounds += solution.bound.map { [$0] } ?? []
      }
      let base = try #require(root.objective)
      #expect(bounds.count > 2, "\(bounds)")
      #expect(bounds.last ?? 0 > base && bounds.last ?? 0 <= optimum + 1e-6, "\(bounds), \(base), \(optimum)")
      // The session goes on where it stopped.
      #expect(near(try session.solve().objective, optimum))
    },
    Requirement("no time is no error") { source, oracle in
      var random = SplitMix64(sample: 11)
      let session = try MirroredSession(source, oracle: oracle)
      let rows = coveringRows(count: 40, columns: 400, &random)
      #expect(try session.solve(rows, LinearSolveOptions(timeLimit: 0)).termination == .limit(.time))
      #expect(try session.solve(LinearChanges(), LinearSolveOptions(timeLimit: 60)).termination == .optimal)
    },
  ]
}
