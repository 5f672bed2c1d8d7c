import Graphs
import Networks

/// The arcs of a graph with the figures of their links beside them: searches read one place for each arc.
struct ArcLists: Sendable {
  private let graph: Digraph
  /// In the order of the graph's arcs.
  let arcs: [Arc]

  struct Arc: Sendable {
    /// The node that it enters.
    let head: Int32
    let link: Int32
    /// [bit/s]
    let bandwidth: Double
    /// Propagation [s].
    let delay: Double
  }

  /// - Parameters:
  ///   - graph: of the links.
  ///   - links: those that the graph was made from.
  init(_ graph: Digraph, of links: [Link]) {
    self.graph = graph
    arcs = zip(graph.head, graph.origin).map { head, origin in
      let link = links[Int(origin)]
      return Arc(head: head, link: origin, bandwidth: link.bandwidth, delay: link.latency)
    }
  }

  /// The positions in ``arcs`` of those that leave a node.
  func indices(from node: Int) -> Range<Int> { graph.arcs(from: node) }

  subscript(node: Int) -> ArraySlice<Arc> { arcs[graph.arcs(from: node)] }
}
