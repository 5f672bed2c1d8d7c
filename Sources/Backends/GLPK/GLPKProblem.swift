import LinearModels

#if GLPK
  @_weakLinked import CGLPK

  #if canImport(Darwin)
    import Darwin
  #else
    import Glibc
  #endif

  /// A problem in GLPK, which has to be deleted on the thread that made it.
  struct GLPKProblem {
    let pointer: OpaquePointer
    private let columnCount: Int
    private let rowCount: Int

    init(_ model: CompiledModel) {
      pointer = glp_create_prob()
      columnCount = model.columnCount
      rowCount = model.rowCount
      glp_set_obj_dir(pointer, GLP_MIN)
      glp_set_obj_coef(pointer, 0, model.objectiveConstant)
      addColumns(model)
      addRows(model)
      loadMatrix(model)
      // GLPK scales a problem itself only in the presolver, without which branch and bound runs.
      glp_scale_prob(pointer, GLP_SF_AUTO)
    }

    func delete() { glp_delete_prob(pointer) }

    /// The number that an accessor of GLPK gives for each column.
    func columns(_ value: (OpaquePointer?, Int32) -> Double) -> [Double] {
      (0..<columnCount).map { value(pointer, Int32($0 + 1)) }
    }

    /// The number that an accessor of GLPK gives for each row.
    func rows(_ value: (OpaquePointer?, Int32) -> Double) -> [Double] {
      (0..<rowCount).map { value(pointer, Int32($0 + 1)) }
    }

    private func addColumns(_ model: CompiledModel) {
      guard columnCount > 0 else { return }
      glp_add_cols(pointer, Int32(columnCount))
      for column in 0..<columnCount {
        let index = Int32(column + 1)
        let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
        glp_set_col_bnds(pointer, index, boundKind(lower, upper), lower, upper)
        glp_set_obj_coef(pointer, index, model.objective[column])
        if model.isInteger[column] { glp_set_col_kind(pointer, index, GLP_IV) }
      }
    }

    private func addRows(_ model: CompiledModel) {
      guard rowCount > 0 else { return }
      glp_add_rows(pointer, Int32(rowCount))
      for row in 0..<rowCount {
        let (sense, limit) = (model.rowSenses[row], model.rightHandSides[row])
        let lower = sense == .lessOrEqual ? -.infinity : limit
        let upper = sense == .greaterOrEqual ? .infinity : limit
        glp_set_row_bnds(pointer, Int32(row + 1), boundKind(lower, upper), lower, upper)
      }
    }

    /// Loads the matrix. GLPK counts from 1, and ignores entry 0 of each array.
    private func loadMatrix(_ model: CompiledModel) {
      let rows = [0] + model.rowIndices.map { $0 + 1 }
      let columns: [Int32] = (0..<columnCount).reduce(into: [0]) { columns, column in
        let count = model.columnStarts[column + 1] - model.columnStarts[column]
        columns += repeatElement(Int32(column + 1), count: Int(count))
      }
      glp_load_matrix(pointer, Int32(model.nonzeroCount), rows, columns, [0] + model.coefficients)
    }
  }

  /// GLPK's name for a pair of bounds, which ignores those that are infinite.
  func boundKind(_ lower: Double, _ upper: Double) -> Int32 {
    switch (lower > -.infinity, upper < .infinity) {
    case (false, false): GLP_FR
    case (true, false): GLP_LO
    case (false, true): GLP_UP
    case (true, true): lower == upper ? GLP_FX : GLP_DB
    }
  }

  /// Runs `body` with the terminal output of GLPK redirected to a log, or switched off.
  ///
  /// The redirection is needed even without a log, since GLPK switches its output on again to report an internal error.
  /// Such a report goes to standard error.
  func withTerminal<Value>(
    log: Int32?, _ body: () throws(BackendError) -> Value
  ) throws(BackendError) -> Value {
    var descriptor = log ?? STDERR_FILENO
    return try withUnsafeMutablePointer(to: &descriptor) { pointer throws(BackendError) in
      glp_term_hook(
        { info, text in
          guard let text, let descriptor = info?.load(as: Int32.self) else { return 1 }
          _ = write(descriptor, text, strlen(text))
          return 1
        }, pointer)
      glp_term_out(log == nil ? GLP_OFF : GLP_ON)
      return try body()
    }
  }
#endif
