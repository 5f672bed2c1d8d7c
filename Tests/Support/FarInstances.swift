import Foundation
import Foundations
import Networks
import Splitting

extension Instance {
  /// A tiny instance of magnitudes from 1e-6 to 1e13: absurdly weak nodes and links beside strong ones, backlogs of
  /// hours, tensors of bytes and of terabytes.
  public static func extreme(seed: UInt64) -> Instance {
    var maker = FarInstance(seed: seed)
    return maker.extreme()
  }

  /// One job of five layers on three fast nodes with little memory, and on two so weak that a layer would take
  /// them up to thousands of years.
  public static func absurd(seed: UInt64) -> Instance {
    var maker = FarInstance(seed: seed)
    return maker.absurd()
  }
}

private struct FarInstance {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  // MARK: Everything at once

  mutating func extreme() -> Instance {
    let count = int(2, 4)
    let hasRates = count < 4 && chance(0.4)
    let nodes = (0..<count).map { extremeNode($0) }
    var links: [Link] = []
    for tail in 0..<count {
      for head in 0..<count where tail != head && ((tail + 1) % count == head || chance(0.5)) {
        links.append(extremeLink(tail, head))
      }
    }
    let layers = (0..<(hasRates ? int(0, 2) : int(1, 3))).map { extremeLayer($0, count) }
    let jobs = (0..<(hasRates ? 1 : int(1, 2))).map { index in
      var job = Job(
        id: Name("j\(index)"), dnn: 0, source: int(0, count - 1), target: int(0, count - 1),
        weight: chance(0.5) ? 1 : real(1e-6, 1e6))
      if hasRates { job.rate = real(1e-6, 1e6) }
      if chance(0.2) { job.deadline = real(1e-3, 1e9) }
      return job
    }
    return Instance(
      network: Network(nodes: nodes, links: links),
      dnns: [DNN(name: "d", input: real(1e-3, 1e12), layers: layers)], jobs: jobs,
      options: Options(
        waiting: chance(0.5) ? .visit : .layer, objective: chance(0.5) ? .total : .max))
  }

  private mutating func extremeNode(_ index: Int) -> Node {
    var node = Node(id: Name("n\(index)"), compute: chance(0.5) ? real(1e12, 1e13) : real(1, 1e13))
    // Up to three hours.
    if chance(0.4) { node.backlog = node.compute * real(1e-6, 1e4) }
    if chance(0.4) { node.memory = real(1, 1e13) }
    return node
  }

  private mutating func extremeLink(_ tail: Int, _ head: Int) -> Link {
    Link(
      tail: tail, head: head, bandwidth: chance(0.2) ? 1 : chance(0.3) ? 1e13 : real(1, 1e13),
      latency: chance(0.3) ? 0 : real(1e-6, 1), backlog: chance(0.2) ? real(1, 1e9) : 0)
  }

  private mutating func extremeLayer(_ index: Int, _ count: Int) -> Layer {
    var layer = Layer(name: Name("l\(index)"), work: real(1, 1e13), output: real(1e-3, 1e12))
    layer.memory = real(1e-3, 1e12)
    for node in 0..<count where chance(0.1) {
      layer.times.append(MeasuredTime(node: node, seconds: real(1e-6, 1e4)))
    }
    return layer
  }

  // MARK: Absurd placements

  mutating func absurd() -> Instance {
    let nodes = (0..<5).map { index in
      index < 3
        ? Node(id: Name("n\(index)"), compute: real(1e11, 1e13), memory: real(4e7, 1.1e8))
        : Node(id: Name("n\(index)"), compute: real(1e-2, 1e5))
    }
    var links: [Link] = []
    for tail in 0..<5 {
      for head in 0..<5 where tail != head && ((tail + 1) % 5 == head || chance(0.5)) {
        let (bandwidth, latency) = (real(1e8, 1e12), real(1e-6, 1e-3))
        links.append(Link(tail: tail, head: head, bandwidth: bandwidth, latency: latency))
      }
    }
    let layers = (0..<5).map { index in
      Layer(
        name: Name("l\(index)"), work: real(1e7, 4e9), output: real(1e4, 1.2e6), memory: real(4e6, 5e7))
    }
    return Instance(
      network: Network(nodes: nodes, links: links),
      dnns: [DNN(name: "d", input: 1.471e6, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: int(0, 4), target: int(0, 4))])
  }

  // MARK: Numbers

  private mutating func int(_ low: Int, _ high: Int) -> Int { Int.random(in: low...high, using: &random) }
  private mutating func chance(_ probability: Double) -> Bool { random.nextUnit() < probability }

  /// Evenly spread on a logarithmic scale.
  private mutating func real(_ low: Double, _ high: Double) -> Double {
    low * pow(high / low, random.nextUnit())
  }
}
