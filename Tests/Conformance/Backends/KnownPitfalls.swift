import LinearModels
import Testing

extension BackendConformance {
  /// Programs that solvers are known to get wrong.
  static let knownPitfalls = [
    Requirement("the program of coin-or/Cbc issue 293 is solved") { solver in
      let solution = try await solver.solve(publishedCounterexample())
      #expect(solution.values == [0, 1])
      #expect(solution.objective == 444)
    },
    // Without preprocessing, CBC 2.10 calls it infeasible.
    Requirement("the program of coin-or/Cbc issue 751 is solved") { solver in
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
    },
    // GLPK 5.0, with its presolver for integers, aborts the process here.
    Requirement("free integers between two rows are solved") { solver in
      let program = try model(
        minimise: [0.75, 0], constant: 1, bounds: [0...(.infinity), -.infinity...(.infinity)], integers: [1],
        rows: [([-2, 4], .lessOrEqual, 5), ([-3, 4], .greaterOrEqual, 6)])
      #expect(try await solver.solve(program).termination == .infeasible)
    },
    // Presolving of HiGHS 1.11 calls the first two infeasible, and that of 1.6 the third.
    Requirement("the program of ERGO-Code/HiGHS issue 2432 is solved") { solver in
      let program = try model(
        minimise: [-93, 25, 17], bounds: [-100...120, -100...10, -100...0], integers: [0, 2],
        rows: [
          ([-89, -40.7, -12], .greaterOrEqual, 3994.5), ([-0.1, 77.2, -23.7], .greaterOrEqual, -4878.3),
          ([-8.6, -6.5, 72.78], .greaterOrEqual, -4930),
        ])
      let solution = try await solver.solve(program)
      #expect(solution.termination == .optimal)
      #expect(solution.values?[0] == 4 && solution.values?[2] == -74)
      #expect(near(solution.objective, -3777.5712435233))
    },
    Requirement("the program of ERGO-Code/HiGHS issue 2585 is solved") { solver in
      let program = try model(
        minimise: [-24, 5, 7.4, 9], bounds: Array(repeating: -100...100, count: 4), integers: [2, 3],
        rows: [
          ([96.55, 0, -32.45, 88.78], .lessOrEqual, 1216.06),
          ([-3.14, -78.02, 0, 0], .lessOrEqual, -50.5404),
          ([0, 11.8, -21.94, 0], .lessOrEqual, 3.422), ([0, 0, 91.59, -10.58], .lessOrEqual, -35.25),
          ([79.17, 1.73, 0, -73.23], .lessOrEqual, 411.403),
          ([-10.61, -94.66, 0, 76.88], .lessOrEqual, 195.69),
        ])
      let solution = try await solver.solve(program)
      #expect(near(solution.objective, -175.91))
    },
    Requirement("the linear program of ERGO-Code/HiGHS issue 1530 is solved both ways") { solver in
      for (sign, optimum) in [(1.0, -111.3), (-1.0, -258.88)] {
        let program = try model(
          minimise: [-9, 2, 2, 0].map { sign * $0 }, bounds: [-91...50, -62...104, -49...96, -53...100],
          rows: [
            ([3, 0, 0, -8], .lessOrEqual, -67), ([0, 0, -5, 0], .lessOrEqual, -39),
            ([0, 0, -5, 0], .greaterOrEqual, -70), ([-10, 0, 6, 0], .lessOrEqual, 86),
            ([-10, 0, 6, 0], .greaterOrEqual, 67), ([0, 0, -2, 9], .lessOrEqual, 60),
          ])
        let solution = try await solver.solve(program)
        #expect(near(solution.objective, optimum), "sign \(sign)")
      }
    },
    // A binary column of 1e-6 satisfies the big-M row within a tolerance of 1e-6.
    Requirement("big numbers do not make room for points that break a row") { solver in
      let million = try model(
        minimise: [2, 1, 3], bounds: [0...1, 0...9, 0...9], integers: [0],
        rows: [([0, 1, 1], .greaterOrEqual, 1), ([-1e6, 1, 1], .lessOrEqual, 0)])
      #expect(try await solver.solve(million).values == [1, 1, 0])
      let switched = try model(
        minimise: [-1, 0], bounds: [0...10, 0...1], integers: [1],
        rows: [([1, -1e7], .lessOrEqual, 0), ([0, 1], .lessOrEqual, 0.5)])
      #expect(try await solver.solve(switched).values == [0, 0])
    },
    Requirement("the program of ERGO-Code/HiGHS issue 3034 is infeasible") { solver in
      // x - y is 193,200, and at most 193,000.
      let impossible = try model(
        minimise: [0, 0, 0, 0], bounds: [0...1e8, 0...1e8, 1...1, 0...1], integers: [3],
        rows: [([1, -1, 0, 0], .equal, 193_200), ([1, -1, 99_807_000, 0], .lessOrEqual, 1e8)])
      #expect(try await solver.solve(impossible).termination == .infeasible)
    },
    Requirement("caution does not change optima") { solver in
      for seed in 0..<20 {
        let program = try randomProgram(seed: seed, integers: true)
        let solution = try await solver.solve(program, options: SolveOptions(isCautious: true))
        if let truth = enumeratedOptimum(program) {
          #expect(near(solution.objective, truth, within: 1e-9), "seed \(seed)")
        } else {
          #expect(solution.termination == .infeasible, "seed \(seed)")
        }
      }
      let relaxation = try publishedCounterexample().relaxed()
      let (usual, cautious) = (
        try await solver.solve(relaxation),
        try await solver.solve(relaxation, options: SolveOptions(isCautious: true))
      )
      #expect(near(cautious.objective, try #require(usual.objective)))
    },
  ]
}
