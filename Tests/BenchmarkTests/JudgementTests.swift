import BenchmarkHarness
import TestSupport
import Testing

/// A run that is wrong, of `pairflow` on an instance that `layered` solves with the value 1.
struct Fault: Sendable, CustomTestStringConvertible {
  let name: String
  let outcome: Outcome
  let change: @Sendable (inout RunRecord) -> Void
  /// Part of the sentence that tells it.
  let told: String

  var testDescription: String { name }

  static let all = [
    Fault(
      name: "value too high", outcome: .solved, change: { $0.value = 1.000_002 },
      told: "it calls 1.000002 s optimal, but layered with cbc found a plan of value 1 s"),
    Fault(
      name: "infeasible", outcome: .infeasible, change: { _ in },
      told: "it calls the instance infeasible, but layered with cbc found a plan of value 1 s"),
    Fault(
      name: "bound too high", outcome: .timedOut, change: { $0.bound = 1.25 },
      told: "it claims the bound 1.25 s, but layered with cbc found a plan of value 1 s"),
    Fault(
      name: "relaxation too high", outcome: .timedOut, change: { $0.root = 1.25 },
      told: "its relaxation has the value 1.25 s, but layered with cbc found a plan of value 1 s"),
    Fault(
      name: "caught by itself", outcome: .wrong, change: { $0.detail = "the plan breaks a deadline" },
      told: "the plan breaks a deadline"),
  ]

  /// The wrong run.
  func run(on subject: Subject, repetition: Int = 0) -> RunRecord {
    BenchmarkTests.run(
      subject, pairflow, seconds: 0.001, repetition: repetition, outcome: outcome, change)
  }
}

@Suite struct JudgementTests {
  private let first = subject("first")
  private let second = subject("second", "large", nodes: 100)

  /// Where larger values are better, a smaller one refutes nothing, and what is below a plan's value is no bound.
  @Test func largerValuesCanBeBetter() throws {
    let subject = Subject(
      name: "batch", sizeClass: "small", nodes: 0, links: 0, jobs: 5, layers: 2, isMaximised: true)
    let solved = run(subject, layered, value: 7) {
      ($0.bound, $0.root) = (7, 8)
    }
    let stopped = run(subject, native, outcome: .timedOut) { ($0.value, $0.bound) = (5, 10) }
    #expect(isClose(stopped.gap, 0.5))
    let judgement = Judgement([stopped, solved])
    #expect(!judgement.disagrees && judgement.optimum(of: subject) == 7)
    let wrong = run(subject, pairflow, outcome: .timedOut) { $0.bound = 6 }
    let refuted = Judgement([stopped, solved, wrong]).disagreements
    #expect(
      refuted.map(\.contradiction) == ["it claims the bound 6, but layered with cbc found a plan of value 7"])
  }

  @Test(arguments: Fault.all)
  func wrongRunsAreCaught(fault: Fault) throws {
    // The plan comes after the run that it refutes, and from another repetition.
    let judgement = Judgement([
      run(second, pairflow), fault.run(on: first, repetition: 2), run(first, layered, repetition: 1),
    ])
    #expect(judgement.disagrees)
    #expect(judgement.runs.map(\.outcome) == [.solved, .wrong, .solved])
    let wrong = try #require(judgement.disagreements.first)
    #expect(wrong.contradiction == fault.told)
    #expect(wrong.record.key == fault.run(on: first, repetition: 2).key)
    #expect(judgement.optimum(of: first) == 1)
    #expect(!judgement.isInfeasible(first))
  }

  @Test(arguments: Fault.all)
  func wrongRunsAreInEverySummary(fault: Fault) throws {
    let runs = [run(first, layered), fault.run(on: first), run(second, layered), run(second, pairflow)]
    let summary = Summary(results(runs))
    let sections = [summary.overall] + summary.sizeClasses
    #expect(sections.map(\.name) == ["all", "small", "large"])
    let wrong = try sections.map { section in
      try #require(section.methods.first { $0.method == pairflow }).count(.wrong)
    }
    #expect(wrong == [1, 1, 0])
    #expect(sections.map(\.disagreements.count) == [1, 1, 0])
    let small = try #require(sections[1].methods.first { $0.method == pairflow })
    #expect(small.solved == 0)
    #expect(small.par10 == 600)
    #expect(isClose(small.meanShiftedBySeconds, 60))
    #expect(small.baseline?.losses == 1)
    #expect(small.rootGap == nil)
    #expect(sections[1].profile.curves[1].steps.isEmpty)
    #expect(summary.instances[0].attempts[pairflow]?.seconds == nil)
  }

  @Test(arguments: Fault.all)
  func wrongRunsAreInTheReport(fault: Fault) throws {
    let runs = [run(first, layered), fault.run(on: first), run(second, layered), run(second, pairflow)]
    let results = results(runs)
    let text = MarkdownReport(Summary(results), sessions: results.sessions).text
    let lines = text.split(separator: "\n")
    #expect(lines[1] == "**1 wrong answer** in 4 runs:")
    #expect(lines[2] == "- pairflow cbc, first, repetition 0: \(fault.told)")
    #expect(lines.contains("| first | 1 | 1 | **wrong** |"))
    // Overall, and in the class that the instance belongs to.
    #expect(lines.contains { $0.hasPrefix("| pairflow cbc | 2 | 1 | 0 | 0 | 0 | **1** | 0 |") })
    #expect(lines.contains { $0.hasPrefix("| pairflow cbc | 1 | 0 | 0 | 0 | 0 | **1** | 0 |") })
    #expect(lines.contains { $0.hasPrefix("| pairflow cbc | 1 | 1 | 0 | 0 | 0 | 0 | 0 |") })
  }

  @Test func theHeuristicsPlanRefutesToo() {
    let judgement = Judgement([run(first, layered) { $0.known = 0.5 }])
    #expect(
      judgement.disagreements.map(\.contradiction)
        == ["it calls 1 s optimal, but the heuristic found a plan of value 500 ms"])
    #expect(judgement.bestValue(of: first) == 0.5)
    #expect(judgement.optimum(of: first) == nil)
  }

  @Test func aPlanFoundBeforeTheLimitRefutesToo() {
    let plan = run(first, pairflow, outcome: .timedOut) { $0.value = 0.75 }
    let judgement = Judgement([plan, run(first, layered)])
    #expect(judgement.runs.map(\.outcome) == [.timedOut, .wrong])
  }

  @Test func plansOfOtherInstancesAndOfWrongRunsRefuteNothing() {
    let other = run(second, layered, value: 0.5)
    let wrong = run(first, pairflow, outcome: .wrong) { $0.value = 0.5 }
    let judgement = Judgement([run(first, layered), other, wrong])
    #expect(judgement.runs.map(\.outcome) == [.solved, .solved, .wrong])
    #expect(judgement.optimum(of: first) == 1)
    #expect(judgement.optimum(of: second) == 0.5)
  }

  @Test func roundingIsNotWrong() {
    let runs = [
      run(first, layered), run(first, pairflow, value: 1 + 9e-7),
      run(first, native) {
        $0.bound = 1 + 9e-7
        $0.root = 1 + 9e-7
      },
      run(second, layered, value: 0), run(second, pairflow, value: 1e-13),
    ]
    #expect(Judgement(runs).disagreements.isEmpty)
    #expect(Judgement(runs).optimum(of: first) == 1)
    #expect(Judgement(runs + [run(second, native, value: 1e-11)]).disagreements.count == 1)
  }

  @Test func runsThatClaimNothingAreNotWrong() {
    let outcomes: [Outcome] = [.timedOut, .tooLarge, .refused, .failed]
    let judgement = Judgement([run(first, layered)] + outcomes.map { run(first, pairflow, outcome: $0) })
    #expect(judgement.runs.map(\.outcome) == [.solved] + outcomes)
    let worse = run(second, layered, outcome: .timedOut) { $0.value = 3 }
    #expect(Judgement([worse, run(second, pairflow)]).disagreements.isEmpty)
    #expect(Judgement([worse]).optimum(of: second) == nil)
    #expect(Judgement([worse]).bestValue(of: second) == 3)
  }

  @Test func infeasibilityStandsWhereNoPlanIsKnown() {
    let judgement = Judgement([
      run(first, layered, outcome: .infeasible), cutOff(first, pairflow), cutOff(second, layered),
    ])
    #expect(judgement.disagreements.isEmpty)
    #expect(judgement.isInfeasible(first))
    #expect(!judgement.isInfeasible(second))
    #expect(judgement.optimum(of: first) == nil)
  }
}
