import Documents
import Foundations

/// A planner for the instances of a kind: an algorithm of this project, a method from the literature, or a
/// formulation with a solver.
public protocol Planner<P>: Sendable {
  associatedtype P: Problem

  /// The reason why the planner cannot express the instance, in one sentence; `nil` if it can.
  func refusal(of instance: P.Instance) -> String?
  /// Works on a task: offers plans to its ledger, and raises the bound. Reaching a limit or cancelling the task is no
  /// error: the result is the state of the ledger.
  func run(_ task: SolveTask<P>) async throws(PlanningError) -> Conclusion
  /// Whether the caller asked for this planner, so that it runs even if the gap is closed already.
  var isDemanded: Bool { get }
  /// Numbers with which anybody can check a bound on the plans of a finished task.
  func certificate(of known: KnownPlan<P.Plan>, _ task: SolveTask<P>) async -> CertificateAttempt
}

extension Planner {
  public func refusal(of instance: P.Instance) -> String? { nil }
  public var isDemanded: Bool { false }
  public func certificate(of known: KnownPlan<P.Plan>, _ task: SolveTask<P>) async -> CertificateAttempt {
    .unsupported
  }
}

/// The result of asking a planner for a certificate.
public enum CertificateAttempt: Sendable {
  case made(JSONValue)
  /// The time did not suffice.
  case stopped
  /// The planner makes none for such plans.
  case unsupported
}

/// An instance to solve, with the budget and the ledger.
public struct SolveTask<P: Problem>: Sendable {
  public let instance: P.Instance
  public let budget: Budget
  public let ledger: Ledger<P>
  /// The cost above which plans are of no interest.
  public var cutoff = Double.infinity

  public init(_ instance: P.Instance, _ budget: Budget, _ ledger: Ledger<P>, cutoff: Double = .infinity) {
    self.instance = instance
    self.budget = budget
    self.ledger = ledger
    self.cutoff = cutoff
  }

  /// Whether the requested gap is closed, or no plan below the cutoff is left.
  public var isSettled: Bool {
    ledger.bound >= cutoff || ledger.gap.map { $0 <= max(Tolerance.relative, budget.gap) } ?? false
  }
}

/// The end of a planner's work, besides its contributions to the ledger.
public enum Conclusion: Sendable {
  /// The planner has done its work; the result is in the ledger.
  case open
  /// A limit was reached, or the task was cancelled, before the planner had done its work; the result so far
  /// is in the ledger.
  case stopped
  /// It is proved that there is no plan; with the reason.
  case infeasible(reason: String, by: Origin)
  /// The ledger has the best possible result, so no other planner needs to run; with the failure, if there was one.
  case final(failure: PlanningError? = nil)
}
