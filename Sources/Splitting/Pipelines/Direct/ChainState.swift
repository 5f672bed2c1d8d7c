/// What the blocks of a beginning of a pipeline have used of nodes and links.
struct ChainState {
  let limited: LimitedPipeline
  private(set) var busy: [Double]
  private(set) var memory: [Double]
  private(set) var peak: [Double]
  private(set) var linkLoad: [Double]
  /// By piece so far.
  private(set) var hosts: [Int] = []
  /// By node: whether it can run a block after the current one.
  private(set) var isUsable: [Bool]
  /// At `node * (K+1) + cut`: the last cut at which a block that starts here fits what the node has left.
  private(set) var ends: [Int32]
  /// At `node * (K+1) + cut`: the first cut after it at which a block may end.
  private let firstEnds: [Int32]
  /// By cut: the largest activations from there on.
  private let peakAfter: [Double]

  init(_ limited: LimitedPipeline) {
    self.limited = limited
    let (n, stride) = (limited.figures.nodeCount, limited.stages.count)
    busy = [Double](repeating: 0, count: n)
    memory = busy
    peak = busy
    linkLoad = [Double](repeating: 0, count: limited.figures.linkCount)
    isUsable = [Bool](repeating: false, count: n)
    ends = limited.ends
    var firstEnds = [Int32](repeating: .max, count: n * stride)
    for node in 0..<n {
      var first = Int32.max
      for cut in (0..<stride).reversed() {
        firstEnds[node * stride + cut] = first
        if limited.canEnd[node * stride + cut] { first = Int32(cut) }
      }
    }
    self.firstEnds = firstEnds
    var peakAfter = [Double](repeating: 0, count: stride)
    for piece in (0..<stride - 1).reversed() {
      peakAfter[piece] = max(peakAfter[piece + 1], limited.activations[piece])
    }
    self.peakAfter = peakAfter
  }

  /// What a block replaces, to take it away again.
  struct Undo {
    let node: Int
    let busy: Double
    let memory: Double
    let peak: Double
    let pieceCount: Int
  }

  /// Appends a block of pieces from the current cut on.
  mutating func append(_ node: Int, to end: Int) -> Undo {
    let first = hosts.count
    let undo = Undo(node: node, busy: busy[node], memory: memory[node], peak: peak[node], pieceCount: first)
    let base = node * limited.stages.count
    busy[node] += limited.workBefore[base + end] - limited.workBefore[base + first]
    memory[node] += limited.memoryBefore[end] - limited.memoryBefore[first]
    for piece in first..<end {
      peak[node] = max(peak[node], limited.activations[piece])
      hosts.append(node)
    }
    return undo
  }

  mutating func remove(_ undo: Undo) {
    busy[undo.node] = undo.busy
    memory[undo.node] = undo.memory
    peak[undo.node] = undo.peak
    hosts.removeLast(hosts.count - undo.pieceCount)
  }

  mutating func cross(_ link: Int, _ load: Double) { linkLoad[link] += load }

  /// Sets back a link to what it was before; sums would not cancel exactly.
  mutating func setLoad(_ link: Int, _ load: Double) { linkLoad[link] = load }

  /// Computes `ends` and `isUsable` for the blocks from the current cut on, the first of them on a given node, or on any
  /// if there is none.
  mutating func updateWindows(first: Int?) {
    let (n, stride, start) = (limited.figures.nodeCount, limited.stages.count, hosts.count)
    let loose = limited.limit * (1 + LimitedPipeline.slack)
    for node in 0..<n {
      let base = node * stride
      let work = loose - busy[node]
      let room = limited.figures.memoryLimit[node] * (1 + LimitedPipeline.slack) - memory[node] - peak[node]
      var (end, isUsable) = (start, false)
      for cut in start..<stride - 1 {
        end = max(end, cut)
        let alone = Int(limited.ends[base + cut])
        while end < alone, limited.workBefore[base + end + 1] - limited.workBefore[base + cut] <= work,
          limited.memoryBefore[end + 1] - limited.memoryBefore[cut] <= room
        {
          end += 1
        }
        end = min(end, max(alone, cut))
        ends[base + cut] = Int32(end)
        if Int(firstEnds[base + cut]) <= end {
          if cut == start, let first {
            isUsable = isUsable || node == first
          } else {
            isUsable = isUsable || limited.canStart[base + cut]
          }
        }
      }
      self.isUsable[node] = isUsable
      if !isUsable { for cut in start..<stride - 1 { ends[base + cut] = Int32(cut) } }
    }
  }

  /// What the state has used, as ``ChainMemo`` compares it. Lifted in two ways, which leave the set of completions as it
  /// is: a node that cannot be used any more counts as full, and one on which everything left fits as empty.
  func use() -> ChainMemo.Use {
    let (n, stride, start) = (limited.figures.nodeCount, limited.stages.count, hosts.count)
    var use: ChainMemo.Use = []
    use.reserveCapacity(3 * n)
    let memoryLeft = limited.memoryBefore[stride - 1] - limited.memoryBefore[start]
    for node in 0..<n {
      guard isUsable[node] else {
        use.append(contentsOf: repeatElement(.infinity, count: 3))
        continue
      }
      let base = node * stride
      let left = limited.workBefore[base + stride - 1] - limited.workBefore[base + start]
      use.append(busy[node] + left <= limited.limit ? 0 : busy[node])
      if memory[node] + memoryLeft + max(peak[node], peakAfter[start]) <= limited.figures.memoryLimit[node] {
        use.append(contentsOf: repeatElement(0, count: 2))
      } else {
        use.append(memory[node])
        use.append(memory[node] + peak[node])
      }
    }
    return use
  }

  /// The priced part of the nodes that is left for the rest.
  func capacity(_ prices: BlockWindows.Prices) -> Double {
    var sum = 0.0
    for node in 0..<isUsable.count where isUsable[node] {
      sum += prices.work[node] * workLeft(node) + prices.memory[node] * memoryLeft(node)
    }
    return sum
  }

  func workLeft(_ node: Int) -> Double { max(0, 1 - busy[node] / limited.limit) }

  func memoryLeft(_ node: Int) -> Double {
    let room = limited.figures.memoryLimit[node]
    return room > 0 && room < .infinity ? max(0, 1 - (memory[node] + peak[node]) / room) : 1
  }
}
