import Foundations
import LinearModels

#if CBC
  @_weakLinked import CCBC

  /// A linear program that stays in Clp.
  final class ClpEngine: SimplexEngine {
    private let model: UnsafeMutableRawPointer
    private let log: Int32?
    /// The columns without entries.
    private var emptyColumns: Set<Int32> = []

    /// Makes an empty program whose log goes to a descriptor; `nil` if Clp cannot.
    init?(log: Int32?) {
      guard let model = Clp_newModel() else { return nil }
      self.model = model
      self.log = log
      Clp_setLogLevel(model, log == nil ? 0 : 1)
      Clp_setPrimalTolerance(model, CBCSettings.linearTolerance)
      Clp_setDualTolerance(model, CBCSettings.linearTolerance)
    }

    deinit { Clp_deleteModel(model) }

    private var rowCount: Int { Int(Clp_numberRows(model)) }
    private var columnCount: Int { Int(Clp_numberColumns(model)) }

    // MARK: Changes

    func apply(_ changes: LinearChanges) {
      if changes.rows.count + changes.columns.count > 0 { append(changes.rows, changes.columns) }
      let (columns, rows) = (changes.columnBounds, changes.rowBounds)
      set(Clp_columnLower(model), columns.indices, to: columns.lower)
      set(Clp_columnUpper(model), columns.indices, to: columns.upper)
      set(Clp_rowLower(model), rows.indices, to: rows.lower)
      set(Clp_rowUpper(model), rows.indices, to: rows.upper)
      set(Clp_objective(model), changes.costs.indices, to: changes.costs.values)
    }

    private func append(_ rows: LinearChanges.Rows, _ columns: LinearChanges.Columns) {
      // What Clp makes of the basis when it grows is not documented.
      var basis = basis
      if rows.count > 0 {
        Clp_addRows(
          model, Int32(rows.count), rows.lower.map(clp), rows.upper.map(clp), rows.vectors.starts,
          rows.vectors.indices, rows.vectors.coefficients)
      }
      noteEmptyColumns(rows, columns)
      if columns.count > 0 {
        Clp_addColumns(
          model, Int32(columns.count), columns.lower.map(clp), columns.upper.map(clp), columns.costs,
          columns.vectors.starts, columns.vectors.indices, columns.vectors.coefficients)
      }
      basis.rows += repeatElement(.basic, count: rows.count)
      basis.columns += zip(columns.lower, columns.upper).map(SimplexBasis.Status.init(ofNewColumnFrom:to:))
      self.basis = basis
    }

    private func noteEmptyColumns(_ rows: LinearChanges.Rows, _ columns: LinearChanges.Columns) {
      for column in rows.vectors.indices { emptyColumns.remove(column) }
      for column in 0..<columns.count where columns.vectors.entries(of: column).isEmpty {
        emptyColumns.insert(Int32(columnCount + column))
      }
    }

    /// Writes into an array of Clp, which reads it again at each solve: its calls take whole arrays.
    private func set(_ target: UnsafeMutablePointer<Double>?, _ indices: [Int32], to values: [Double]) {
      guard let target else { return }
      for (index, value) in zip(indices, values) { target[Int(index)] = clp(value) }
    }

    /// Infinity is the largest finite number in COIN-OR.
    private func clp(_ bound: Double) -> Double {
      min(max(bound, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }

    // MARK: The basis

    /// Clp has one byte a column, and then one a row, of which the low bits are the status.
    var basis: SimplexBasis {
      get {
        guard Clp_statusExists(model) != 0, let codes = Clp_statusArray(model) else {
          return SimplexBasis(
            columns: Array(repeating: .atLower, count: columnCount),
            rows: Array(repeating: .basic, count: rowCount))
        }
        let all = UnsafeBufferPointer(start: codes, count: columnCount + rowCount)
        return SimplexBasis(
          columns: all.prefix(columnCount).map(status), rows: all.dropFirst(columnCount).map(status))
      }
      set { Clp_copyinStatus(model, newValue.columns.map(code) + newValue.rows.map(code)) }
    }

    private func status(_ code: UInt8) -> SimplexBasis.Status {
      switch code & 7 {
      case 1: .basic
      case 2: .atUpper
      case 0: .free
      // At its lower bound, fixed, or in the end "superbasic": between its bounds, where no basis has a column.
      default: .atLower
      }
    }

    private func code(_ status: SimplexBasis.Status) -> UInt8 {
      switch status {
      case .free: 0
      case .basic: 1
      case .atUpper: 2
      case .atLower: 3
      }
    }

    // MARK: A run

    func run(_ limits: SimplexLimits, _ algorithm: SimplexAlgorithm) -> SimplexOutcome {
      CBCBackend.library.withLock { _ in
        withLog(to: log, report: { _ in }) { outcome(limits, algorithm) }
      }
    }

    private func outcome(_ limits: SimplexLimits, _ algorithm: SimplexAlgorithm) -> SimplexOutcome {
      Clp_scaling(model, CBCSettings.scaling(hasEmptyColumn: !emptyColumns.isEmpty))
      Clp_setMaximumIterations(model, limits.iterationsForC)
      // The limit is one of processor time; -1 is none.
      Clp_setMaximumSeconds(model, limits.seconds ?? -1)
      _ = algorithm == .dual ? Clp_dual(model, 0) : Clp_primal(model, 0)
      iterations = Int(Clp_numberIterations(model))
      switch Clp_status(model) {
      case 0: return .optimal
      case 1: return .infeasible
      case 2 where algorithm == .dual:
        // The dual method finds that the dual is infeasible; whether the program has a point is for the primal one.
        let left = limits.iterations.map { max(0, $0 - iterations) }
        let before = iterations
        let outcome = outcome(SimplexLimits(iterations: left, seconds: limits.seconds), .primal)
        iterations += before
        return outcome
      case 2: return .unbounded
      case 3 where iterations >= limits.iterations ?? .max: return .limit(.iterations)
      case 3 where limits.seconds != nil: return .limit(.time)
      case let status:
        return .failed("Clp ended with status \(status)/\(Clp_secondaryStatus(model))")
      }
    }

    private(set) var iterations = 0
    var values: [Double] { copied(Clp_primalColumnSolution(model), columnCount) }
    var rowDuals: [Double] { copied(Clp_dualRowSolution(model), rowCount) }

    /// The sign of Clp's ray differs between its simplex methods.
    func infeasibilityProof(_ proof: ([Double]) -> [Double]?) -> [Double]? {
      guard let ray = Clp_infeasibilityRay(model) else { return nil }
      let multipliers = copied(ray, rowCount)
      Clp_freeRay(model, ray)
      return proof(multipliers.map(-)) ?? proof(multipliers)
    }

    private func copied(_ numbers: UnsafePointer<Double>?, _ count: Int) -> [Double] {
      Array(UnsafeBufferPointer(start: numbers, count: numbers == nil ? 0 : count))
    }
  }
#endif
