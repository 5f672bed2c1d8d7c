/// The cheapest way to run the rest of a pipeline in blocks, where each block fits what its node has left by itself,
/// each transfer fits its links by itself, and a node's work and memory have prices.
///
/// It relaxes that blocks of one node, and transfers over one link, add up. A dynamic program from the last cut back:
///
///     cheapest(i, w) = least over cuts j in the window of (i, w) of  price of block i..j on w + onward(j, w)
///     onward(j, v)   = least over nodes w that v reaches at cut j of cheapest(j, w)
///
/// - Complexity: O(K N log N) for dense links, with a monotone queue a node for the windows.
struct BlockWindows {
  private let nodeCount: Int
  private let stride: Int
  /// At `cut * nodeCount + node`: the price of the rest if a block starts here; and the cut where that block ends.
  private(set) var cheapest: [Double]
  private(set) var blockEnd: [Int32]
  /// At `cut * nodeCount + node`: the price of the rest after a block ended here; and the next host, -1 at the end.
  private(set) var onward: [Double]
  private(set) var nextHost: [Int32]
  /// At `node * (K+1) + cut`: the price of everything before the cut, were it all on the node.
  private(set) var before: [Double]
  private var queue: [Int32]
  private var queueFirst: [Int]
  private var queueLast: [Int]
  private var order: [Int] = []

  init(_ limited: LimitedPipeline) {
    nodeCount = limited.figures.nodeCount
    stride = limited.stages.count
    let size = nodeCount * stride
    cheapest = [Double](repeating: .infinity, count: size)
    blockEnd = [Int32](repeating: 0, count: size)
    onward = cheapest
    nextHost = [Int32](repeating: -1, count: size)
    before = [Double](repeating: 0, count: size)
    queue = [Int32](repeating: 0, count: size)
    queueFirst = [Int](repeating: 0, count: nodeCount)
    queueLast = queueFirst
  }

  /// The prices of a node's whole work limit and of its whole memory.
  struct Prices {
    var work: [Double]
    var memory: [Double]

    mutating func normalise() {
      let sum = work.reduce(0, +) + memory.reduce(0, +)
      guard sum > 0 else { return }
      for node in work.indices {
        work[node] /= sum
        memory[node] /= sum
      }
    }
  }

  /// Computes the table for all cuts from `first` on.
  ///
  /// - Parameters:
  ///   - ends: at `node * (K+1) + cut`, the last cut at which a block may end; the cut itself if there is no block.
  ///   - prices: at least 0.
  mutating func solve(_ limited: LimitedPipeline, _ prices: Prices, from first: Int, ends: [Int32]) {
    let (n, stride, pieces, words) = (nodeCount, stride, stride - 1, limited.wordCount)
    price(limited, prices, from: first)
    for node in 0..<n {
      // Queues hold cuts; each has its own stretch of `queue`, filled from the end.
      queueFirst[node] = (node + 1) * stride
      queueLast[node] = (node + 1) * stride
    }
    let target = limited.figures.target
    for node in 0..<n {
      let isReached = node == target || limited.reaches(pieces, node, target)
      onward[pieces * n + node] = isReached ? 0 : .infinity
      nextHost[pieces * n + node] = -1
    }
    var start = pieces - 1
    while start >= first {
      order.removeAll(keepingCapacity: true)
      for node in 0..<n {
        push(start + 1, node)
        let base = node * stride
        let end = ends[base + start]
        while queueLast[node] > queueFirst[node], queue[queueLast[node] - 1] > end { queueLast[node] -= 1 }
        if queueLast[node] > queueFirst[node] {
          let cut = Int(queue[queueLast[node] - 1])
          cheapest[start * n + node] = onward[cut * n + node] + before[base + cut] - before[base + start]
          blockEnd[start * n + node] = Int32(cut)
          order.append(node)
        } else {
          cheapest[start * n + node] = .infinity
        }
      }
      chooseHosts(limited, start, words)
      start -= 1
    }
  }

  private mutating func price(_ limited: LimitedPipeline, _ prices: Prices, from first: Int) {
    let figures = limited.figures
    for node in 0..<nodeCount {
      let work = limited.limit > 0 ? prices.work[node] / limited.limit : 0
      let room = figures.memoryLimit[node]
      let memory = room > 0 && room < .infinity ? prices.memory[node] / room : 0
      let base = node * stride
      for cut in first..<stride {
        before[base + cut] = work * limited.workBefore[base + cut] + memory * limited.memoryBefore[cut]
      }
    }
  }

  /// Adds a cut in front of a node's queue, in which prices to the end grow from the back to the front.
  private mutating func push(_ cut: Int, _ node: Int) {
    let rest = onward[cut * nodeCount + node]
    guard rest < .infinity else { return }
    let base = node * stride
    let price = rest + before[base + cut]
    while queueLast[node] > queueFirst[node] {
      let newest = Int(queue[queueFirst[node]])
      guard onward[newest * nodeCount + node] + before[base + newest] >= price else { break }
      queueFirst[node] += 1
    }
    if queueLast[node] == queueFirst[node] {
      queueFirst[node] = base + stride
      queueLast[node] = base + stride
    }
    queueFirst[node] -= 1
    queue[queueFirst[node]] = Int32(cut)
  }

  /// For every node the cheapest next host at a cut.
  private mutating func chooseHosts(_ limited: LimitedPipeline, _ cut: Int, _ words: Int) {
    let n = nodeCount
    let row = cut * n
    cheapest.withUnsafeBufferPointer { cheapest in
      order.sort { cheapest[row + $0] < cheapest[row + $1] }
    }
    let table = limited.reachTable[cut] * n * words
    limited.reach.withUnsafeBufferPointer { reach in
      for node in 0..<n {
        let reachRow = table + node * words
        var best = -1
        for other in order where reach[reachRow + other >> 6] >> UInt64(other & 63) & 1 == 1 {
          best = other
          break
        }
        onward[row + node] = best < 0 ? .infinity : cheapest[row + best]
        nextHost[row + node] = Int32(best)
      }
    }
  }

  /// The hosts of the pieces from a cut on, along the cheapest way.
  func path(from cut: Int, on node: Int) -> [Int] {
    var hosts: [Int] = []
    var (cut, node) = (cut, node)
    while cut < stride - 1 {
      let end = Int(blockEnd[cut * nodeCount + node])
      hosts.append(contentsOf: repeatElement(node, count: end - cut))
      if end < stride - 1 { node = Int(nextHost[end * nodeCount + node]) }
      cut = end
    }
    return hosts
  }
}
