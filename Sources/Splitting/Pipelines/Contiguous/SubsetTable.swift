import Foundations

/// By set of nodes: the first layer from which the nodes of the set can run all layers to the end, if links carry what
/// some link of a block's node carries.
///
///     first({}) = L,   first(U) = min over v in U of lo_v(first(U - v))
///
/// with lo_v(b) the first layer of a block of v that ends at b or later. The recursion is exact for this relaxation, as
/// lo_v is monotone. Nodes with the same lo_v count as one group, and a set is the number of nodes of each group; if
/// there are too many sets, the most alike groups are merged and take the least of their lo_v, which relaxes it further.
struct SubsetTable {
  /// The value of the set at an index.
  private(set) var firsts: [UInt16]
  /// By node: how much smaller the index is without the node; 0 for a node that can run no layer.
  let strides: [Int]
  /// The index of the set of all nodes.
  let all: Int
  private let groups: [Group]

  /// The number of sets above which groups are merged, and the largest number afterwards.
  struct Size {
    let most: Int
    let merged: Int

    /// A table of milliseconds.
    static let small = Size(most: 1 << 16, merged: 1 << 16)
    /// A table of tens of milliseconds for up to 21 nodes, and else of milliseconds.
    static let medium = Size(most: 1 << 21, merged: 1 << 16)
    /// A table of tens of milliseconds.
    static let large = Size(most: 1 << 21, merged: 1 << 19)
  }

  private struct Group {
    var members: [Int]
    var lows: [UInt16]
    var stride = 0
  }

  /// - Parameters:
  /// - Returns: nil if it was cancelled, or there are more than 65,535 layers.
  /// - Complexity: O(sets · groups), and O(nodes² · layers) to merge groups.
  init?(_ graph: BlockGraph, size: Size, cancellation: Cancellation) {
    let layers = graph.layerCount
    guard layers <= UInt16.max else { return nil }
    var groups = Self.groups(graph)
    guard Self.merge(&groups, size, cancellation) else { return nil }
    // Groups of one node are the low bits of the index.
    groups.sort { ($0.members.count, $0.members[0]) < ($1.members.count, $1.members[0]) }
    var sets = 1
    var strides = [Int](repeating: 0, count: graph.nodeCount)
    for index in groups.indices {
      groups[index].stride = sets
      for node in groups[index].members { strides[node] = sets }
      sets *= groups[index].members.count + 1
    }
    self.groups = groups
    self.strides = strides
    all = sets - 1
    firsts = Array(repeating: UInt16(layers), count: sets)
    guard fill(width: layers + 1, cancellation) else { return nil }
  }

  /// Whether the nodes together can run all layers.
  var isPossible: Bool { firsts[all] == 0 }

  /// The hosts of the layers in a plan of the relaxation; nil if a merged group has no node for a block, or there is no
  /// such plan.
  func hosts(_ graph: BlockGraph) -> [Int]? {
    guard isPossible else { return nil }
    var hosts: [Int] = []
    var set = all
    var free = groups.map(\.members)
    let width = graph.layerCount + 1
    while hosts.count < graph.layerCount {
      let from = firsts[set]
      let next = groups.indices.first { index in
        let group = groups[index]
        return !free[index].isEmpty && group.lows[Int(firsts[set - group.stride])] == from
      }
      guard let next else {
        // The set has a node that it does not need.
        guard
          let spare = groups.indices.first(where: {
            !free[$0].isEmpty && firsts[set - groups[$0].stride] == from
          })
        else { return nil }
        free[spare].removeLast()
        set -= groups[spare].stride
        continue
      }
      set -= groups[next].stride
      let end = Int(firsts[set])
      guard let position = free[next].firstIndex(where: { graph.ends[$0 * width + hosts.count] >= end })
      else { return nil }
      let node = free[next].remove(at: position)
      hosts.append(contentsOf: repeatElement(node, count: end - hosts.count))
    }
    return hosts
  }

  /// Fills the table in the order of the indices; false if it was cancelled.
  private mutating func fill(width: Int, _ cancellation: Cancellation) -> Bool {
    let singles = groups.prefix { $0.members.count == 1 }.count
    let lows = groups.flatMap(\.lows)
    let others = Array(groups[singles...])
    let block = 1 << min(singles, 14)
    var isFilled = true
    firsts.withUnsafeMutableBufferPointer { firsts in
      lows.withUnsafeBufferPointer { lows in
        for base in stride(from: 0, to: firsts.count, by: block) {
          if cancellation.isCancelled {
            isFilled = false
            return
          }
          let high = base >> singles
          var sources: [(set: Int, group: Int)] = []
          for (index, group) in others.enumerated() {
            let digit = high / (group.stride >> singles) % (group.members.count + 1)
            if digit > 0 { sources.append((group.stride, singles + index)) }
          }
          for set in base..<base + block {
            var first = firsts[set]
            var bits = set & (1 << singles - 1)
            while bits != 0 {
              let bit = bits.trailingZeroBitCount
              bits &= bits - 1
              first = min(first, lows[bit * width + Int(firsts[set ^ (1 << bit)])])
            }
            for source in sources {
              first = min(first, lows[source.group * width + Int(firsts[set - source.set])])
            }
            firsts[set] = first
          }
        }
      }
    }
    return isFilled
  }

  /// The nodes that can run a layer, together with those of the same `lows`.
  private static func groups(_ graph: BlockGraph) -> [Group] {
    var groups: [Group] = []
    var known: [[UInt16]: Int] = [:]
    let exits = Exits(graph)
    for node in 0..<graph.nodeCount {
      let lows = exits.lows(of: node, graph)
      guard lows.indices.contains(where: { Int(lows[$0]) < $0 }) else { continue }
      if let group = known[lows] {
        groups[group].members.append(node)
      } else {
        known[lows] = groups.count
        groups.append(Group(members: [node], lows: lows))
      }
    }
    return groups
  }

  /// Merges groups until there are few enough sets; false if it was cancelled.
  private static func merge(_ groups: inout [Group], _ size: Size, _ cancellation: Cancellation) -> Bool {
    func sets() -> Double { groups.reduce(1) { $0 * Double($1.members.count + 1) } }
    func loss(_ a: Group, _ b: Group) -> Int {
      var loss = 0
      for (x, y) in zip(a.lows, b.lows) {
        loss += Int(max(x, y) - min(x, y)) * (x < y ? b.members.count : a.members.count)
      }
      return loss
    }
    guard sets() > Double(size.most) else { return true }
    var losses = groups.map { a in groups.map { b in loss(a, b) } }
    while sets() > Double(size.merged), groups.count > 1 {
      if cancellation.isCancelled { return false }
      var best = (loss: Int.max, 0, 1)
      for a in groups.indices {
        for b in 0..<a where losses[a][b] < best.loss { best = (losses[a][b], b, a) }
      }
      let (kept, gone) = (best.1, best.2)
      groups[kept].members += groups[gone].members
      groups[kept].lows = zip(groups[kept].lows, groups[gone].lows).map { min($0, $1) }
      groups.remove(at: gone)
      losses.remove(at: gone)
      for index in losses.indices { losses[index].remove(at: gone) }
      for index in losses.indices {
        losses[index][kept] = loss(groups[index], groups[kept])
        losses[kept][index] = losses[index][kept]
      }
    }
    return true
  }
}

/// By stage: the nodes that can take it in or send it on.
private struct Exits {
  var takes: [Bool]
  var sends: [Bool]

  init(_ graph: BlockGraph) {
    let figures = graph.figures
    let (nodes, layers) = (figures.nodeCount, figures.layerCount)
    takes = Array(repeating: false, count: (layers + 1) * nodes)
    sends = takes
    for stage in 0...layers {
      for node in 0..<nodes {
        let crossings = graph.crossings(stage, from: node)
        sends[stage * nodes + node] = !crossings.isEmpty
        for position in crossings { takes[stage * nodes + Int(graph.crossings[position].head)] = true }
      }
    }
    takes[figures.source] = true
    sends[layers * nodes + figures.target] = true
  }

  /// The first layer of a block that ends at b or later, by b.
  func lows(of node: Int, _ graph: BlockGraph) -> [UInt16] {
    let (nodes, layers) = (graph.nodeCount, graph.layerCount)
    var lows = (0...layers).map { UInt16($0) }
    for start in stride(from: layers - 1, through: 0, by: -1) where takes[start * nodes + node] {
      var end = graph.ends[node * (layers + 1) + start]
      while end > start, !(sends[end * nodes + node] && graph.hasBlock[graph.block(node, start, end)]) {
        end -= 1
      }
      if end > start { lows[end] = min(lows[end], UInt16(start)) }
    }
    for end in stride(from: layers - 1, through: 0, by: -1) { lows[end] = min(lows[end], lows[end + 1]) }
    return lows
  }
}
