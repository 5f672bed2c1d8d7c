import BenchmarkHarness
import TestSupport
import Testing

@Suite struct MarkdownReportTests {
  private func report(_ runs: [RunRecord]) -> String {
    let results = results(runs)
    return MarkdownReport(Summary(results), sessions: results.sessions).text
  }

  private let easy = subject("easy")
  private let hard = subject("hard", "large", nodes: 100)

  private var sound: [RunRecord] {
    [
      run(easy, layered, seconds: 2, value: 0.123_456_789_012) {
        $0.model = .init(rows: 1234, columns: 5678, nonzeros: 1_234_567, integers: 9)
        $0.solveMemory = 12.34e6
        $0.root = 0.123_456_789_012
        $0.nodes = 0
      },
      run(easy, pairflow, seconds: 12.345, value: 0.123_456_789_012),
      run(easy, native, outcome: .refused),
      run(hard, layered, outcome: .infeasible), cutOff(hard, pairflow),
      run(hard, native, outcome: .tooLarge),
    ]
  }

  @Test func theVerdictComesFirst() {
    let lines = report(sound).split(separator: "\n")
    #expect(lines[0] == "# Benchmark trial")
    #expect(lines[1] == "6 runs; all 3 that finished agree.")
    #expect(lines.contains("- machine: Some Processor, 2 processors, 8 GB, Linux"))
    #expect(lines.contains("- versions: cbc 2.10.8, layerroute 1.0"))
    #expect(
      lines.contains(
        "- settings: 60 s a run, building included; 4 GB; 3 repetitions; seed 7; the heuristic's plan given; "
          + "choices left out that no plan of interest uses"))
  }

  @Test func theVerdictTellsWhatFailed() {
    let broken = run(easy, pairflow, outcome: .failed)
    #expect(
      report([run(easy, layered), broken]).contains("2 of 4 runs; all 1 that finished agree. 1 failed.\n"))
    #expect(report([cutOff(easy, layered)]).contains("\n1 of 4 runs; none finished.\n"))
  }

  @Test func instancesHaveTheirOptimumAndTimes() {
    let lines = report(sound).split(separator: "\n")
    #expect(
      lines.contains("| instance | optimum [s] | layered cbc [s] | layered native [s] | pairflow cbc [s] |"))
    #expect(lines.contains("| easy | 0.123456789012 | 2 | refused | 12.3 |"))
    #expect(lines.contains("| hard | infeasible | 1 | too large | > 60 |"))
    let unproved = run(easy, layered, outcome: .timedOut) { $0.value = 0.75 }
    #expect(report([unproved, run(hard, pairflow)]).contains("| easy | ≤ 0.75 | > 60 | - |"))
  }

  @Test func figuresHaveThreeDigitsAndMissingOnesADash() {
    let lines = report(sound).split(separator: "\n")
    #expect(lines.contains("| layered cbc | - | - | - | - | - | 1230 | 5680 | 1230000 | 0 | - | 12.3 | - |"))
    #expect(lines.contains("| pairflow cbc | ≥ 33.1 | - | 0 / 0 / 2 | - | - | - | - | - | - | - | - | - |"))
    #expect(lines.contains("| layered native | 1 | 0 | 0 | 0 | 0 | 0 | 1 | - | - | - |"))
  }

  /// Names with a vertical bar included.
  @Test func allRowsOfATableAreAsLong() {
    let odd = run(subject("a|b"), layered)
    var columns: Int?
    for line in report(sound + [odd]).split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let count = line.indices.count { index in
        line[index] == "|" && (index == line.startIndex || line[line.index(before: index)] != "\\")
      }
      if let columns { #expect(count == columns, "\(line)") }
      columns = count
    }
  }

  @Test func scalingIsShownWhereSomethingIsVaried() {
    #expect(!report(sound).contains("## Scaling"))
    let runs = [1.0, 2, 4].map { value in
      run(
        subject("n\(value)", scale: .init(dimension: "jobs", value: value)), layered,
        seconds: 3 * value * value)
    }
    let lines = report(runs).split(separator: "\n")
    #expect(
      lines.contains { $0.hasPrefix("| jobs | layered cbc | 2 | ") && $0.hasSuffix(" | 1 | 4 | 3 | 3 |") })
  }
}

@Suite struct ReproductionTests {
  private let items = (1...6).map { subject("i\($0)", nodes: $0) }

  /// - Parameter times: of `pairflow`; those of `layered` are 1 s.
  private func campaign(_ times: [Double], value: Double = 1) -> Results {
    results(
      zip(items, times).flatMap { item, time in
        [run(item, layered, value: value), run(item, pairflow, seconds: time, value: value)]
      })
  }

  @Test func aRepeatedCampaignIsReproduced() throws {
    let results = campaign([2, 2, 3, 4, 5, 5])
    let reproduction = Reproduction(of: results, by: results)
    #expect(reproduction.isReproduced && reproduction.missing.isEmpty)
    #expect(reproduction.compared == 6)
    #expect(reproduction.largestDifference == 0)
    #expect(reproduction.ratios.map(\.section) == ["all", "small"])
    #expect(reproduction.ratios.allSatisfy { $0.isInside == true && $0.overlaps == true })
    #expect(
      reproduction.markdown.contains(
        "**Reproduced.** 6 of 6 instances that both decide have the same optimum; the largest relative difference is 0."
      ))
    #expect(
      reproduction.markdown.contains("| all | pairflow cbc | 3.5 | 2 to 5 | 3.5 | 2 to 5 | yes | yes |"))
  }

  @Test func optimaMayDifferByRoundingOnly() {
    let committed = campaign([2, 2, 3, 4, 5, 5])
    let rounded = Reproduction(of: committed, by: campaign([2, 2, 3, 4, 5, 5], value: 1 + 5e-7))
    #expect(rounded.isReproduced)
    #expect(isClose(rounded.largestDifference, 5e-7, within: 1e-6))
    let other = Reproduction(of: committed, by: campaign([2, 2, 3, 4, 5, 5], value: 1 + 2e-6))
    #expect(!other.isReproduced)
    #expect(other.markdown.contains("**Not reproduced.** 0 of 6"))
    #expect(other.markdown.contains("- i1: 1 s before, 1.000002 s now"))
  }

  @Test func slowerTimesAreToldButReproduced() throws {
    let slower = Reproduction(of: campaign([2, 2, 3, 4, 5, 5]), by: campaign([4, 4, 6, 6, 9, 10]))
    #expect(slower.isReproduced)
    let pair = try #require(slower.ratios.first)
    #expect(pair.isInside == false && pair.overlaps == true)
    let apart = Reproduction(of: campaign([2, 2, 3, 4, 5, 5]), by: campaign([20, 20, 30, 40, 50, 50]))
    #expect(apart.isReproduced)
    #expect(apart.ratios.first?.overlaps == false)
  }

  @Test func infeasibilityHasToBeReproduced() {
    let infeasible = results([run(items[0], layered, outcome: .infeasible)])
    #expect(Reproduction(of: infeasible, by: infeasible).isReproduced)
    let feasible = results([run(items[0], layered)])
    let changed = Reproduction(of: infeasible, by: feasible)
    #expect(!changed.isReproduced)
    // The plan of one campaign refutes the other.
    #expect(changed.disagreements.map(\.record.outcome) == [.infeasible])
  }

  @Test(arguments: Fault.all)
  func wrongRunsAreNotReproduced(fault: Fault) {
    let committed = results([run(items[0], layered)])
    let new = results([run(items[0], layered), fault.run(on: items[0])])
    for reproduction in [Reproduction(of: committed, by: new), Reproduction(of: new, by: committed)] {
      #expect(!reproduction.isReproduced)
      #expect(reproduction.markdown.contains("- pairflow cbc, i1, repetition 0: \(fault.told)"))
    }
  }

  @Test func nothingInCommonIsNotReproduced() {
    let committed = results([run(items[0], layered)])
    #expect(!Reproduction(of: committed, by: results([run(items[1], layered)])).isReproduced)
    let undecided = Reproduction(of: committed, by: results([cutOff(items[0], layered)]))
    #expect(!undecided.isReproduced && undecided.compared == 0)
    #expect(undecided.markdown.contains("1 that were decided before are not now."))
  }

  @Test func aPartIsNotTheWhole() throws {
    let committed = campaign([2, 2, 3, 4, 5, 5])
    let part = results(Array(committed.runs.prefix(4)))
    let reproduction = Reproduction(of: committed, by: part)
    #expect(!reproduction.isReproduced && reproduction.missing == ["i3", "i4", "i5", "i6"])
    #expect(reproduction.optima.map(\.subject) == ["i1", "i2"])
    #expect(try #require(reproduction.ratios.first).committed.ratio?.value == 2)
    #expect(reproduction.markdown.contains("4 were not run, for example i3."))
    // More than there was is no fault.
    #expect(Reproduction(of: part, by: committed).isReproduced)
  }
}
