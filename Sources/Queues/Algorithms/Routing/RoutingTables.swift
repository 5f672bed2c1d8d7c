import Graphs
import Networks
import Splitting

/// What searches under load need to know of an instance, as flat arrays; made once.
struct RoutingTables: Sendable {
  let links: [Link]
  let outgoing: ArcLists
  /// The links turned round.
  let backward: Digraph
  /// In the order of their first jobs.
  let groups: [JobGroup]
  /// For each job the index of its group.
  let groupOfJob: [Int]

  /// - Complexity: O(K L N + B L E log N) for K kinds of jobs, and B pairs of a kind with a target.
  init(_ instance: Instance) {
    let network = NetworkGraph(instance.network)
    let (jobs, capacities) = (instance.jobs, instance.limits.capacities)
    links = instance.network.links
    outgoing = ArcLists(network.forward, of: links)
    backward = network.backward
    let kinds = Dictionary(grouping: jobs.indices) { job in
      [[jobs[job].dnn]] + jobs[job].hosts.map { [$0.layer ?? -1] + $0.nodes }
    }
    var groups: [JobGroup] = []
    for (index, alike) in kinds.values.sorted(by: { $0[0] < $1[0] }).enumerated() {
      let kind = JobKind(instance.layeredGraph(ofJob: alike[0], network, capacities))
      for (target, alike) in Dictionary(grouping: alike, by: { jobs[$0].target }) {
        let times = RemainingTimes(kind, target: target, over: backward, links) { $1 + $2 }
        for (source, jobs) in Dictionary(grouping: alike, by: { jobs[$0].source }) {
          groups.append(
            JobGroup(
              kind: kind, kindIndex: index, source: source, target: target, remaining: times, jobs: jobs))
        }
      }
    }
    self.groups = groups.sorted { $0.jobs[0] < $1.jobs[0] }
    var groupOfJob = [Int](repeating: 0, count: jobs.count)
    for (index, group) in self.groups.enumerated() {
      for job in group.jobs { groupOfJob[job] = index }
    }
    self.groupOfJob = groupOfJob
  }

  var nodeCount: Int { backward.nodeCount }

  /// Whether a node passes on what came over a link.
  func isRelay(_ node: Int) -> Bool { backward.isRelay(node) }
}

/// Jobs of one kind with the same ends: under the same loads they take the same path.
struct JobGroup: Sendable {
  let kind: JobKind
  let kindIndex: Int
  let source: Int
  let target: Int
  /// Without any load.
  let remaining: RemainingTimes
  /// Ascending.
  let jobs: [Int]
}

/// What jobs of one DNN with the same rules for hosts have in common.
struct JobKind: Sendable {
  let layerCount: Int
  /// Sizes of the stages [bit], L+1 entries.
  let bits: [Double]
  /// What layer l takes on node u [s], at l N + u; infinite if it cannot or may not run there.
  let seconds: [Double]

  init(_ graph: LayeredGraph) {
    layerCount = graph.layerCount
    bits = graph.stageBytes.map { 8 * $0 }
    seconds = (0..<graph.layerCount).flatMap(graph.times(ofLayer:))
  }
}

/// The arcs of a graph with the figures of their links beside them: searches read one place for each arc.
struct ArcLists: Sendable {
  private let graph: Digraph
  /// In the order of the graph's arcs.
  let arcs: [Arc]

  struct Arc: Sendable {
    let head: Int32
    let link: Int32
    /// [bit/s]
    let bandwidth: Double
    /// Propagation [s].
    let delay: Double
  }

  /// The links are those that the graph was made from.
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
