/// A minimisation problem as sparse arrays, validated: what backends and writers read.
///
///     minimise   objective . x + objectiveConstant
///     subject to rows (sense, right-hand side), columnLower <= x <= columnUpper, some x integer
///
/// Every index is in range, no row names a column twice, every coefficient is finite and not zero, every
/// right-hand side is finite, bounds are ordered (infinite where absent), and an integer column's finite
/// bounds are whole numbers.
public struct CompiledModel: Sendable, Equatable {
  public internal(set) var name: String
  /// Lines to put at the top of an exported file: the objective's unit, what the indices in labels stand for.
  public internal(set) var comments: [String]

  /// Columns as compressed sparse columns: column `c` holds entries `columnStarts[c] ..< columnStarts[c + 1]`,
  /// rows ascending. `columnStarts` has `columnCount + 1` entries.
  public internal(set) var columnStarts: [Int32]
  public internal(set) var rowIndices: [Int32]
  public internal(set) var coefficients: [Double]

  public internal(set) var columnLower: [Double]
  public internal(set) var columnUpper: [Double]
  public internal(set) var isInteger: [Bool]
  public internal(set) var objective: [Double]
  public internal(set) var objectiveConstant: Double
  /// What one unit of the objective is worth in `objectiveUnit`; 1 unless the model was scaled.
  public internal(set) var objectiveScale: Double
  /// The unit of the objective before scaling, in words.
  public internal(set) var objectiveUnit: String

  public internal(set) var rowSenses: [Sense]
  public internal(set) var rightHandSides: [Double]

  /// Names for files, one a column and one a row.
  public internal(set) var columnLabels: [Label]
  public internal(set) var rowLabels: [Label]

  public var columnCount: Int { columnLower.count }
  public var rowCount: Int { rowSenses.count }
  public var nonzeroCount: Int { coefficients.count }
  public var integerCount: Int { isInteger.lazy.filter { $0 }.count }

  /// The value of the objective at a point, in scaled units.
  ///
  /// - Parameter values: one value a column.
  public func objectiveValue(at values: [Double]) -> Double {
    zip(objective, values).reduce(objectiveConstant) { $0 + $1.0 * $1.1 }
  }

  /// The linear relaxation: the same model with every column continuous.
  public func relaxed() -> CompiledModel {
    var copy = self
    copy.isInteger = Array(repeating: false, count: columnCount)
    return copy
  }
}

/// The relation between a row's expression and its right-hand side.
public enum Sense: UInt8, Sendable {
  case lessOrEqual, greaterOrEqual, equal
}
