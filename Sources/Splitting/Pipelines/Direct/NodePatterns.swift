/// A set of pieces, at most 128 of them; its elements come in ascending order.
struct PieceSet: Equatable, Sequence {
  static let capacity = 128
  var low: UInt64 = 0
  var high: UInt64 = 0

  static let all = PieceSet(low: .max, high: .max)

  var isEmpty: Bool { low | high == 0 }

  var first: Int { low != 0 ? low.trailingZeroBitCount : high != 0 ? 64 + high.trailingZeroBitCount : .max }

  func contains(_ piece: Int) -> Bool {
    (piece < 64 ? low >> UInt64(piece) : high >> UInt64(piece - 64)) & 1 == 1
  }

  mutating func insert(_ piece: Int) {
    if piece < 64 { low |= 1 << UInt64(piece) } else { high |= 1 << UInt64(piece - 64) }
  }

  func intersects(_ other: PieceSet) -> Bool { low & other.low | high & other.high != 0 }

  func contains(_ other: PieceSet) -> Bool { other.low & ~low | other.high & ~high == 0 }

  func union(_ other: PieceSet) -> PieceSet { PieceSet(low: low | other.low, high: high | other.high) }

  func intersection(_ other: PieceSet) -> PieceSet { PieceSet(low: low & other.low, high: high & other.high) }

  func makeIterator() -> Iterator { Iterator(low: low, high: high) }

  struct Iterator: IteratorProtocol {
    fileprivate var low: UInt64
    fileprivate var high: UInt64

    mutating func next() -> Int? {
      if low != 0 {
        defer { low &= low - 1 }
        return low.trailingZeroBitCount
      }
      guard high != 0 else { return nil }
      defer { high &= high - 1 }
      return 64 + high.trailingZeroBitCount
    }
  }
}

/// All sets of pieces that a node can run within a limit, the *patterns* of the node: their work and memory fit, and
/// each of their blocks can start and end there.
///
/// With prices, only those patterns whose price is close enough to the node's best.
struct NodePatterns {
  /// By node.
  private(set) var sets: [[PieceSet]] = []

  /// The patterns of every node; `nil` if there are more than a limit altogether, or too many pieces, or if the
  /// record must stop.
  init?(_ limited: LimitedPipeline, _ record: BottleneckRecord, countLimit: Int, least: LeastPrice? = nil) {
    guard limited.pieceCount <= PieceSet.capacity else { return nil }
    var (count, stepsLeft) = (0, 200 * countLimit)
    for node in 0..<limited.figures.nodeCount {
      guard !record.mustStop else { return nil }
      var listing = PatternListing(
        limited, node, record, countLimit: countLimit - count, stepLimit: stepsLeft, least: least)
      guard let found = listing.run() else { return nil }
      count += found.count
      stepsLeft = listing.stepsLeft
      sets.append(found)
    }
  }

  /// Prices of pieces and, by node, the least price of a pattern to list.
  struct LeastPrice {
    let prices: [Double]
    let least: [Double]
  }
}

/// Lists the patterns of one node, piece after piece.
private struct PatternListing {
  /// What a piece is on the node. Pieces that do not fit it are left out.
  private struct Item {
    let piece: Int
    let work: Double
    let memory: Double
    let peak: Double
    let price: Double
    let canStart: Bool
    /// Whether the tensor after the piece can leave the node.
    let canEnd: Bool
  }

  private let items: [Item]
  private let record: BottleneckRecord
  private let countLimit: Int
  private let room: Double
  private let loose: Double
  private let least: Double
  /// By position: the most that the items from here on can add a unit of work, a unit of memory, and altogether.
  private var perWork: [Double]
  private var perMemory: [Double]
  private var total: [Double]
  private var sets: [PieceSet] = []
  private(set) var stepsLeft: Int

  init(
    _ limited: LimitedPipeline, _ node: Int, _ record: BottleneckRecord, countLimit: Int, stepLimit: Int,
    least: NodePatterns.LeastPrice?
  ) {
    let base = node * limited.stages.count
    items = (0..<limited.pieceCount).filter { limited.ends[base + $0] > Int32($0) }.map { piece in
      Item(
        piece: piece, work: limited.workBefore[base + piece + 1] - limited.workBefore[base + piece],
        memory: limited.memoryBefore[piece + 1] - limited.memoryBefore[piece],
        peak: limited.activations[piece],
        price: least?.prices[piece] ?? 0, canStart: limited.canStart[base + piece],
        canEnd: limited.canEnd[base + piece + 1])
    }
    self.record = record
    self.countLimit = countLimit
    room = limited.figures.memoryLimit[node] * (1 + LimitedPipeline.slack)
    loose = limited.limit * (1 + LimitedPipeline.slack)
    self.least = least?.least[node] ?? -.infinity
    perWork = [Double](repeating: 0, count: items.count + 1)
    perMemory = perWork
    total = perWork
    stepsLeft = stepLimit
    for position in items.indices.reversed() {
      let item = items[position]
      let isDear = item.price > 0
      perWork[position] = max(perWork[position + 1], isDear ? item.price / item.work : 0)
      perMemory[position] = max(perMemory[position + 1], isDear ? item.price / item.memory : 0)
      total[position] = total[position + 1] + item.price
    }
  }

  mutating func run() -> [PieceSet]? {
    if least <= 0 { sets.append(PieceSet()) }
    extend(PieceSet(), from: 0, last: nil, busy: 0, memory: 0, peak: 0, price: 0)
    return stepsLeft < 0 || sets.count > countLimit ? nil : sets
  }

  /// Lists the sets that add items from a position on to a set whose last item is given.
  private mutating func extend(
    _ set: PieceSet, from: Int, last: Item?, busy: Double, memory: Double, peak: Double, price: Double
  ) {
    // The piece that continues the last block; after any other one the tensor has left the node.
    let following = last.map { $0.piece + 1 } ?? -1
    let mayLeave = last?.canEnd ?? true
    for position in from..<max(from, items.count) {
      let item = items[position]
      let continues = item.piece == following
      if !continues && !mayLeave { return }
      stepsLeft -= 1
      if stepsLeft & 0xFFFF == 0 && record.mustStop { stepsLeft = -1 }
      if stepsLeft < 0 || sets.count > countLimit { return }
      if least > -.infinity {
        let byWork = perWork[position] * (loose - busy)
        let byMemory = perMemory[position] * max(0, room - memory - peak)
        // A product of 0 and infinity, where work or memory of a piece is 0, bounds nothing.
        let most = min(byWork.isNaN ? .infinity : byWork, byMemory.isNaN ? .infinity : byMemory)
        if price + min(total[position], most) < least { return }
      }
      guard continues || item.canStart else { continue }
      let (busy, memory, peak) = (busy + item.work, memory + item.memory, max(peak, item.peak))
      guard busy <= loose, memory + peak <= room else { continue }
      var larger = set
      larger.insert(item.piece)
      if item.canEnd && price + item.price >= least { sets.append(larger) }
      extend(
        larger, from: position + 1, last: item, busy: busy, memory: memory, peak: peak,
        price: price + item.price)
    }
  }
}
