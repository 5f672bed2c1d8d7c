/// The links of a pipeline's network by their ends, as compressed lists.
struct PipelineLinks {
  /// The links that leave node `v` are `leaving[leavingStarts[v]..<leavingStarts[v + 1]]`; likewise those that enter it.
  let leavingStarts: [Int]
  let leaving: [Int]
  let enteringStarts: [Int]
  let entering: [Int]
  let heads: [Int]

  /// - Complexity: O(nodes + links).
  init(_ figures: PipelineFigures) {
    heads = figures.heads
    (leavingStarts, leaving) = Self.lists(by: figures.tails, figures.nodeCount)
    (enteringStarts, entering) = Self.lists(by: figures.heads, figures.nodeCount)
  }

  /// - Complexity: O(links of the node).
  func link(from tail: Int, to head: Int) -> Int32? {
    leaving[leavingStarts[tail]..<leavingStarts[tail + 1]].first { heads[$0] == head }.map(Int32.init)
  }

  private static func lists(by ends: [Int], _ nodeCount: Int) -> (starts: [Int], links: [Int]) {
    var starts = [Int](repeating: 0, count: nodeCount + 1)
    for node in ends { starts[node + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    var next = starts
    var links = [Int](repeating: 0, count: ends.count)
    for (link, node) in ends.enumerated() {
      links[next[node]] = link
      next[node] += 1
    }
    return (starts, links)
  }
}
