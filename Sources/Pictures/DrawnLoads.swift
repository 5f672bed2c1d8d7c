/// The loads of nodes and links in words, and which of them limit the throughput.
public struct DrawnLoads: Sendable {
  /// By node; `nil` where nothing is written.
  let nodes: [String?]
  /// By link.
  let links: [String?]
  let limitingNodes: Set<Int>
  let limitingLinks: Set<Int>

  /// The texts of loads, `nil` for resources without any, and the nodes and links with the largest load.
  public init(
    nodes: [String?], links: [String?], limitingNodes: Set<Int>, limitingLinks: Set<Int>
  ) {
    self.nodes = nodes
    self.links = links
    self.limitingNodes = limitingNodes
    self.limitingLinks = limitingLinks
  }
}
