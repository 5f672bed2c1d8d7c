/// A minimisation problem as validated sparse arrays, for backends and writers.
///
///     minimise   objective . x + objectiveConstant
///     subject to rows (sense, right-hand side), columnLower <= x <= columnUpper, some x integer
///
/// Every index is in range, no row has a column twice, every coefficient is finite and not zero, every right-hand side
/// is finite, no lower bound exceeds the upper bound (absent bounds are infinite), and the finite bounds of integer
/// columns are whole numbers.
public struct CompiledModel: Sendable, Equatable {
  /// The name of the model, for files.
  public internal(set) var name: String
  /// The lines at the top of an exported file, for example on the meaning of the indices in labels.
  public internal(set) var comments: [String] = []

  /// The offset of the first entry of each column, and the number of all entries: column `c` has the entries
  /// `columnStarts[c] ..< columnStarts[c + 1]` of `rowIndices` and `coefficients`, with rows ascending.
  public internal(set) var columnStarts: [Int32] = [0]
  /// The row of each entry.
  public internal(set) var rowIndices: [Int32] = []
  /// The coefficient of each entry.
  public internal(set) var coefficients: [Double] = []

  /// The lower bound of each column; `-infinity` for none.
  public internal(set) var columnLower: [Double] = []
  /// The upper bound of each column; `infinity` for none.
  public internal(set) var columnUpper: [Double] = []
  /// Whether each column is restricted to whole numbers.
  public internal(set) var isInteger: [Bool] = []
  /// The objective coefficient of each column.
  public internal(set) var objective: [Double] = []
  /// The constant that is added to the objective.
  public internal(set) var objectiveConstant: Double = 0
  /// The size of one unit of the objective in `objectiveUnit`; 1 unless the model was scaled.
  public internal(set) var objectiveScale: Double = 1
  /// What scaling divided each row by; empty unless the model was scaled.
  public internal(set) var rowDivisors: [Double] = []
  /// The unit of the objective before scaling, in words.
  public internal(set) var objectiveUnit: String = ""

  /// The relation of each row to its right-hand side.
  public internal(set) var rowSenses: [Sense] = []
  /// The right-hand side of each row.
  public internal(set) var rightHandSides: [Double] = []

  /// The name of each column, for files.
  public internal(set) var columnLabels: [Label] = []
  /// The name of each row, for files.
  public internal(set) var rowLabels: [Label] = []

  /// The number of columns.
  public var columnCount: Int { columnLower.count }
  /// The number of rows.
  public var rowCount: Int { rowSenses.count }
  /// The number of coefficients in rows.
  public var nonzeroCount: Int { coefficients.count }
  /// The number of integer columns, counted in O(columns).
  public var integerCount: Int { isInteger.lazy.filter { $0 }.count }

  /// The value of the objective at a point with one value a column, in scaled units.
  /// - Complexity: O(columns).
  public func objectiveValue(at values: [Double]) -> Double {
    zip(objective, values).reduce(objectiveConstant) { $0 + $1.0 * $1.1 }
  }

  /// The linear relaxation: the same model with every column continuous.
  /// - Complexity: O(columns).
  public func relaxed() -> CompiledModel {
    var copy = self
    copy.isInteger = Array(repeating: false, count: columnCount)
    return copy
  }

  /// Indices of the integer columns.
  var integerColumns: [Int] { (0..<columnCount).filter { isInteger[$0] } }

  /// The entries of a column in `rowIndices` and `coefficients`.
  func entries(ofColumn column: Int) -> Range<Int> {
    Int(columnStarts[column])..<Int(columnStarts[column + 1])
  }

  /// The matrix by rows, with ascending columns in each.
  func rowwise() -> SparseRows {
    SparseRows(starts: columnStarts, indices: rowIndices, values: coefficients)
      .transposed(columnCount: rowCount)
  }
}

/// The relation between a row's expression and its right-hand side.
public enum Sense: UInt8, Sendable {
  case lessOrEqual, greaterOrEqual, equal
}
