import Foundations

/// Beginnings of plans in a block graph, each with the share of the limit that it puts on every tracked link.
struct BlockLabels {
  /// The beginning of a plan that ends with the tensor at a node.
  struct Label {
    /// The nodes that have had their block.
    var used: SIMD4<UInt64>
    /// The prices of what was used.
    var paid: Double
    /// `paid` and the least price of the rest.
    var cost: Double
    /// The index of the unused nodes in the subset table.
    var unused: Int32
    var node: Int32
    /// Where the way here is written down.
    var step: Int32
    /// Whether the node has just run its block, so that the tensor leaves it.
    var isLeaving: Bool

    func hasUsed(_ node: Int) -> Bool { used[node >> 6] >> UInt64(node & 63) & 1 != 0 }
  }

  /// The number of tracked links.
  let width: Int
  private(set) var labels: [Label] = []
  private(set) var loads: [Double] = []

  /// The number of nodes that a label can tell apart.
  static let mostNodes = 256

  init(width: Int) { self.width = width }

  var count: Int { labels.count }
  /// About how many numbers the labels hold.
  var size: Int { labels.count * (10 + width) }
  subscript(_ index: Int) -> Label { labels[index] }

  mutating func removeAll() {
    labels.removeAll(keepingCapacity: true)
    loads.removeAll(keepingCapacity: true)
  }

  /// Adds a label with the loads of another one.
  mutating func append(_ label: Label, loadsOf index: Int, in other: BlockLabels) {
    labels.append(label)
    loads.append(contentsOf: other.loads[index * width..<(index + 1) * width])
  }

  /// Adds a label with the loads of one of these labels.
  mutating func append(_ label: Label, loadsOf index: Int) {
    labels.append(label)
    for position in index * width..<(index + 1) * width { loads.append(loads[position]) }
  }

  /// Adds a label without loads.
  mutating func appendFirst(_ label: Label) {
    labels.append(label)
    loads.append(contentsOf: repeatElement(0, count: width))
  }

  func load(_ index: Int, _ position: Int) -> Double { loads[index * width + position] }

  mutating func setLoad(_ index: Int, _ position: Int, to load: Double) {
    loads[index * width + position] = load
  }

  mutating func setStep(_ index: Int, to step: Int32) { labels[index].step = step }

  /// Adds those labels to a list of undominated ones that none of the list dominates: a label dominates another one at the
  /// same node and stage if it used a part of its nodes, paid no more, and loads no link more, since every rest of the other
  /// one is then one of its own.
  /// - Returns: the labels that were added; some of them only after a cancellation.
  /// - Complexity: O(candidates · list · width) in the worst case.
  func addUndominated(_ candidates: [Int], to list: inout [Int], _ cancellation: Cancellation) -> [Int] {
    // A label can only dominate labels that paid as much.
    let ordered = candidates.sorted { (labels[$0].paid, $0) < (labels[$1].paid, $1) }
    let first = list.count
    var rivals = list.map { Rival(used: labels[$0].used, paid: labels[$0].paid) }
    rivals.reserveCapacity(list.count + candidates.count)
    loads.withUnsafeBufferPointer { loads in
      for (number, candidate) in ordered.enumerated() {
        if number & 63 == 63, cancellation.isCancelled { return }
        let label = Rival(used: labels[candidate].used, paid: labels[candidate].paid)
        let isDominated = rivals.withUnsafeBufferPointer { rivals in
          rivals.indices.contains { index in
            guard rivals[index].mayDominate(label) else { return false }
            let (one, other) = (list[index] * width, candidate * width)
            for link in 0..<width where loads[one + link] > loads[other + link] { return false }
            return true
          }
        }
        guard !isDominated else { continue }
        rivals.append(label)
        list.append(candidate)
      }
    }
    return Array(list[first...])
  }

  /// What is compared first of two labels.
  private struct Rival {
    let used: SIMD4<UInt64>
    let paid: Double

    @inline(__always)
    func mayDominate(_ other: Rival) -> Bool {
      guard used[0] & ~other.used[0] == 0, paid <= other.paid else { return false }
      let extra = used & ~other.used
      return extra[1] | extra[2] | extra[3] == 0
    }
  }

  /// These labels with some of them only.
  func keeping(_ indices: [Int]) -> BlockLabels {
    var kept = BlockLabels(width: width)
    for index in indices { kept.append(labels[index], loadsOf: index, in: self) }
    return kept
  }
}
