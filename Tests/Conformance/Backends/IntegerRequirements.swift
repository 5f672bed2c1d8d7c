import LinearModels
import Testing

extension BackendConformance {
  static let integerRequirements = [
    Requirement("a knapsack has its optimum, and no duals") { solver in
      let knapsack = try model(
        minimise: [-10, -13, -7], constant: 100, bounds: [0...1, 0...1, 0...1], integers: [0, 1, 2],
        rows: [([3, 4, 2], .lessOrEqual, 6)])
      let solution = try await solver.solve(knapsack)
      #expect(solution.termination == .optimal)
      #expect(solution.values == [0, 1, 1])
      #expect(near(solution.objective, 80))
      #expect(near(solution.bound, 80))
      #expect(solution.rowDuals == nil && solution.reducedCosts == nil)
    },
    Requirement("integers can be infeasible where fractions are not") { solver in
      let parity = try model(
        minimise: [1, 1], bounds: [0...9, 0...9], integers: [0, 1], rows: [([2, 4], .equal, 7)])
      #expect(try await solver.solve(parity).termination == .infeasible)
      #expect(try await solver.solve(parity.relaxed()).termination == .optimal)
    },
    Requirement("an infeasible program with an unbounded relaxation is infeasible") { solver in
      let program = try model(
        minimise: [0, 0, -1], bounds: [0...9, 0...9, 0...(.infinity)], integers: [0, 1],
        rows: [([2, 4, 0], .equal, 7)])
      #expect(try await solver.solve(program).termination == .infeasible)
    },
    Requirement("large coefficients stay exact") { solver in
      let program = try model(
        minimise: [1e6, 2.5e6], bounds: [0...1, 0...1], integers: [0, 1],
        rows: [([1e7, 3e7], .greaterOrEqual, 2e7), ([1e-3, 1e-3], .lessOrEqual, 2e-3)])
      #expect(try await solver.solve(program).objective == 2.5e6)
    },
    Requirement("seeded integer programs agree with enumeration", isLong: true) { solver in
      var optima = 0
      for seed in 0..<400 {
        let program = try randomProgram(seed: seed, integers: true)
        let truth = enumeratedOptimum(program)
        let solution = try await solver.solve(program)
        if let truth {
          optima += 1
          #expect(solution.termination == .optimal, "seed \(seed)")
          #expect(near(solution.objective, truth, within: 1e-9), "seed \(seed), truth \(truth)")
          #expect(near(solution.bound, truth, within: 1e-6), "seed \(seed), truth \(truth)")
        } else {
          #expect(solution.termination == .infeasible, "seed \(seed)")
        }
      }
      #expect(optima > 150, "\(optima) optima")
    },
    Requirement("objectives near one are right to nine digits", isLong: true) { solver in
      for seed in 0..<25 {
        let program = try coveringModel(seed: seed)
        let truth = try #require(enumeratedOptimum(program))
        let solution = try await solver.solve(program)
        #expect(near(solution.objective, truth, within: 1e-9), "seed \(seed), truth \(truth)")
        #expect(near(solution.bound, truth, within: 1e-7), "seed \(seed), truth \(truth)")
      }
    },
  ]
}
