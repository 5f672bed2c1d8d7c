import LinearModels

#if GLPK
  @_weakLinked import CGLPK
  import LinearModels

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
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

    private func boundKind(_ lower: Double, _ upper: Double) -> Int32 {
      switch (lower > -.infinity, upper < .infinity) {
      case (false, false): GLP_FR
      case (true, false): GLP_LO
      case (false, true): GLP_UP
      case (true, true): lower == upper ? GLP_FX : GLP_DB
      }
    }

    private func addRows(_ model: CompiledModel) {
      guard rowCount > 0 else { return }
      glp_add_rows(pointer, Int32(rowCount))
      for row in 0..<rowCount {
        let limit = model.rightHandSides[row]
        glp_set_row_bnds(pointer, Int32(row + 1), rowKind(model.rowSenses[row]), limit, limit)
      }
    }

    private func rowKind(_ sense: Sense) -> Int32 {
      switch sense {
      case .lessOrEqual: GLP_UP
      case .greaterOrEqual: GLP_LO
      case .equal: GLP_FX
      }
    }

    /// Loads the matrix. GLPK counts from 1, and ignores entry 0 of each array.
    private func loadMatrix(_ model: CompiledModel) {
      var rows: [Int32] = [0]
      var columns: [Int32] = [0]
      rows.reserveCapacity(model.nonzeroCount + 1)
      columns.reserveCapacity(model.nonzeroCount + 1)
      for column in 0..<columnCount {
        for entry in Int(model.columnStarts[column])..<Int(model.columnStarts[column + 1]) {
          rows.append(model.rowIndices[entry] + 1)
          columns.append(Int32(column + 1))
        }
      }
      glp_load_matrix(pointer, Int32(model.nonzeroCount), rows, columns, [0] + model.coefficients)
    }
  }

  /// Runs `body` with the terminal output of GLPK redirected to a log, or switched off.
  ///
  /// The redirection is needed even without a log, since GLPK switches its output on again to report an internal error.
  /// Such a report goes to standard error.
  ///
  /// - Parameters:
  ///   - log: the file descriptor of the log; `nil` for no log.
  ///   - body: the solve.
  /// - Throws: the errors of `body`.
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

  /// Runs `body` on a new thread and waits for it.
  ///
  /// - Parameters:
  ///   - stackSize: the size of the thread's stack [byte].
  ///   - body: the solve.
  /// - Returns: the result of `body`; `nil` if no thread could be made.
  func onOwnThread<Value>(
    stackSize: Int, _ body: @escaping () throws(BackendError) -> Value
  ) -> Result<Value, BackendError>? {
    var result: Result<Value, BackendError>?
    let job = Job { result = Result(catching: body) }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let retained = Unmanaged.passRetained(job)
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        let pointer: UnsafeMutableRawPointer? = argument
        if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, retained.toOpaque())
    guard code == 0 else {
      retained.release()
      return nil
    }
    #if canImport(Darwin)
      if let thread { pthread_join(thread, nil) }
    #else
      pthread_join(thread, nil)
    #endif
    return result
  }

  /// A closure that can be passed to a thread.
  private final class Job {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }
#endif
