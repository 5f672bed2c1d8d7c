import LinearModels

/// A rule that encodes an instance as a mixed-integer program, and decodes its solutions to plans. It knows no backend.
public protocol Formulation<P>: Sendable {
  associatedtype P: Problem
  associatedtype Stated: Choices where Stated.Instance == P.Instance

  /// The name in the command line, which is also the name of the folder.
  var name: String { get }
  /// The idea in one line, for lists.
  var summary: String { get }
  /// The reason why this formulation cannot express the instance, in one sentence; `nil` if it can.
  func refusal(of instance: P.Instance) -> String?
  /// An upper bound on the size of the model, computed without building it.
  func size(of choices: Stated) -> ModelSize
  /// Encodes the choices of an instance that is not refused.
  /// - Throws: ``/LinearModels/ModelError`` if the figures leave the range of numbers that solvers accept.
  func encode(_ choices: Stated) throws(ModelError) -> Encoding<P.Plan>
}

/// An instance with the choices that can matter, which a formulation encodes.
public protocol Choices: Sendable {
  associatedtype Instance: Sendable

  /// All choices of the instance that break no constraint by themselves.
  /// - Throws: if the task is cancelled; large instances take seconds.
  init(_ instance: Instance) throws(CancellationError)
  /// A lower bound on the cost of every plan; infinite if there is none.
  var lowerBound: Double { get }
  /// Whether ``limited(to:)`` left out no choice, so that an infeasible model proves that there is no plan.
  var isComplete: Bool { get }
  /// The choices without those whose plans all cost more than `cost`.
  func limited(to cost: Double) -> Self
  /// The choices with slightly tighter constraints, for a solver whose tolerance exceeded them; `nil` if they are
  /// tight.
  func tightened() -> Self?
}

/// The choices of a kind without pruning.
public struct Unpruned<Instance: Sendable>: Choices {
  public let instance: Instance

  public init(_ instance: Instance) { self.instance = instance }

  public var lowerBound: Double { -.infinity }
  public var isComplete: Bool { true }
  public func limited(to cost: Double) -> Self { self }
  public func tightened() -> Self? { nil }
}

/// A model with the functions that decode its points to plans and encode plans as points.
public struct Encoding<Plan: Sendable>: Sendable {
  /// The model in base units; its objective is the cost. Solvers receive ``scaledModel``.
  public let model: CompiledModel
  /// The approximate size of the cost; `nil` if it may be 0.
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

  /// The model in magnitudes that are safe for solvers: its objective in units of its `objectiveScale`, and its columns
  /// those of `model`.
  public var scaledModel: CompiledModel { model.scaled(objectiveMagnitude: objectiveMagnitude) }
}
