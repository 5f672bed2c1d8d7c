import LinearModels

/// A way to state an instance as a mixed-integer program, and the way back to a plan.
///
/// A formulation states; it knows no backend.
public protocol Formulation<P>: Sendable {
  associatedtype P: Problem
  associatedtype Stated: Choices where Stated.Instance == P.Instance

  /// The name that the command line knows it by; also its folder's.
  var name: String { get }
  /// One line for lists: the idea.
  var summary: String { get }
  /// Why this formulation cannot express the instance, in a sentence; `nil` if it can.
  func refusal(of instance: P.Instance) -> String?
  /// How large the model can become, without building it.
  func size(of choices: Stated) -> ModelSize
  /// States the choices. Their instance is one that is not refused.
  ///
  /// - Throws: ``/LinearModels/ModelError`` if the figures leave the range of numbers that solvers take.
  func encode(_ choices: Stated) throws(ModelError) -> Encoding<P.Plan>
}

/// An instance with the choices that can matter: what a formulation states.
public protocol Choices: Sendable {
  associatedtype Instance: Sendable

  /// All choices of the instance that break no constraint by themselves.
  ///
  /// - Throws: if the task is cancelled; large instances take seconds.
  init(_ instance: Instance) throws(CancellationError)
  /// No plan costs less; infinite if there is none.
  var lowerBound: Double { get }
  /// Whether no choice was left out by ``limited(to:)``, so that an infeasible model proves that there is no plan.
  var isComplete: Bool { get }
  /// The same without the choices whose plans all cost more than `cost`.
  func limited(to cost: Double) -> Self
  /// The same with constraints that allow a little less, for a solver whose tolerance carried it beyond; `nil` if they do
  /// already.
  func tightened() -> Self?
}

/// The choices of a kind that leaves none out.
public struct Unpruned<Instance: Sendable>: Choices {
  public let instance: Instance

  public init(_ instance: Instance) { self.instance = instance }

  public var lowerBound: Double { -.infinity }
  public var isComplete: Bool { true }
  public func limited(to cost: Double) -> Self { self }
  public func tightened() -> Self? { nil }
}

/// A model and the ways from its points to plans and back.
public struct Encoding<Plan: Sendable>: Sendable {
  /// The model in base units; its objective is the cost. Solvers get ``scaledModel``.
  public let model: CompiledModel
  /// About how large the cost will be; `nil` if it may be 0.
  public let objectiveMagnitude: Double?
  /// The plan that a solution's values stand for; `nil` if they stand for none.
  public let decode: @Sendable (_ values: [Double]) -> Plan?
  /// The point of the model that stands for a plan; `nil` if the plan uses a choice that was left out.
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

  /// The model in magnitudes that solvers can be trusted with: its objective is in units of its `objectiveScale`, its
  /// columns are those of `model`.
  public var scaledModel: CompiledModel { model.scaled(objectiveMagnitude: objectiveMagnitude) }
}
