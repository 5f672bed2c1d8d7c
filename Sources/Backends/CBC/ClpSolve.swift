import Foundations
import LinearModels

#if CBC
  @_weakLinked import CCBC

  extension CBCSolve {
    /// Solves a linear program by Clp.
    ///
    /// `Cbc_solve` solves linear programs too, but without a time limit or a status, and it calls unbounded programs
    /// infeasible.
    func linearSolution(of model: CompiledModel) throws(BackendError) -> Solution {
      guard let handle = Clp_newModel() else {
        throw .failed(backend: backend.name, detail: "Clp_newModel returned nothing")
      }
      defer { Clp_deleteModel(handle) }
      let arrays = CoinArrays(model)
      Clp_setLogLevel(handle, options.log == nil ? 0 : 1)
      Clp_loadProblem(
        handle, arrays.columnCount, arrays.rowCount, arrays.starts, model.rowIndices, model.coefficients,
        arrays.columnLower, arrays.columnUpper, arrays.objective, arrays.rowLower, arrays.rowUpper)
      Clp_setPrimalTolerance(handle, CBCSettings.linearTolerance)
      Clp_setDualTolerance(handle, CBCSettings.linearTolerance)
      let hasEmptyColumn = (0..<model.columnCount).contains {
        model.columnStarts[$0] == model.columnStarts[$0 + 1]
      }
      Clp_scaling(handle, CBCSettings.scaling(hasEmptyColumn: hasEmptyColumn))
      if let seconds = budget.remaining { Clp_setMaximumSeconds(handle, seconds) }
      _ = Clp_initialSolve(handle)
      var solution: Solution
      switch Clp_status(handle) {
      case 0: solution = try optimum(of: handle, model)
      case 1: solution = Solution(termination: .infeasible)
      case 2:
        // The dual is infeasible. The program is unbounded if it has a feasible point, and infeasible otherwise.
        solution = try linearSolution(of: model.withoutObjective())
        if solution.termination == .optimal { solution = Solution(termination: .unbounded) }
      case 3: solution = Solution(termination: .limit(budget.remaining == 0 ? .time : .other))
      case let status:
        throw .failed(backend: backend.name, detail: "Clp ended with status \(status)")
      }
      solution.iterations = Int(Clp_numberIterations(handle))
      return solution
    }

    private func optimum(
      of handle: UnsafeMutableRawPointer, _ model: CompiledModel
    ) throws(BackendError) -> Solution {
      let values = try backend.accepted(
        model.snapped(copied(Clp_primalColumnSolution(handle), model.columnCount)), of: model)
      let objective = model.objectiveValue(at: values)
      return Solution(
        termination: .optimal, values: values, objective: objective, bound: objective,
        rowDuals: copied(Clp_dualRowSolution(handle), model.rowCount),
        reducedCosts: copied(Clp_dualColumnSolution(handle), model.columnCount))
    }

    private func copied(_ numbers: UnsafePointer<Double>?, _ count: Int) -> [Double] {
      Array(UnsafeBufferPointer(start: numbers, count: numbers == nil ? 0 : count))
    }
  }
#endif
