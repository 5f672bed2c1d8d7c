import Foundations

/// Searches graphs for simple paths of a given number of nodes by colour coding.
///
/// Every node gets one of k colours at random, and a path that has each colour once is found by dynamic programming over
/// the sets of colours of the paths that end in a node. Colourings are repeated until a path that exists is missed with
/// probability 1/1000, or for as long as `workLimit` allows, which is less for long paths.
///
/// Alon, Yuster and Zwick, "Color-coding" (Journal of the ACM 42(4), 1995). Three things make it faster: colours are
/// dealt out evenly, which makes a path colourful more often than if they are drawn (always, in a graph of k nodes);
/// ends that are given have colours of their own; and the sets of a node are a table of bits, so that adding a colour to
/// all of them is a shift.
///
/// - Complexity: O(e^k k 2^k E) for E arcs.
struct ColourCoding {
  /// The most nodes of a path.
  static let largestSize = 16
  /// The words of the tables that a search may shift, which takes less than a second.
  private static let workLimit = 3e8

  let nodeCount: Int
  /// The number of nodes of a path, at most `largestSize`.
  let size: Int
  let start: Int?
  let end: Int?
  private let cancellation: Cancellation
  private let words: Int
  private var colours: [Int]
  /// At (round * nodeCount + node) * words: a bit for each set of colours, set if a path with these colours and as many
  /// nodes as the round's number plus 1 ends in the node.
  private var sets: [UInt64]

  init(nodeCount: Int, size: Int, start: Int?, end: Int?, cancellation: Cancellation) {
    precondition(size >= 2 && size <= Self.largestSize)
    self.nodeCount = nodeCount
    self.size = size
    self.start = start
    self.end = end
    self.cancellation = cancellation
    words = max(1, (1 << size) / 64)
    colours = Array(repeating: 0, count: nodeCount)
    sets = Array(repeating: 0, count: size * nodeCount * words)
  }

  /// A simple path over the arcs between the ends, those that are given.
  mutating func path(
    _ arcs: ArraySlice<(tail: Int, head: Int)>, _ random: inout SplitMix64
  ) -> [Int]? {
    var isUsed = [Bool](repeating: false, count: nodeCount)
    for (tail, head) in arcs { (isUsed[tail], isUsed[head]) = (true, true) }
    var inner = (0..<nodeCount).filter { isUsed[$0] && $0 != start && $0 != end }
    guard inner.count >= innerSize else { return nil }
    for _ in 0..<colourings(nodes: inner.count, arcs: arcs.count) {
      if cancellation.isCancelled { return nil }
      inner.shuffle(using: &random)
      colour(inner)
      if let last = lastOfColourful(arcs) { return walkBack(from: last, arcs) }
    }
    return nil
  }

  /// The nodes of a path that are not given.
  private var innerSize: Int { size - (start == nil ? 0 : 1) - (end == nil ? 0 : 1) }

  private func colourings(nodes: Int, arcs: Int) -> Int {
    // That a set of as many nodes has different colours: the choices with different ones, over all choices.
    var probability = 1.0
    for colour in 0..<innerSize {
      let ofColour = nodes / innerSize + (colour < nodes % innerSize ? 1 : 0)
      probability *= Double(ofColour) * Double(colour + 1) / Double(nodes - colour)
    }
    // (1 - p)^n <= exp(-p n), and exp(-6.91) is 1/1000.
    let wanted = 6.91 / probability
    let affordable = Self.workLimit / Double((size - 1) * arcs * words)
    return max(1, Int(min(wanted, affordable).rounded(.up)))
  }

  private mutating func colour(_ inner: [Int]) {
    for (position, node) in inner.enumerated() { colours[node] = position % max(innerSize, 1) }
    if let start { colours[start] = innerSize }
    if let end { colours[end] = size - 1 }
  }

  /// The last node of a path with all colours.
  private mutating func lastOfColourful(_ arcs: ArraySlice<(tail: Int, head: Int)>) -> Int? {
    for index in sets.indices { sets[index] = 0 }
    for node in 0..<nodeCount where start == nil || node == start {
      let set = 1 << colours[node]
      sets[node * words + set / 64] = 1 << (set % 64)
    }
    for round in 1..<size {
      if cancellation.isCancelled { return nil }
      let (before, now) = ((round - 1) * nodeCount, round * nodeCount)
      for (tail, head) in arcs { extend(before + tail, to: now + head, colours[head]) }
    }
    let candidates = end.map { $0...$0 } ?? 0...(nodeCount - 1)
    return candidates.first { contains(round: size - 1, $0, (1 << size) - 1) }
  }

  /// Adds a colour to the sets in one row that lack it, and these to another row.
  private mutating func extend(_ source: Int, to target: Int, _ colour: Int) {
    let (source, target) = (source * words, target * words)
    sets.withUnsafeMutableBufferPointer { sets in
      if colour < 6 {
        let (mask, shift) = (Self.without[colour], UInt64(1 << colour))
        for word in 0..<words { sets[target + word] |= (sets[source + word] & mask) << shift }
      } else {
        let step = 1 << (colour - 6)
        for word in 0..<words where word & step == 0 { sets[target + word + step] |= sets[source + word] }
      }
    }
  }

  /// By colour 0 ... 5: the bits of a word whose sets lack it.
  private static let without: [UInt64] = [
    0x5555_5555_5555_5555, 0x3333_3333_3333_3333, 0x0F0F_0F0F_0F0F_0F0F, 0x00FF_00FF_00FF_00FF,
    0x0000_FFFF_0000_FFFF, 0x0000_0000_FFFF_FFFF,
  ]

  private func contains(round: Int, _ node: Int, _ set: Int) -> Bool {
    sets[(round * nodeCount + node) * words + set / 64] >> (set % 64) & 1 == 1
  }

  /// A path with all colours to its last node.
  private func walkBack(from last: Int, _ arcs: ArraySlice<(tail: Int, head: Int)>) -> [Int] {
    var path = [last]
    var set = (1 << size) - 1
    for round in stride(from: size - 2, through: 0, by: -1) {
      let head = path[path.count - 1]
      set &= ~(1 << colours[head])
      guard let arc = arcs.first(where: { $0.head == head && contains(round: round, $0.tail, set) }) else {
        preconditionFailure("every set of colours comes from one of a round before")
      }
      path.append(arc.tail)
    }
    return path.reversed()
  }
}
