import Foundations
import Testing

@testable import Graphs

/// The table against a dictionary, for graphs that have a label for every vertex and for those that hash.
@Suite struct LabelTableTests {
  private struct Vertex: Hashable {
    let row: Int
    let node: Int
  }

  private struct Expected: Equatable {
    var distance: Double
    var parent: Int32
    var isSettled = false
  }

  /// Sizes on both sides of the limit up to which every vertex has a label.
  private static let sizes = [(7, 6), (1, 1), (300, 40), (1 << 20, 64), (3, 1 << 20), (1 << 30, 1 << 29)]

  @Test(arguments: sizes)
  func itIsADictionary(_ nodeCount: Int, _ rowCount: Int) {
    let table = LabelTable()
    for seed in UInt64(0)..<6 {
      var random = SplitMix64(seed: seed)
      table.reset(nodeCount: nodeCount, rowCount: rowCount)
      var expected: [Vertex: Expected] = [:]
      // Few enough that labels are met again; neighbours, since labels of neighbouring nodes lie side by side.
      let places = (0..<150).map { _ in
        let node = Int.random(in: 0..<nodeCount, using: &random)
        return Vertex(
          row: Int.random(in: 0..<rowCount, using: &random),
          node: min(nodeCount - 1, node + Int.random(in: 0...3, using: &random)))
      }
      for step in 0..<1500 {
        let vertex = places[random.nextIndex(below: places.count)]
        let label = table.label(row: vertex.row, node: vertex.node)
        let before = expected[vertex] ?? Expected(distance: .infinity, parent: 0)
        #expect(label.pointee.distance == before.distance, "seed \(seed), step \(step)")
        #expect(table.isSettled(label) == before.isSettled, "seed \(seed), step \(step)")
        if expected[vertex] != nil {
          #expect(label.pointee.parent == before.parent, "seed \(seed), step \(step)")
        }
        if random.nextUnit() < 0.3 {
          table.settle(label)
          expected[vertex] = Expected(
            distance: before.distance, parent: label.pointee.parent, isSettled: true)
        } else {
          let (distance, parent) = (random.nextUnit(), Int32.random(in: -3...1000, using: &random))
          table.improve(label, distance: distance, parent: parent)
          expected[vertex] = Expected(distance: distance, parent: parent)
        }
        if step % 50 == 0 { table.checkInvariants() }
      }
      table.checkInvariants()
      checkSettled(table, expected.filter(\.value.isSettled).mapValues(\.distance), "seed \(seed)")
    }
  }

  private func checkSettled(_ table: LabelTable, _ expected: [Vertex: Double], _ context: String) {
    var settled: [Vertex: Double] = [:]
    table.forEachSettled { row, node, distance in
      #expect(settled.updateValue(distance, forKey: Vertex(row: row, node: node)) == nil, "\(context): twice")
    }
    #expect(settled == expected, "\(context)")
  }

  /// Far more lines than the table begins with.
  @Test func itGrowsAndKeepsWhatItHas() {
    let table = LabelTable()
    table.reset(nodeCount: 1 << 20, rowCount: 1 << 20)
    func place(_ index: Int) -> (row: Int, node: Int) {
      (index * 7919 % (1 << 20), index * 104_729 % (1 << 20))
    }
    for index in 0..<20_000 {
      let (row, node) = place(index)
      let label = table.label(row: row, node: node)
      table.improve(label, distance: Double(index), parent: Int32(index))
      table.settle(label)
    }
    table.checkInvariants()
    for index in 0..<20_000 {
      let (row, node) = place(index)
      let label = table.label(row: row, node: node).pointee
      #expect(label.distance == Double(index) && label.parent == Int32(index))
    }
    // A small search after a large one, and a large one again.
    table.reset(nodeCount: 1 << 20, rowCount: 1 << 20)
    table.checkInvariants()
    #expect(table.label(row: place(5).row, node: place(5).node).pointee.distance == .infinity)
    table.reset(nodeCount: 1 << 20, rowCount: 1 << 20)
    checkSettled(table, [:], "after a reset")
  }

  /// Small graphs are not cleared: generations tell old labels from new ones.
  @Test func nothingIsLeftOfTheSearchBefore() {
    let table = LabelTable()
    for (round, size) in [(10, 10), (3, 2), (40, 8), (10, 10), (1 << 20, 4), (10, 10)].enumerated() {
      table.reset(nodeCount: size.0, rowCount: size.1)
      for row in 0..<size.1 {
        for node in 0..<min(size.0, 100) {
          let label = table.label(row: row, node: node)
          #expect(label.pointee.distance == .infinity && !table.isSettled(label), "round \(round)")
          table.improve(label, distance: 1, parent: 1)
          table.settle(label)
        }
      }
      table.checkInvariants()
    }
  }
}
