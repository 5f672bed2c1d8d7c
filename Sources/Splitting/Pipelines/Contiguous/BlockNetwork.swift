import Foundations

/// The links of an instance by their ends, and how often a plan of contiguous blocks can cross each of them.
struct BlockNetwork {
  let figures: PipelineFigures
  /// The links that leave node v are `leaving[starts[v]..<starts[v + 1]]`, the fastest ones first.
  private let starts: [Int]
  private let leaving: [Crossing]
  /// By link: the largest number of stages that can cross it.
  let crossings: [Int]

  init(_ figures: PipelineFigures) {
    self.figures = figures
    let nodeCount = figures.nodeCount
    var starts = [Int](repeating: 0, count: nodeCount + 1)
    for tail in figures.tails { starts[tail + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    self.starts = starts
    let sorted = (0..<figures.linkCount).sorted {
      (figures.tails[$0], figures.perBit[$0], $0) < (figures.tails[$1], figures.perBit[$1], $1)
    }
    leaving = sorted.map { Crossing(link: Int32($0), head: Int32(figures.heads[$0])) }
    // Without relaying, a node sends the tensor after its one block, and stage 0 if it is the source; it receives the
    // tensor before its one block, and stage L if it is the target.
    crossings = (0..<figures.linkCount).map { link in
      let (tail, head) = (figures.tails[link], figures.heads[link])
      let sent = figures.isRelay[tail] ? Int.max : tail == figures.source ? 2 : 1
      let received = figures.isRelay[head] ? Int.max : head == figures.target ? 2 : 1
      return min(sent, received, nodeCount + 1, figures.layerCount + 1)
    }
  }

  /// A link with its head.
  struct Crossing {
    let link: Int32
    let head: Int32
  }

  /// The links that leave a node, the fastest ones first.
  func links(from node: Int) -> ArraySlice<Crossing> { leaving[starts[node]..<starts[node + 1]] }

  /// The link from one node to another one.
  func link(from tail: Int, to head: Int) -> Int? {
    links(from: tail).first { $0.head == Int32(head) }.map { Int($0.link) }
  }

  /// The links from a node on which a stage's load is at most a limit.
  func links(from node: Int, stage: Int, limit: Double) -> ArraySlice<Crossing> {
    let links = links(from: node)
    var (low, high) = (links.startIndex, links.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if figures.crossing(stage, Int(links[middle].link)) <= limit { low = middle + 1 } else { high = middle }
    }
    return links[..<low]
  }
}
