import LinearModels
import TestSupport
import Testing

/// Another order of columns and rows states the same problem.
@Suite struct PermutationTests {
  @Test(arguments: 0..<60)
  func aPointIsWorthTheSameAndIsAsFarOutside(_ seed: Int) throws {
    let model = try randomProgram(seed: seed)
    var random = seededGenerator(seed + 1000)
    let permutation = ModelPermutation(of: model, using: &random)
    let permuted = permutation.applied(to: model)
    for _ in 0..<5 {
      let point = (0..<model.columnCount).map { _ in Double(Int.random(in: -5...5, using: &random)) / 2 }
      let moved = permutation.applied(toColumns: point)
      #expect(permutation.undone(columns: moved) == point)
      #expect(abs(permuted.objectiveValue(at: moved) - model.objectiveValue(at: point)) < 1e-12)
      let amounts = [model.violation(at: point, tolerance: 0), permuted.violation(at: moved, tolerance: 0)]
        .map { $0?.amount ?? 0 }
      #expect(abs(amounts[0] - amounts[1]) < 1e-12, "seed \(seed)")
    }
    #expect(permuted.columnLabels.count == model.columnLabels.count)
    #expect(permuted.nonzeroCount == model.nonzeroCount && permuted.integerCount == model.integerCount)
    #expect(permuted.rowIndices.allSatisfy { $0 < model.rowCount })
  }

  @Test func rowsAndColumnsOfASolutionGoBackToTheirPlaces() throws {
    var model = LinearModel(name: "small", objectiveUnit: "s")
    let columns = (0..<5).map { model.addContinuous(Label("x", $0), lower: Double($0)) }
    for (index, column) in columns.enumerated() {
      model.add(Label("row", index), Double(index + 1) * column >= Double(10 * index))
    }
    model.minimise(columns.reduce(LinearExpression()) { $0 + $1 })
    let compiled = try model.compiled()
    var random = seededGenerator(3)
    let permutation = ModelPermutation(of: compiled, using: &random)
    let permuted = permutation.applied(to: compiled)
    #expect(permuted != compiled, "this order is no other")
    // Each column's bound, and each row's right-hand side, says where it came from.
    let solution = Solution(
      termination: .optimal, values: permuted.columnLower, rowDuals: permuted.rightHandSides,
      reducedCosts: permuted.columnLower)
    let own = permutation.undone(solution)
    #expect(own.values == compiled.columnLower && own.reducedCosts == compiled.columnLower)
    #expect(own.rowDuals == compiled.rightHandSides)
    #expect(permutation.undone(Solution(termination: .optimal, values: [1])).values == [1])
  }
}
