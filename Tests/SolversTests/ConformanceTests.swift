import Foundations
import LinearModels
import TestSupport
import Testing

extension BackendTests {
  /// What every backend must do, in process and through a worker alike.
  @Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ConformanceTests {
    private let wide = -Double.infinity...Double.infinity

    @Test func everyBackendIsTested() {
      #expect(Solver.inProcess.map(\.backend.name).sorted() == Backends.built.sorted())
    }

    @Test(arguments: Solver.allCases)
    func linearProgramHasOptimumAndCertificate(_ solver: Solver) async throws {
      let program = try model(
        minimise: [-3, -5, 1], constant: 2, bounds: [0...4, 0...10, -1...10],
        rows: [
          ([0, 2, 0], .lessOrEqual, 12), ([3, 2, 0], .lessOrEqual, 18), ([1, 0, 1], .greaterOrEqual, 1),
        ])
      let solution = try await solver.solve(program)
      #expect(solution.termination == .optimal)
      #expect(near(solution.objective, 2 - 6 - 30 - 1))
      #expect(near(solution.bound, -35))
      try expectCertificate(solution, program)
    }

    @Test(arguments: Solver.inProcess)
    func randomLinearProgramsHaveCertificates(_ solver: Solver) async throws {
      for seed in 0..<100 {
        let program = try randomProgram(seed: seed, integers: false)
        let solution = try await solver.solve(program)
        guard solution.termination == .optimal else {
          #expect(solution.termination == .infeasible, "seed \(seed)")
          continue
        }
        try expectCertificate(solution, program, "seed \(seed)")
      }
    }

    @Test(arguments: Solver.allCases)
    func knapsackHasItsOptimum(_ solver: Solver) async throws {
      let knapsack = try model(
        minimise: [-10, -13, -7], constant: 100, bounds: [0...1, 0...1, 0...1], integers: [0, 1, 2],
        rows: [([3, 4, 2], .lessOrEqual, 6)])
      let solution = try await solver.solve(knapsack)
      #expect(solution.termination == .optimal)
      #expect(solution.values == [0, 1, 1])
      #expect(near(solution.objective, 80))
      #expect(near(solution.bound, 80))
      #expect(solution.rowDuals == nil && solution.reducedCosts == nil)
    }

    @Test(arguments: Solver.allCases, [Set<Int>(), [0, 1], [0]])
    func contradictoryRowsAreInfeasible(_ solver: Solver, _ integers: Set<Int>) async throws {
      let contradiction = try model(
        minimise: [1, 1], bounds: [0...10, 0...10], integers: integers,
        rows: [([1, 1], .lessOrEqual, 3), ([1, 1], .greaterOrEqual, 5)])
      let solution = try await solver.solve(contradiction)
      #expect(solution.termination == .infeasible)
      #expect(solution.values == nil && solution.objective == nil)
    }

    @Test(arguments: Solver.allCases, [Set<Int>(), [0, 1], [1]])
    func raysAreUnbounded(_ solver: Solver, _ integers: Set<Int>) async throws {
      let program = try model(
        minimise: [-1, 1], bounds: [0...(.infinity), 0...5], integers: integers,
        rows: [([1, -1], .greaterOrEqual, 1)])
      let solution = try await solver.solve(program)
      #expect(solution.termination == .unbounded)
      #expect(solution.values == nil)
    }

    @Test(arguments: Solver.inProcess, [Set<Int>(), [0, 1], [0]])
    func raysWithoutAFeasiblePointAreInfeasible(_ solver: Solver, _ integers: Set<Int>) async throws {
      let program = try model(
        minimise: [-1, 0], bounds: [0...(.infinity), 0...5], integers: integers,
        rows: [([0, 1], .greaterOrEqual, 6)])
      #expect(try await solver.solve(program).termination == .infeasible)
    }

    @Test(arguments: Solver.allCases)
    func integersCanBeInfeasibleWhereFractionsAreNot(_ solver: Solver) async throws {
      let parity = try model(
        minimise: [1, 1], bounds: [0...9, 0...9], integers: [0, 1], rows: [([2, 4], .equal, 7)])
      #expect(try await solver.solve(parity).termination == .infeasible)
      #expect(try await solver.solve(parity.relaxed()).termination == .optimal)
    }

    @Test(arguments: Solver.inProcess)
    func unboundedRelaxationOfAnInfeasibleProgramIsInfeasible(_ solver: Solver) async throws {
      let program = try model(
        minimise: [0, 0, -1], bounds: [0...9, 0...9, 0...(.infinity)], integers: [0, 1],
        rows: [([2, 4, 0], .equal, 7)])
      #expect(try await solver.solve(program).termination == .infeasible)
    }

    @Test(arguments: Solver.allCases, [Set<Int>(), [0]])
    func emptyRowsHoldOrDoNot(_ solver: Solver, _ integers: Set<Int>) async throws {
      let holds = try model(
        minimise: [1], bounds: [2...7], integers: integers,
        rows: [([0], .lessOrEqual, 1), ([0], .equal, 0), ([0], .greaterOrEqual, -1)])
      #expect(near(try await solver.solve(holds).objective, 2))
      for (sense, limit) in [(Sense.lessOrEqual, -1.0), (.equal, 1), (.greaterOrEqual, 1)] {
        let fails = try model(
          minimise: [1], bounds: [2...7], integers: integers, rows: [([0], sense, limit)])
        #expect(try await solver.solve(fails).termination == .infeasible, "\(sense) \(limit)")
      }
    }

    @Test(arguments: Solver.inProcess, [Set<Int>(), [0, 1]])
    func columnsWithoutEntriesGoToTheirBetterBound(_ solver: Solver, _ integers: Set<Int>) async throws {
      let program = try model(
        minimise: [1, -1, 0, 2], constant: 0.5, bounds: [-3...4, -3...4, 0...1, 0...5], integers: integers,
        rows: [([0, 0, 0, 1], .greaterOrEqual, 1)])
      let solution = try await solver.solve(program)
      #expect(near(solution.objective, -3 - 4 + 2 + 0.5))
      #expect(solution.values?[0] == -3 && solution.values?[1] == 4)
    }

    @Test(arguments: Solver.inProcess, [Set<Int>(), [0]])
    func modelsWithoutRowsAreSolved(_ solver: Solver, _ integers: Set<Int>) async throws {
      let program = try model(minimise: [2, -1], bounds: [-3...4, 0...9], integers: integers, rows: [])
      #expect(near(try await solver.solve(program).objective, -15))
      let ray = try model(minimise: [-1], bounds: [0...(.infinity)], integers: integers, rows: [])
      #expect(try await solver.solve(ray).termination == .unbounded)
    }

    @Test(arguments: Solver.allCases)
    func modelsWithoutColumnsAreAnswered(_ solver: Solver) async throws {
      let holds = try model(
        minimise: [], constant: 4.5, bounds: [], rows: [([], .lessOrEqual, 1), ([], .equal, 0)])
      let solution = try await solver.solve(holds)
      #expect(solution.termination == .optimal)
      #expect(solution.values == [] && solution.objective == 4.5 && solution.bound == 4.5)
      let fails = try model(minimise: [], bounds: [], rows: [([], .greaterOrEqual, 1)])
      #expect(try await solver.solve(fails).termination == .infeasible)
      #expect(try await solver.solve(model(minimise: [], bounds: [], rows: [])).objective == 0)
    }

    @Test(arguments: Solver.inProcess, [Set<Int>(), [0, 1, 2, 3]])
    func freeFixedAndNegativeColumnsKeepTheirBounds(_ solver: Solver, _ integers: Set<Int>) async throws {
      let program = try model(
        minimise: [1, 1, 1, 0], bounds: [wide, 3...3, -7 ... -2, -.infinity...5], integers: integers,
        rows: [
          ([1, 1, 1, 0], .greaterOrEqual, -16), ([1, 0, 0, -1], .equal, -20), ([0, 0, 0, 1], .equal, 5),
        ])
      let solution = try await solver.solve(program)
      #expect(solution.termination == .optimal)
      let values = try #require(solution.values)
      #expect(near(values[0], -15) && near(values[1], 3) && near(values[3], 5))
      #expect(near(values[2], -4))
      #expect(near(solution.objective, -16))
    }

    @Test(arguments: Solver.inProcess)
    func largeCoefficientsStayExact(_ solver: Solver) async throws {
      let program = try model(
        minimise: [1e6, 2.5e6], bounds: [0...1, 0...1], integers: [0, 1],
        rows: [([1e7, 3e7], .greaterOrEqual, 2e7), ([1e-3, 1e-3], .lessOrEqual, 2e-3)])
      #expect(try await solver.solve(program).objective == 2.5e6)
    }

    @Test(arguments: Solver.inProcess)
    func wideGapsStopEarlyAndSaySo(_ solver: Solver) async throws {
      let hard = try hardModel(seed: 3, rows: 2, columns: 30)
      for gap in [0.9, 0.5] {
        let solution = try await solver.solve(hard, SolveOptions(timeLimit: 20, relativeGap: gap))
        #expect(solution.termination == .optimal)
        let objective = try #require(solution.objective)
        let bound = try #require(solution.bound)
        #expect(bound <= objective)
        #expect(objective - bound <= gap * abs(objective) + 1e-9)
      }
    }

    @Test(arguments: Solver.allCases)
    func meaninglessOptionsAreRefused(_ solver: Solver) async throws {
      let program = try model(minimise: [1], bounds: [0...1], rows: [])
      let refused = [
        SolveOptions(timeLimit: -1), SolveOptions(timeLimit: .nan), SolveOptions(relativeGap: -0.1),
        SolveOptions(relativeGap: .nan), SolveOptions(relativeGap: .infinity),
      ]
      for options in refused {
        await #expect("\(options)") {
          try await solver.solve(program, options)
        } throws: { error in
          if case BackendError.unsupported = error { true } else { false }
        }
      }
    }

    private func expectCertificate(
      _ solution: Solution, _ program: CompiledModel, _ comment: Comment = ""
    ) throws {
      let values = try #require(solution.values)
      let duals = try #require(solution.rowDuals)
      let reduced = try #require(solution.reducedCosts)
      #expect(program.violation(at: values, tolerance: 1e-7) == nil, comment)
      var activities = [Double](repeating: 0, count: program.rowCount)
      var dualObjective = program.objectiveConstant
      for column in 0..<program.columnCount {
        var cost = program.objective[column]
        for entry in Int(program.columnStarts[column])..<Int(program.columnStarts[column + 1]) {
          let row = Int(program.rowIndices[entry])
          cost -= program.coefficients[entry] * duals[row]
          activities[row] += program.coefficients[entry] * values[column]
        }
        #expect(abs(cost - reduced[column]) <= 1e-7, comment)
        // A positive reduced cost holds the column at its lower bound, a negative one at its upper.
        if reduced[column] > 1e-7 { #expect(near(values[column], program.columnLower[column]), comment) }
        if reduced[column] < -1e-7 { #expect(near(values[column], program.columnUpper[column]), comment) }
        dualObjective += reduced[column] * values[column]
      }
      for row in 0..<program.rowCount {
        if program.rowSenses[row] == .lessOrEqual { #expect(duals[row] <= 1e-7, comment) }
        if program.rowSenses[row] == .greaterOrEqual { #expect(duals[row] >= -1e-7, comment) }
        if abs(duals[row]) > 1e-7 { #expect(near(activities[row], program.rightHandSides[row]), comment) }
        dualObjective += duals[row] * program.rightHandSides[row]
      }
      #expect(near(solution.objective, dualObjective), comment)
    }
  }
}

/// Small programs of every shape; all columns bounded, so that enumeration ends.
func randomProgram(seed: Int, integers: Bool) throws -> CompiledModel {
  var random = seededGenerator(seed)
  let columns = Int.random(in: 1...5, using: &random)
  let number = { (range: ClosedRange<Int>, random: inout SplitMix64) in
    Double(Int.random(in: range, using: &random))
  }
  let bounds = (0..<columns).map { _ in
    let lower = number(-3...2, &random)
    return lower...(lower + number(0...4, &random))
  }
  let rows = (0..<Int.random(in: 0...4, using: &random)).map { _ in
    let sense = Sense(rawValue: UInt8.random(in: 0...2, using: &random)) ?? .equal
    let row = (0..<columns).map { _ in Bool.random(using: &random) ? number(-5...5, &random) : 0 }
    return (row, sense, number(-6...6, &random))
  }
  return try model(
    minimise: (0..<columns).map { _ in number(-9...9, &random) / 4 },
    constant: number(-2...2, &random), bounds: bounds,
    integers: integers ? Set(0..<columns) : [], rows: rows)
}
