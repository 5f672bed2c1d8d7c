import Graphs
import Networks

/// The links by the node that they leave, or by the node that they enter, as flat arrays.
struct ArcLists: Sendable {
  /// Entries `firstArc[u] ..< firstArc[u + 1]` of `arcs` are those of node u.
  let firstArc: [Int32]
  let arcs: [Arc]

  struct Arc: Sendable {
    /// The node at the other end.
    let neighbour: Int32
    let link: Int32
    /// [bit/s]
    let bandwidth: Double
    /// Propagation [s].
    let delay: Double
  }

  /// - Parameters:
  ///   - graph: of the network's links, whichever way round.
  ///   - links: those that the graph was made from.
  init(_ graph: Digraph, of links: [Link]) {
    firstArc = graph.firstArc
    arcs = zip(graph.head, graph.origin).map { head, origin in
      let link = links[Int(origin)]
      return Arc(neighbour: head, link: origin, bandwidth: link.bandwidth, delay: link.latency)
    }
  }

  subscript(node: Int) -> ArraySlice<Arc> { arcs[Int(firstArc[node])..<Int(firstArc[node + 1])] }
}
