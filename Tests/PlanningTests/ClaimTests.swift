import Problems
import Testing

/// Whether a claim can be true is decided in one place, in the light of a plan.
@Suite struct ClaimTests {
  private let objective = Objective("total", quantity: .duration)

  /// One claim of each case that a plan of 1 s refutes, and what is said of it.
  @Test(arguments: [
    (Claim.bound(1.5), "it says that no plan has less than 1.5 s, but a plan of 1 s is known"),
    (.optimal(1.5), "it calls 1.5 s optimal, but a plan of 1 s is known"),
    (.infeasible, "it calls the instance infeasible, but a plan of 1 s is known"),
    (.cost(0.5), "its plan has the value 1 s, not 500 ms as it says"),
  ])
  func badClaimsAreRefuted(_ claim: Claim, _ words: String) {
    #expect(claim.isContradicted(byCost: 1))
    #expect(claim.contradiction(knownCost: 1, objective: objective) == words)
  }

  @Test(arguments: [
    Claim.bound(0.5), .bound(1), .bound(1 + 9e-7), .bound(-.infinity), .optimal(0.5), .optimal(1),
    .optimal(1 + 9e-7), .optimal(1.2, gap: 0.2), .cost(1), .cost(2), .cost(1 - 9e-7),
  ])
  func claimsThatCanBeTrueStand(_ claim: Claim) {
    #expect(!claim.isContradicted(byCost: 1))
    #expect(claim.contradiction(knownCost: 1, objective: objective) == nil)
  }

  @Test(arguments: [
    Claim.bound(1 + 2e-6), .bound(.infinity), .optimal(1 + 2e-6), .optimal(1.3, gap: 0.2), .cost(1 - 2e-6),
  ])
  func aLittleBeyondTheToleranceIsTooMuch(_ claim: Claim) {
    #expect(claim.isContradicted(byCost: 1))
  }

  @Test(arguments: [Claim.bound(5), .optimal(5), .infeasible, .cost(-5)])
  func withoutAPlanNothingIsRefuted(_ claim: Claim) {
    #expect(!claim.isContradicted(byCost: .infinity))
  }

  /// Solvers round in the unit of their model.
  @Test func theScaleOfAModelGrantsItsRounding() {
    #expect(Claim.bound(1e-10).isContradicted(byCost: 0))
    #expect(!Claim.bound(1e-10).isContradicted(byCost: 0, scale: 1000))
    #expect(Claim.cost(0).isContradicted(byCost: 1e-10))
    #expect(!Claim.cost(0).isContradicted(byCost: 1e-10, scale: 1))
  }

  @Test func valuesThatAreMaximisedAreNamedAsSuch() {
    let objective = Objective("throughput", .maximise, quantity: .duration)
    // A cost of -1.5 is a value of 1.5.
    #expect(
      Claim.bound(-1).contradiction(knownCost: -1.5, objective: objective)
        == "it says that no plan has more than 1 s, but a plan of 1.5 s is known")
    #expect(Claim.bound(-2).contradiction(knownCost: -1.5, objective: objective) == nil)
  }

  @Test func theFinderOfThePlanIsNamed() {
    #expect(
      Claim.infeasible.contradiction(knownCost: 1, objective: objective, finder: "layered with cbc")
        == "it calls the instance infeasible, but layered with cbc found a plan of 1 s")
  }
}
