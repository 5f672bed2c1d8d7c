import Documents

/// The evaluation of a plan.
public struct Assessment: Sendable {
  /// The plan's cost; meaningless if ``canBeCarriedOut`` is false.
  public let cost: Double
  /// The constraints that the plan breaks, one sentence for each; empty for a feasible plan.
  public let violations: [String]
  /// False if the plan could not be carried out at all, so that its figures mean nothing.
  public let canBeCarriedOut: Bool
  /// What is less among plans of the same cost is better, such as the latency of a pipeline; 0 if nothing else counts.
  public let secondCost: Double
  /// The plan with all its figures, as those members of its file that belong to its kind.
  public let report: @Sendable () -> [JSONValue.Member]
  /// Further members that a file may state.
  public let optionalReport: @Sendable () -> [JSONValue.Member]
  /// What is worth knowing about a plan that breaks nothing, one sentence for each.
  public let remarks: @Sendable () -> [String]

  public init(
    cost: Double, secondCost: Double = 0, violations: [String], canBeCarriedOut: Bool,
    report: @escaping @Sendable () -> [JSONValue.Member],
    optionalReport: @escaping @Sendable () -> [JSONValue.Member] = { [] },
    remarks: @escaping @Sendable () -> [String] = { [] }
  ) {
    self.cost = cost
    self.secondCost = secondCost
    self.optionalReport = optionalReport
    self.remarks = remarks
    self.violations = violations
    self.canBeCarriedOut = canBeCarriedOut
    self.report = report
  }

  public var isFeasible: Bool { violations.isEmpty }
}

/// A plan that the evaluator accepted.
public struct KnownPlan<Plan: Sendable>: Sendable {
  public let plan: Plan
  public let assessment: Assessment

  /// `nil` if the plan breaks a constraint.
  public init?(_ plan: Plan, _ assessment: Assessment) {
    guard assessment.isFeasible else { return nil }
    self.plan = plan
    self.assessment = assessment
  }

  public var cost: Double { assessment.cost }
}
