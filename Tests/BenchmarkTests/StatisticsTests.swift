import BenchmarkHarness
import Foundations
import TestSupport
import Testing

@Suite struct StatisticsTests {
  // python3 -c "import numpy as n; x=n.array([.02,.5,3,60]); print([n.exp(n.log(x+s).mean())-s for s in (10,.01)])"
  @Test func shiftedGeometricMeansAreThoseOfNumPy() {
    let values = [0.02, 0.5, 3, 60]
    #expect(isClose(Statistics.shiftedGeometricMean(values, shift: 10), 7.590354958054249))
    #expect(isClose(Statistics.shiftedGeometricMean(values, shift: 0.01), 1.279348704691509))
    #expect(isClose(Statistics.shiftedGeometricMean([4], shift: 10), 4))
    #expect(Statistics.shiftedGeometricMean([], shift: 10) == nil)
  }

  @Test func unfinishedRunsCountTenfoldInPAR10() {
    #expect(Statistics.par10([2, nil, 4], limit: 60) == 202)
    #expect(Statistics.par10([nil], limit: 60) == 600)
    #expect(Statistics.par10([], limit: 60) == nil)
  }

  @Test func mediansAreInTheMiddle() {
    #expect(Statistics.median([5, 1, 3]) == 3)
    #expect(Statistics.median([5, 1, 3, 4]) == 3.5)
    #expect(Statistics.median([1, .infinity, .infinity]) == .infinity)
    #expect(Statistics.median([1, 2, .infinity]) == 2)
    #expect(Statistics.median([]) == nil)
  }

  // import numpy as n, scipy.stats as s; x=n.array([5,10,20,40,40,80]); y=n.array([.011,.05,.31,1.4,2.1,9.7])
  // r=s.linregress(n.log(x),n.log(y)); print(r.slope, r.stderr, n.exp(r.intercept))
  @Test func powerLawsAreTheRegressionOfSciPy() throws {
    let sizes = [5.0, 10, 20, 40, 40, 80]
    let seconds = [0.011, 0.05, 0.31, 1.4, 2.1, 9.7]
    let law = try #require(PowerLaw(Array(zip(sizes, seconds))))
    #expect(isClose(law.exponent, 2.4671177568850347, within: 1e-10))
    #expect(isClose(law.standardError, 0.07015400049851835, within: 1e-10))
    #expect(isClose(law.factor, 0.0001909414848487598, within: 1e-10))
    #expect(law.count == 6)
  }

  @Test func aPowerLawIsFoundAgain() throws {
    let law = try #require(PowerLaw([1.0, 3, 7, 20].map { (size: $0, seconds: 0.5 * $0 * $0 * $0) }))
    #expect(isClose(law.exponent, 3))
    #expect(law.standardError < 1e-12)
    #expect(isClose(law.seconds(at: 10), 500))
  }

  @Test func twoSizesMakeNoLaw() {
    #expect(PowerLaw([(size: 1, seconds: 1), (size: 2, seconds: 2), (size: 2, seconds: 3)]) == nil)
    #expect(PowerLaw([(size: 1, seconds: 1), (size: 2, seconds: 0), (size: 3, seconds: 3)]) == nil)
  }
}

@Suite struct BootstrapTests {
  private let sample = [1.3, 0.7, 4.1, 2.2, 9.5]

  /// All 5^5 resamples are enumerated. The share of them beyond an end is that of the tail, but for what the choice of
  /// 2000 of them leaves to chance: four standard deviations.
  @Test(arguments: [0.95, 0.8, 0.5])
  func intervalsAreThoseOfTheExactDistribution(confidence: Double) throws {
    let tail = (1 - confidence) / 2
    let slack = 4 * (tail * (1 - tail) / 2000).squareRoot()
    for statistic in [Statistics.mean, Statistics.median] {
      let exact = resamples(5).map { statistic($0) ?? .nan }
      func share(_ isBeyond: (Double) -> Bool) -> Double { Double(exact.count(where: isBeyond)) / 3125 }
      for seed in UInt64(1)...5 {
        let interval = try #require(
          Statistics.bootstrapInterval(sample, confidence: confidence, seed: seed) { statistic($0) ?? .nan })
        let comment: Comment = "seed \(seed): \(interval)"
        #expect(share { $0 < interval.lowerBound - 1e-9 } <= tail + slack, comment)
        #expect(share { $0 <= interval.lowerBound + 1e-9 } >= tail - slack, comment)
        #expect(share { $0 > interval.upperBound + 1e-9 } <= tail + slack, comment)
        #expect(share { $0 >= interval.upperBound - 1e-9 } >= tail - slack, comment)
      }
    }
  }

  private func resamples(_ length: Int) -> [[Double]] {
    length == 0 ? [[]] : resamples(length - 1).flatMap { start in sample.map { start + [$0] } }
  }

  @Test func theSameSeedGivesTheSameInterval() {
    func interval(_ seed: UInt64) -> ClosedRange<Double>? {
      Statistics.bootstrapInterval(sample, resamples: 50, seed: seed) { Statistics.mean($0) ?? .nan }
    }
    #expect(interval(1) == interval(1))
    #expect(Set((1...5).map(interval)).count > 1)
  }

  @Test func oneValueHasNoInterval() {
    #expect(Statistics.bootstrapInterval([1]) { $0[0] } == nil)
    #expect(Statistics.bootstrapInterval([1, 1]) { $0[0] } == 1...1)
  }
}

@Suite struct RatioTests {
  private func ratio(_ time: Double?, _ reference: Double?) -> Ratio? {
    Ratio(of: time, to: reference, limit: 60)
  }

  @Test func runsThatWereCutOffBoundTheirRatio() {
    #expect(ratio(6, 2)?.value == 3)
    #expect(ratio(nil, 2)?.isLowerBound == true)
    #expect(ratio(nil, 2)?.lower == 30)
    #expect(ratio(6, nil)?.isUpperBound == true)
    #expect(ratio(6, nil)?.upper == 0.1)
    #expect(ratio(nil, nil) == nil)
  }

  @Test func mediansAreAsCensoredAsTheirMiddle() throws {
    // 3, at least 30, at least 60
    let most = try #require(Ratio.median([ratio(nil, 1), ratio(6, 2), ratio(nil, 2)].compactMap { $0 }))
    #expect(most.isLowerBound && most.lower == 30)
    // 3, 4, at least 30
    #expect(Ratio.median([ratio(nil, 2), ratio(6, 2), ratio(8, 2)].compactMap { $0 })?.value == 4)
    // at most 0.1, at most 0.5, 4
    let least = try #require(Ratio.median([ratio(6, nil), ratio(30, nil), ratio(8, 2)].compactMap { $0 }))
    #expect(least.isUpperBound && least.upper == 0.5)
    // 31, at least 30, 40: anything from 31 to 40, as the one in between is not known
    let between = try #require(Ratio.median([ratio(31, 1), ratio(nil, 2), ratio(40, 1)].compactMap { $0 }))
    #expect(between.lower == 31 && between.upper == 40)
    #expect(between.value == nil && !between.isLowerBound && !between.isUpperBound)
    #expect(Ratio.median([]) == nil)
  }

  /// Whatever the times beyond the limit are, the true median is between the ends told.
  @Test func trueMediansAreWithinTheEnds() throws {
    for seed in UInt64(0)..<200 {
      var random = SplitMix64(seed: seed)
      let pairs = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        (random.nextUnit() * 120, random.nextUnit() * 120)
      }.filter { min($0.0, $0.1) < 60 }
      let censored = pairs.compactMap { ratio($0.0 < 60 ? $0.0 : nil, $0.1 < 60 ? $0.1 : nil) }
      guard let median = Ratio.median(censored) else { continue }
      let truth = try #require(Statistics.median(pairs.map { $0.0 / $0.1 }))
      #expect(median.lower <= truth && truth <= median.upper, "seed \(seed): \(median), \(truth)")
    }
  }

  @Test func intervalsAreOpenWhereMediansAre() throws {
    let ratios = [ratio(6, 2), ratio(nil, 2), ratio(8, 2), ratio(10, 2), ratio(nil, 1), ratio(nil, 2)]
      .compactMap { $0 }
    let interval = try #require(Ratio.medianInterval(ratios))
    #expect(interval.lowerBound <= 4 && interval.upperBound == .infinity)
    // Five values leave the median outside with 1 / 16.
    #expect(Ratio.medianInterval(Array(ratios.prefix(5))) == nil)
  }
}

@Suite struct PerformanceProfileTests {
  /// Three methods on four problems, of which one is solved by none: by hand.
  @Test func curvesStepWhereARatioIsReached() {
    let profile = PerformanceProfile(
      methods: [layered, pairflow, native],
      times: [
        [1, 2, nil],
        [3, 3, 12],
        [8, nil, 2],
        [nil, nil, nil],
      ])
    #expect(profile.problems == 4)
    #expect(profile.curves.map(\.method) == [layered, pairflow, native])
    #expect(profile.curves[0].steps.map(\.ratio) == [1, 4])
    #expect(profile.curves[0].steps.map(\.share) == [0.5, 0.75])
    #expect(profile.curves[1].steps.map(\.ratio) == [1, 2])
    #expect(profile.curves[1].steps.map(\.share) == [0.25, 0.5])
    #expect(profile.curves[2].steps.map(\.ratio) == [1, 4])
    #expect(profile.curves[2].steps.map(\.share) == [0.25, 0.5])
    #expect([0.9, 1, 3.9, 4, 100].map { profile.curves[0].share(within: $0) } == [0, 0.5, 0.5, 0.75, 0.75])
  }

  @Test func aMethodThatSolvesNothingHasNoSteps() {
    let profile = PerformanceProfile(methods: [layered, pairflow], times: [[1, nil], [0, nil]])
    #expect(profile.curves[0].steps.map(\.share) == [1])
    #expect(profile.curves[1].steps.isEmpty)
  }
}
