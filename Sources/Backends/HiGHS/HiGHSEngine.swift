import Foundations
import LinearModels

/// A linear program that stays in HiGHS.
final class HiGHSEngine: SimplexEngine {
  private let library: HiGHSLibrary
  private let handle: HiGHSLibrary.Handle
  private let log: LogPipe?
  private var rowCount = 0
  private var columnCount = 0

  /// Makes an empty program whose log goes to a descriptor.
  /// - Throws: ``/LinearModels/BackendError/failed(backend:detail:)`` if HiGHS refuses it or an option.
  init(_ library: HiGHSLibrary, log: Int32?) throws(BackendError) {
    guard let handle = library.create() else {
      throw .failed(backend: HiGHSBackend.name, detail: "Highs_create returned nothing")
    }
    (self.library, self.handle) = (library, handle)
    self.log = log.flatMap(LogPipe.init(to:))
    for (name, value) in HiGHSSettings.session(logFile: self.log?.path) {
      try library.require(handle, name, value)
    }
    self.log?.handOver()
  }

  deinit {
    library.destroy(handle)
    log?.end()
  }

  // MARK: Changes

  func apply(_ changes: LinearChanges) {
    // What HiGHS makes of the basis when it grows depends on whether it has one.
    var basis = basis
    let (rows, columns) = (changes.rows, changes.columns)
    if rows.count > 0 {
      _ = library.addRows(
        handle, Int32(rows.count), rows.lower, rows.upper, Int32(rows.vectors.indices.count),
        rows.vectors.starts, rows.vectors.indices, rows.vectors.coefficients)
      rowCount += rows.count
      basis.rows += repeatElement(.basic, count: rows.count)
    }
    if columns.count > 0 {
      _ = library.addColumns(
        handle, Int32(columns.count), columns.costs, columns.lower, columns.upper,
        Int32(columns.vectors.indices.count), columns.vectors.starts, columns.vectors.indices,
        columns.vectors.coefficients)
      columnCount += columns.count
      basis.columns += zip(columns.lower, columns.upper).map(SimplexBasis.Status.init(ofNewColumnFrom:to:))
    }
    for (place, column) in changes.columnBounds.indices.enumerated() {
      _ = library.setColumnBounds(
        handle, column, changes.columnBounds.lower[place], changes.columnBounds.upper[place])
    }
    for (place, row) in changes.rowBounds.indices.enumerated() {
      _ = library.setRowBounds(handle, row, changes.rowBounds.lower[place], changes.rowBounds.upper[place])
    }
    for (column, cost) in zip(changes.costs.indices, changes.costs.values) {
      _ = library.setColumnCost(handle, column, cost)
    }
    if rows.count + columns.count > 0 { self.basis = basis }
  }

  // MARK: The basis

  /// Without a basis HiGHS leaves the arrays as they are: that of the rows.
  var basis: SimplexBasis {
    get {
      var columns = [Int32](repeating: 0, count: columnCount)
      var rows = [Int32](repeating: 1, count: rowCount)
      _ = library.basis(handle, &columns, &rows)
      return SimplexBasis(columns: columns.map(status), rows: rows.map(status))
    }
    set { _ = library.setBasis(handle, newValue.columns.map(code), newValue.rows.map(code)) }
  }

  /// A constant `kHighsBasisStatus` of the C interface.
  private func status(_ code: Int32) -> SimplexBasis.Status {
    switch code {
    case 1: .basic
    case 2: .atUpper
    case 3: .free
    default: .atLower
    }
  }

  private func code(_ status: SimplexBasis.Status) -> Int32 {
    switch status {
    case .basic: 1
    case .atLower: 0
    case .atUpper: 2
    case .free: 3
    }
  }

  // MARK: A run

  func run(_ limits: SimplexLimits, _ algorithm: SimplexAlgorithm) -> SimplexOutcome {
    // The clock of the time limit runs on from one solve to the next.
    _ = library.zeroClocks(handle)
    _ = library.set(handle, "time_limit", .number(limits.seconds ?? .infinity))
    _ = library.set(handle, "simplex_iteration_limit", .count(limits.iterationsForC))
    _ = library.set(handle, "simplex_strategy", .count(algorithm == .dual ? 1 : 4))
    let code = library.run(handle)
    // A constant `kHighsModelStatus` of the C interface.
    switch library.modelStatus(handle) {
    case 7: return .optimal
    case 8: return .infeasible
    case 10: return .unbounded
    case 13: return .limit(.time)
    case 14: return .limit(.iterations)
    case let status: return .failed("Highs_run returned \(code) with status \(status)")
    }
  }

  var iterations: Int {
    var count: Int32 = 0
    _ = library.countInfo(handle, "simplex_iteration_count", &count)
    return max(0, Int(count))
  }

  var values: [Double] { solution().values }
  var rowDuals: [Double] { solution().rowDuals }

  private func solution() -> (values: [Double], rowDuals: [Double]) {
    var values = [Double](repeating: 0, count: columnCount)
    var reducedCosts = values
    var activities = [Double](repeating: 0, count: rowCount)
    var rowDuals = activities
    _ = library.solution(handle, &values, &reducedCosts, &activities, &rowDuals)
    return (values, rowDuals)
  }

  /// The dual ray that HiGHS has after the dual simplex method; it exists in two signs.
  func infeasibilityProof(_ proof: ([Double]) -> [Double]?) -> [Double]? {
    var (hasRay, ray) = (Int32(0), [Double](repeating: 0, count: rowCount))
    _ = library.dualRay(handle, &hasRay, &ray)
    guard hasRay != 0 else { return nil }
    return proof(ray) ?? proof(ray.map(-))
  }
}

extension HiGHSBackend: LinearSessionSource {
  /// Opens a session.
  ///
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if there is no library that can be used or this
  ///   program was built without the package trait.
  public func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    let library = try self.library
    return try SimplexSession(name: name, cancellation: cancellation) { () throws(BackendError) in
      try HiGHSEngine(library, log: log)
    }
  }
}
