import Foundations
import LinearModels

#if CBC
  @_weakLinked import CCBC

  /// One solve of a mixed-integer program, or of a linear one by Clp.
  ///
  /// Each solve has its own model object, since a second solve of the same object returns the answer of the first
  /// (coin-or/Cbc issue 228).
  struct CBCSolve {
    let backend: CBCBackend
    let options: SolveOptions
    let budget: Budget

    func solution(of model: CompiledModel) throws(BackendError) -> Solution {
      guard let handle = Cbc_newModel() else {
        throw .failed(backend: backend.name, detail: "Cbc_newModel returned nothing")
      }
      defer { Cbc_deleteModel(handle) }
      load(model, into: handle)
      Cbc_setLogLevel(handle, options.log == nil ? 0 : 1)
      let parameters = CBCSettings.integer(
        options, secondsLeft: budget.remaining, preprocesses: backend.preprocesses)
      for (name, value) in parameters { Cbc_setParameter(handle, name, value) }
      if let start = options.start { setStart(model.snapped(start), of: model, handle) }
      _ = Cbc_solve(handle)
      var solution = try decode(handle, model)
      solution.nodes = Int(Cbc_getNodeCount(handle))
      solution.iterations = Int(Cbc_getIterationCount(handle))
      return solution
    }

    /// Loads the whole matrix in one call, since CBC may reorder columns that are added one by one.
    private func load(_ model: CompiledModel, into handle: UnsafeMutableRawPointer) {
      let arrays = CoinArrays(model)
      Cbc_loadProblem(
        handle, arrays.columnCount, arrays.rowCount, arrays.starts, model.rowIndices, model.coefficients,
        arrays.columnLower, arrays.columnUpper, arrays.objective, arrays.rowLower, arrays.rowUpper)
      for column in 0..<model.columnCount where model.isInteger[column] {
        Cbc_setInteger(handle, Int32(column))
      }
    }

    /// Passes the integer columns of a start; CBC computes the continuous columns itself.
    private func setStart(_ point: [Double], of model: CompiledModel, _ handle: UnsafeMutableRawPointer) {
      let columns = (0..<model.columnCount).filter { model.isInteger[$0] }
      Cbc_setMIPStartI(handle, Int32(columns.count), columns.map(Int32.init), columns.map { point[$0] })
    }

    /// Reads the outcome. Status 0 alone does not mean optimal, and the point in the model need not be feasible: only
    /// `Cbc_bestSolution` tells whether there is a feasible point.
    private func decode(
      _ handle: UnsafeMutableRawPointer, _ model: CompiledModel
    ) throws(BackendError) -> Solution {
      let (status, secondary) = (Cbc_status(handle), Cbc_secondaryStatus(handle))
      let hasPoint = Cbc_bestSolution(handle) != nil
      switch (status, secondary) {
      case (0, 7):
        // The relaxation is unbounded. The program is unbounded if it has a feasible point, and infeasible otherwise.
        let anyPoint = CBCSolve(
          backend: backend, options: SolveOptions(log: options.log, isCautious: options.isCautious),
          budget: budget)
        let second = try anyPoint.solution(of: model.withoutObjective()).termination
        return Solution(termination: second == .optimal ? .unbounded : second)
      case (0, _) where hasPoint: return try incumbent(of: handle, model, .optimal)
      case (0, _) where Cbc_isProvenInfeasible(handle) != 0: return Solution(termination: .infeasible)
      case (1, 4): return try incumbent(of: handle, model, .limit(.time))
      case (1, _): return try incumbent(of: handle, model, .limit(.other))
      default:
        throw .failed(backend: backend.name, detail: "Cbc_solve ended with status \(status)/\(secondary)")
      }
    }

    private func incumbent(
      of handle: UnsafeMutableRawPointer, _ model: CompiledModel, _ termination: Termination
    ) throws(BackendError) -> Solution {
      var solution = Solution(termination: termination)
      if let best = Cbc_bestSolution(handle) {
        let point = Array(UnsafeBufferPointer(start: best, count: model.columnCount))
        let unlimited = CBCSolve(backend: backend, options: options, budget: Budget())
        let values = try backend.accepted(point, of: model) { fixed throws(BackendError) in
          try unlimited.linearSolution(of: fixed).values
        }
        solution.values = values
        solution.objective = model.objectiveValue(at: values)
      }
      solution.bound = bound(handle, solution)
      return solution
    }

    private func bound(_ handle: UnsafeMutableRawPointer, _ solution: Solution) -> Double? {
      let stated = Cbc_getBestPossibleObjValue(handle)
      // A magnitude of 1e49 or more means that CBC has no bound.
      let bound = abs(stated) < 1e49 ? stated : nil
      guard let objective = solution.objective else { return bound }
      guard solution.termination == .optimal else { return bound.map { min($0, objective) } }
      // If the start is optimal, CBC 2.10.8 states the bound of the root although it has closed the gap.
      return max(min(bound ?? -.infinity, objective), objective - options.relativeGap * abs(objective))
    }
  }

  /// A model in the conventions of COIN-OR.
  ///
  /// Infinity is the largest finite number, and rows are ranges. The constant of the objective is the cost of a last
  /// column fixed at 1, so that relative gaps include it.
  struct CoinArrays {
    var columnCount: Int32 { Int32(columnLower.count) }
    var rowCount: Int32 { Int32(rowLower.count) }
    var starts: [CoinBigIndex]
    var columnLower: [Double]
    var columnUpper: [Double]
    var objective: [Double]
    var rowLower: [Double]
    var rowUpper: [Double]

    init(_ model: CompiledModel) {
      let none = Double.greatestFiniteMagnitude
      starts = model.columnStarts
      columnLower = model.columnLower.map { max($0, -none) }
      columnUpper = model.columnUpper.map { min($0, none) }
      objective = model.objective
      if model.objectiveConstant != 0 {
        starts.append(CoinBigIndex(model.nonzeroCount))
        columnLower.append(1)
        columnUpper.append(1)
        objective.append(model.objectiveConstant)
      }
      rowLower = zip(model.rowSenses, model.rightHandSides).map { $0 == .lessOrEqual ? -none : $1 }
      rowUpper = zip(model.rowSenses, model.rightHandSides).map { $0 == .greaterOrEqual ? none : $1 }
    }
  }
#endif
