/// The links of a pipeline's network by their ends, as compressed lists.
struct PipelineLinks {
  /// The links of node `v` are `links[starts[v]..<starts[v + 1]]`.
  struct Lists {
    let starts: [Int]
    let links: [Int]

    fileprivate init(by ends: [Int], _ nodeCount: Int) {
      var starts = [Int](repeating: 0, count: nodeCount + 1)
      for node in ends { starts[node + 1] += 1 }
      for node in 0..<nodeCount { starts[node + 1] += starts[node] }
      var next = starts
      var links = [Int](repeating: 0, count: ends.count)
      for (link, node) in ends.enumerated() {
        links[next[node]] = link
        next[node] += 1
      }
      (self.starts, self.links) = (starts, links)
    }

    subscript(node: Int) -> ArraySlice<Int> { links[starts[node]..<starts[node + 1]] }
  }

  let leaving: Lists
  let entering: Lists
  let heads: [Int]

  /// - Complexity: O(nodes + links).
  init(_ figures: PipelineFigures) {
    heads = figures.heads
    leaving = Lists(by: figures.tails, figures.nodeCount)
    entering = Lists(by: figures.heads, figures.nodeCount)
  }

  /// - Complexity: O(links of the node).
  func link(from tail: Int, to head: Int) -> Int32? {
    leaving[tail].first { heads[$0] == head }.map(Int32.init)
  }
}
