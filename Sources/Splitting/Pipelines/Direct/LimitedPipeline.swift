/// What a limit on the load leaves of a pipeline: the stages that can be cut, and what fits a node or a link by itself.
///
/// Layers between two stages that no link carries within the limit run on one node, so they are merged to one *piece*.
/// That is exact for this limit and a valid relaxation for every smaller one. Pieces count from 0 to K-1; cut k lies
/// before piece k, so that cut 0 is stage 0 and cut K is stage L.
struct LimitedPipeline {
  /// Loads may exceed the limit by this share, because sums round differently in another order.
  static let slack = 1e-11

  let figures: PipelineFigures
  let limit: Double
  /// By cut 0...K: the stage of the instance.
  let stages: [Int]
  /// At `node * (K+1) + cut`: the work before the cut; pieces that may not run on the node count nothing.
  let workBefore: [Double]
  /// By cut: the memory before the cut.
  let memoryBefore: [Double]
  /// By piece: the largest activations.
  let activations: [Double]
  /// At `node * (K+1) + cut`: the last cut at which a block that starts here still fits the node alone; the cut itself
  /// if none does.
  let ends: [Int32]
  /// By node: one bit a node; `wordCount` words a row.
  let wordCount: Int
  /// By cut: which of the tables in `reach` holds.
  let reachTable: [Int]
  /// At `(table * nodeCount + node) * wordCount`: the other nodes to which the node can send the tensor within the limit.
  let reach: [UInt64]
  /// At `node * (K+1) + cut`: whether a block may start at the cut on this node, and whether it may end there.
  let canStart: [Bool]
  let canEnd: [Bool]

  var pieceCount: Int { stages.count - 1 }

  /// Whether every piece fits a node; otherwise no plan keeps to the limit.
  let piecesFit: Bool

  /// - Complexity: O(E log E + L N + T N (N/64 + relays)), with T different sets of usable links.
  init(_ figures: PipelineFigures, _ links: RankedLinks, limit: Double) {
    self.figures = figures
    self.limit = limit
    let (n, last) = (figures.nodeCount, figures.layerCount)
    let loose = limit * (1 + Self.slack)
    let usable = (0...last).map { links.countWithin(loose, bits: figures.bits[$0]) }
    let stages = (0...last).filter { $0 == 0 || $0 == last || usable[$0] > 0 }
    self.stages = stages
    let pieces = stages.count - 1
    let stride = stages.count

    var memoryBefore = [0.0]
    var activations: [Double] = []
    var pieceWork = [Double](repeating: 0, count: pieces * n)
    for piece in 0..<pieces {
      var (memory, largest) = (memoryBefore[piece], 0.0)
      for layer in stages[piece]..<stages[piece + 1] {
        memory += figures.memory[layer]
        largest = max(largest, figures.activations[layer])
        for node in 0..<n { pieceWork[piece * n + node] += figures.work[layer * n + node] }
      }
      memoryBefore.append(memory)
      activations.append(largest)
    }
    let hasPeaks = activations.contains { $0 > 0 }
    var workBefore = [Double](repeating: 0, count: n * stride)
    var ends = [Int32](repeating: 0, count: n * stride)
    for node in 0..<n {
      let base = node * stride
      for piece in 0..<pieces {
        let work = pieceWork[piece * n + node]
        workBefore[base + piece + 1] = workBefore[base + piece] + (work < .infinity ? work : 0)
      }
      let room = figures.memoryLimit[node] * (1 + Self.slack)
      // Ends grow with starts, so the end before is where the search for the next one begins.
      var end = 0
      for start in 0..<pieces {
        end = max(end, start)
        var peak = 0.0
        if hasPeaks && end > start { for piece in start..<end { peak = max(peak, activations[piece]) } }
        while end < pieces, pieceWork[end * n + node] < .infinity,
          workBefore[base + end + 1] - workBefore[base + start] <= loose,
          memoryBefore[end + 1] - memoryBefore[start] + max(peak, activations[end]) <= room
        {
          peak = max(peak, activations[end])
          end += 1
        }
        ends[base + start] = Int32(end)
      }
      ends[base + pieces] = Int32(pieces)
    }
    piecesFit = (0..<pieces).allSatisfy { piece in
      (0..<n).contains { ends[$0 * stride + piece] > Int32(piece) }
    }
    self.memoryBefore = memoryBefore
    self.activations = activations
    self.workBefore = workBefore
    self.ends = ends

    let counts = Array(Set(stages.map { usable[$0] })).sorted()
    wordCount = (n + 63) / 64
    reach = links.reachable(counts: counts, wordCount: wordCount)
    reachTable = stages.map { stage in counts.firstIndex(of: usable[stage]) ?? 0 }
    var (canStart, canEnd) = (
      [Bool](repeating: false, count: n * stride), [Bool](repeating: false, count: n * stride)
    )
    for cut in 0..<stride {
      for node in 0..<n {
        let row = (reachTable[cut] * n + node) * wordCount
        for word in 0..<wordCount {
          var bits = reach[row + word]
          if bits != 0
            && (cut < pieces || reach[row + figures.target >> 6] >> UInt64(figures.target & 63) & 1 == 1)
          {
            canEnd[node * stride + cut] = true
          }
          if cut == 0 && node != figures.source { continue }
          while bits != 0 {
            canStart[(word * 64 + bits.trailingZeroBitCount) * stride + cut] = true
            bits &= bits - 1
          }
        }
      }
    }
    canStart[figures.source * stride] = true
    canEnd[figures.target * stride + pieces] = true
    self.canStart = canStart
    self.canEnd = canEnd
  }

  /// Whether a node can send the tensor of a cut to another one within the limit.
  func reaches(_ cut: Int, _ from: Int, _ to: Int) -> Bool {
    let row = (reachTable[cut] * figures.nodeCount + from) * wordCount
    return reach[row + to >> 6] >> UInt64(to & 63) & 1 == 1
  }

  /// The load of a piece on a node; infinite if it does not fit the node alone.
  func work(_ piece: Int, on node: Int) -> Double {
    let index = node * stages.count + piece
    return ends[index] > Int32(piece) ? workBefore[index + 1] - workBefore[index] : .infinity
  }

  /// The memory that a piece adds to its host.
  func memory(_ piece: Int) -> Double { memoryBefore[piece + 1] - memoryBefore[piece] }

  /// The hosts of the layers from those of the pieces.
  func layerHosts(_ pieceHosts: [Int]) -> [Int] {
    var hosts: [Int] = []
    for (piece, host) in pieceHosts.enumerated() {
      hosts.append(contentsOf: repeatElement(host, count: stages[piece + 1] - stages[piece]))
    }
    return hosts
  }
}

/// The links of an instance by ascending load of a bit: those that carry a tensor within a limit come first.
struct RankedLinks {
  private let figures: PipelineFigures
  private let order: [Int]
  private let perBit: [Double]

  init(_ figures: PipelineFigures) {
    self.figures = figures
    order = (0..<figures.linkCount).sorted { (figures.perBit[$0], $0) < (figures.perBit[$1], $1) }
    perBit = order.map { figures.perBit[$0] }
  }

  /// The number of links that carry this many bits within a limit.
  func countWithin(_ limit: Double, bits: Double) -> Int {
    var (low, high) = (0, perBit.count)
    while low < high {
      let middle = (low + high) / 2
      if bits * perBit[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// By count of usable links, ascending, and node: the other nodes that a tensor can reach, over relays too.
  func reachable(counts: [Int], wordCount: Int) -> [UInt64] {
    let n = figures.nodeCount
    var direct = [UInt64](repeating: 0, count: n * wordCount)
    var result: [UInt64] = []
    result.reserveCapacity(counts.count * direct.count)
    var added = 0
    let hasRelays = figures.isRelay.contains(true)
    for count in counts {
      while added < count {
        let link = order[added]
        let (tail, head) = (figures.tails[link], figures.heads[link])
        if tail != head { direct[tail * wordCount + head >> 6] |= 1 << UInt64(head & 63) }
        added += 1
      }
      if hasRelays {
        for node in 0..<n { result.append(contentsOf: closure(of: node, direct, wordCount)) }
      } else {
        result.append(contentsOf: direct)
      }
    }
    return result
  }

  /// The nodes that routes from a node reach over relays.
  private func closure(of node: Int, _ direct: [UInt64], _ wordCount: Int) -> [UInt64] {
    var seen = [UInt64](repeating: 0, count: wordCount)
    seen[node >> 6] |= 1 << UInt64(node & 63)
    var open = [node]
    while let next = open.popLast() {
      for word in 0..<wordCount {
        var fresh = direct[next * wordCount + word] & ~seen[word]
        seen[word] |= fresh
        while fresh != 0 {
          let found = word * 64 + fresh.trailingZeroBitCount
          if figures.isRelay[found] { open.append(found) }
          fresh &= fresh - 1
        }
      }
    }
    seen[node >> 6] &= ~(1 << UInt64(node & 63))
    return seen
  }
}
