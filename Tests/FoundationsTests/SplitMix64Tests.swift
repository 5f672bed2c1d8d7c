import Foundation
import Foundations
import Testing

struct SplitMix64Tests {
  /// What the authors' program gives for this seed.
  @Test func theSequenceIsThePublishedOne() {
    var random = SplitMix64(seed: 1_234_567)
    let numbers = (0..<5).map { _ in random.next() }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func unitsAreEvenlySpreadBelowOne() {
    var random = SplitMix64(seed: 3)
    let units = (0..<10_000).map { _ in random.nextUnit() }
    #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
    for tenth in 0..<10 {
      let count = units.count { Int($0 * 10) == tenth }
      #expect(abs(count - 1000) < 150, "\(tenth): \(count)")
    }
  }

  @Test func indicesAreDifferentAndInRange() {
    var random = SplitMix64(seed: 4)
    for count in 1...20 {
      #expect((0..<100).allSatisfy { _ in (0..<count).contains(random.nextIndex(below: count)) })
      let some = random.nextIndices(count / 2 + 1, below: count)
      #expect(some.count == count / 2 + 1 && Set(some).count == some.count)
      #expect(some.allSatisfy { (0..<count).contains($0) })
      #expect(random.nextIndices(count, below: count).sorted() == Array(0..<count))
    }
  }

  @Test func logarithmicNumbersAreEvenlySpreadOverTheMagnitudes() {
    var random = SplitMix64(seed: 5)
    let numbers = (0..<3000).map { _ in random.nextLogUniform(1e3, 1e9) }
    #expect(numbers.allSatisfy { $0 >= 1e3 && $0 <= 1e9 })
    for low in [1e3, 1e5, 1e7] {
      let count = numbers.count { $0 >= low && $0 < 100 * low }
      #expect(abs(count - 1000) < 120, "\(low): \(count)")
    }
  }

  @Test func powersAreThoseOfTheMathematicalLibrary() {
    for share in stride(from: 0.0, through: 1, by: 1.0 / 64) {
      let (low, high) = (2e-3, 7e8)
      let expected = low * pow(high / low, share)
      #expect(abs(SplitMix64.power(low, to: high, share: share) - expected) <= 1e-8 * expected, "\(share)")
    }
  }
}
