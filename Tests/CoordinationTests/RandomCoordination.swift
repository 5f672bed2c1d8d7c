import LayerRoute

/// What an instance tries.
enum CoordinationTrait: String, CaseIterable, CustomStringConvertible {
  case plain
  /// Tasks want accuracies, some of them just those of a path.
  case accuracies
  case measured
  /// Capacities, times, sizes, rates and values of 0, and services without blocks.
  case zeros
  /// Figures of very different sizes.
  case far
  /// All of these.
  case together

  var description: String { rawValue }
}

extension CoordinationInstance {
  /// A tiny instance, small enough for enumeration.
  static func random(_ trait: CoordinationTrait, _ paths: PathOption, seed: UInt64) -> CoordinationInstance {
    var maker = CoordinationMaker(trait, seed: seed)
    return maker.instance(paths)
  }
}

private struct CoordinationMaker {
  private let trait: CoordinationTrait
  private var random: SplitMix64

  init(_ trait: CoordinationTrait, seed: UInt64) {
    self.trait = trait
    random = SplitMix64(
      seed: seed &* 1009 &+ UInt64(CoordinationTrait.allCases.firstIndex(of: trait) ?? 0))
  }

  private func has(_ other: CoordinationTrait) -> Bool { trait == other || trait == .together }
  private mutating func chance(_ share: Double) -> Bool { random.nextUnit() < share }
  private mutating func real(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random.nextUnit()
  }
  private mutating func whole(_ low: Int, _ high: Int) -> Int {
    low + random.nextIndex(below: high - low + 1)
  }
  private mutating func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }

  mutating func instance(_ paths: PathOption) -> CoordinationInstance {
    let nodeCount = whole(1, 3)
    let nodes = (0..<nodeCount).map { index in
      let isNone = has(.zeros) && chance(0.15)
      return Node(id: Name("n\(index)"), capacity: isNone ? 0 : chance(0.5) ? 1 : rounded(real(0.2, 1.5)))
    }
    var links: [Link] = []
    for tail in 0..<nodeCount {
      for head in 0..<nodeCount where tail != head && chance(0.85) {
        links.append(Link(tail: tail, head: head, bandwidth: real(1e8, 2e9).rounded()))
      }
    }
    var instance = CoordinationInstance(
      network: Network(nodes: nodes, links: links), services: [], tasks: [], paths: paths)
    for index in 0..<whole(1, 3) { instance.services.append(service(index, nodeCount)) }
    connect(&instance)
    for index in 0..<whole(1, instance.services.count == 1 ? 2 : 3) { addTask(index, &instance) }
    if has(.measured) { measure(&instance) }
    if has(.accuracies) { want(&instance) }
    return instance
  }

  private mutating func service(_ index: Int, _ nodeCount: Int) -> DNNService {
    let factor = has(.far) && chance(0.3) ? 1e-6 : 1
    let count = has(.zeros) && chance(0.1) ? 0 : whole(1, 3)
    return DNNService(
      name: Name("s\(index)"), host: random.nextIndex(below: nodeCount), input: real(1e5, 3e5).rounded(),
      accuracy: rounded(real(0.8, 0.95)),
      blocks: (0..<count).map { block in
        Block(
          name: Name("b\(block + 1)"), time: has(.zeros) && chance(0.2) ? 0 : factor * real(0.001, 0.006),
          output: has(.zeros) && chance(0.2) ? 0 : real(4e3, 3e5).rounded())
      })
  }

  /// Connections to later places in a random order of all blocks, so that there is no cycle.
  private mutating func connect(_ instance: inout CoordinationInstance) {
    let links = Set(instance.network.links.map { [$0.tail, $0.head] })
    func depth(_ vertex: BlockVertex) -> Double {
      let count = instance.services[vertex.service].blocks.count
      if vertex.position == 0 { return -1 }
      return vertex.position > count ? 9 : Double(vertex.position) + 0.1 * Double(vertex.service)
    }
    var ends = Set<[Int]>()
    for _ in 0..<whole(0, 8) {
      let (from, to) = (
        random.nextIndex(below: instance.services.count), random.nextIndex(below: instance.services.count)
      )
      let tail = BlockVertex(
        service: from, position: random.nextIndex(below: instance.services[from].blocks.count + 1))
      let head = BlockVertex(
        service: to, position: 1 + random.nextIndex(below: instance.services[to].blocks.count + 1))
      let hosts = [instance.services[from].host, instance.services[to].host]
      let isChain = from == to && head.position == tail.position + 1
      guard depth(tail) < depth(head), !isChain, hosts[0] == hosts[1] || links.contains(hosts),
        ends.insert([from, tail.position, to, head.position]).inserted
      else { continue }
      instance.connections.append(
        Connection(
          from: tail, to: head, time: chance(0.5) ? 0 : real(1e-4, 6e-4),
          penalty: rounded(chance(0.1) ? -0.005 : real(0, 0.04))))
    }
  }

  private mutating func addTask(_ index: Int, _ instance: inout CoordinationInstance) {
    var rate = real(50, 400).rounded()
    if has(.zeros) && chance(0.1) { rate = 0 }
    if has(.far) && chance(0.3) { rate = chance(0.5) ? 1e9 : 1e-3 }
    var task = ServiceTask(
      id: Name("t\(index)"), service: random.nextIndex(below: instance.services.count), rate: rate)
    if chance(0.3) { task.value = rounded(real(0.2, 3)) }
    if has(.zeros) && chance(0.1) { task.value = 0 }
    instance.tasks.append(task)
  }

  private mutating func measure(_ instance: inout CoordinationInstance) {
    for task in instance.tasks.indices {
      for path in CoordinationEnumeration(instance).paths(ofTask: task) where chance(0.3) {
        instance.measured.append(
          MeasuredPath(
            task: task, blocks: path.blocks,
            accuracy: rounded(min(1, max(0, path.accuracy + real(-0.03, 0.03))))))
      }
    }
  }

  private mutating func want(_ instance: inout CoordinationInstance) {
    for task in instance.tasks.indices where chance(0.7) {
      let paths = CoordinationEnumeration(instance).paths(ofTask: task)
      let drawn = paths[random.nextIndex(below: paths.count)].accuracy
      instance.tasks[task].accuracy =
        chance(0.5) ? rounded(drawn) : min(1, rounded(drawn + real(-0.02, 0.02)))
    }
  }
}
