import Splitting

/// What a path of a job uses, by numbers: the resources of ``PerConstraint``, then the largest activations on each node,
/// then the weights of each layer on each node that the node may hold for other jobs too, then the nodes on which a
/// contiguous job has run layers.
struct PathResources {
  private let nodes: Int
  private let links: Int
  private let layers: Int
  let hasPeaks: Bool

  enum Kind: Equatable {
    /// What adds up on a node.
    case memory(Int)
    case load(Int)
    case link(Int)
    /// The largest activations on a node.
    case peak(Int)
    /// The weights of a layer that a node holds for all jobs of the DNN.
    case held(layer: Int, node: Int)
    /// A run of layers of a contiguous job.
    case run(node: Int)
  }

  init(_ job: PathJob) {
    (nodes, links, layers) = (job.nodeCount, job.linkLimit.count, job.layerCount)
    hasPeaks = job.figures.hasActivations
  }

  func peak(_ node: Int) -> Int { 2 * nodes + links + node }

  func held(_ layer: Int, _ node: Int) -> Int { 3 * nodes + links + node * layers + layer }

  func run(_ node: Int) -> Int { 3 * nodes + links + nodes * layers + node }

  func kind(of resource: Int) -> Kind {
    if resource < nodes { return .memory(resource) }
    if resource < 2 * nodes { return .load(resource - nodes) }
    if resource < 2 * nodes + links { return .link(resource - 2 * nodes) }
    if resource < 3 * nodes + links { return .peak(resource - 2 * nodes - links) }
    let place = resource - 3 * nodes - links
    if place >= nodes * layers { return .run(node: place - nodes * layers) }
    return .held(layer: place % layers, node: place / layers)
  }
}
