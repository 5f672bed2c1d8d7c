import Foundations
import Networks
import Splitting

/// What couples a random instance.
public enum Coupling: String, Sendable, CaseIterable, CustomStringConvertible {
  case none, memory, computeLoad, linkLoad, deadline, hosts, times, together
  public var description: String { rawValue }
}

extension Instance {
  /// A tiny instance, small enough for enumeration; about one in five has no plan.
  public static func random(seed: UInt64, _ coupling: Coupling) -> Instance {
    var maker = RandomInstance(seed: seed, coupling)
    return maker.instance()
  }
}

private struct RandomInstance {
  private var random: SplitMix64
  private let coupling: Coupling

  init(seed: UInt64, _ coupling: Coupling) {
    self.coupling = coupling
    random = SplitMix64(seed: seed &* 1000 &+ UInt64(Coupling.allCases.firstIndex(of: coupling) ?? 0))
  }

  private var isLoaded: Bool { [.computeLoad, .linkLoad, .together].contains(coupling) }

  mutating func instance() -> Instance {
    let nodeCount = isLoaded ? int(2, 3) : int(2, 4)
    let network = Network(nodes: (0..<nodeCount).map { node($0) }, links: links(nodeCount))
    let jobCount = coupling == .none ? int(0, 2) : int(1, isLoaded ? 2 : 3)
    let dnns = (0..<2).map { dnn($0, nodeCount) }
    let jobs = (0..<jobCount).map { job($0, dnns, nodeCount) }
    let options = Options(
      waiting: chance(0.5) ? .visit : .layer, objective: chance(0.5) ? .total : .max)
    return Instance(network: network, dnns: dnns, jobs: jobs, options: options)
  }

  private mutating func node(_ index: Int) -> Node {
    let computes = index == 0 || chance(0.8)
    var node = Node(id: Name("n\(index)"), compute: computes ? real(1e9, 1e11) : 0)
    if computes && chance(0.4) { node.backlog = real(1e6, 1e9) }
    if coupling == .memory || coupling == .together {
      node.memory = chance(0.1) ? nil : chance(0.1) ? 0 : real(2e6, 1.6e7)
    }
    return node
  }

  private mutating func links(_ nodeCount: Int) -> [Link] {
    var links: [Link] = []
    for tail in 0..<nodeCount {
      for head in 0..<nodeCount where tail != head {
        // A ring keeps most instances connected.
        let isRing = (tail + 1) % nodeCount == head
        guard chance(isRing ? 0.97 : 0.5) else { continue }
        links.append(
          Link(
            tail: tail, head: head, bandwidth: real(1e8, 1e10), latency: chance(0.3) ? 0 : real(1e-5, 1e-2),
            backlog: chance(0.3) ? real(1e3, 1e6) : 0))
      }
    }
    return links
  }

  private mutating func dnn(_ index: Int, _ nodeCount: Int) -> DNN {
    let count = isLoaded ? int(0, 2) : int(0, 4)
    let layers = (0..<count).map { layer in
      var figures = Layer(name: Name("l\(layer)"), work: real(1e7, 1e9), output: size())
      if coupling == .memory || coupling == .together { figures.memory = chance(0.1) ? 0 : real(1e6, 8e6) }
      if coupling == .times || chance(0.15) {
        for node in 0..<nodeCount where chance(0.5) {
          figures.times.append(MeasuredTime(node: node, seconds: chance(0.1) ? 0 : real(1e-4, 1e-1)))
        }
        if chance(0.4) { figures.work = nil }
      }
      if chance(0.1) { figures.work = 0 }
      return figures
    }
    return DNN(name: Name("d\(index)"), input: size(), layers: layers)
  }

  private mutating func size() -> Double { chance(0.1) ? 0 : real(1e3, 1e6) }

  private mutating func job(_ index: Int, _ dnns: [DNN], _ nodeCount: Int) -> Job {
    var job = Job(
      id: Name("j\(index)"), dnn: int(0, dnns.count - 1), source: int(0, nodeCount - 1),
      target: int(0, nodeCount - 1))
    if chance(0.4) { job.weight = chance(0.2) ? 0 : real(0.1, 10) }
    if isLoaded { job.rate = chance(0.15) ? 0 : real(1, 300) }
    if coupling == .deadline || (coupling == .together && chance(0.3)) { job.deadline = real(5e-3, 0.4) }
    if coupling == .hosts || chance(0.1) { job.hosts = rules(dnns[job.dnn], nodeCount) }
    return job
  }

  private mutating func rules(_ dnn: DNN, _ nodeCount: Int) -> [HostRule] {
    var rules: [HostRule] = []
    for layer in [nil] + dnn.layers.indices.map(Optional.some) where chance(0.5) {
      let nodes = (0..<nodeCount).filter { _ in chance(0.6) }
      if !nodes.isEmpty { rules.append(HostRule(layer: layer, nodes: nodes)) }
    }
    return rules
  }

  private mutating func int(_ low: Int, _ high: Int) -> Int { Int.random(in: low...high, using: &random) }
  private mutating func chance(_ probability: Double) -> Bool { random.nextUnit() < probability }

  /// Evenly spread on a logarithmic scale, four digits.
  private mutating func real(_ low: Double, _ high: Double) -> Double {
    let exponent = random.nextUnit()
    var value = low
    var factor = high / low
    var share = exponent
    // Repeated square roots spell out the power without Foundation.
    for _ in 0..<24 {
      factor = factor.squareRoot()
      share *= 2
      if share >= 1 {
        value *= factor
        share -= 1
      }
    }
    return value
  }
}
