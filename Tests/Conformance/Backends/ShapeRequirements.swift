import LinearModels
import Testing

extension BackendConformance {
  /// Models without a solution, and models with parts that are empty, free, fixed or negative.
  static let shapeRequirements = [
    Requirement("contradictory rows are infeasible") { solver in
      for integers in [Set<Int>(), [0, 1], [0]] {
        let contradiction = try model(
          minimise: [1, 1], bounds: [0...10, 0...10], integers: integers,
          rows: [([1, 1], .lessOrEqual, 3), ([1, 1], .greaterOrEqual, 5)])
        let solution = try await solver.solve(contradiction)
        #expect(solution.termination == .infeasible, "integers \(integers)")
        #expect(solution.values == nil && solution.objective == nil, "integers \(integers)")
      }
    },
    Requirement("a ray is unbounded") { solver in
      for integers in [Set<Int>(), [0, 1], [1]] {
        let program = try model(
          minimise: [-1, 1], bounds: [0...(.infinity), 0...5], integers: integers,
          rows: [([1, -1], .greaterOrEqual, 1)])
        let solution = try await solver.solve(program)
        #expect(solution.termination == .unbounded, "integers \(integers)")
        #expect(solution.values == nil, "integers \(integers)")
      }
    },
    Requirement("a ray without a feasible point is infeasible") { solver in
      for integers in [Set<Int>(), [0, 1], [0]] {
        let program = try model(
          minimise: [-1, 0], bounds: [0...(.infinity), 0...5], integers: integers,
          rows: [([0, 1], .greaterOrEqual, 6)])
        #expect(try await solver.solve(program).termination == .infeasible, "integers \(integers)")
      }
    },
    Requirement("empty rows hold or do not") { solver in
      for integers in [Set<Int>(), [0]] {
        let holds = try model(
          minimise: [1], bounds: [2...7], integers: integers,
          rows: [([0], .lessOrEqual, 1), ([0], .equal, 0), ([0], .greaterOrEqual, -1)])
        #expect(near(try await solver.solve(holds).objective, 2), "integers \(integers)")
        for (sense, limit) in [(Sense.lessOrEqual, -1.0), (.equal, 1), (.greaterOrEqual, 1)] {
          let fails = try model(
            minimise: [1], bounds: [2...7], integers: integers, rows: [([0], sense, limit)])
          let termination = try await solver.solve(fails).termination
          #expect(termination == .infeasible, "\(sense) \(limit), integers \(integers)")
        }
      }
    },
    Requirement("columns without entries go to their better bound") { solver in
      for integers in [Set<Int>(), [0, 1]] {
        let program = try model(
          minimise: [1, -1, 0, 2], constant: 0.5, bounds: [-3...4, -3...4, 0...1, 0...5],
          integers: integers, rows: [([0, 0, 0, 1], .greaterOrEqual, 1)])
        let solution = try await solver.solve(program)
        #expect(near(solution.objective, -3 - 4 + 2 + 0.5), "integers \(integers)")
        #expect(solution.values?[0] == -3 && solution.values?[1] == 4, "integers \(integers)")
      }
    },
    Requirement("a column without entries does not hide the rows") { solver in
      // Clp 1.17 calls this infeasible if it scales.
      let none = Double.infinity
      let rows: [([Double], Sense, Double)] = [
        ([0, 1, 0, 5, -2], .greaterOrEqual, 2), ([0, 1, 0, 5, -2], .lessOrEqual, 8),
      ]
      let falling = try model(
        minimise: [5, 2, -0.5, 0, 2], bounds: [-none...1, 1...5, -none...none, 0...none, -5...(-1)],
        rows: rows)
      #expect(try await solver.solve(falling).termination == .unbounded)
      let held = try model(
        minimise: [5, 2, -0.5, 0, 2], bounds: [0...1, 1...5, -4...4, 0...none, -5...(-1)], rows: rows)
      #expect(try await solver.solve(held).termination == .optimal)
    },
    Requirement("models without rows are solved") { solver in
      for integers in [Set<Int>(), [0]] {
        let program = try model(minimise: [2, -1], bounds: [-3...4, 0...9], integers: integers, rows: [])
        #expect(near(try await solver.solve(program).objective, -15), "integers \(integers)")
        let ray = try model(minimise: [-1], bounds: [0...(.infinity)], integers: integers, rows: [])
        #expect(try await solver.solve(ray).termination == .unbounded, "integers \(integers)")
      }
    },
    Requirement("models without columns are answered") { solver in
      let holds = try model(
        minimise: [], constant: 4.5, bounds: [], rows: [([], .lessOrEqual, 1), ([], .equal, 0)])
      let solution = try await solver.solve(holds)
      #expect(solution.termination == .optimal)
      #expect(solution.values == [] && solution.objective == 4.5 && solution.bound == 4.5)
      let fails = try model(minimise: [], bounds: [], rows: [([], .greaterOrEqual, 1)])
      #expect(try await solver.solve(fails).termination == .infeasible)
      #expect(try await solver.solve(model(minimise: [], bounds: [], rows: [])).objective == 0)
    },
    Requirement("free, fixed and negative columns keep their bounds") { solver in
      for integers in [Set<Int>(), [0, 1, 2, 3]] {
        let program = try model(
          minimise: [1, 1, 1, 0],
          bounds: [-.infinity...(.infinity), 3...3, -7 ... -2, -.infinity...5], integers: integers,
          rows: [
            ([1, 1, 1, 0], .greaterOrEqual, -16), ([1, 0, 0, -1], .equal, -20), ([0, 0, 0, 1], .equal, 5),
          ])
        let solution = try await solver.solve(program)
        #expect(solution.termination == .optimal, "integers \(integers)")
        let values = try #require(solution.values)
        #expect(near(values[0], -15) && near(values[1], 3) && near(values[3], 5), "integers \(integers)")
        #expect(near(values[2], -4), "integers \(integers)")
        #expect(near(solution.objective, -16), "integers \(integers)")
      }
    },
  ]
}
