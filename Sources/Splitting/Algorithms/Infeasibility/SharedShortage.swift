import Foundations
import Graphs
import Splitting

/// Finds nodes with less memory or less time to compute than is needed by the layers that no other node can host.
///
/// The layers whose possible hosts all lie in a set S of nodes have to share S. The search tries the sets of
/// possible hosts of single layers, the smallest first, and then the union of all. However the layers are spread over S,
/// some node holds the weights of each, and some node the largest activations of each job.
///
/// Possible hosts are those that satisfy the times, the rules for hosts and the constraints of the family in
/// question: a host that only another family excludes would make the message false. Conflicts of several
/// families are left to a solver.
///
/// - Complexity: O(J L N + S^2 N) with S different sets of hosts.
struct SharedShortage {
  let instance: Instance
  let network: NetworkGraph

  /// A layer of a job with its possible hosts: ascending nodes, and its times on them [s].
  private struct PlacedLayer {
    let job: Int
    let layer: Int
    /// The memory of the layer alone [byte].
    let footprint: Double
    let hosts: [Int]
    let times: [Double]
  }

  /// Layers that need more than their hosts have together.
  private struct Shortage {
    let layers: [PlacedLayer]
    let hosts: [Int]
    /// What the layers need and what the hosts have, in the base unit of their quantity.
    let need: Double
    let limit: Double
  }

  /// All layers of all jobs with their possible hosts under the constraints of one family.
  private func layers(under family: CouplingConstraint.Family) -> [PlacedLayer] {
    let capacities = instance.limits.keeping([family]).capacities
    return instance.jobs.indices.flatMap { job in
      let graph = instance.layeredGraph(ofJob: job, network, capacities)
      return instance.dnn(ofJob: job).layers.enumerated().map { layer, figures in
        let (costs, times) = (graph.computeCosts(ofLayer: layer), graph.times(ofLayer: layer))
        let hosts = costs.indices.filter { costs[$0] < .infinity }
        return PlacedLayer(
          job: job, layer: layer, footprint: figures.footprint, hosts: hosts, times: hosts.map { times[$0] })
      }
    }
  }

  /// A shortage of memory; `nil` if none is found.
  func memory() -> String? {
    let layers = layers(under: .memory).filter { $0.footprint > 0 }
    let shortage = shortage(Array(instance.limits.memory), among: layers) {
      $0.footprint
    } together: {
      need(of: $0).total
    }
    return shortage.map {
      let (needed, supply) = texts(of: $0, .size)
      let parts = need(of: $0.layers).remark
      return "memory: \(needed)\(parts) are needed for \(subject($0.layers)), but \(supply)"
    }
  }

  private func need(of layers: [PlacedLayer]) -> MemoryNeed {
    MemoryNeed(layers.lazy.map { ($0.job, $0.layer) }, of: instance)
  }

  /// A shortage of compute load; `nil` if none is found.
  ///
  /// Every weighting of the nodes gives a proof: a layer puts at least its least weighted load on some node,
  /// and a node can take at most its weight. With the nodes' compute rates as weights, it compares work; with
  /// equal weights, time.
  func compute() -> String? {
    let loading = layers(under: .computeLoad).filter { instance.jobs[$0.job].rate > 0 }
    let (rates, ones) = (instance.network.nodes.map(\.compute), instance.network.nodes.map { _ in 1.0 })
    for (weights, quantity) in [(rates, Figures.Quantity.computeRate), (ones, .load)] {
      guard let shortage = shortage(weights, among: loading, need: weightedLoad(weights)) else { continue }
      let (needed, supply) = texts(of: shortage, quantity)
      return "compute load: at least \(needed) are needed for \(subject(shortage.layers)) at the rates of "
        + "their jobs, but \(supply)"
    }
    return nil
  }

  private func weightedLoad(_ weights: [Double]) -> (PlacedLayer) -> Double {
    { layer in
      let rate = instance.jobs[layer.job].rate
      return zip(layer.hosts, layer.times).map { weights[$0] * rate * $1 }.min() ?? 0
    }
  }

  /// The first shortage, if each layer needs no more than `need`, and layers that share nodes need the sum of it, or
  /// what `together` says.
  private func shortage(
    _ limits: [Double], among layers: [PlacedLayer], need: (PlacedLayer) -> Double,
    together: (([PlacedLayer]) -> Double)? = nil
  ) -> Shortage? {
    let groups = Dictionary(grouping: layers, by: \.hosts)
    let needs = groups.mapValues { $0.reduce(0) { $0 + need($1) } }
    for hosts in candidates(Array(groups.keys)) {
      let limit = hosts.reduce(0) { $0 + limits[$1] }
      guard limit < .infinity else { continue }
      let members = Set(hosts)
      // Sorted, so that the order of a dictionary does not affect the last digit of a sum.
      let bound = groups.keys.filter { $0.allSatisfy(members.contains) }.sorted {
        $0.lexicographicallyPrecedes($1)
      }
      var needed = bound.reduce(0) { $0 + (needs[$1] ?? 0) }
      guard needed > limit * Tolerance.slack else { continue }
      let sharing = bound.flatMap { groups[$0] ?? [] }
      if let together { needed = together(sharing) }
      guard needed > limit * Tolerance.slack else { continue }
      return Shortage(layers: sharing, hosts: hosts, need: needed, limit: limit)
    }
    return nil
  }

  /// The figures of a shortage for a message.
  private func texts(of shortage: Shortage, _ quantity: Figures.Quantity) -> (need: String, supply: String) {
    let figures = Figures.apart([shortage.need, shortage.limit], quantity)
    let lack = Figures.apart([shortage.need - shortage.limit], quantity)[0]
    return (figures[0], "there are \(figures[1]) on \(place(shortage.hosts)): \(lack) short")
  }

  /// The sets and their union, the smallest first.
  private func candidates(_ sets: [[Int]]) -> [[Int]] {
    let union = Set(sets.flatMap { $0 }).sorted()
    return Set(sets + [union]).filter { !$0.isEmpty }.sorted {
      $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
    }
  }

  private func subject(_ bound: [PlacedLayer]) -> String {
    let jobs = instance.list(jobs: Set(bound.map(\.job)).sorted())
    return "\(Figures.count(bound.count, "layer")) of \(jobs)"
  }

  private func place(_ hosts: [Int]) -> String {
    let nodes = hosts.count == 1 ? "only node" : "\(hosts.count) nodes"
    return "the \(nodes) that can host them (\(instance.list(nodes: hosts)))"
  }
}
