import CBCBackend
import LinearModels
import TestSupport
import Testing

extension BackendTests {
  /// Against enumeration, on seeded programs: the seed names the case that fails.
  @Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ExactnessTests {
    @Test(arguments: Solver.inProcess)
    func smallIntegerProgramsAgreeWithEnumeration(_ solver: Solver) async throws {
      for seed in 0..<400 {
        let program = try randomProgram(seed: seed, integers: true)
        let truth = bruteForceOptimum(program)
        let solution = try await solver.solve(program)
        if let truth {
          #expect(solution.termination == .optimal, "seed \(seed)")
          #expect(near(solution.objective, truth, within: 1e-9), "seed \(seed), truth \(truth)")
          #expect(near(solution.bound, truth, within: 1e-6), "seed \(seed), truth \(truth)")
        } else {
          #expect(solution.termination == .infeasible, "seed \(seed)")
        }
      }
    }

    @Test(arguments: Solver.inProcess)
    func objectivesNearOneAreRightToNineDigits(_ solver: Solver) async throws {
      for seed in 0..<25 {
        let program = try coveringModel(seed: seed)
        let truth = try #require(bruteForceOptimum(program))
        let solution = try await solver.solve(program)
        #expect(near(solution.objective, truth, within: 1e-9), "seed \(seed), truth \(truth)")
        #expect(near(solution.bound, truth, within: 1e-7), "seed \(seed), truth \(truth)")
      }
    }

    /// coin-or/Cbc issue 293: with preprocessing, CBC 2.10 calls 19712 the optimum.
    @Test(arguments: Solver.allCases)
    func publishedCounterexampleIsSolvedRight(_ solver: Solver) async throws {
      let solution = try await solver.solve(publishedCounterexample())
      #expect(solution.values == [0, 1])
      #expect(solution.objective == 444)
    }

    #if CBC
      /// The wrong optimum itself, through CBC's own interface, and how it is caught: by a point that is known.
      @Test func theWrongOptimumOfTheCounterexampleIsCaught() throws {
        let program = try publishedCounterexample()
        let careless = CBCBackend(preprocesses: true)
        #expect(try careless.solve(program).objective == 19712, "is preprocessing still to be kept off?")
        #expect(
          throws: BackendError.wrong(
            backend: "cbc", detail: "it calls 19712.0 optimal, but a point with the value 444.0 is known")
        ) { try careless.solve(program, options: SolveOptions(start: [0, 1])) }
      }
    #endif

    private func publishedCounterexample() throws -> CompiledModel {
      try model(
        minimise: [9856, 444], bounds: [0...(.infinity), 0...(.infinity)], integers: [0, 1],
        rows: [
          ([1, 1], .lessOrEqual, 5), ([0.63, 1.27], .lessOrEqual, 1.28),
          ([0.63, 1.27], .greaterOrEqual, 0.65),
        ])
    }

    /// coin-or/Cbc issue 751: without preprocessing, a feasible model is called infeasible.
    @Test(arguments: Solver.allCases)
    func feasibleModelIsNotCalledInfeasible(_ solver: Solver) async throws {
      let program = try model(
        minimise: [2, -3, 4], bounds: [0...(.infinity), 0...(.infinity), 0...(.infinity)],
        integers: [0, 1, 2],
        rows: [
          ([3.8, 0, 83.43], .greaterOrEqual, 83.43), ([0, -94.75, 0], .lessOrEqual, -281.5),
          ([0, -63.6, -85.87], .greaterOrEqual, -277.3), ([22, -92.41, 0], .lessOrEqual, -274.5),
        ])
      let solution = try await solver.solve(program)
      #expect(solution.values == [0, 3, 1])
      #expect(solution.objective == -5)
    }

    /// GLPK 5.0, with its presolver for integers, aborts the process here.
    @Test(arguments: Solver.allCases)
    func freeIntegersBetweenTwoRowsAreSolved(_ solver: Solver) async throws {
      let program = try model(
        minimise: [0.75, 0], constant: 1, bounds: [0...(.infinity), -.infinity...(.infinity)], integers: [1],
        rows: [([-2, 4], .lessOrEqual, 5), ([-3, 4], .greaterOrEqual, 6)])
      #expect(try await solver.solve(program).termination == .infeasible)
    }
  }
}
