/// How large a model can become at the most, known before anything is built. Numbers beyond 2^53 are rounded: pairs of
/// hosts times links can be more than an integer holds.
public struct ModelSize: Sendable, Equatable {
  public var columns: Double
  public var rows: Double
  public var nonzeros: Double

  public init(columns: Double = 0, rows: Double = 0, nonzeros: Double = 0) {
    self.columns = columns
    self.rows = rows
    self.nonzeros = nonzeros
  }

  public static func += (left: inout ModelSize, right: ModelSize) {
    left.columns += right.columns
    left.rows += right.rows
    left.nonzeros += right.nonzeros
  }

  /// Memory [byte] that stating, scaling and sending the model takes, about, and as much again for the solver.
  public var bytes: Double { 2 * (250 * (columns + rows) + 70 * nonzeros) }

  /// Whether its parts can be counted in 32 bits, as solvers do.
  public var isCountable: Bool { max(columns, rows, nonzeros) < Double(Int32.max) }
}
