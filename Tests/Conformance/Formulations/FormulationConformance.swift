import LinearModels
import Planning
import Problems
import Testing

/// What every formulation of a kind must do: state the instances that it does not refuse, no larger than it says, the same
/// each time; turn plans into feasible points of their cost and back; and lead to the optimum with every solver.
///
/// A new formulation passes if this does not fail:
///
/// ```swift
/// let conformance = FormulationConformance(Kinds.splitting, MyFormulation(), optimum: { BruteForce($0).optimum() })
/// try await conformance.check(samples, solvers: [InProcess(GLPKBackend())])
/// ```
public struct FormulationConformance<P: Problem>: Sendable {
  private let kind: Kind<P>
  private let formulation: any Formulation<P>
  private let isSame: @Sendable (P.Plan, P.Plan) -> Bool
  private let optimum: KnownOptimum<P>

  /// - Parameters:
  ///   - kind: whose evaluator judges plans.
  ///   - formulation: what is tested.
  ///   - isSame: whether a plan that comes back from a point is the plan that went in; by default any that costs no more
  ///     is, because a formulation may improve the parts that it decides beforehand.
  ///   - optimum: of a sample.
  public init(
    _ kind: Kind<P>, _ formulation: any Formulation<P>,
    isSame: @escaping @Sendable (P.Plan, P.Plan) -> Bool = { _, _ in true },
    optimum: @escaping KnownOptimum<P>
  ) {
    self.kind = kind
    self.formulation = formulation
    self.isSame = isSame
    self.optimum = optimum
  }

  /// What was met among the samples.
  public struct Counts: Sendable {
    /// Samples that the formulation states.
    public var stated = 0
    /// Samples that it refuses.
    public var refused = 0
    /// Plans that were turned into points.
    public var points = 0
    /// Optima that solvers reached.
    public var optima = 0
  }

  /// Puts the formulation through its suite.
  ///
  /// - Parameters:
  ///   - samples: small ones, a part of which has plans; fails if too few of them count.
  ///   - solvers: none checks the models alone.
  @discardableResult
  public func check(
    _ samples: [ConformanceSample<P>], solvers: [any ModelSolver]
  ) async throws -> Counts {
    var counts = Counts()
    for sample in samples {
      guard checkRefusal(of: sample, &counts) else { continue }
      try checkModels(of: formulation, sample, &counts)
      if solvers.isEmpty { continue }
      let optimum = try await optimum(sample.instance)
      for solver in solvers { try await checkOptimum(of: formulation, sample, optimum, solver, &counts) }
    }
    let met = "\(formulation.name): \(counts) of \(samples.count) samples"
    #expect(counts.stated >= samples.count / 5, "\(met)")
    #expect(counts.points >= samples.count / 10, "\(met)")
    #expect(solvers.isEmpty || counts.optima >= samples.count / 10, "\(met)")
    return counts
  }

  /// Whether the formulation states the sample. If it refuses it, it says why.
  private func checkRefusal(of sample: ConformanceSample<P>, _ counts: inout Counts) -> Bool {
    guard let reason = formulation.refusal(of: sample.instance) else {
      counts.stated += 1
      return true
    }
    counts.refused += 1
    #expect(reason.count > 10, "\(formulation.name), \(sample.name): the reason is \"\(reason)\"")
    return false
  }

  // MARK: Models

  private func checkModels<F: Formulation>(
    of formulation: F, _ sample: ConformanceSample<P>, _ counts: inout Counts
  ) throws where F.P == P {
    let known = kind.quickPlan(sample.instance, nil)
    let choices = try F.Stated(sample.instance)
    #expect(choices.isComplete, "\(formulation.name), \(sample.name): nothing is left out yet")
    guard choices.lowerBound < .infinity else {
      #expect(known == nil, "\(formulation.name), \(sample.context): a plan is known")
      return
    }
    if let known {
      let isBound = choices.lowerBound <= known.cost + 1e-9 * abs(known.cost)
      #expect(isBound, "\(formulation.name), \(sample.context)")
    }
    for choices in [choices, known.map { choices.limited(to: $0.cost) }].compactMap(\.self) {
      let encoding = try formulation.encode(choices)
      try checkStatement(of: formulation, choices, encoding, sample)
      guard let known else { continue }
      try checkPoint(of: formulation, encoding, known, sample)
      counts.points += 1
    }
    // These allow a little less than a plan may use.
    if let tightened = choices.tightened() {
      try checkStatement(of: formulation, tightened, formulation.encode(tightened), sample)
    }
  }

  /// The model is no larger than was said, and the same the next time.
  private func checkStatement<F: Formulation>(
    of formulation: F, _ choices: F.Stated, _ encoding: Encoding<P.Plan>, _ sample: ConformanceSample<P>
  ) throws where F.P == P {
    let size = formulation.size(of: choices)
    let model = encoding.model
    let context = "\(formulation.name), \(sample.name)"
    #expect(size.columns >= Double(model.columnCount), "\(context): \(model.columnCount) columns")
    #expect(size.rows >= Double(model.rowCount), "\(context): \(model.rowCount) rows")
    #expect(size.nonzeros >= Double(model.nonzeroCount), "\(context): \(model.nonzeroCount) nonzeros")
    #expect(try formulation.encode(choices).model == model, "\(context): another model the next time")
    let words = [model.name] + model.columnLabels.map(\.symbol) + model.rowLabels.map(\.symbol)
    #expect(words.allSatisfy { !$0.isEmpty }, "\(context): everything in the model has a name")
  }

  /// The point of a plan is feasible and has the plan's cost, and leads back to the plan.
  private func checkPoint<F: Formulation>(
    of formulation: F, _ encoding: Encoding<P.Plan>, _ known: KnownPlan<P.Plan>,
    _ sample: ConformanceSample<P>
  ) throws where F.P == P {
    let context = "\(formulation.name), \(sample.context)"
    let point = try #require(encoding.point(known.plan), "\(context)")
    #expect(encoding.model.violation(at: point, tolerance: 1e-9) == nil, "\(context)")
    let model = encoding.scaledModel
    let cost = model.objectiveValue(at: point) * model.objectiveScale
    #expect(abs(cost - known.cost) <= 1e-6 * abs(known.cost), "\(context): \(cost), not \(known.cost)")
    let decoded = try #require(encoding.decode(point), "\(context)")
    #expect(isSame(decoded, known.plan), "\(context): \(decoded), not \(known.plan)")
    let again = kind.evaluator(sample.instance)(decoded)
    #expect(again.isFeasible, "\(context): \(again.violations)")
    #expect(
      again.cost < known.cost || agree(again.cost, known.cost), "\(context): \(again.cost), not \(known.cost)"
    )
  }

  // MARK: Optima

  /// The optimum is reached from nothing and from a known plan, and is not lost where all that costs more is left out.
  private func checkOptimum<F: Formulation>(
    of formulation: F, _ sample: ConformanceSample<P>, _ optimum: Double?, _ solver: any ModelSolver,
    _ counts: inout Counts
  ) async throws where F.P == P {
    let planner = ModelPlanner(kind, formulation, solver)
    let known = kind.quickPlan(sample.instance, nil)
    for start in known == nil ? [nil] : [nil, known] {
      let context =
        "\(formulation.name) with \(solver.name), \(start == nil ? "no" : "a") plan known, \(sample.context)"
      do {
        let run = try await planner.run(sample.instance, known: start)
        if check(run, optimum, context) { counts.optima += 1 }
      } catch {
        Issue.record("\(context): \(error)")
      }
    }
    try await checkPruning(of: formulation, sample, optimum, solver)
  }

  /// Whether the run found the optimum; false if there is none to find.
  private func check(_ run: ModelRun<P.Plan>, _ optimum: Double?, _ context: String) -> Bool {
    switch (run.outcome, optimum) {
    case (.solved(let known), let optimum?):
      #expect(agree(known.cost, optimum), "\(context): \(known.cost), optimum \(optimum)")
      #expect(run.bound <= known.cost + 1e-6 * abs(known.cost), "\(context): bound \(run.bound)")
      return true
    case (.infeasible, nil): return false
    default:
      Issue.record("\(context): \(run.outcome), optimum \(optimum.map { "\($0)" } ?? "none")")
      return false
    }
  }

  private func checkPruning<F: Formulation>(
    of formulation: F, _ sample: ConformanceSample<P>, _ optimum: Double?, _ solver: any ModelSolver
  ) async throws where F.P == P {
    let complete = try F.Stated(sample.instance)
    let choices = optimum.map { complete.limited(to: $0) } ?? complete
    let context = "\(formulation.name) with \(solver.name), limited to the optimum, \(sample.context)"
    guard choices.lowerBound < .infinity else {
      #expect(optimum == nil, "\(context)")
      return
    }
    let model = try formulation.encode(choices).scaledModel
    let solution = try await solver.solve(model, options: SolveOptions())
    guard let optimum else {
      #expect(solution.termination == .infeasible, "\(context): \(solution.termination)")
      return
    }
    #expect(solution.termination == .optimal, "\(context): \(solution.termination)")
    let value = try #require(solution.objective, "\(context)") * model.objectiveScale
    let isNear = abs(value - optimum) <= 1e-8 * model.objectiveScale
    #expect(isNear || agree(value, optimum), "\(context): \(value), not \(optimum)")
  }
}

extension FormulationConformance {
  /// Expects that a file beside the formulation is what `export` writes of an example.
  ///
  /// - Parameters:
  ///   - example: that the file states.
  ///   - text: the file's.
  public func checkSample(of example: P.Instance, _ text: String) async throws {
    let model = try await kind.model(of: example, formulation: formulation.name)
    #expect(model.lpText() == text, "\(formulation.name): the sample is not what is exported")
  }
}
