import Testing

@testable import Graphs

@Suite struct FlatArrayTests {
  @Test func itHoldsWhatWasPutIn() {
    let zeros = FlatArray(repeating: 0.0, count: 5)
    let numbers = FlatArray([3, 1, 4, 1, 5] as [Int32])
    #expect(zeros.count == 5 && (0..<5).allSatisfy { zeros[$0] == 0 })
    #expect((0..<numbers.count).map { numbers[$0] } == [3, 1, 4, 1, 5])
    numbers[1] = 9
    numbers.address(4).pointee += 2
    #expect((0..<numbers.count).map { numbers[$0] } == [3, 9, 4, 1, 7])
    numbers.fill(-1)
    #expect((0..<numbers.count).allSatisfy { numbers[$0] == -1 })
  }

  @Test func aCopyIsAnother() {
    let original = FlatArray((0..<100).lazy.map { Double($0) })
    let copy = FlatArray(copying: original)
    copy[7] = -1
    #expect(original[7] == 7 && copy[7] == -1 && copy[99] == 99 && copy.count == 100)
  }

  @Test func itMayBeEmpty() {
    let empty = FlatArray([] as [Double])
    empty.fill(1)
    #expect(empty.count == 0 && FlatArray(copying: empty).count == 0)
    #expect(FlatArray(repeating: true, count: 0).count == 0)
  }
}
