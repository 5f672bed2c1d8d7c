import LinearModels
import TestSupport
import Testing

@Suite struct ModelTests {
  @Test func repeatedTermsAreAddedUpAndZerosDropped() throws {
    var model = LinearModel(name: "m", objectiveUnit: "s")
    let x = model.addContinuous(Label("x"))
    let y = model.addContinuous(Label("y"))
    model.add(Label("r"), 2 * x + y + 3 * x - y + 1 <= 2 * (x + y) + 7)
    model.minimise(x + x + 0.5)
    let compiled = try model.compiled()
    #expect(compiled.columnStarts == [0, 1, 2])
    #expect(compiled.rowIndices == [0, 0])
    #expect(compiled.coefficients == [3, -2])
    #expect(compiled.rightHandSides == [6])
    #expect(compiled.objective == [2, 0] && compiled.objectiveConstant == 0.5)
  }

  @Test func termsThatCancelLeaveNoEntry() throws {
    var model = LinearModel(name: "m", objectiveUnit: "s")
    let x = model.addContinuous(Label("x"))
    model.add(Label("r"), x - x <= 1)
    #expect(try model.compiled().nonzeroCount == 0)
  }

  @Test func orderIsTheOrderOfAdditionAndTheSameEachTime() throws {
    for seed in 0..<20 {
      #expect(try randomProgram(seed: seed) == randomProgram(seed: seed), "seed \(seed)")
      #expect(try randomProgram(seed: seed).lpText() == randomProgram(seed: seed).lpText(), "seed \(seed)")
    }
  }

  @Test func numbersThatAreNoneAreRejected() {
    #expect(
      error { $0.add(Label("r"), .nan * $1 <= 1) }
        == "the coefficient of x in r is nan; it must be a finite number")
    #expect(error { $0.add(Label("r"), $1 <= Double.infinity) } != nil)
    #expect(error { $0.minimise(.infinity * $1) } != nil)
    #expect(error { $0.minimise($1 + Double.nan) } != nil)
    #expect(
      error { model, x in
        model.add(Label("r"), .infinity * x - .infinity * x <= 1)
      } != nil)
  }

  @Test func boundsThatHoldNothingAreRejected() {
    for (lower, upper) in [
      (1.0, 0.0), (.nan, 1), (0, .nan), (.infinity, .infinity), (-.infinity, -.infinity),
    ] {
      #expect(error { model, _ in _ = model.addContinuous(Label("y"), lower: lower, upper: upper) } != nil)
    }
    #expect(
      error { model, _ in _ = model.addInteger(Label("y"), lower: 0.5) }
        == "y is integer, but its bound 0.5 is not a whole number")
  }

  @Test func arraysThatDoNotFitAreRejected() throws {
    func build(
      starts: [Int32] = [0, 1, 2], rows: [Int32] = [0, 1], values: [Double] = [1, 2],
      upper: [Double] = [1, 1], limits: [Double] = [1, 1]
    ) throws -> CompiledModel {
      try CompiledModel(
        name: "raw", columnStarts: starts, rowIndices: rows, coefficients: values, columnLower: [0, 0],
        columnUpper: upper, isInteger: [true, false], objective: [1, 1], objectiveConstant: 0,
        rowSenses: [.equal, .lessOrEqual], rightHandSides: limits)
    }
    #expect(try build().nonzeroCount == 2)
    #expect(throws: ModelError.self) { try build(starts: [0, 1]) }
    #expect(throws: ModelError.self) { try build(starts: [0, 3, 2]) }
    #expect(throws: ModelError.self) { try build(starts: [1, 1, 2]) }
    #expect(throws: ModelError.self) { try build(starts: [0, 2, 2], rows: [1, 1]) }
    #expect(throws: ModelError.self) { try build(rows: [0, 2]) }
    #expect(throws: ModelError.self) { try build(rows: [-1, 0]) }
    #expect(throws: ModelError.self) { try build(values: [1, .nan]) }
    #expect(throws: ModelError.self) { try build(values: [1, 0]) }
    #expect(throws: ModelError.self) { try build(values: [1]) }
    #expect(throws: ModelError.self) { try build(upper: [1]) }
    #expect(throws: ModelError.self) { try build(upper: [0.5, 1]) }
    #expect(throws: ModelError.self) { try build(limits: [1]) }
    #expect(throws: ModelError.self) { try build(limits: [1, .infinity]) }
  }

  @Test func scalingKeepsTheProblem() throws {
    for seed in 0..<200 {
      let program = try randomProgram(seed: seed)
      for scaled in [program.scaled(), program.scaled(objectiveMagnitude: 1e9)] {
        let point = (0..<program.columnCount).map { Double(($0 + seed) % 5) }
        let value = scaled.objectiveValue(at: point) * scaled.objectiveScale
        #expect(abs(value - program.objectiveValue(at: point)) < 1e-9, "seed \(seed)")
        #expect(
          (scaled.violation(at: point, tolerance: 1e-9) == nil)
            == (program.violation(at: point, tolerance: 1e-9) == nil), "seed \(seed)")
        #expect(scaled.rightHandSides.allSatisfy { $0 <= 1 || $0 == 0 }, "seed \(seed)")
      }
    }
  }

  /// Reduced costs tell: those of the scaled model, in base units, are those of the model.
  @Test func multipliersOfAScaledModelGoBackToBaseUnits() throws {
    for seed in 0..<100 {
      let program = try randomProgram(seed: seed)
      let scaled = program.scaled(objectiveMagnitude: 40)
      var random = seededGenerator(seed)
      let duals = (0..<program.rowCount).map { _ in Double.random(in: -2...2, using: &random) }
      let expected = reducedCosts(scaled, duals).map { $0 * scaled.objectiveScale }
      let got = reducedCosts(program, scaled.inBaseUnits(rowDuals: duals))
      for (left, right) in zip(got, expected) {
        #expect(abs(left - right) <= 1e-9 * max(1, abs(right)), "seed \(seed)")
      }
      #expect(program.inBaseUnits(rowDuals: duals) == duals, "what is not scaled is in base units")
    }
  }

  private func reducedCosts(_ program: CompiledModel, _ duals: [Double]) -> [Double] {
    (0..<program.columnCount).map { column in
      (Int(program.columnStarts[column])..<Int(program.columnStarts[column + 1])).reduce(
        program.objective[column]
      ) { $0 - program.coefficients[$1] * duals[Int(program.rowIndices[$1])] }
    }
  }

  @Test func violationsNameTheWorstPlace() throws {
    var model = LinearModel(name: "m", objectiveUnit: "s")
    let x = model.addInteger(Label("x"), upper: 3)
    let y = model.addContinuous(Label("y"), upper: 1)
    model.add(Label("sum"), x + y <= 3)
    let compiled = try model.compiled()
    #expect(compiled.violation(at: [2, 1], tolerance: 1e-9) == nil)
    #expect(compiled.violation(at: [3, 1], tolerance: 1e-9)?.place == "sum")
    #expect(compiled.violation(at: [0.5, 0], tolerance: 1e-9)?.place == "x")
    #expect(compiled.violation(at: [0, -1], tolerance: 1e-9)?.place == "y")
    #expect(compiled.violation(at: [0, .nan], tolerance: 1e-9)?.place == "y")
  }

  /// The message of the error that a model has after a change, if it has one.
  private func error(_ change: (inout LinearModel, Variable) -> Void) -> String? {
    var model = LinearModel(name: "m", objectiveUnit: "s")
    let x = model.addContinuous(Label("x"))
    change(&model, x)
    do {
      _ = try model.compiled()
      return nil
    } catch {
      return "\(error)"
    }
  }
}
