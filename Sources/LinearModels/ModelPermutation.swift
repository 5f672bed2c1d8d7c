/// Another order of a model's columns and rows, which gives the same problem but other decisions of the solver.
///
/// The times of a solver on permutations of one model differ by chance. This variation has to be measured before the
/// times on two models are compared: Danna, "Performance variability in mixed integer programming", MIP workshop (2008).
public struct ModelPermutation: Sendable {
  /// The old index of each column in the new order.
  private let columns: [Int]
  /// The old index of each row in the new order.
  private let rows: [Int]

  /// Draws a random order of the columns and rows of a model.
  public init(of model: CompiledModel, using random: inout some RandomNumberGenerator) {
    columns = (0..<model.columnCount).shuffled(using: &random)
    rows = (0..<model.rowCount).shuffled(using: &random)
  }

  /// The model in the new order.
  /// - Complexity: O(columns + rows + n log k) for n nonzeros, at most k of them in a column.
  public func applied(to model: CompiledModel) -> CompiledModel {
    var permuted = model
    let placeOfRow = Self.inverse(rows)
    permuted.columnStarts = [0]
    permuted.rowIndices.removeAll(keepingCapacity: true)
    permuted.coefficients.removeAll(keepingCapacity: true)
    for column in columns {
      let moved = model.entries(ofColumn: column)
        .map { (row: placeOfRow[Int(model.rowIndices[$0])], value: model.coefficients[$0]) }
      for entry in moved.sorted(by: { $0.row < $1.row }) {
        permuted.rowIndices.append(Int32(entry.row))
        permuted.coefficients.append(entry.value)
      }
      permuted.columnStarts.append(Int32(permuted.coefficients.count))
    }
    permuted.columnLower = columns.map { model.columnLower[$0] }
    permuted.columnUpper = columns.map { model.columnUpper[$0] }
    permuted.isInteger = columns.map { model.isInteger[$0] }
    permuted.objective = columns.map { model.objective[$0] }
    permuted.columnLabels = columns.map { model.columnLabels[$0] }
    permuted.rowSenses = rows.map { model.rowSenses[$0] }
    permuted.rightHandSides = rows.map { model.rightHandSides[$0] }
    permuted.rowLabels = rows.map { model.rowLabels[$0] }
    return permuted
  }

  /// The values of the model's columns in the new order.
  public func applied(toColumns values: [Double]) -> [Double] { columns.map { values[$0] } }

  /// A solution of the permuted model in the order of the original model, in linear time.
  public func undone(_ solution: Solution) -> Solution {
    var own = solution
    own.values = solution.values.map(undone(columns:))
    own.reducedCosts = solution.reducedCosts.map(undone(columns:))
    own.rowDuals = solution.rowDuals.map { Self.undone($0, rows) }
    return own
  }

  /// The values of the permuted model's columns in the order of the original model.
  public func undone(columns values: [Double]) -> [Double] { Self.undone(values, columns) }

  private static func undone(_ values: [Double], _ order: [Int]) -> [Double] {
    // Arrays of another length are returned as they are, since the caller checks the lengths of a worker's answer.
    guard values.count == order.count else { return values }
    return inverse(order).map { values[$0] }
  }

  private static func inverse(_ order: [Int]) -> [Int] {
    var inverse = [Int](repeating: 0, count: order.count)
    for (place, origin) in order.enumerated() { inverse[origin] = place }
    return inverse
  }
}
