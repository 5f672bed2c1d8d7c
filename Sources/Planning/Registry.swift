import LinearModels
import Problems
import Solvers
import SplittingFormulations

/// What LayerRoute knows by name.
///
/// Adding a formulation or a backend is a folder, a line in Package.swift and a line here.
public struct Registry: Sendable {
  public var formulations: [any Formulation]
  public var solvers: [any ModelSolver]

  public init(formulations: [any Formulation], solvers: [any ModelSolver]) {
    self.formulations = formulations
    self.solvers = solvers
  }

  /// Everything that ships, backends in worker processes, the preferred one first.
  public static let standard = Registry(
    formulations: [
      AssignmentFormulation(),
      AssignmentTightFormulation(),
      PairflowFormulation(),
      LayeredFormulation(),
    ],
    solvers: [
      WorkerBackend.cbc,
      WorkerBackend.glpk,
    ])

  /// The name of the planner that needs no backend.
  public static let native = "native"
  /// The formulation that expresses every instance and is solved fastest.
  public static let bestFormulation = "layered"

  public func formulation(named name: String) throws(PlanningError) -> any Formulation {
    if let found = formulations.first(where: { $0.name == name }) { return found }
    let known = formulations.map(\.name).joined(separator: ", ")
    throw .refused("there is no formulation \(name); there are \(known)")
  }

  public func solver(named name: String) throws(PlanningError) -> any ModelSolver {
    if let found = solvers.first(where: { $0.name == name }) { return found }
    let known = ([Self.native] + solvers.map(\.name)).joined(separator: ", ")
    throw .refused("there is no backend \(name); there are \(known)")
  }
}
