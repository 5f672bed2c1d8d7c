import Foundations
import Testing

@testable import Graphs

@Suite struct KeyHeapTests {
  @Test func entriesComeInTheOrderOfTheirKeys() {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      let heap = KeyHeap()
      let keys = (0..<Int.random(in: 1...300, using: &random)).map { _ in
        Double(Int.random(in: 0...50, using: &random))
      }
      for (label, key) in keys.enumerated() {
        heap.push(key: key, label: label)
        heap.checkInvariants()
      }
      #expect(heap.count == keys.count, "seed \(seed)")
      var popped: [KeyHeap.Entry] = []
      while let entry = heap.pop() {
        popped.append(entry)
        heap.checkInvariants()
      }
      #expect(popped.map(\.key) == keys.sorted(), "seed \(seed)")
      #expect(popped.map(\.label).sorted() == Array(keys.indices), "seed \(seed)")
      #expect(popped.allSatisfy { keys[$0.label] == $0.key }, "seed \(seed)")
      #expect(heap.isEmpty && heap.pop() == nil)
    }
  }

  /// Pushes and pops in turn against a sorted list.
  @Test func itIsASortedList() {
    for seed in UInt64(0)..<40 {
      var random = SplitMix64(seed: seed)
      let heap = KeyHeap()
      var list: [Double] = []
      for _ in 0..<400 {
        if random.nextUnit() < 0.55 {
          let key = random.nextUnit() < 0.1 ? .infinity : random.nextUnit()
          heap.push(key: key, label: 0)
          list.insert(key, at: list.firstIndex { $0 >= key } ?? list.count)
        } else {
          let expected = list.isEmpty ? nil : list.removeFirst()
          #expect(heap.pop()?.key == expected, "seed \(seed)")
        }
        heap.checkInvariants()
        #expect(heap.count == list.count, "seed \(seed)")
      }
    }
  }

  @Test func anEmptiedHeapKnowsNothingOfBefore() {
    let heap = KeyHeap()
    for label in 0..<1000 { heap.push(key: Double(label), label: label) }
    heap.removeAll()
    #expect(heap.isEmpty && heap.pop() == nil)
    heap.push(key: 7, label: -1)
    #expect(heap.pop()?.label == -1 && heap.isEmpty)
  }

  /// Labels hold a row and a node in one number.
  @Test func labelsKeepAllTheirBits() {
    let heap = KeyHeap()
    for label in [Int.max, Int.min, 1 << 62, (1 << 30) << 32 | 0x7FFF_FFFF] {
      heap.push(key: 0, label: label)
      #expect(heap.pop()?.label == label)
    }
  }
}
