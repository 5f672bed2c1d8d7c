import Splitting

/// Coupling constraints, and jobs with one run of layers a node, that no plan satisfies together.
struct Conflict {
  /// The jobs that must be contiguous.
  let contiguous: [Int]
  /// By family and index.
  let rows: [CouplingConstraint]
  /// Whether it is known that for each of them some plan satisfies all the others.
  let isMinimal: Bool
}

/// Looks for a minimal conflict: drops constraints as long as there is no plan, and keeps the others.
///
/// Whole families are tried first, then halves of the remaining members of each, so that k constraints among
/// n take about k log n questions. A plan that a question finds answers every later question whose
/// constraints it satisfies (Chinneck and Dravnieks, "Locating minimal infeasible constraint sets in linear
/// programs", 1991, for the filter; Junker, "QuickXplain", 2004, for the halves).
struct ConflictFilter {
  private(set) var probe: ConflictProbe
  private var kept: Set<CouplingConstraint>
  /// Whether it is known that each job that must be contiguous is needed.
  private var needsAllContiguous = true

  init(_ probe: ConflictProbe) {
    self.probe = probe
    kept = Set(probe.limits.inForce)
  }

  /// Searches the conflict of an instance that is assumed to have no plan.
  mutating func conflict() async -> Conflict {
    await reduceContiguous(probe.contiguous)
    // Those tried first are least likely to stay; memory is tried last, because readers can change it most easily.
    for family in CouplingConstraint.Family.allCases.reversed() { _ = await drop(members(of: family)) }
    for family in CouplingConstraint.Family.allCases.reversed() { await reduce(members(of: family)) }
    let needsAllRows = kept.allSatisfy { !probe.plans(breaking: $0, of: kept).isEmpty }
    return Conflict(
      contiguous: probe.contiguous, rows: probe.limits.inForce.filter(kept.contains),
      isMinimal: needsAllRows && needsAllContiguous)
  }

  private func members(of family: CouplingConstraint.Family) -> [CouplingConstraint] {
    probe.limits.inForce.filter { $0.family == family && kept.contains($0) }
  }

  /// Drops the demand for one run of layers a node for as many of these jobs as possible. That comes first, because plans
  /// without a demand answer no question with it.
  private mutating func reduceContiguous(_ jobs: [Int]) async {
    if jobs.isEmpty { return }
    var relaxed = probe.demandingContiguity(of: probe.contiguous.filter { !jobs.contains($0) })
    switch await relaxed.answer(keeping: kept, seconds: probe.remaining / 4) {
    case .noPlan: probe = relaxed
    case .plan where jobs.count == 1: break
    case .unknown where jobs.count == 1: needsAllContiguous = false
    case .plan, .unknown:
      await reduceContiguous(Array(jobs[..<(jobs.count / 2)]))
      await reduceContiguous(Array(jobs[(jobs.count / 2)...]))
    }
  }

  /// Drops as many of these constraints as possible.
  private mutating func reduce(_ members: [CouplingConstraint]) async {
    if members.isEmpty || probe.remaining == 0 { return }
    if await drop(members) || members.count == 1 { return }
    await reduce(Array(members[..<(members.count / 2)]))
    await reduce(Array(members[(members.count / 2)...]))
  }

  /// Drops all of these constraints if there is no plan without them either.
  private mutating func drop(_ members: [CouplingConstraint]) async -> Bool {
    if members.isEmpty || probe.refutation != nil { return false }
    let others = kept.subtracting(members)
    let answer = await probe.answer(keeping: others, seconds: probe.remaining / 4)
    guard case .noPlan = answer else { return false }
    kept = others
    return true
  }
}
