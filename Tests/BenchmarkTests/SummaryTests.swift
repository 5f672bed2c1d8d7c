import BenchmarkHarness
import TestSupport
import Testing

@Suite struct SummaryTests {
  /// Three small instances and two large ones; the limit is 60 s. Ratios of `pairflow`: 1.05, 5, 0.5, at most 0.5, and
  /// one that nothing is known of.
  private static let runs: [RunRecord] = {
    let small = (1...3).map { subject("s\($0)", nodes: 10 * $0) }
    let large = (1...2).map { subject("l\($0)", "large", nodes: 100 * $0) }
    return zip(small, [1.0, 2, 4]).map { run($0, layered, seconds: $1) }
      + large.map { cutOff($0, layered) }
      + zip(small, [1.05, 10, 2]).map { run($0, pairflow, seconds: $1) }
      + [run(large[0], pairflow, seconds: 30), cutOff(large[1], pairflow)]
      + [run(small[0], native, seconds: 0.1), run(large[0], native, outcome: .refused)]
  }()

  private let summary = Summary(results(Self.runs))

  private func row(_ method: BenchmarkMethod, _ section: Summary.Section) throws -> MethodSummary {
    try #require(section.methods.first { $0.method == method })
  }

  @Test func sectionsAreOverallAndBySize() {
    #expect(summary.overall.instances == 5)
    #expect(summary.sizeClasses.map(\.name) == ["small", "large"])
    #expect(summary.sizeClasses.map(\.instances) == [3, 2])
    #expect(summary.overall.methods.map(\.method) == [layered, native, pairflow])
    #expect(summary.instances.map(\.subject.name) == ["s1", "s2", "s3", "l1", "l2"])
    #expect(summary.limit == 60)
  }

  @Test func unsolvedRunsCountAsTheirLimit() throws {
    let all = try row(layered, summary.overall)
    #expect([all.runs, all.solved, all.count(.timedOut), all.count(.wrong)] == [5, 3, 2, 0])
    // python3 -c "print((11 * 12 * 14 * 70 * 70) ** .2 - 10)"
    #expect(isClose(all.meanShiftedBySeconds, 14.625191095713678))
    // (1 + 2 + 4 + 600 + 600) / 5
    #expect(all.par10 == 241.4)
    let large = try row(layered, summary.sizeClasses[1])
    #expect(isClose(large.meanShiftedByMilliseconds, 60))
    #expect(large.par10 == 600)
  }

  @Test func ratiosAreToTheBaselineOfTheBackend() throws {
    let all = try #require(try row(pairflow, summary.overall).baseline)
    #expect(all.baseline == layered)
    #expect(all.ratio?.value == 0.775)
    #expect(all.compared == 4)
    #expect([all.wins, all.ties, all.losses] == [2, 2, 1])
    #expect(all.interval == nil)
    let small = try #require(try row(pairflow, summary.sizeClasses[0]).baseline)
    #expect(small.ratio?.value == 1.05)
    #expect([small.wins, small.ties, small.losses] == [1, 1, 1])
    let large = try #require(try row(pairflow, summary.sizeClasses[1]).baseline)
    #expect(large.ratio?.isUpperBound == true)
    #expect(large.ratio?.upper == 0.5)
    #expect([large.wins, large.ties, large.losses] == [1, 1, 0])
    #expect(large.interval == nil)
    #expect(try row(layered, summary.overall).baseline == nil)
  }

  @Test func tiesAreWithinTenPerCentEitherWay() throws {
    for (seconds, expected) in [
      (0.9, [1, 0, 0]), (0.92, [0, 1, 0]), (1.09, [0, 1, 0]), (1.11, [0, 0, 1]),
    ] {
      let item = subject("one")
      let summary = Summary(results([run(item, layered), run(item, pairflow, seconds: seconds)]))
      let comparison = try #require(try row(pairflow, summary.overall).baseline)
      #expect([comparison.wins, comparison.ties, comparison.losses] == expected, "\(seconds) s")
    }
  }

  @Test func theNativePlannerIsComparedWithThePreferredBackend() throws {
    #expect(try row(native, summary.overall).baseline?.ratio?.value == 0.1)
    let glpk = BenchmarkMethod(formulation: "layered", backend: "glpk")
    let item = subject("one")
    let runs = [run(item, native), run(item, glpk, seconds: 4)]
    let without = try row(native, Summary(results(runs)).overall)
    #expect(without.baseline?.baseline == glpk)
    let both = try row(native, Summary(results(runs + [run(item, layered, seconds: 2)])).overall)
    #expect(both.baseline?.baseline == layered)
    // Others are not: formulations are not to be compared across backends.
    let other = run(item, BenchmarkMethod(formulation: "pairflow", backend: "glpk"))
    let alone = Summary(results([other, run(item, layered)]))
    #expect(try row(other.method, alone.overall).baseline == nil)
  }

  @Test func refusedRunsCountNowhereElse() throws {
    let all = try row(native, summary.overall)
    #expect([all.runs, all.solved, all.count(.refused)] == [2, 1, 1])
    #expect(all.par10 == 0.1)
    let large = try row(native, summary.sizeClasses[1])
    #expect(large.par10 == nil && large.meanShiftedBySeconds == nil)
    #expect(large.baseline?.ratio == nil)
    #expect(large.baseline?.wins == 0 && large.baseline?.ties == 0)
  }

  @Test func profilesAreOverAllInstances() throws {
    // The native planner is ten times faster on the one instance that it was run on.
    let curves = summary.overall.profile.curves
    #expect(summary.overall.profile.problems == 5)
    #expect(curves.map { $0.share(within: 1) } == [0.2, 0.2, 0.4])
    #expect(curves.map { $0.share(within: 2) } == [0.4, 0.2, 0.4])
    #expect(curves.map { $0.share(within: 20) } == [0.6, 0.2, 0.8])
  }

  @Test func repetitionsAreSummedUpByTheirMedian() throws {
    let item = subject("one")
    let hard = subject("two")
    let summary = Summary(
      results([
        run(item, layered, seconds: 2), run(item, layered, seconds: 8, repetition: 1),
        run(item, layered, seconds: 3, repetition: 2),
        run(hard, layered, seconds: 10), cutOff(hard, layered, repetition: 1),
        cutOff(hard, layered, repetition: 2),
      ]))
    let times = summary.instances.map { $0.attempts[layered]?.seconds ?? nil }
    #expect(times == [3, nil])
    #expect(summary.instances.map { $0.attempts[layered]?.isSolvedThroughout } == [true, false])
    // 8 / 2, and at least 60 / 10
    let spread = try #require(try row(layered, summary.overall).spread)
    #expect(spread.lower == 5 && spread.isLowerBound)
  }

  @Test func figuresOfModelsAreMedians() throws {
    let items = (1...3).map { subject("m\($0)", nodes: $0) }
    let rows = [10, 20, 60]
    let runs = zip(items, rows).map { item, rows in
      run(item, layered, outcome: rows == 60 ? .tooLarge : .solved) {
        $0.model = .init(rows: rows, columns: 2 * rows, nonzeros: 3 * rows, integers: rows)
        $0.nodes = rows
        $0.buildMemory = Double(rows)
        $0.solveMemory = rows == 10 ? 50 : 1
        $0.root = rows == 60 ? nil : 1 - Double(rows) / 100
      }
    }
    let row = try row(layered, Summary(results(runs)).overall)
    #expect([row.rows, row.columns, row.nonzeros] == [20, 40, 60])
    #expect(row.nodes == 15)
    #expect(row.memory == 50)
    #expect(isClose(row.rootGap, 0.15))
  }

  @Test func scalingIsFittedToCompleteValues() throws {
    var runs: [RunRecord] = []
    for (value, seconds) in [(1.0, [1.0]), (2, [4, 4]), (4, [16, 15, 17]), (8, [64, 60]), (16, [1])] {
      for (index, time) in seconds.enumerated() {
        let item = subject("\(value) \(index)", scale: .init(dimension: "layers", value: value))
        // One of the hardest is not solved by all repetitions.
        runs.append(run(item, layered, seconds: time))
        let isCutOff = value == 8 && index == 1
        runs.append(
          isCutOff ? cutOff(item, layered, repetition: 1) : run(item, layered, seconds: time, repetition: 1))
        if value == 16 { runs.append(cutOff(item, layered, repetition: 2)) }
      }
    }
    let scaling = try #require(Summary(results(runs + [run(subject("other"), layered)])).scalings.first)
    #expect(scaling.dimension == "layers" && scaling.method == layered)
    #expect(scaling.points.map(\.value) == [1, 2, 4, 8, 16])
    #expect(scaling.points.map(\.seconds) == [1, 4, 16, 64, nil])
    #expect(scaling.points.map(\.solved) == [1, 2, 3, 1, 0])
    #expect(scaling.points.map(\.isComplete) == [true, true, true, false, false])
    #expect(isClose(scaling.law?.exponent, 2))
    #expect(scaling.law?.count == 3)
  }

  @Test func nothingComesToNothing() {
    let summary = Summary(Results())
    #expect(summary.overall.instances == 0 && summary.sizeClasses.isEmpty && summary.scalings.isEmpty)
  }
}
