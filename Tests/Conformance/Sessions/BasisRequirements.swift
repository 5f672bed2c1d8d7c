import Foundations
import LinearModels
import Testing

extension SessionConformance {
  /// Bases last from solve to solve, and can be saved and restored.
  static let basisRequirements = [
    Requirement("a program without changes takes no iterations") { source, oracle in
      var random = SplitMix64(sample: 4)
      let session = try MirroredSession(source, oracle: oracle)
      let first = try session.solve(coveringRows(count: 15, columns: 60, &random))
      #expect(first.iterations > 5)
      for algorithm in [LinearSolveOptions.Algorithm.automatic, .primal, .dual] {
        let again = try session.solve(LinearChanges(), LinearSolveOptions(algorithm: algorithm))
        #expect(again.iterations == 0 && near(again.objective, first.objective ?? .nan), "\(algorithm)")
      }
    },
    Requirement("a restored basis is where it was") { source, oracle in
      var random = SplitMix64(sample: 5)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = coveringRows(count: 15, columns: 60, &random)
      changes.savesBasis = 7
      let root = try session.solve(changes)
      let values = try #require(root.values)
      let fractional = values.indices.filter { values[$0] > 0.01 && values[$0] < 0.99 }
      try #require(fractional.count > 2)
      for column in fractional.map(Int32.init) {
        for bound in [0.0, 1] {
          // Both children start from the root, as in strong branching.
          var branch = LinearChanges(restoredBasis: 7)
          branch.columnBounds.set(column, lower: bound, upper: bound)
          try session.solve(branch)
          var back = LinearChanges(restoredBasis: 7)
          back.columnBounds.set(column, lower: 0, upper: 1)
          let again = try session.solve(back)
          #expect(again.iterations == 0, "column \(column)")
          #expect(near(again.objective, root.objective ?? .nan), "column \(column)")
        }
      }
    },
    Requirement("a basis is restored after the program has grown") { source, oracle in
      var random = SplitMix64(sample: 6)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = coveringRows(count: 15, columns: 40, &random)
      changes.savesBasis = 1
      try session.solve(changes)
      for round in 0..<4 {
        var growth = LinearChanges(restoredBasis: round % 2 == 0 ? 1 : nil)
        growth.rows.append(
          lower: 1, upper: .infinity, columns: [0, Int32(random.nextIndex(below: 39)) + 1],
          coefficients: [1, 2])
        for _ in 0..<10 { growth.columns.appendCover(of: 16, &random) }
        #expect(try session.solve(growth, LinearSolveOptions(), "round \(round)").termination == .optimal)
      }
    },
    Requirement("a basis is restored where its bounds are gone") { source, oracle in
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges(savesBasis: 0)
      changes.rows.append(lower: -10, upper: 10)
      changes.columns.append(lower: -1, upper: 5, cost: -1, rows: [0], coefficients: [1])
      changes.columns.append(lower: -2, upper: 3, cost: -2, rows: [0], coefficients: [1])
      #expect(near(try session.solve(changes).objective, -11))
      var loose = LinearChanges(restoredBasis: 0)
      loose.columnBounds.set(0, lower: -.infinity, upper: .infinity)
      loose.columnBounds.set(1, lower: -2, upper: .infinity)
      #expect(try session.solve(loose).termination == .unbounded)
      var limited = LinearChanges(restoredBasis: 0)
      limited.columnBounds.set(0, lower: -4, upper: .infinity)
      #expect(near(try session.solve(limited).objective, -24))
    },
    Requirement("a later basis replaces one of the same number") { source, oracle in
      var random = SplitMix64(sample: 8)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = coveringRows(count: 10, columns: 30, &random)
      changes.savesBasis = 3
      let first = try session.solve(changes)
      var dearer = LinearChanges(savesBasis: 3)
      for (column, value) in try #require(first.values).enumerated() where value > 0.5 {
        dearer.costs.set(Int32(column), 40)
      }
      let second = try session.solve(dearer)
      var cut = LinearChanges()
      cut.columnBounds.set(0, lower: 1, upper: 9)
      try session.solve(cut)
      var back = LinearChanges(restoredBasis: 3)
      back.columnBounds.set(0, lower: 0, upper: 9)
      let again = try session.solve(back)
      #expect(again.iterations == 0 && near(again.objective, second.objective ?? .nan))
    },
    Requirement("degenerate programs are solved") { source, oracle in
      // An assignment program: every basis has more zeros than not.
      let size = 8
      var random = SplitMix64(sample: 9)
      let session = try MirroredSession(source, oracle: oracle)
      var changes = LinearChanges()
      for _ in 0..<2 * size { changes.rows.append(lower: 1, upper: 1) }
      for left in 0..<size {
        for right in 0..<size {
          changes.columns.append(
            cost: Double(random.nextIndex(below: 4)), rows: [Int32(left), Int32(size + right)],
            coefficients: [1, 1])
        }
      }
      try session.solve(changes)
      for round in 0..<20 {
        var other = LinearChanges()
        for _ in 0..<5 {
          other.costs.set(
            Int32(random.nextIndex(below: size * size)), Double(random.nextIndex(below: 4)))
        }
        let column = Int32(random.nextIndex(below: size * size))
        other.columnBounds.set(column, lower: 0, upper: round % 2 == 0 ? 0 : .infinity)
        try session.solve(other, LinearSolveOptions(), "round \(round)")
      }
    },
  ]
}
