import Problems
import Splitting
import Testing

/// What a ledger takes in, and what it does not believe.
@Suite struct LedgerTests {
  private let count = Count()
  private let ledger: Ledger<Toy>
  private let solver = Origin(formulation: "digits", backend: "abacus")

  init() {
    let count = count
    ledger = Ledger(objective: Toy.objective(of: Toy.Instance())) { plan in
      count.increase()
      return Toy.assess(plan)
    }
  }

  @Test func offersAreEvaluatedOnceEach() {
    #expect(ledger.offer(-1, by: solver) == nil && ledger.best == nil && count.value == 1)
    #expect(ledger.offer(3, by: solver)?.cost == 3 && count.value == 2)
    #expect(ledger.best?.cost == 3 && ledger.finder == solver)
    // A worse plan is one all the same.
    #expect(ledger.offer(5, by: Origin())?.cost == 5 && count.value == 3)
    #expect(ledger.best?.cost == 3 && ledger.finder == solver)
    #expect(ledger.offer(2, by: Origin())?.cost == 2 && ledger.best?.cost == 2)
    #expect(ledger.finder == Origin())
  }

  @Test func acceptedPlansAreNotEvaluatedAgain() throws {
    #expect(ledger.keep(try #require(.toy(3)), by: solver))
    #expect(!ledger.keep(try #require(.toy(4)), by: solver))
    #expect(ledger.best?.cost == 3 && count.value == 0)
  }

  @Test func aBoundAboveAPlanIsAWrongAnswer() throws {
    try ledger.raise(to: 2, by: solver)
    ledger.offer(3, by: solver)
    #expect {
      try ledger.raise(to: 4, by: solver)
    } throws: { error in
      guard case PlanningError.wrongAnswer("abacus with digits", let detail) = error else { return false }
      return detail == "it says that no plan has less than 4 s, but a plan of 3 s is known"
    }
    #expect(ledger.bound == 2, "what is wrong is not kept")
    // Rounding is not wrong.
    try ledger.raise(to: 3 + 1e-6, by: solver)
    #expect(ledger.gap == 0)
  }

  @Test func aPlanBelowTheBoundRemovesIt() throws {
    try ledger.raise(to: 4, by: solver)
    ledger.offer(3, by: Origin())
    #expect(ledger.best?.cost == 3 && ledger.bound == 0 && ledger.gap == 1)
    #expect(
      ledger.warnings == [
        "abacus with digits gave a wrong answer, which is not used: it says that no plan has less than 4 s, but a plan "
          + "of 3 s is known"
      ])
  }

  @Test func boundsOnlyRise() throws {
    #expect(ledger.bound == -.infinity && ledger.gap == nil)
    try ledger.raise(to: 2, by: solver)
    try ledger.raise(to: 1, by: solver)
    #expect(ledger.bound == 2 && ledger.gap == nil)
    ledger.offer(4, by: solver)
    #expect(ledger.gap == 0.5)
  }

  @Test func infeasibleWithAPlanKnownIsAWrongAnswer() throws {
    try ledger.checkInfeasible(by: solver)
    ledger.offer(-1, by: solver)
    try ledger.checkInfeasible(by: solver)
    ledger.offer(3, by: solver)
    #expect {
      try ledger.checkInfeasible(by: solver)
    } throws: { error in
      guard case PlanningError.wrongAnswer("abacus with digits", let detail) = error else { return false }
      return detail == "it calls the instance infeasible, but a plan of 3 s is known"
    }
  }

  @Test func whatWasKnownBeforeIsNotFoundHere() throws {
    let known = try #require(KnownPlan.toy(3))
    let ledger = Ledger<Toy>(
      objective: ledger.objective, origin: solver, known: known, bound: 1, assess: Toy.assess)
    #expect(ledger.best?.cost == 3 && ledger.bound == 1 && !ledger.hasFoundPlan && ledger.finder == solver)
    ledger.offer(4, by: Origin())
    #expect(!ledger.hasFoundPlan)
    ledger.offer(2, by: Origin())
    #expect(ledger.hasFoundPlan && ledger.finder == Origin())
  }

  @Test func improvementsAreReported() throws {
    let count = Count()
    let ledger = Ledger<Toy>(objective: ledger.objective, assess: Toy.assess) { _ in count.increase() }
    ledger.offer(-1, by: solver)
    #expect(count.value == 0)
    ledger.offer(3, by: solver)
    ledger.offer(4, by: solver)
    #expect(count.value == 1)
    try ledger.raise(to: 2, by: solver)
    #expect(count.value == 2)
  }

  /// The bound of a search that still runs was not checked.
  @Test func whatIsShownIsNotKept() {
    ledger.offer(3, by: solver)
    ledger.show(SearchProgress(origin: Origin(), cost: 1, bound: 2.5, nodes: 7))
    #expect(ledger.bound == -.infinity && ledger.best?.cost == 3)
    #expect(ledger.progress.origin == Origin() && ledger.progress.nodes == 7)
  }
}
