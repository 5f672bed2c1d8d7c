import Foundations
import LinearModels
import Problems
import Splitting
import SplittingChecking
import SplittingPipelines

/// The methods of Parthasarathy and Krishnamachari (ITNAC 2022, arXiv 2210.12219) for one job, which give each node one
/// block, with the gap of their plan to the exact optima.
public struct PublishedPlanner: Planner {
  /// How the parts get their nodes.
  public enum Rule: Sendable {
    case kPath(classes: Int)
    case greedy
    case random
  }

  private let rule: Rule
  private let seed: UInt64
  private let sessions: any LinearSessionSource

  /// The method with a rule. The exact optima beside it are found with the linear programs of `sessions`.
  public init(_ rule: Rule, seed: UInt64, sessions: any LinearSessionSource) {
    self.rule = rule
    self.seed = seed
    self.sessions = sessions
  }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let (ledger, budget) = (task.ledger, task.budget)
    let figures = PipelineFigures(task.instance)
    let origin = Origin()
    ledger.announce(origin)
    let cancellation = Cancellation { budget.isExhausted }
    switch Self.plan(figures, rule, seed: seed, cancellation) {
    case .success(let plan):
      let stated = Plan(plan)
      let assessment = ledger.assess(stated)
      if let violation = assessment.violations.first {
        ledger.warn("its plan does not count: \(violation)")
      } else {
        ledger.offer(stated, by: origin)
      }
    case .failure(let reason): ledger.warn("the method has no plan: \(reason)")
    }
    try compare(task, figures, origin, cancellation)
    return .open
  }

  /// The method's plan of an instance with one job; `nil` without one.
  package static func plan(of instance: Instance, _ rule: Rule, seed: UInt64) -> Plan? {
    (try? plan(PipelineFigures(instance), rule, seed: seed, .never).get()).map { Plan($0) }
  }

  private static func plan(
    _ figures: PipelineFigures, _ rule: Rule, seed: UInt64, _ cancellation: Cancellation
  ) -> Result<PipelinePlan, NoPlan> {
    PublishedPlacement.prepare(figures).flatMap { placement in
      let hosts: Result<[Int], NoPlan> =
        switch rule {
        case .kPath(let classes):
          placement.kPathHosts(classes: classes, seed: seed, cancellation: cancellation)
        case .greedy: placement.greedyHosts().map(Result.success) ?? .failure(.noPath)
        case .random: .success(placement.randomHosts(seed: seed))
        }
      return hosts.flatMap(placement.plan)
    }
  }

  /// The seconds for each of the exact optima without a time limit.
  private static let secondsForOptimum = 10.0

  /// Bounds the value by the exact optimum, and notes the gaps to it with one run of layers a node and without that demand.
  private func compare(
    _ task: SolveTask<SplittingProblem>, _ figures: PipelineFigures, _ origin: Origin,
    _ cancellation: Cancellation
  ) throws(PlanningError) {
    let (ledger, budget) = (task.ledger, task.budget)
    for isContiguous in [true, false] {
      let seconds = min(Self.secondsForOptimum, (budget.remaining ?? .infinity) / 2)
      let found = BottleneckRecord(gap: 1e-7, cancellation: cancellation.orAfter(seconds))
      PipelineSearch(figures.contiguous(isContiguous)).run(found) { try? sessions.openSession() }
      if isContiguous == figures.isContiguous {
        try ledger.raise(to: min(found.lower, ledger.best?.cost ?? found.lower), by: origin)
      }
      let demand = isContiguous ? "with one run of layers a node" : "with any number of runs a node"
      guard let cost = ledger.best?.cost, cost > 0, found.lower < .infinity else { continue }
      let bound = ledger.objective.text(ofCost: found.lower)
      let gap = Figures.percentage(max(0, 1 - found.lower / cost))
      let word = found.isClosed ? "optimum" : "bound"
      ledger.note("the \(word) \(demand) is \(bound): the gap of this plan is \(gap)")
    }
  }
}
