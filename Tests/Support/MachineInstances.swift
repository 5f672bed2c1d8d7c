import Foundation
import Foundations
import Networks
import Splitting

/// What an instance tries of machines as they are: what they hold, how they are bound, and what they forward.
public enum MachineFamily: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Several jobs of one DNN whose layers have weights.
  case sharedWeights
  /// Two DNNs that have the same layers, whose weights are therefore held apart.
  case ownWeights
  /// Activations, of which a job holds the largest.
  case peaks
  /// Weights, activations and memory that adds up, of one DNN or of two.
  case parts
  /// Nodes that forward nothing, computing ones among them.
  case relays
  /// Layers that move more than they compute, measured times among the others.
  case bandwidths
  /// Jobs without layers beside others, where nodes forward nothing.
  case transfers
  /// All of these with rates, deadlines and rules for hosts.
  case together
  public var description: String { rawValue }
}

extension Instance {
  /// A tiny instance with the keys of machines as they are, small enough for enumeration.
  ///
  /// Memory is near what one job needs on one node, so that about one in six has no plan, and one in two of `together`.
  public static func machines(_ family: MachineFamily, seed: UInt64) -> Instance {
    var maker = MachineInstance(family, seed: seed)
    return maker.instance()
  }

  /// Whether a figure of a node or a layer is one that old instances do not have.
  public var describesMachines: Bool {
    let layers = dnns.lazy.flatMap(\.layers)
    return network.nodes.contains { !$0.isRelay || $0.memoryBandwidth != nil }
      || layers.contains { $0.weights + $0.activations + $0.traffic > 0 }
  }

  /// The memory that each node holds if the layers of the jobs have these hosts [byte], from the definition alone.
  public func memoryHeld(hosts: [[Int]]) -> [Double] {
    network.nodes.indices.map { node in
      let jobsHere = hosts.map { hosts in hosts.indices.filter { hosts[$0] == node } }
      var held = 0.0
      for (index, dnn) in dnns.enumerated() {
        for (layer, figures) in dnn.layers.enumerated()
        where jobs.indices.contains(where: { jobs[$0].dnn == index && jobsHere[$0].contains(layer) }) {
          held += figures.weights
        }
      }
      for job in jobs.indices {
        let layers = jobsHere[job].map { dnn(ofJob: job).layers[$0] }
        held += layers.map(\.activations).max() ?? 0
        held += layers.reduce(0) { $0 + $1.memory }
      }
      return held
    }
  }
}

private struct MachineInstance {
  private var random: SplitMix64
  private let family: MachineFamily

  init(_ family: MachineFamily, seed: UInt64) {
    self.family = family
    random = SplitMix64(seed: seed &* 1000 &+ UInt64(MachineFamily.allCases.firstIndex(of: family) ?? 0))
  }

  private var isLoaded: Bool { family == .together }
  private var hasRelays: Bool { [.relays, .transfers, .together].contains(family) }
  private var hasBandwidths: Bool { [.bandwidths, .together].contains(family) }
  private var hasWeights: Bool {
    [.sharedWeights, .ownWeights, .parts, .transfers, .together].contains(family)
  }
  private var hasActivations: Bool { [.peaks, .parts, .transfers, .together].contains(family) }
  private var hasSums: Bool { [.parts, .together].contains(family) }

  mutating func instance() -> Instance {
    let nodeCount = isLoaded ? int(2, 3) : int(3, 4)
    let dnns = dnns(nodeCount)
    let nodes = (0..<nodeCount).map { node($0, dnns) }
    let jobs = (0..<(isLoaded ? 2 : int(2, 3))).map { job($0, dnns, nodeCount) }
    return Instance(
      network: Network(nodes: nodes, links: links(nodeCount)), dnns: dnns, jobs: jobs,
      options: Options(waiting: chance(0.5) ? .visit : .layer, objective: chance(0.6) ? .total : .max))
  }

  private mutating func dnns(_ nodeCount: Int) -> [DNN] {
    let first = dnn("d0", isLoaded ? int(1, 2) : int(1, 3), nodeCount)
    switch family {
    case .sharedWeights: return [first]
    case .ownWeights:
      var second = first
      second.name = "d1"
      return [first, second]
    case .transfers: return [first, dnn("d1", 0, nodeCount)]
    default: return [first, dnn("d1", isLoaded ? int(0, 2) : int(1, 3), nodeCount)]
    }
  }

  private mutating func dnn(_ name: Name, _ count: Int, _ nodeCount: Int) -> DNN {
    let layers = (0..<count).map { index in
      var layer = Layer(name: Name("l\(index)"), work: real(1e7, 1e9), output: size())
      if chance(0.1) { layer.work = chance(0.5) ? nil : 0 }
      if hasWeights && chance(0.8) { layer.weights = real(1e6, 3e7) }
      if hasActivations && chance(0.8) { layer.activations = real(1e6, 2e7) }
      if hasSums && chance(0.6) { layer.memory = real(1e6, 1e7) }
      if hasBandwidths && chance(0.8) { layer.traffic = real(1e6, 1e9) }
      if chance(hasBandwidths ? 0.3 : 0.1) {
        for node in 0..<nodeCount where chance(0.4) {
          layer.times.append(MeasuredTime(node: node, seconds: chance(0.1) ? 0 : real(1e-4, 1e-1)))
        }
      }
      return layer
    }
    return DNN(name: name, input: size(), layers: layers)
  }

  private mutating func size() -> Double { chance(0.1) ? 0 : real(1e3, 1e6) }

  private mutating func node(_ index: Int, _ dnns: [DNN]) -> Node {
    let computes = index == 0 || chance(0.8)
    var node = Node(id: Name("n\(index)"), compute: computes ? real(1e9, 1e11) : 0)
    if computes && chance(0.4) { node.backlog = real(1e6, 1e9) }
    if hasBandwidths && chance(0.7) { node.memoryBandwidth = real(1e9, 1e11) }
    if hasRelays { node.isRelay = chance(0.35) }
    let layers = dnns[int(0, dnns.count - 1)].layers
    let need = layers.reduce(0) { $0 + $1.weights + $1.memory } + (layers.map(\.activations).max() ?? 0)
    // Weights that jobs share take less than what each of them needs.
    let largest = [.ownWeights, .peaks, .parts].contains(family) ? 4 : 2.5
    if need > 0 && chance(0.85) { node.memory = chance(0.05) ? 0 : need * real(0.5, largest) }
    return node
  }

  private mutating func links(_ nodeCount: Int) -> [Link] {
    var links: [Link] = []
    for tail in 0..<nodeCount {
      for head in 0..<nodeCount where tail != head {
        // Neighbours on a ring are joined both ways, so that there often is a way round.
        let isRing = (tail + 1) % nodeCount == head || (head + 1) % nodeCount == tail
        guard chance(isRing ? 0.95 : 0.3) else { continue }
        links.append(
          Link(
            tail: tail, head: head, bandwidth: real(1e8, 1e10), latency: chance(0.3) ? 0 : real(1e-5, 1e-2),
            backlog: chance(0.3) ? real(1e3, 1e6) : 0))
      }
    }
    return links
  }

  private mutating func job(_ index: Int, _ dnns: [DNN], _ nodeCount: Int) -> Job {
    // Those that run different DNNs come in turn; the rest is left to chance.
    var job = Job(
      id: Name("j\(index)"), dnn: index < dnns.count && chance(0.7) ? index : int(0, dnns.count - 1),
      source: int(0, nodeCount - 1), target: int(0, nodeCount - 1))
    if chance(0.4) { job.weight = chance(0.1) ? 0 : real(0.1, 10) }
    guard isLoaded else { return job }
    job.rate = chance(0.15) ? 0 : real(0.3, 60)
    if chance(0.3) { job.deadline = real(5e-2, 2) }
    for layer in [nil] + dnns[job.dnn].layers.indices.map(Optional.some) where chance(0.15) {
      let nodes = (0..<nodeCount).filter { _ in chance(0.8) }
      if !nodes.isEmpty { job.hosts.append(HostRule(layer: layer, nodes: nodes)) }
    }
    return job
  }

  private mutating func int(_ low: Int, _ high: Int) -> Int { Int.random(in: low...high, using: &random) }
  private mutating func chance(_ probability: Double) -> Bool { random.nextUnit() < probability }

  /// Evenly spread on a logarithmic scale.
  private mutating func real(_ low: Double, _ high: Double) -> Double {
    low * pow(high / low, random.nextUnit())
  }
}
