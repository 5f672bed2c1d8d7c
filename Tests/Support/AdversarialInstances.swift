import Foundations
import Networks
import Splitting

/// What a family of instances tries against a lower bound on what is left of a job.
public enum AdversarialFamily: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Tensors that grow from layer to layer.
  case growing
  /// Tensors that shrink a hundredfold and grow again.
  case hourglass
  /// Stages of size zero, the last included.
  case empty
  /// Backlogs that make entering a node dearer than computing there.
  case backlogs
  /// Times measured below every work/rate, on few nodes.
  case measured
  /// Few nodes compute, all in the far half.
  case farHosts
  /// Every layer has hosts of its own.
  case rules
  /// All figures alike, so that most plans tie.
  case ties
  /// Links without propagation or backlog, layers without work: much costs nothing.
  case free
  /// Rates for which some links and nodes are too small, and memory for which some nodes are.
  case rows
  public var description: String { rawValue }
}

extension Instance {
  /// A job or two on a grid whose columns and rows are linked both ways, with some links left out.
  ///
  /// - Parameters:
  ///   - side: of the grid; 1 to 5 by the seed if left out.
  ///   - layers: of the first job's DNN; 0 to 7 by the seed if left out.
  public static func adversarial(
    _ family: AdversarialFamily, seed: UInt64, side: Int? = nil, layers: Int? = nil
  ) -> Instance {
    var maker = AdversarialInstance(family, seed: seed)
    return maker.instance(side: side, layers: layers)
  }
}

private struct AdversarialInstance {
  private var random: SplitMix64
  private let family: AdversarialFamily

  init(_ family: AdversarialFamily, seed: UInt64) {
    self.family = family
    random = SplitMix64(
      seed: seed &* 1000 &+ UInt64(AdversarialFamily.allCases.firstIndex(of: family) ?? 0))
  }

  mutating func instance(side: Int?, layers: Int?) -> Instance {
    let side = side ?? int(1, 5)
    let count = side * side
    let nodes = (0..<count).map { node($0, side) }
    let first = dnn(layers ?? int(0, 7), count)
    let second = dnn(layers ?? int(0, 7), count)
    let jobs = (0..<2).map { job($0, [first, second][$0], count) }
    return Instance(
      network: Network(nodes: nodes, links: links(side)), dnns: [first, second], jobs: jobs,
      options: Options(waiting: chance(0.6) ? .visit : .layer))
  }

  private mutating func node(_ index: Int, _ side: Int) -> Node {
    let isFar = index % side + index / side >= side
    let share = family == .farHosts ? (isFar ? 0.3 : 0) : family == .measured ? 0.3 : 0.8
    guard index == side * side - 1 || chance(share) else { return Node(id: Name("n\(index)")) }
    var node = Node(id: Name("n\(index)"), compute: family == .ties ? 1e10 : real(1e9, 1e11))
    if family == .backlogs ? chance(0.8) : chance(0.2) {
      node.backlog = family == .ties ? 1e8 : real(1e6, 1e10)
    }
    if family == .rows && chance(0.5) { node.memory = real(1e6, 1e8) }
    return node
  }

  private mutating func links(_ side: Int) -> [Link] {
    var links: [Link] = []
    for tail in 0..<side * side {
      for (across, down) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
        let (column, row) = (tail % side + across, tail / side + down)
        guard (0..<side).contains(column), (0..<side).contains(row), chance(0.95) else { continue }
        var link = Link(tail: tail, head: row * side + column, bandwidth: 1e9)
        if family != .ties { link.bandwidth = real(1e8, 1e10) }
        if family != .free && chance(0.7) { link.latency = family == .ties ? 1e-3 : real(1e-5, 1e-2) }
        if family != .free && chance(0.2) { link.backlog = family == .ties ? 1e5 : real(1e3, 1e6) }
        links.append(link)
      }
    }
    return links
  }

  private mutating func dnn(_ count: Int, _ nodeCount: Int) -> DNN {
    let layers = (0..<count).map { layer in
      var figures = Layer(
        name: Name("l\(layer)"), work: work(), output: size(layer + 1, of: count), memory: real(1e6, 3e7))
      if family == .measured || chance(0.1) { measure(&figures, nodeCount) }
      return figures
    }
    return DNN(name: "d", input: size(0, of: count), layers: layers)
  }

  private mutating func work() -> Double {
    switch family {
    case .ties: 1e8
    case .free: chance(0.5) ? 0 : real(1e7, 1e9)
    default: real(1e7, 1e9)
    }
  }

  private mutating func measure(_ layer: inout Layer, _ nodeCount: Int) {
    for node in 0..<nodeCount where chance(family == .measured ? 0.2 : 0.5) {
      layer.times.append(MeasuredTime(node: node, seconds: chance(0.1) ? 0 : real(1e-5, 1e-3)))
    }
    if !layer.times.isEmpty && chance(0.4) { layer.work = nil }
  }

  private mutating func size(_ stage: Int, of count: Int) -> Double {
    let place = Double(stage) / Double(max(1, count))
    switch family {
    case .ties: return 1e5
    case .growing: return 1e3 * power(1000, place) * real(0.9, 1.1)
    case .hourglass: return 1e6 * power(100, abs(2 * place - 1)) / 100 * real(0.9, 1.1)
    case .empty: return stage == count || chance(0.4) ? 0 : real(1e3, 1e6)
    default: return real(1e3, 1e6)
    }
  }

  private mutating func job(_ index: Int, _ dnn: DNN, _ count: Int) -> Job {
    var job = Job(
      id: Name("j\(index)"), dnn: index, source: chance(0.5) ? 0 : int(0, count - 1), target: count - 1)
    if chance(0.3) { job.target = int(0, count - 1) }
    if family == .rows { job.rate = real(1, 1000) }
    for layer in [nil] + dnn.layers.indices.map(Optional.some) where chance(family == .rules ? 0.6 : 0.03) {
      let nodes = (0..<count).filter { _ in chance(0.4) }
      if !nodes.isEmpty { job.hosts.append(HostRule(layer: layer, nodes: nodes)) }
    }
    return job
  }

  private mutating func int(_ low: Int, _ high: Int) -> Int { Int.random(in: low...high, using: &random) }
  private mutating func chance(_ probability: Double) -> Bool { random.nextUnit() < probability }

  /// Evenly spread on a logarithmic scale.
  private mutating func real(_ low: Double, _ high: Double) -> Double {
    low * power(high / low, random.nextUnit())
  }

  /// A power with an exponent in 0 ... 1, by square roots: no Foundation here.
  private func power(_ base: Double, _ exponent: Double) -> Double {
    var (root, rest, value) = (base, exponent, 1.0)
    if exponent >= 1 { return base }
    for _ in 0..<32 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        value *= root
        rest -= 1
      }
    }
    return value
  }
}
