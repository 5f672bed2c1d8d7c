import Foundations
import LinearModels

/// An instance of HiGHS with one model, from its creation to its destruction.
struct HiGHSProblem {
  let library: HiGHSLibrary
  let handle: HiGHSLibrary.Handle
  private let model: CompiledModel

  /// Loads a model.
  /// - Throws: ``/LinearModels/BackendError/failed(backend:detail:)`` if HiGHS refuses the model or an option.
  init(
    _ library: HiGHSLibrary, _ model: CompiledModel, settings: [(String, HiGHSSettings.Value)]
  ) throws(BackendError) {
    guard let handle = library.create() else {
      throw .failed(backend: HiGHSBackend.name, detail: "Highs_create returned nothing")
    }
    (self.library, self.handle, self.model) = (library, handle, model)
    do throws(BackendError) {
      for (name, value) in settings { try set(name, value) }
      for (name, value) in HiGHSSettings.newer { _ = library.set(handle, name, value) }
      try load()
    } catch {
      destroy()
      throw error
    }
  }

  func destroy() { library.destroy(handle) }

  func set(_ name: String, _ value: HiGHSSettings.Value) throws(BackendError) {
    try library.require(handle, name, value)
  }

  /// Passes the whole model in one call: by columns, minimised, with rows as ranges.
  private func load() throws(BackendError) {
    let rows = zip(model.rowSenses, model.rightHandSides)
    let code = library.passModel(
      handle, Int32(model.columnCount), Int32(model.rowCount), Int32(model.nonzeroCount), 0, 1, 1, 1,
      model.objectiveConstant, model.objective, model.columnLower, model.columnUpper,
      rows.map { $0 == .lessOrEqual ? -.infinity : $1 },
      rows.map { $0 == .greaterOrEqual ? .infinity : $1 },
      model.columnStarts, model.rowIndices, model.coefficients, nil, nil, nil,
      model.integerCount == 0 ? nil : model.isInteger.map { $0 ? 1 : 0 })
    // 1 is a warning: it drops coefficients below 1e-12, which no row can notice.
    guard code == 0 || code == 1 else {
      throw .failed(backend: HiGHSBackend.name, detail: "Highs_passModel returned \(code)")
    }
  }

  /// The point that HiGHS holds, and the duals of a linear program.
  func solution() -> (values: [Double], reducedCosts: [Double], rowDuals: [Double]) {
    var values = [Double](repeating: 0, count: model.columnCount)
    var reducedCosts = values
    var activities = [Double](repeating: 0, count: model.rowCount)
    var rowDuals = activities
    _ = library.solution(handle, &values, &reducedCosts, &activities, &rowDuals)
    return (values, reducedCosts, rowDuals)
  }

  /// Whether the point that HiGHS holds satisfies the model within its tolerances.
  var hasPoint: Bool {
    var status: Int32 = 0
    _ = library.countInfo(handle, "primal_solution_status", &status)
    return status == 2
  }

  /// The bound of a mixed-integer program; `nil` if there is none.
  var bound: Double? {
    var bound = Double.infinity
    _ = library.numberInfo(handle, "mip_dual_bound", &bound)
    return bound.isFinite ? bound : nil
  }

  /// The number of branch-and-bound nodes.
  var nodes: Int {
    var nodes: Int64 = 0
    _ = library.longCountInfo(handle, "mip_node_count", &nodes)
    return max(0, Int(nodes))
  }

  /// The number of simplex iterations.
  var iterations: Int {
    var iterations: Int32 = 0
    _ = library.countInfo(handle, "simplex_iteration_count", &iterations)
    return max(0, Int(iterations))
  }
}
