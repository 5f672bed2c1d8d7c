import Splitting

/// The paths that a search found, as a tree of their blocks: what is left of the search's labels when the paths are known.
struct PathTree {
  private struct Block {
    /// The block before; -1 at the source.
    let parent: Int32
    /// The stage that leaves the block.
    let stage: Int32
    let host: Int32
    /// The route to the block's host, among those from its parent's.
    let route: Int32
  }

  private var blocks: [Block] = []
  private var ends: [Int32] = []
  private let routes: [HostRoutes]
  /// The labels of the search.
  let labelCount: Int

  /// The paths of labels that arrived, which are numbered in this order.
  init(_ search: PathSearch, _ arrived: [Int32]) {
    routes = search.query.routes
    labelCount = search.labels.count
    // By label: 1 if a path leads over it, and then its block's number. Parents come before their children.
    var numbers = [Int32](repeating: -1, count: search.labels.count)
    for end in arrived {
      var label = Int(end)
      while label >= 0 && numbers[label] < 0 {
        numbers[label] = 1
        label = Int(search.labels[label].parent)
      }
    }
    for (index, label) in search.labels.enumerated() where numbers[index] > 0 {
      numbers[index] = Int32(blocks.count)
      let parent = label.parent < 0 ? -1 : numbers[Int(label.parent)]
      blocks.append(Block(parent: parent, stage: label.stage, host: label.host, route: label.route))
    }
    ends = arrived.map { numbers[Int($0)] }
  }

  /// The steps of a path, as those of a ``JobPath``.
  func steps(_ number: Int) -> [Int32] {
    var chain: [Block] = []
    var index = ends[number]
    while index >= 0 {
      chain.append(blocks[Int(index)])
      index = blocks[Int(index)].parent
    }
    var steps: [Int32] = []
    for (from, block) in zip(chain.reversed(), chain.reversed().dropFirst()) {
      routes[Int(from.stage)].append(block.route, from: Int(from.host), to: &steps)
      for _ in from.stage..<block.stage { steps.append(-1 - block.host) }
    }
    return steps
  }
}
