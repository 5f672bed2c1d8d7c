import LinearModels
import Testing

extension BackendConformance {
  static let linearRequirements = [
    Requirement("a linear program has its optimum and a certificate") { solver in
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
    },
    Requirement("seeded linear programs have certificates", isLong: true) { solver in
      var optima = 0
      for seed in 0..<100 {
        let program = try randomProgram(seed: seed, integers: false)
        let solution = try await solver.solve(program)
        guard solution.termination == .optimal else {
          #expect(solution.termination == .infeasible, "seed \(seed)")
          continue
        }
        optima += 1
        try expectCertificate(solution, program, "seed \(seed)")
      }
      #expect(optima > 30, "\(optima) optima")
    },
  ]

  /// Duals and reduced costs prove the optimum of a linear program: complementary slackness, and equal objectives.
  private static func expectCertificate(
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
