import Documents

/// A kind of problem with everything that answers it. Assembled in one file a kind.
public struct Kind<P: Problem>: Sendable {
  /// Prepares the evaluator of an instance.
  public let evaluator: @Sendable (P.Instance) -> @Sendable (P.Plan) -> Assessment
  /// Refuses an instance whose figures, each a number by itself, combine to what no number can hold.
  public let checkFigures: @Sendable (P.Instance) throws(PlanningError) -> Void
  /// The ways to state an instance as a program; the one that ``bestFormulation`` names is solved fastest.
  public var formulations: [any Formulation<P>]
  public let bestFormulation: String?
  /// The method of the kind's own that needs no backend, which `--backend native` asks for.
  public let nativeMethod: String?
  /// A plan within moments, for pruning; without a limit to its time [s] the result repeats.
  public let quickPlan: @Sendable (P.Instance, _ seconds: Double?) -> KnownPlan<P.Plan>?
  /// What `solve --method` knows; the first one is used without a choice.
  public let methods: [Method<P>]
  public let families: [Family<P>]
  /// Checks the certificate at a token of a plan file.
  public let certificateCheck: CertificateCheck?
  /// What `solve` can rank besides the best plan, by the option's name.
  public let rankings: [RankingMethod<P>]
  /// A plan in lines for people, below its heading; empty for a kind whose plans a command of its own shows.
  public let text: @Sendable (P.Plan, P.Instance) -> String
  /// What a generated instance amounts to, in a few lines; empty for a kind without families.
  public let calibration: @Sendable (P.Instance, _ title: String) -> String
  /// Draws instances and plans; `nil` if the kind has no pictures.
  public let picture: (@Sendable (PictureRequest<P>) throws(PictureError) -> Picture)?

  public typealias CertificateCheck =
    @Sendable (Document, _ token: Int, P.Instance) throws(InputError) -> CertificateVerdict

  public init(
    evaluator: @escaping @Sendable (P.Instance) -> @Sendable (P.Plan) -> Assessment,
    checkFigures: @escaping @Sendable (P.Instance) throws(PlanningError) -> Void = { _ in },
    formulations: [any Formulation<P>] = [], bestFormulation: String? = nil, nativeMethod: String? = nil,
    quickPlan: @escaping @Sendable (P.Instance, _ seconds: Double?) -> KnownPlan<P.Plan>? = { _, _ in nil },
    methods: [Method<P>],
    families: [Family<P>] = [], certificateCheck: CertificateCheck? = nil, rankings: [RankingMethod<P>] = [],
    text: @escaping @Sendable (P.Plan, P.Instance) -> String = { _, _ in "" },
    calibration: @escaping @Sendable (P.Instance, _ title: String) -> String = { _, _ in "" },
    picture: (@Sendable (PictureRequest<P>) throws(PictureError) -> Picture)? = nil
  ) {
    self.evaluator = evaluator
    self.checkFigures = checkFigures
    self.formulations = formulations
    self.bestFormulation = bestFormulation
    self.nativeMethod = nativeMethod
    self.quickPlan = quickPlan
    self.methods = methods
    self.families = families
    self.certificateCheck = certificateCheck
    self.rankings = rankings
    self.text = text
    self.calibration = calibration
    self.picture = picture
  }

  public func formulation(named name: String) throws(PlanningError) -> any Formulation<P> {
    if let found = formulations.first(where: { $0.name == name }) { return found }
    let known = formulations.map(\.name).joined(separator: ", ")
    throw .refused("there is no formulation \(name); there are \(known)")
  }

  public func method(named name: String) throws(PlanningError) -> Method<P> {
    if let found = methods.first(where: { $0.name == name }) { return found }
    let known = methods.map(\.name).joined(separator: ", ")
    throw .refused("there is no method \(name); there are \(known)")
  }
}

/// What a certificate proves.
public struct CertificateVerdict: Sendable {
  /// What is wrong with it, a sentence each.
  public var findings: [String]
  /// The bound that it states, as a cost.
  public var stated: Double
  /// The bound that it proves, as a cost; `nil` if it proves nothing.
  public var proven: Double?
  /// Whether a certificate of this sort can prove all of an optimum, so that a plan called optimal must not cost more.
  public var provesOptima: Bool

  public init(findings: [String], stated: Double, proven: Double?, provesOptima: Bool) {
    self.findings = findings
    self.stated = stated
    self.proven = proven
    self.provesOptima = provesOptima
  }
}

/// A kind of problem whose type is not known, as commands meet it.
public protocol AnyKind: Sendable {
  associatedtype P: Problem
  var kind: Kind<P> { get }
}

extension Kind: AnyKind {
  public var kind: Kind<P> { self }
}
