import LinearModels
import Splitting

/// A way to state an instance as a mixed-integer program, and the way back to a plan.
///
/// A formulation states; it knows no backend.
public protocol Formulation: Sendable {
  /// The name that the command line knows it by; also its folder's.
  var name: String { get }
  /// One line for lists: the idea.
  var summary: String { get }
  /// Why this formulation cannot express the instance, in a sentence; `nil` where it can.
  func refusal(of instance: Instance) -> String?
  /// How large the model can become, without building it.
  func size(of problem: Problem) -> ModelSize
  /// States the problem. The problem's instance is one that is not refused.
  ///
  /// - Throws: ``/LinearModels/ModelError`` where the figures leave the range of numbers that solvers take.
  func encode(_ problem: Problem) throws(ModelError) -> Encoding
}

/// A model and the ways from its points to plans and back.
public struct Encoding: Sendable {
  /// The model in base units; its objective is in seconds. Solvers get ``scaledModel``.
  public let model: CompiledModel
  /// About how large the objective will be [s]; `nil` where it may be 0.
  public let objectiveMagnitude: Double?
  /// The plan that a solution's values stand for; `nil` where they stand for none.
  public let decode: @Sendable (_ values: [Double]) -> Plan?
  /// The point of the model that stands for a plan; `nil` where the plan uses a choice that was left out.
  public let point: @Sendable (_ plan: Plan) -> [Double]?

  public init(
    model: CompiledModel, objectiveMagnitude: Double?,
    decode: @escaping @Sendable (_ values: [Double]) -> Plan?,
    point: @escaping @Sendable (_ plan: Plan) -> [Double]?
  ) {
    self.model = model
    self.objectiveMagnitude = objectiveMagnitude
    self.decode = decode
    self.point = point
  }

  /// The model in magnitudes that solvers can be trusted with: its objective is in units of its `objectiveScale`
  /// seconds, its columns are those of `model`.
  public var scaledModel: CompiledModel { model.scaled(objectiveMagnitude: objectiveMagnitude) }
}

/// The variables of one job, with the ways between their values and a plan.
public protocol JobVariables: Sendable {
  /// The plan that the values stand for; `nil` where they stand for none.
  func plan(in values: [Double]) -> JobPlan?
  /// Sets the variables that the plan uses to 1; false where one of them was left out.
  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool
}
