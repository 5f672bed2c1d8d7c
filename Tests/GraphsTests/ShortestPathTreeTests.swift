import Foundations
import Graphs
import Testing

@Suite struct ShortestPathTreeTests {
  @Test func distancesAndParentsAreACertificate() {
    for seed in UInt64(0)..<300 {
      let sample = SeededGraph(seed: seed)
      let tree = ShortestPathTree(in: sample.graph, costs: sample.costs, seeds: sample.seeds)
      checkArcs(tree, sample, seed)
      checkParents(tree, sample, seed)
    }
  }

  /// No arc leads anywhere faster than the distance there.
  private func checkArcs(_ tree: ShortestPathTree, _ sample: SeededGraph, _ seed: UInt64) {
    for node in 0..<sample.graph.nodeCount {
      #expect(tree.distance[node] <= sample.seeds[node], "seed \(seed), node \(node)")
      for arc in sample.graph.arcs(from: node) {
        let head = Int(sample.graph.head[arc])
        #expect(
          tree.distance[head] <= tree.distance[node] + sample.costs[arc], "seed \(seed), arc \(arc)")
      }
    }
  }

  /// Every distance is that of a seed, or attained by the arc from the parent; paths end at seeds.
  private func checkParents(_ tree: ShortestPathTree, _ sample: SeededGraph, _ seed: UInt64) {
    for node in 0..<sample.graph.nodeCount {
      let arc = Int(tree.parentArc[node])
      if arc < 0 {
        #expect(tree.distance[node] == sample.seeds[node], "seed \(seed), node \(node)")
      } else {
        let tail = Int(sample.tails[arc])
        #expect(Int(sample.graph.head[arc]) == node, "seed \(seed), node \(node)")
        #expect(tree.distance[node] == tree.distance[tail] + sample.costs[arc], "seed \(seed), node \(node)")
      }
      let path = tree.path(to: node, tails: sample.tails)
      #expect(path.last == node && Set(path).count == path.count, "seed \(seed), node \(node): \(path)")
      if tree.distance[node] < .infinity {
        #expect(sample.seeds[path[0]] < .infinity, "seed \(seed), node \(node): \(path)")
      }
    }
  }

  @Test func arcsOfADigraphAreThoseItWasMadeFrom() {
    for seed in UInt64(0)..<100 {
      let sample = SeededGraph(seed: seed)
      var origins: [Int] = []
      for node in 0..<sample.graph.nodeCount {
        for arc in sample.graph.arcs(from: node) {
          let origin = Int(sample.graph.origin[arc])
          origins.append(origin)
          #expect(sample.listTails[origin] == Int32(node), "seed \(seed)")
          #expect(sample.listHeads[origin] == sample.graph.head[arc], "seed \(seed)")
        }
      }
      #expect(origins.sorted() == Array(sample.listTails.indices), "seed \(seed)")
    }
  }
}

/// A small multigraph with costs of which some are 0 or infinite, and some nodes that no path reaches.
private struct SeededGraph {
  let graph: Digraph
  let listTails: [Int32]
  let listHeads: [Int32]
  let costs: [Double]
  let seeds: [Double]

  /// The tail of each arc in the graph's order.
  var tails: [Int32] { graph.origin.map { listTails[Int($0)] } }

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let nodeCount = Int.random(in: 1...12, using: &random)
    let arcCount = Int.random(in: 0...(3 * nodeCount), using: &random)
    let node = { (random: inout SplitMix64) in Int32.random(in: 0..<Int32(nodeCount), using: &random) }
    listTails = (0..<arcCount).map { _ in node(&random) }
    listHeads = (0..<arcCount).map { _ in node(&random) }
    graph = Digraph(nodeCount: nodeCount, tails: listTails, heads: listHeads)
    costs = (0..<arcCount).map { _ in Self.figure([0, .infinity], &random) }
    seeds = (0..<nodeCount).map { _ in Self.figure([.infinity, .infinity, .infinity, 0], &random) }
  }

  /// A number in 0 ..< 10, or in half of all cases one of those given.
  private static func figure(_ special: [Double], _ random: inout SplitMix64) -> Double {
    Bool.random(using: &random)
      ? 10 * random.nextUnit() : special.randomElement(using: &random) ?? 0
  }
}
