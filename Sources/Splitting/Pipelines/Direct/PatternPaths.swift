/// The cheapest chain of hosts when each piece has a price on each node, and the cheapest one through each pair.
///
/// - Complexity: O(K N log N) for dense links.
struct PatternPaths {
  private let limited: LimitedPipeline
  private let n: Int
  private let pieces: Int
  /// At `table * nodeCount + node`, in words: which nodes reach the node; the transpose of the limited pipeline's.
  private let reachedBy: [UInt64]
  /// At `piece * nodeCount + node`: the cheapest rest with this piece on the node, and the host after it.
  private(set) var rest: [Double]
  private var following: [Int32]
  /// At `piece * nodeCount + node`: the cheapest beginning up to this piece on the node.
  private var beginning: [Double]
  private var order: [Int] = []
  private(set) var least = Double.infinity
  private var first = -1

  init(_ limited: LimitedPipeline) {
    self.limited = limited
    n = limited.figures.nodeCount
    pieces = limited.pieceCount
    rest = [Double](repeating: .infinity, count: n * pieces)
    following = [Int32](repeating: -1, count: n * pieces)
    beginning = rest
    var reachedBy = [UInt64](repeating: 0, count: limited.reach.count)
    let words = limited.wordCount
    for row in 0..<limited.reach.count / words {
      let (table, node) = (row / n, row % n)
      for word in 0..<words {
        var bits = limited.reach[row * words + word]
        while bits != 0 {
          let other = word * 64 + bits.trailingZeroBitCount
          reachedBy[(table * n + other) * words + node >> 6] |= 1 << UInt64(node & 63)
          bits &= bits - 1
        }
      }
    }
    self.reachedBy = reachedBy
  }

  /// Finds the cheapest chain.
  ///
  /// - Parameter prices: at `node * K + piece`; infinite where the node may not run the piece.
  mutating func solve(_ prices: [Double]) {
    let figures = limited.figures
    for piece in (0..<pieces).reversed() {
      let row = piece * n
      if piece == pieces - 1 {
        for node in 0..<n {
          let ends = node == figures.target || limited.reaches(pieces, node, figures.target)
          rest[row + node] = ends ? prices[node * pieces + piece] : .infinity
        }
        continue
      }
      sortRow(rest, row + n)
      for node in 0..<n {
        let price = prices[node * pieces + piece]
        guard price < .infinity else {
          rest[row + node] = .infinity
          continue
        }
        var (cost, host) = (rest[row + n + node], node)
        let table = (limited.reachTable[piece + 1] * n + node) * limited.wordCount
        for other in order {
          if rest[row + n + other] >= cost { break }
          if limited.reach[table + other >> 6] >> UInt64(other & 63) & 1 == 1 {
            (cost, host) = (rest[row + n + other], other)
            break
          }
        }
        rest[row + node] = price + cost
        following[row + node] = Int32(host)
      }
    }
    (least, first) = (.infinity, -1)
    for node in 0..<n where rest[node] < least && isReachedFirst(node) { (least, first) = (rest[node], node) }
  }

  private func isReachedFirst(_ node: Int) -> Bool {
    node == limited.figures.source || limited.reaches(0, limited.figures.source, node)
  }

  private mutating func sortRow(_ values: [Double], _ row: Int) {
    order.removeAll(keepingCapacity: true)
    for node in 0..<n where values[row + node] < .infinity { order.append(node) }
    values.withUnsafeBufferPointer { values in
      order.sort { values[row + $0] < values[row + $1] }
    }
  }

  /// The hosts of the cheapest chain.
  func hosts() -> [Int] {
    var (hosts, node) = ([Int](), first)
    for piece in 0..<pieces {
      hosts.append(node)
      node = Int(following[piece * n + node])
    }
    return hosts
  }

  /// Computes the beginnings after ``solve(_:)``, for ``through(_:_:)``.
  mutating func solveBeginnings(_ prices: [Double]) {
    for node in 0..<n { beginning[node] = isReachedFirst(node) ? prices[node * pieces] : .infinity }
    for piece in 1..<max(1, pieces) {
      let row = piece * n
      sortRow(beginning, row - n)
      for node in 0..<n {
        let price = prices[node * pieces + piece]
        guard price < .infinity else {
          beginning[row + node] = .infinity
          continue
        }
        var cost = beginning[row - n + node]
        let table = (limited.reachTable[piece] * n + node) * limited.wordCount
        for other in order {
          if beginning[row - n + other] >= cost { break }
          if reachedBy[table + other >> 6] >> UInt64(other & 63) & 1 == 1 {
            cost = beginning[row - n + other]
            break
          }
        }
        beginning[row + node] = price + cost
      }
    }
  }

  /// The price of the cheapest chain with a piece on a node, the piece's price counted once.
  func through(_ piece: Int, _ node: Int, _ price: Double) -> Double {
    rest[piece * n + node] + beginning[piece * n + node] - price
  }
}
