import Documents
import Foundations

/// A way to solve instances of a kind: an algorithm of its own, a method of the literature, or a formulation with a
/// solver.
public protocol Planner<P>: Sendable {
  associatedtype P: Problem

  /// Why it cannot express the instance, in a sentence; `nil` if it can.
  func refusal(of instance: P.Instance) -> String?
  /// Works on a task: offers plans to its ledger, and raises the bound.
  ///
  /// That a limit strikes, or that the task is cancelled, is no error: what the ledger holds by then is the result.
  func run(_ task: SolveTask<P>) async throws(PlanningError) -> Conclusion
  /// Whether the caller asked for just this, so that it runs even if the gap is closed already.
  var isDemanded: Bool { get }
  /// Numbers with which somebody else can check a bound on the plans of a task that was run; `nil` if there are none.
  func certificate(of known: KnownPlan<P.Plan>, _ task: SolveTask<P>) async -> JSONValue?
}

extension Planner {
  public func refusal(of instance: P.Instance) -> String? { nil }
  public var isDemanded: Bool { false }
  public func certificate(of known: KnownPlan<P.Plan>, _ task: SolveTask<P>) async -> JSONValue? { nil }
}

/// An instance that is being solved.
public struct SolveTask<P: Problem>: Sendable {
  public let instance: P.Instance
  public let budget: Budget
  public let ledger: Ledger<P>
  /// Plans that cost more are of no interest.
  public var cutoff = Double.infinity

  public init(_ instance: P.Instance, _ budget: Budget, _ ledger: Ledger<P>, cutoff: Double = .infinity) {
    self.instance = instance
    self.budget = budget
    self.ledger = ledger
    self.cutoff = cutoff
  }

  /// Whether the gap that was asked for is closed, or nothing below the cutoff is left.
  public var isSettled: Bool {
    if ledger.bound >= cutoff { return true }
    return ledger.gap.map { $0 <= max(Tolerance.relative, budget.gap) } ?? false
  }
}

/// What became of a planner's work, besides what it left in the ledger.
public enum Conclusion: Sendable {
  /// Whatever the ledger holds, at the end of the planner's work.
  case open
  /// Whatever the ledger holds: a limit struck, or the task was cancelled, before the planner had done its work.
  case stopped
  /// Proved: there is no plan, and why.
  case infeasible(reason: String, by: Origin)
  /// The ledger holds what can be had; others need not try. `failure` is what broke on the way.
  case final(failure: PlanningError? = nil)
}
