import Documents

/// A problem with everything that answers it. Each kind is assembled in one file.
public struct Kind<P: Problem>: AnyKind {
  /// Prepares the evaluator of an instance.
  public let evaluator: @Sendable (P.Instance) -> @Sendable (P.Plan) -> Assessment
  /// Refuses an instance whose figures are finite, but combine to values that a number cannot hold.
  public let checkFigures: @Sendable (P.Instance) throws(PlanningError) -> Void
  /// The formulations; the one that ``bestFormulation`` names is solved fastest.
  public var formulations: [any Formulation<P>]
  public let bestFormulation: String?
  /// The method that `--backend native` selects without a formulation: the first of ``nativeMethods`` unless the kind
  /// names another; `nil` if it has none.
  public let nativeMethod: String?
  /// The kind's own methods that build no model, each a row of comparisons.
  public let nativeMethods: [NativeMethod]
  /// The formulations that a method finds for one instance: exported, but not solved by backends.
  public let foundFormulations: [FoundFormulation<P>]
  /// Finds a plan within moments, for pruning; without a time limit [s] the result is reproducible.
  public let quickPlan: @Sendable (P.Instance, _ seconds: Double?) -> KnownPlan<P.Plan>?
  /// The methods of `solve --method`; the first one is the default.
  public let methods: [Method<P>]
  /// A plan that breaks no constraint of the instance, such as an empty one, and a lower bound on the cost of every plan:
  /// the answer of a solve that is stopped at once. `nil` if some instances have no plan.
  public let trivialPlan: (@Sendable (P.Instance) -> (plan: P.Plan, bound: Double))?
  public let families: [Family<P>]
  /// Checks the certificate at a token of a plan file.
  public let certificateCheck: CertificateCheck?
  /// The rankings of `solve`, by the option's name.
  public let rankings: [RankingMethod<P>]
  /// The text of a plan below its heading; empty for a kind whose plans another command shows.
  public let text: @Sendable (P.Plan, P.Instance) -> String
  /// Formats of plans besides text and JSON, for other programs.
  public let formats: [PlanFormat<P>]
  /// The summary of a generated instance, in a few lines; empty for a kind without families.
  public let calibration: @Sendable (P.Instance, _ title: String) -> String
  /// Draws instances and plans; `nil` if the kind has no pictures.
  public let picture: (@Sendable (PictureRequest<P>) throws(PictureError) -> Picture)?

  public typealias CertificateCheck =
    @Sendable (Document, _ token: Int, P.Instance) throws(InputError) -> CertificateVerdict

  public init(
    evaluator: @escaping @Sendable (P.Instance) -> @Sendable (P.Plan) -> Assessment,
    checkFigures: @escaping @Sendable (P.Instance) throws(PlanningError) -> Void = { _ in },
    formulations: [any Formulation<P>] = [], bestFormulation: String? = nil,
    nativeMethod: String? = nil, nativeMethods: [NativeMethod] = [],
    foundFormulations: [FoundFormulation<P>] = [],
    quickPlan: @escaping @Sendable (P.Instance, _ seconds: Double?) -> KnownPlan<P.Plan>? = { _, _ in nil },
    methods: [Method<P>],
    trivialPlan: (@Sendable (P.Instance) -> (plan: P.Plan, bound: Double))? = nil,
    families: [Family<P>] = [], certificateCheck: CertificateCheck? = nil,
    rankings: [RankingMethod<P>] = [],
    text: @escaping @Sendable (P.Plan, P.Instance) -> String = { _, _ in "" },
    formats: [PlanFormat<P>] = [],
    calibration: @escaping @Sendable (P.Instance, _ title: String) -> String = { _, _ in "" },
    picture: (@Sendable (PictureRequest<P>) throws(PictureError) -> Picture)? = nil
  ) {
    self.evaluator = evaluator
    self.checkFigures = checkFigures
    self.formulations = formulations
    self.bestFormulation = bestFormulation
    self.nativeMethod = nativeMethod ?? nativeMethods.first?.name
    self.nativeMethods = nativeMethods
    self.foundFormulations = foundFormulations
    self.quickPlan = quickPlan
    self.methods = methods
    self.trivialPlan = trivialPlan
    self.families = families
    self.certificateCheck = certificateCheck
    self.rankings = rankings
    self.text = text
    self.formats = formats
    self.calibration = calibration
    self.picture = picture
  }

  public var kind: Kind<P> { self }

  /// The formulation with a name, or ``PlanningError/refused(_:)`` if there is none.
  public func formulation(named name: String) throws(PlanningError) -> any Formulation<P> {
    try formulations.named(name, "formulation", besides: foundFormulations.map(\.name)) { $0.name }
  }

  /// The kind's own methods for the objective of an instance.
  public func nativeMethods(for instance: P.Instance) -> [NativeMethod] {
    let objective = P.objective(of: instance).name
    return nativeMethods.filter { $0.objectives?.contains(objective) ?? true }
  }

  /// The names of the formulations that can be exported.
  public var exportedNames: [String] { formulations.map(\.name) + foundFormulations.map(\.name) }

  /// The method with a name, or ``PlanningError/refused(_:)`` if there is none.
  public func method(named name: String) throws(PlanningError) -> Method<P> {
    try methods.named(name, "method") { $0.name }
  }
}

/// A format in which other programs read plans.
public struct PlanFormat<P: Problem>: Sendable {
  /// The name in the command line.
  public let name: String
  /// The whole text of a plan.
  public let text: @Sendable (P.Plan, P.Instance) -> String

  public init(_ name: String, text: @escaping @Sendable (P.Plan, P.Instance) -> String) {
    self.name = name
    self.text = text
  }
}

/// The result of checking a certificate.
public struct CertificateVerdict: Sendable {
  /// The errors of the certificate, one sentence for each.
  public var findings: [String]
  /// The bound that it states, as a cost.
  public var stated: Double
  /// The bound that it proves, as a cost; `nil` if it proves nothing.
  public var proven: Double?
  /// Whether a certificate of this form can prove optimality, so that the value of an optimal plan must meet it.
  public var provesOptima: Bool

  public init(findings: [String], stated: Double, proven: Double?, provesOptima: Bool) {
    self.findings = findings
    self.stated = stated
    self.proven = proven
    self.provesOptima = provesOptima
  }
}

/// A kind whose problem is not known statically, as commands use it.
public protocol AnyKind: Sendable {
  associatedtype P: Problem
  var kind: Kind<P> { get }
}

/// A method that searches the graph of a formulation and builds no model: a row of its own in comparisons.
public struct NativeMethod: Sendable {
  /// The name of the method.
  public let name: String
  /// The name of the formulation whose graph it searches; not every one is among the kind's models.
  public let formulation: String
  /// The objectives for which it stands beside that formulation; `nil` for all of the problem's.
  public let objectives: [String]?
  /// Whether it answers or refuses within moments.
  public let isQuick: Bool

  public init(
    _ name: String, formulation: String, objectives: [String]? = nil, isQuick: Bool = false
  ) {
    self.name = name
    self.formulation = formulation
    self.objectives = objectives
    self.isQuick = isQuick
  }
}

/// A formulation of one instance that exists only when a method has found it: a model of the columns that prove the
/// optimum.
public struct FoundFormulation<P: Problem>: Sendable {
  public let name: String
  /// The idea in one line, for lists.
  public let summary: String
  /// Runs the method on the task's instance.
  public let find: @Sendable (SolveTask<P>) async throws(PlanningError) -> any Formulation<P>

  public init(
    _ name: String, _ summary: String,
    find: @escaping @Sendable (SolveTask<P>) async throws(PlanningError) -> any Formulation<P>
  ) {
    self.name = name
    self.summary = summary
    self.find = find
  }
}
