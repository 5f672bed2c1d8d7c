import Foundations
import Networks
import Splitting

/// Random pipelines of one job whose difficulty lies in different places: packing layers onto machines, links, both, and
/// routes over relays.
enum PipelineKind: String, CaseIterable {
  /// Machines of different speeds, and links that hardly matter; `compsoft` with links that matter a little.
  case comp, compsoft
  /// Memory for a tenth more than the job needs.
  case memtight
  /// Whole numbers, with many plans of the same value.
  case int
  /// Machines of one speed.
  case equal
  case mixed
  /// Links decide.
  case comm
  /// Networks with relays, NSFNET with 14 nodes and otherwise geometric ones.
  case sparse, sparsecomm, sparsetight

  /// Whether the network is complete and no node forwards.
  var isComplete: Bool { ![.sparse, .sparsecomm, .sparsetight].contains(self) }

  /// The load of transfers over that of computing, and the memory of all nodes over what the job needs.
  private var ratios: (transfers: Double, memory: Double) {
    switch self {
    case .comp: (1e-4, 1.6)
    case .compsoft: (0.03, 1.6)
    case .memtight: (1e-4, 1.1)
    case .int, .equal: (1e-4, 1.3)
    case .mixed: (0.5, 2)
    case .comm: (5, 2)
    case .sparse: (0.3, 2)
    case .sparsecomm: (2, 2)
    case .sparsetight: (0.3, 1.2)
    }
  }

  /// An instance under `bottleneck`: work in FLOP and rates in FLOP/s of about 1, memory in bytes of about 1.
  func instance(nodes: Int, layers: Int, seed: UInt64, contiguous: Bool = false) -> Instance {
    var random = SplitMix64(seed: seed &* 64 &+ UInt64(Self.allCases.firstIndex(of: self) ?? 0))
    func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.nextUnit() }
    let work = (0..<layers).map { _ in
      self == .int ? Double(1 + random.nextIndex(below: 10)) : uniform(0.2, 1.8)
    }
    let memory = (0..<layers).map { _ in
      self == .int ? Double(1 + random.nextIndex(below: 5)) : uniform(0.2, 1.8)
    }
    let speeds = (0..<nodes).map { _ in
      self == .int ? [1.0, 2, 4][random.nextIndex(below: 3)] : self == .equal ? 1 : uniform(0.5, 1.5)
    }
    let shares = (0..<nodes).map { _ in uniform(0.5, 1.5) }
    let factor = ratios.memory * memory.reduce(0, +) / shares.reduce(0, +)
    let links = ends(nodes, &random).flatMap { tail, head -> [Link] in
      let bandwidth = SplitMix64.power(0.3166, to: 3.158, share: random.nextUnit())
      return isComplete
        ? [Link(tail: tail, head: head, bandwidth: bandwidth)]
        : Link.duplex(tail, head, bandwidth: bandwidth, latency: 0)
    }
    let tensors = tensors(
      layers, compute: work.reduce(0, +) / speeds.reduce(0, +),
      bandwidth: links.reduce(0) { $0 + $1.bandwidth } / Double(links.count), &random)
    let dnn = DNN(
      name: "dnn", input: tensors[0],
      layers: (0..<layers).map {
        Layer(name: Name("layer \($0 + 1)"), work: work[$0], output: tensors[$0 + 1], memory: memory[$0])
      })
    let machines = (0..<nodes).map { node in
      let bytes = factor * shares[node]
      return Node(
        id: Name("n\(node)"), compute: speeds[node], memory: self == .int ? bytes.rounded() : bytes,
        isRelay: !isComplete)
    }
    let job = Job(
      id: "job", dnn: 0, source: random.nextIndex(below: nodes), target: random.nextIndex(below: nodes),
      isContiguous: contiguous)
    return Instance(
      network: Network(nodes: machines, links: links), dnns: [dnn], jobs: [job],
      options: Options(objective: .bottleneck))
  }

  /// Sizes that fall along the chain [byte], the first and the last smaller than the others.
  private func tensors(
    _ layers: Int, compute: Double, bandwidth: Double, _ random: inout SplitMix64
  ) -> [Double] {
    let sizes = (0...layers).map { stage in
      SplitMix64.power(1, to: 0.246597, share: Double(stage) / Double(layers))
        * SplitMix64.power(0.301194, to: 3.320117, share: random.nextUnit())
    }
    let mean = sizes.reduce(0, +) / Double(layers + 1)
    // A tensor of the mean size takes that share of the computing on a link of the mean bandwidth.
    let factor = ratios.transfers * compute * bandwidth / mean / 8
    return sizes.enumerated().map { stage, size in size * factor * (stage == 0 || stage == layers ? 0.3 : 1) }
  }

  private func ends(_ nodes: Int, _ random: inout SplitMix64) -> [(Int, Int)] {
    if isComplete {
      return (0..<nodes).flatMap { tail in (0..<nodes).filter { $0 != tail }.map { (tail, $0) } }
    }
    if nodes == 14 {
      return [
        (0, 1), (0, 2), (0, 7), (1, 2), (1, 3), (2, 5), (3, 4), (3, 10), (4, 5), (4, 6), (5, 9), (5, 13),
        (6, 7),
        (7, 8), (8, 9), (8, 11), (8, 12), (10, 11), (10, 12), (11, 13), (12, 13),
      ]
    }
    let places = (0..<nodes).map { _ in (x: random.nextUnit(), y: random.nextUnit()) }
    func distance(_ pair: (Int, Int)) -> Double {
      let (x, y) = (places[pair.0].x - places[pair.1].x, places[pair.0].y - places[pair.1].y)
      return x * x + y * y
    }
    let pairs = (0..<nodes).flatMap { tail in (tail + 1..<max(nodes, tail + 1)).map { (tail, $0) } }
      .sorted { distance($0) < distance($1) }
    var parts = Array(0..<nodes)
    // The shortest links, two a node, and those of a spanning tree.
    return pairs.enumerated().compactMap { place, pair in
      let (one, other) = (parts[pair.0], parts[pair.1])
      if one != other { parts = parts.map { $0 == other ? one : $0 } }
      return place < 2 * nodes || one != other ? pair : nil
    }
  }
}
