import LinearModels
import Testing

extension BackendConformance {
  /// What a caller asks for is honoured or refused.
  static let optionRequirements = [
    Requirement("a wide gap stops early and says so", isLong: true) { solver in
      let hard = try hardModel(seed: 3, rows: 2, columns: 30)
      for gap in [0.9, 0.5] {
        let solution = try await solver.solve(hard, options: SolveOptions(timeLimit: 20, relativeGap: gap))
        #expect(solution.termination == .optimal)
        let objective = try #require(solution.objective)
        let bound = try #require(solution.bound)
        #expect(bound <= objective)
        #expect(objective - bound <= gap * abs(objective) + 1e-9)
      }
    },
    Requirement("meaningless options are refused") { solver in
      let program = try model(minimise: [1], bounds: [0...1], rows: [])
      let refused = [
        SolveOptions(timeLimit: -1), SolveOptions(timeLimit: .nan), SolveOptions(relativeGap: -0.1),
        SolveOptions(relativeGap: .nan), SolveOptions(relativeGap: .infinity),
      ]
      for options in refused {
        await #expect("\(options)") {
          try await solver.solve(program, options: options)
        } throws: { error in
          if case BackendError.unsupported = error { true } else { false }
        }
      }
    },
    Requirement("many solves of one process agree", isLong: true) { solver in
      let cover = try coveringModel(seed: 7)
      let first = try await solver.solve(cover)
      for round in 0..<200 {
        #expect(try await solver.solve(cover).objective == first.objective, "round \(round)")
      }
    },
    Requirement("parallel solves do not meet") { solver in
      let truths = try (0..<8).map { try #require(enumeratedOptimum(coveringModel(seed: $0))) }
      try await withThrowingTaskGroup(of: (Int, Double?).self) { group in
        for task in 0..<24 {
          group.addTask { (task % 8, try await solver.solve(coveringModel(seed: task % 8)).objective) }
        }
        for try await (seed, objective) in group {
          #expect(near(objective, truths[seed], within: 1e-9), "seed \(seed)")
        }
      }
    },
  ]

  // MARK: Limits

  static let limitRequirements = [
    Requirement("a time limit holds and keeps what was found") { solver in
      let hard = try hardModel(seed: 1)
      let start = ContinuousClock.now
      let solution = try await solver.solve(hard, options: SolveOptions(timeLimit: 2))
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(solution.termination == .limit(.time))
      #expect(seconds > 1 && seconds < 4, "\(seconds) s")
      let values = try #require(solution.values)
      let objective = try #require(solution.objective)
      let bound = try #require(solution.bound)
      #expect(hard.violation(at: values, tolerance: 1e-6) == nil)
      #expect(near(objective, hard.objectiveValue(at: values)))
      #expect(bound <= objective && bound >= 1 - 1e-6)
      #expect(solution.iterations > 0)
    },
    Requirement("a time limit holds where nothing is found") { solver in
      let start = ContinuousClock.now
      let solution = try await solver.solve(
        withoutSlack(hardModel(seed: 2)), options: SolveOptions(timeLimit: 0.5))
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(solution.termination == .limit(.time))
      #expect(seconds < 2, "\(seconds) s")
      #expect(solution.values == nil && solution.objective == nil)
    },
    Requirement("no time is no error") { solver in
      let solution = try await solver.solve(hardModel(seed: 1), options: SolveOptions(timeLimit: 0))
      #expect(solution.termination == .limit(.time))
    },
  ]

  /// The market-split program itself: its rows are equations, and hardly any choice satisfies them.
  private static func withoutSlack(_ program: CompiledModel) throws -> CompiledModel {
    let binaries = (0..<program.columnCount).filter { program.isInteger[$0] }
    let entries = { (column: Int) in
      Int(program.columnStarts[column])..<Int(program.columnStarts[column + 1])
    }
    return try model(
      minimise: binaries.map { _ in 1 }, bounds: binaries.map { _ in 0...1 },
      integers: Set(binaries.indices),
      rows: (0..<program.rowCount).map { row in
        let coefficients = binaries.map { column in
          entries(column).first { Int(program.rowIndices[$0]) == row }.map { program.coefficients[$0] } ?? 0
        }
        return (coefficients, .equal, program.rightHandSides[row])
      })
  }

  // MARK: Starts

  /// The first three are for solvers that can be given a point to start from.
  static let startRequirements = [
    Requirement("a start changes no optimum") { solver in
      guard solver.takesStart else { return }
      for seed in 0..<10 {
        let cover = try coveringModel(seed: seed)
        let optimum = try #require(enumeratedOptimum(cover))
        let best = try await solver.solve(cover)
        // Everything covers, at the highest price.
        for start in [cover.columnUpper, try #require(best.values)] {
          let solution = try await solver.solve(cover, options: SolveOptions(start: start))
          #expect(solution.termination == .optimal, "seed \(seed)")
          #expect(near(solution.objective, optimum, within: 1e-9), "seed \(seed)")
          #expect(near(solution.bound, optimum, within: 1e-9), "seed \(seed)")
        }
      }
    },
    Requirement("what is found is no worse than the start") { solver in
      guard solver.takesStart else { return }
      let hard = try hardModel(seed: 1)
      let start = try #require(try await solver.solve(hard, options: SolveOptions(timeLimit: 1)).values)
      let solution = try await solver.solve(hard, options: SolveOptions(timeLimit: 0.3, start: start))
      let objective = try #require(solution.objective)
      #expect(objective <= hard.objectiveValue(at: start) + 1e-9)
    },
    // ERGO-Code/HiGHS issue 3118: with such a start, presolving says "optimal" where there is no point.
    Requirement("a start that only tolerances make feasible proves nothing") { solver in
      guard solver.takesStart else { return }
      let impossible = try model(
        minimise: [-1, 0], bounds: [1...10, 0...1], integers: [1],
        rows: [([1, -1e7], .lessOrEqual, 0), ([0, 1], .lessOrEqual, 0.5)])
      #expect(try await solver.solve(impossible).termination == .infeasible)
      await #expect {
        try await solver.solve(impossible, options: SolveOptions(start: [2, 2e-7]))
      } throws: { error in
        if case BackendError.unsupported = error { true } else { false }
      }
    },
    Requirement("a start that is no feasible point is refused") { solver in
      let cover = try coveringModel(seed: 1)
      let nothing = [Double](repeating: 0, count: cover.columnCount)
      for start in [[], nothing, nothing.map { _ in 0.5 }, nothing.map { _ in .nan }] {
        await #expect {
          try await solver.solve(cover, options: SolveOptions(start: start))
        } throws: { error in
          guard case BackendError.unsupported(_, let option) = error else { return false }
          return option.contains("start")
        }
      }
    },
  ]
}
