import LinearModels
import TestSupport
import Testing

extension BackendTests {
  /// A point to start from.
  @Suite struct StartTests {
    @Test(arguments: Solver.takingStart)
    func aStartChangesNoOptimum(_ solver: Solver) async throws {
      for seed in 0..<10 {
        let cover = try coveringModel(seed: seed)
        let optimum = try #require(bruteForceOptimum(cover))
        let best = try await solver.solve(cover)
        // Everything covers, at the highest price.
        for start in [cover.columnUpper, try #require(best.values)] {
          let solution = try await solver.solve(cover, SolveOptions(start: start))
          #expect(solution.termination == .optimal, "seed \(seed)")
          #expect(near(solution.objective, optimum, within: 1e-9), "seed \(seed)")
          #expect(near(solution.bound, optimum, within: 1e-9), "seed \(seed)")
        }
      }
    }

    @Test(arguments: Solver.takingStart)
    func whatIsFoundIsNoWorseThanTheStart(_ solver: Solver) async throws {
      let hard = try hardModel(seed: 1)
      let start = try #require(try await solver.solve(hard, SolveOptions(timeLimit: 1)).values)
      let solution = try await solver.solve(hard, SolveOptions(timeLimit: 0.3, start: start))
      let objective = try #require(solution.objective)
      #expect(objective <= hard.objectiveValue(at: start) + 1e-9)
    }

    @Test(arguments: Solver.allCases)
    func aStartThatIsNoFeasiblePointIsRefused(_ solver: Solver) async throws {
      let cover = try coveringModel(seed: 1)
      let nothing = [Double](repeating: 0, count: cover.columnCount)
      for start in [[], nothing, nothing.map { _ in 0.5 }, nothing.map { _ in .nan }] {
        await #expect {
          try await solver.solve(cover, SolveOptions(start: start))
        } throws: { error in
          guard case BackendError.unsupported(_, let option) = error else { return false }
          return option.contains("start")
        }
      }
    }
  }
}
