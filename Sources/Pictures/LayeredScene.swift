import Graphs
import Networks
import Splitting

/// The part of a layered graph that a picture shows: some of its copies, the steps between them, and the path's costs.
///
/// Up to ``mostSteps`` layers are drawn one by one. Of a longer DNN, layers in a row on one node are one step, since
/// nothing happens in the copies between them.
struct LayeredScene {
  /// A copy of the network.
  struct Copy {
    let stage: Int
    /// The size of the stage [byte].
    let bytes: Double
    /// The nodes that the stage passes on the path; empty without a path.
    let route: [Int]
    /// The cost of each link of the route [s].
    let hopCosts: [Double]
    /// The links that can carry the stage.
    let links: [Int]
  }

  /// The layers that lead from a copy to the next one that is drawn.
  struct Step {
    let layers: Range<Int>
    /// The node that runs the layers on the path; `nil` without a path.
    let host: Int?
    /// The time of the layers on the host, without waiting [s].
    let compute: Double
    /// The waiting of the layers on the host [s].
    let waiting: Double
    /// The nodes that can run all the layers.
    let candidates: [Int]
  }

  let copies: [Copy]
  /// One fewer than copies.
  let steps: [Step]
  /// The hosts of the path, in the order in which they first occur.
  let hosts: [Int]

  static let mostSteps = 6

  /// - Complexity: O(L N + C (N + E)) for C copies.
  init(_ instance: Instance, job: Int, path: LayeredPath?) {
    let costs = PathCosts(instance, job: job)
    let runs = Self.runs(layerCount: costs.layerCount, path)
    steps = runs.map { costs.step($0, path) }
    copies = ([0] + runs.map(\.upperBound)).map { costs.copy($0, path) }
    hosts = steps.compactMap(\.host).unique
  }

  /// The hosts of the layers computed before and after a copy.
  func hosts(ofCopy copy: Int) -> [Int] {
    [copy - 1, copy].filter(steps.indices.contains).compactMap { steps[$0].host }
  }

  private static func runs(layerCount: Int, _ path: LayeredPath?) -> [Range<Int>] {
    if layerCount <= mostSteps { return (0..<layerCount).map { $0..<$0 + 1 } }
    return path?.hosts.runs ?? [0..<layerCount]
  }
}

/// The costs of one job's layered graph, for paths that no search found as well: a path may use what the graph leaves
/// out since it exceeds a limit by itself.
private struct PathCosts {
  private let network: NetworkGraph
  /// The graph as searches see it.
  private let graph: LayeredGraph
  /// The same waiting and times without any limit.
  private let unlimited: LayeredGraph
  private let links: [Link]

  init(_ instance: Instance, job: Int) {
    network = NetworkGraph(instance.network)
    let noLimits = instance.limits.keeping(Set<CouplingConstraint.Family>())
    graph = instance.layeredGraph(ofJob: job, network, instance.limits.capacities)
    unlimited = instance.layeredGraph(ofJob: job, network, noLimits.capacities)
    links = instance.network.links
  }

  var layerCount: Int { graph.layerCount }

  func copy(_ stage: Int, _ path: LayeredPath?) -> LayeredScene.Copy {
    let route = path?.routes[stage] ?? []
    let bytes = graph.stageBytes[stage]
    let costs = graph.stageCosts(ofStage: stage, in: network.forward)
    return LayeredScene.Copy(
      stage: stage, bytes: bytes, route: route,
      hopCosts: zip(route, route.dropFirst()).map { tail, head in
        links.firstIndex { $0.tail == tail && $0.head == head }.map { network.cost(ofLink: $0, bytes: bytes) }
          ?? .infinity
      },
      links: costs.indices.filter { costs[$0] < .infinity }.map { Int(network.forward.origin[$0]) }.sorted())
  }

  func step(_ layers: Range<Int>, _ path: LayeredPath?) -> LayeredScene.Step {
    var isCandidate = [Bool](repeating: true, count: network.nodeCount)
    var (compute, waiting) = (0.0, 0.0)
    for layer in layers {
      let costs = graph.computeCosts(ofLayer: layer)
      for node in costs.indices where costs[node] == .infinity { isCandidate[node] = false }
      guard let hosts = path?.hosts else { continue }
      let host = hosts[layer]
      let time = unlimited.times(ofLayer: layer)[host]
      compute += time
      waiting += unlimited.computeCosts(ofLayer: layer)[host] - time
      if layer == 0 || hosts[layer - 1] != host { waiting += unlimited.entryWaits[host] }
    }
    return LayeredScene.Step(
      layers: layers, host: path?.hosts[layers.lowerBound], compute: compute, waiting: waiting,
      candidates: isCandidate.indices.filter { isCandidate[$0] })
  }
}
