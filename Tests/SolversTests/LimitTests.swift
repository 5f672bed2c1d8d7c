import LinearModels
import TestSupport
import Testing

extension BackendTests {
  /// Time limits, repetition and concurrency.
  @Suite(.enabled(if: Backends.areThere, "needs a backend")) struct LimitTests {
    @Test(arguments: Solver.allCases)
    func timeLimitsHoldAndKeepWhatWasFound(_ solver: Solver) async throws {
      let hard = try hardModel(seed: 1)
      let start = ContinuousClock.now
      let solution = try await solver.solve(hard, SolveOptions(timeLimit: 2))
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
    }

    @Test(arguments: Solver.allCases)
    func timeLimitsHoldWhereNothingIsFound(_ solver: Solver) async throws {
      let start = ContinuousClock.now
      let solution = try await solver.solve(
        withoutSlack(hardModel(seed: 2)), SolveOptions(timeLimit: 0.5))
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(solution.termination == .limit(.time))
      #expect(seconds < 2, "\(seconds) s")
      #expect(solution.values == nil && solution.objective == nil)
    }

    @Test(arguments: Solver.allCases)
    func noTimeIsNoError(_ solver: Solver) async throws {
      let solution = try await solver.solve(hardModel(seed: 1), SolveOptions(timeLimit: 0))
      #expect(solution.termination == .limit(.time))
    }

    @Test(arguments: Solver.inProcess)
    func manySolvesInOneProcessAgree(_ solver: Solver) async throws {
      let cover = try coveringModel(seed: 7)
      let first = try await solver.solve(cover)
      for round in 0..<200 {
        #expect(try await solver.solve(cover).objective == first.objective, "round \(round)")
      }
    }

    @Test(arguments: Solver.allCases)
    func parallelSolvesDoNotMeet(_ solver: Solver) async throws {
      let truths = try (0..<8).map { try #require(bruteForceOptimum(coveringModel(seed: $0))) }
      try await withThrowingTaskGroup(of: (Int, Double?).self) { group in
        for task in 0..<24 {
          group.addTask { (task % 8, try await solver.solve(coveringModel(seed: task % 8)).objective) }
        }
        for try await (seed, objective) in group {
          #expect(near(objective, truths[seed], within: 1e-9), "seed \(seed)")
        }
      }
    }

    /// The market-split program itself: its rows are equations, and hardly any choice satisfies them.
    private func withoutSlack(_ program: CompiledModel) throws -> CompiledModel {
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
  }
}
