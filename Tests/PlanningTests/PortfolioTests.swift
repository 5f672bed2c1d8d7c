import Foundations
import Planning
import Problems
import Splitting
import Synchronization
import Testing

/// Planners in order on one ledger.
@Suite struct PortfolioTests {
  private final class Diary: Sendable {
    private let names = Mutex<[String]>([])

    var entries: [String] { names.withLock { $0 } }
    func note(_ name: String) { names.withLock { $0.append(name) } }
  }

  /// Says that it ran, and does one thing.
  private struct Step: Planner {
    let name: String
    let diary: Diary
    var isDemanded = false
    var reason: String?
    var act: @Sendable (SolveTask<Toy>) throws(PlanningError) -> Conclusion = { _ in .open }

    func refusal(of instance: Toy.Instance) -> String? { reason }

    func run(_ task: SolveTask<Toy>) async throws(PlanningError) -> Conclusion {
      diary.note(name)
      return try act(task)
    }
  }

  private let diary = Diary()

  private func task(gap: Double = 0, cutoff: Double = .infinity) -> SolveTask<Toy> {
    let ledger = Ledger<Toy>(objective: Toy.objective(of: Toy.Instance()), assess: Toy.assess)
    return SolveTask(Toy.Instance(), Budget(gap: gap), ledger, cutoff: cutoff)
  }

  private func finding(_ plan: Double, bound: Double) -> Step {
    Step(name: "finds", diary: diary) { task throws(PlanningError) in
      task.ledger.offer(plan, by: Origin())
      try task.ledger.raise(to: bound, by: Origin())
      return .open
    }
  }

  private func last(isDemanded: Bool = false) -> Step {
    Step(name: "last", diary: diary, isDemanded: isDemanded)
  }

  @Test func stepsRunUntilTheGapIsClosed() async throws {
    let open = task()
    _ = try await Portfolio([finding(3, bound: 2), last()]).run(open)
    #expect(diary.entries == ["finds", "last"] && open.ledger.gap == 1.0 / 3)
    _ = try await Portfolio([finding(3, bound: 3), last()]).run(task())
    #expect(diary.entries == ["finds", "last", "finds"])
  }

  @Test func theGapThatWasAskedForIsEnough() async throws {
    _ = try await Portfolio([finding(3, bound: 2), last()]).run(task(gap: 0.4))
    #expect(diary.entries == ["finds"])
  }

  @Test func aBoundBeyondTheCutoffIsEnough() async throws {
    _ = try await Portfolio([finding(3, bound: 2), last()]).run(task(cutoff: 1.5))
    #expect(diary.entries == ["finds"])
  }

  @Test func whatIsDemandedRunsAnyway() async throws {
    _ = try await Portfolio([finding(3, bound: 3), last(isDemanded: true)]).run(task())
    #expect(diary.entries == ["finds", "last"])
  }

  @Test func aConclusionEndsIt() async throws {
    let proof = Step(name: "proves", diary: diary) { _ in .infeasible(reason: "there is none", by: Origin()) }
    let conclusion = try await Portfolio([proof, last()]).run(task())
    guard case .infeasible("there is none", _) = conclusion else {
      Issue.record("\(conclusion)")
      return
    }
    #expect(diary.entries == ["proves"])
  }

  @Test func theFirstRefusalCounts() {
    let steps = [last(), Step(name: "a", diary: diary, reason: "too red"), Step(name: "b", diary: diary, reason: "too blue")]
    #expect(Portfolio(steps).refusal(of: Toy.Instance()) == "too red")
    #expect(Portfolio([last()]).refusal(of: Toy.Instance()) == nil)
  }
}
