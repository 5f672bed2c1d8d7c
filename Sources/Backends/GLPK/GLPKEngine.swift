import Foundations
import LinearModels

#if GLPK
  @_weakLinked import CGLPK

  /// A linear program that stays in GLPK. It belongs to the thread that made it.
  final class GLPKEngine: SimplexEngine {
    private let problem: OpaquePointer = glp_create_prob()
    private(set) var iterations = 0
    /// The number of entries when the problem was scaled.
    private var scaledEntries: Int32 = 0

    init() { glp_set_obj_dir(problem, GLP_MIN) }

    deinit { glp_delete_prob(problem) }

    private var rowCount: Int { Int(glp_get_num_rows(problem)) }
    private var columnCount: Int { Int(glp_get_num_cols(problem)) }

    // MARK: Changes

    func apply(_ changes: LinearChanges) {
      append(changes.rows)
      append(changes.columns)
      for (place, column) in changes.columnBounds.indices.enumerated() {
        setColumn(column + 1, changes.columnBounds.lower[place], changes.columnBounds.upper[place])
      }
      for (place, row) in changes.rowBounds.indices.enumerated() {
        setRow(row + 1, changes.rowBounds.lower[place], changes.rowBounds.upper[place])
      }
      for (column, cost) in zip(changes.costs.indices, changes.costs.values) {
        glp_set_obj_coef(problem, column + 1, cost)
      }
      scale()
    }

    private func append(_ rows: LinearChanges.Rows) {
      guard rows.count > 0 else { return }
      let first = glp_add_rows(problem, Int32(rows.count))
      for row in 0..<rows.count {
        setRow(first + Int32(row), rows.lower[row], rows.upper[row])
        withVector(row, of: rows.vectors) { glp_set_mat_row(problem, first + Int32(row), $0, $1, $2) }
      }
    }

    private func append(_ columns: LinearChanges.Columns) {
      guard columns.count > 0 else { return }
      let first = glp_add_cols(problem, Int32(columns.count))
      for column in 0..<columns.count {
        let index = first + Int32(column)
        setColumn(index, columns.lower[column], columns.upper[column])
        glp_set_obj_coef(problem, index, columns.costs[column])
        withVector(column, of: columns.vectors) { glp_set_mat_col(problem, index, $0, $1, $2) }
      }
    }

    /// Passes a vector as GLPK takes it, which counts from 1 and ignores entry 0 of an array.
    private func withVector(
      _ number: Int, of vectors: LinearChanges.Vectors, _ body: (Int32, [Int32], [Double]) -> Void
    ) {
      let entries = vectors.entries(of: number)
      body(
        Int32(entries.count), [0] + vectors.indices[entries].map { $0 + 1 },
        [0] + vectors.coefficients[entries])
    }

    private func setColumn(_ index: Int32, _ lower: Double, _ upper: Double) {
      glp_set_col_bnds(problem, index, boundKind(lower, upper), lower, upper)
    }

    private func setRow(_ index: Int32, _ lower: Double, _ upper: Double) {
      glp_set_row_bnds(problem, index, boundKind(lower, upper), lower, upper)
    }

    /// Scales the problem whenever its entries have grown by half, so that all scaling together takes linear time.
    private func scale() {
      let entries = glp_get_num_nz(problem)
      guard entries > scaledEntries + scaledEntries / 2 else { return }
      scaledEntries = entries
      glp_scale_prob(problem, GLP_SF_AUTO)
    }

    // MARK: The basis

    var basis: SimplexBasis {
      get {
        SimplexBasis(
          columns: (0..<columnCount).map { status(glp_get_col_stat(problem, Int32($0 + 1))) },
          rows: (0..<rowCount).map { status(glp_get_row_stat(problem, Int32($0 + 1))) })
      }
      set {
        for (column, status) in newValue.columns.enumerated() {
          glp_set_col_stat(problem, Int32(column + 1), code(status))
        }
        for (row, status) in newValue.rows.enumerated() {
          glp_set_row_stat(problem, Int32(row + 1), code(status))
        }
      }
    }

    private func status(_ code: Int32) -> SimplexBasis.Status {
      switch code {
      case GLP_BS: .basic
      case GLP_NU: .atUpper
      case GLP_NF: .free
      default: .atLower
      }
    }

    private func code(_ status: SimplexBasis.Status) -> Int32 {
      switch status {
      case .basic: GLP_BS
      case .atLower: GLP_NL
      case .atUpper: GLP_NU
      case .free: GLP_NF
      }
    }

    // MARK: A run

    func run(_ limits: SimplexLimits, _ algorithm: SimplexAlgorithm) -> SimplexOutcome {
      var parameters = GLPKSettings.session(limits, algorithm)
      let before = glp_get_it_cnt(problem)
      let code = glp_simplex(problem, &parameters)
      iterations = Int(glp_get_it_cnt(problem) - before)
      switch (code, glp_get_status(problem)) {
      case (0, GLP_OPT): return .optimal
      case (0, GLP_NOFEAS): return .infeasible
      case (0, GLP_UNBND): return .unbounded
      case (GLP_EITLIM, _): return .limit(.iterations)
      case (GLP_ETMLIM, _): return .limit(.time)
      case (_, let status): return .failed("glp_simplex returned \(code) with status \(status)")
      }
    }

    var values: [Double] { (0..<columnCount).map { glp_get_col_prim(problem, Int32($0 + 1)) } }
    var rowDuals: [Double] { (0..<rowCount).map { glp_get_row_dual(problem, Int32($0 + 1)) } }

    // MARK: Proofs of infeasibility

    /// GLPK has no call for multipliers, but they follow from the basis.
    ///
    /// The primal simplex method ends where the sum of the violations of the basic variables is least: the multipliers
    /// are the duals of that sum. The dual one ends at a basic variable that no pivot can bring nearer to its bound: the
    /// multipliers are its row of the tableau.
    func infeasibilityProof(_ proof: ([Double]) -> [Double]?) -> [Double]? {
      guard glp_bf_exists(problem) != 0 || glp_factorize(problem) == 0 else { return nil }
      let directions = (0..<rowCount).map { direction(ofBasic: Int32($0 + 1)) }
      if let found = proof(multipliers(directions)) { return found }
      let blocked = glp_get_unbnd_ray(problem)
      guard blocked > 0 else { return nil }
      let rows = Int32(rowCount)
      let position =
        blocked <= rows
        ? glp_get_row_bind(problem, blocked) : glp_get_col_bind(problem, blocked - rows)
      guard position > 0 else { return nil }
      let chosen = directions.indices.map { $0 + 1 == Int(position) ? directions[$0] : 0 }
      return proof(multipliers(chosen))
    }

    /// Where the basic variable at a position has to go to reach its bounds: -1 is up, 1 is down, and 0 is that it is
    /// within them.
    private func direction(ofBasic position: Int32) -> Double {
      let variable = glp_get_bhead(problem, position)
      let rows = Int32(rowCount)
      let (value, lower, upper) =
        variable <= rows
        ? (
          glp_get_row_prim(problem, variable), glp_get_row_lb(problem, variable),
          glp_get_row_ub(problem, variable)
        )
        : (
          glp_get_col_prim(problem, variable - rows), glp_get_col_lb(problem, variable - rows),
          glp_get_col_ub(problem, variable - rows)
        )
      let tolerance = GLPKSettings.sessionTolerance
      if value < lower - tolerance * max(1, abs(lower)) { return -1 }
      return value > upper + tolerance * max(1, abs(upper)) ? 1 : 0
    }

    /// The multipliers of the rows under which the basic variables have the given costs.
    private func multipliers(_ costs: [Double]) -> [Double] {
      var solution = [0] + costs
      glp_btran(problem, &solution)
      // In GLPK the rows are equations of row variables and columns: (I | -A) (r, x) = 0.
      return solution.dropFirst().map { -$0 }
    }
  }
#endif
