import Foundations
import Testing

@testable import SplittingPipelines

/// The dearest set that a node can take, against enumeration.
struct PatternKnapsackTests {
  /// Random items; whole numbers have many sets of equal size.
  private func items(_ random: inout SplitMix64, count: Int, isWhole: Bool) -> [PatternKnapsack.Item] {
    (0..<count).map { index in
      func figure(_ most: Int) -> Double {
        isWhole ? Double(random.nextIndex(below: most + 1)) / 20 : 0.05 * Double(most) * random.nextUnit()
      }
      return PatternKnapsack.Item(
        index: 100 + index, value: figure(20) + 0.001, work: figure(10), memory: figure(8), peak: figure(6))
    }
  }

  @Test(arguments: [false, true]) func theDearestSetIsThatOfEnumeration(_ isWhole: Bool) {
    for seed in UInt64(0)..<300 {
      var random = SplitMix64(seed: seed)
      let items = items(&random, count: 1 + random.nextIndex(below: 12), isWhole: isWhole)
      let (work, memory, peak) = (0.2 + random.nextUnit(), 0.2 + random.nextUnit(), 0.3 * random.nextUnit())
      func fits(_ set: [PatternKnapsack.Item]) -> Bool {
        set.reduce(0) { $0 + $1.work } <= work
          && set.reduce(0) { $0 + $1.memory } + set.reduce(peak) { max($0, $1.peak) } <= memory
      }
      var most = 0.0
      for mask in 0..<1 << items.count {
        let set = items.indices.filter { mask >> $0 & 1 == 1 }.map { items[$0] }
        if fits(set) { most = max(most, set.reduce(0) { $0 + $1.value }) }
      }
      let answer = PatternKnapsack.best(items, work: work, memory: memory, peak: peak)
      let found = items.filter { answer.indices.contains($0.index) }
      let context = "seed \(seed), whole \(isWhole): \(items), \(work), \(memory), \(peak)"
      #expect(found.count == answer.indices.count && (found.isEmpty || fits(found)), "\(context)")
      #expect(abs(found.reduce(0) { $0 + $1.value } - most) < 1e-9, "\(most); \(context)")
      #expect(answer.bound >= most && answer.bound < most + 1e-9, "\(answer.bound), \(most); \(context)")
    }
  }

  /// So many equal items that the depth-first search gives up: the labels find the optimum, or the bound is that of fractions.
  @Test func manyEqualItemsHaveABound() {
    for count in [30, 60, 120] {
      let items = (0..<count).map {
        PatternKnapsack.Item(
          index: $0, value: Double(1 + $0 % 3), work: Double(1 + $0 % 3), memory: Double(1 + $0 % 2), peak: 0)
      }
      // Half a unit of work is lost by every set of whole numbers.
      let answer = PatternKnapsack.best(items, work: 20.5, memory: 100, peak: 0)
      let value = answer.indices.reduce(0) { $0 + items[$1].value }
      #expect(value == 20, "\(count): \(answer)")
      #expect(answer.bound >= 20 && answer.bound < 20.5 + 1e-6, "\(count): \(answer)")
      #expect(Set(answer.indices).count == answer.indices.count)
    }
  }
}
