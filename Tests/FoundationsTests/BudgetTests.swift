import Foundations
import TestSupport
import Testing

struct BudgetTests {
  @Test func withoutALimitNothingIsUsedUp() {
    let budget = Budget(gap: 0.1, memory: 7, log: 2)
    #expect(budget.remaining == nil && !budget.isExhausted)
    #expect(budget.part().seconds == nil && budget.part(seconds: 3).seconds == 3)
    let part = budget.part(seconds: 3)
    #expect(part.gap == 0.1 && part.memory == 7 && part.log == 2)
  }

  @Test func aPartEndsNoLaterThanTheWhole() throws {
    let budget = Budget(seconds: 100)
    let remaining = try #require(budget.remaining)
    #expect(remaining <= 100 && remaining > 90)
    #expect(try #require(budget.part(seconds: 1000).seconds) <= 100)
    #expect(budget.part(seconds: 1).seconds == 1)
    #expect(try #require(budget.part().seconds) <= remaining)
    #expect(budget.renewed().seconds == 100)
  }

  @Test func whatHasNoTimeIsExhausted() {
    #expect(Budget(seconds: 0).isExhausted && Budget(seconds: -1).remaining == 0)
    #expect(Budget(seconds: 0).part(seconds: 5).isExhausted)
  }

  @Test func aCancelledTaskHasNoTime() async {
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return Budget().isExhausted
    }
    task.cancel()
    #expect(await task.value)
  }

  @Test func numbersAgreeWithinAMillionth() {
    #expect(Tolerance.agrees(1, 1 + 0.9e-6) && !Tolerance.agrees(1, 1 + 1.1e-6))
    #expect(Tolerance.agrees(0, 0) && !Tolerance.agrees(0, 1e-300))
    #expect(Tolerance.agrees(-5, -5 * (1 + 0.9e-6)) && !Tolerance.agrees(-1, 1))
    for number in [Double.infinity, .nan] { #expect(!Tolerance.agrees(number, number)) }
  }
}
