/// A path through a block graph, or the end of one.
struct BlockPath {
  /// The blocks in order, as node, first layer and end.
  var blocks: [(node: Int, start: Int, end: Int)] = []
  /// The links in order, each with its stage.
  var crossings: [(stage: Int, link: Int)] = []

  /// The hosts of the layers.
  var hosts: [Int] { blocks.flatMap { repeatElement($0.node, count: $0.end - $0.start) } }

  /// By node: how many blocks it has; then by shared link: the share of the limit that it carries.
  func usage(_ graph: BlockGraph) -> [Double] {
    var usage = [Double](repeating: 0, count: graph.nodeCount + graph.sharedLinks.count)
    for block in blocks { usage[block.node] += 1 }
    for (stage, link) in crossings where graph.sharedIndex[link] >= 0 {
      usage[graph.nodeCount + graph.sharedIndex[link]] += graph.share(stage, link)
    }
    return usage
  }

  /// The link that carries most, if that is more than the limit.
  func mostOverloaded(_ graph: BlockGraph) -> Int? {
    let loads = usage(graph)[graph.nodeCount...]
    guard let most = loads.indices.max(by: { loads[$0] < loads[$1] }), loads[most] > BlockGraph.slack else {
      return nil
    }
    return graph.sharedLinks[most - graph.nodeCount]
  }

  /// The largest share of the limit that a link carries.
  func overload(_ graph: BlockGraph) -> Double { usage(graph).dropFirst(graph.nodeCount).max() ?? 0 }
}
