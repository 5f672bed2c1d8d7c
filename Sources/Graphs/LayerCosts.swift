import Networks

/// What computing each layer of one job costs on each node, worked out when it is asked for: nothing of size L N is
/// stored.
struct LayerCosts: Sendable {
  private let network: SearchNetwork
  let count: Int
  /// Work [FLOP]; NaN where the layer only runs on nodes listed.
  private let work: FlatArray<Double>
  private let memory: FlatArray<Double>
  /// Entries `firstEntry[l] ..< firstEntry[l + 1]` are the nodes, ascending, with a time of their own for layer l, and
  /// these times [s]: where it was measured or, if the layer has a rule of its own, all that the rule allows.
  private let firstEntry: FlatArray<Int32>
  private let listedNode: FlatArray<Int32>
  private let listedTime: FlatArray<Double>
  /// For each node whether the rule for "*" allows it; `nil` without such a rule.
  private let isAllowed: FlatArray<Bool>?
  private let rate: Double
  private let waitsForEachLayer: Bool
  /// The least time that a FLOP takes anywhere where unlisted layers may run [s].
  let secondsPerWork: Double
  /// A lower bound on the time of each layer on any node [s], without waiting; infinite where none can run it.
  let leastTime: [Double]

  /// - Complexity: O(N + L + n log n) for n listed nodes.
  init(_ request: LayeredRequest, in network: SearchNetwork) {
    let layers = request.layers
    self.network = network
    count = layers.count
    rate = request.rate
    waitsForEachLayer = network.waiting == .layer
    var rules: [Int: [Int]] = [:]
    var allowed: FlatArray<Bool>?
    for rule in request.hosts {
      guard let layer = rule.layer else {
        let flags = FlatArray(repeating: false, count: network.nodeCount)
        for node in rule.nodes { flags[node] = true }
        allowed = flags
        continue
      }
      rules[layer] = rule.nodes
    }
    isAllowed = allowed
    var fastest = allowed == nil ? network.largestRate : 0
    if let allowed {
      for node in 0..<network.nodeCount where allowed[node] { fastest = max(fastest, network.compute[node]) }
    }
    let secondsPerWork = fastest > 0 ? 1 / fastest : .infinity
    self.secondsPerWork = secondsPerWork
    memory = FlatArray(layers.lazy.map(\.memory))
    var lists = ListedTimes(network: network, allowed: allowed)
    for (index, layer) in layers.enumerated() { lists.append(layer, rule: rules[index]) }
    work = FlatArray(lists.work)
    firstEntry = FlatArray(lists.firstEntry)
    listedNode = FlatArray(lists.nodes)
    listedTime = FlatArray(lists.times)
    leastTime = layers.indices.map { layer in
      let entries = Int(lists.firstEntry[layer])..<Int(lists.firstEntry[layer + 1])
      let listed = lists.times[entries].min() ?? .infinity
      guard secondsPerWork < .infinity, !lists.work[layer].isNaN else { return listed }
      return min(listed, lists.work[layer] * secondsPerWork)
    }
  }

  /// Time, and waiting under the policy `layer` [s]; infinite where the node cannot or may not run the layer, or
  /// where the layer alone breaks a row.
  ///
  /// - Complexity: O(1); O(log n) for a layer with n nodes listed.
  @inline(__always)
  func cost(ofLayer layer: Int, on node: Int) -> Double {
    let time = self.time(ofLayer: layer, on: node)
    if memory[layer] > network.memoryLimit[node] || rate * time > network.loadLimit[node] { return .infinity }
    return waitsForEachLayer ? time + network.waits[node] : time
  }

  @inline(__always)
  private func time(ofLayer layer: Int, on node: Int) -> Double {
    var (low, high) = (Int(firstEntry[layer]), Int(firstEntry[layer &+ 1]))
    if low < high {
      let end = high
      while low < high {
        let middle = (low &+ high) >> 1
        if listedNode[middle] < node { low = middle &+ 1 } else { high = middle }
      }
      if low < end && listedNode[low] == node { return listedTime[low] }
    }
    let work = self.work[layer]
    return !work.isNaN && runsUnlisted(node) ? work / network.compute[node] : .infinity
  }

  /// Whether layers may run there that do not list their nodes.
  @inline(__always)
  func runsUnlisted(_ node: Int) -> Bool { network.compute[node] > 0 && isAllowed?[node] ?? true }

  /// Whether some layer can run there.
  func mayHost(_ node: Int) -> Bool { (0..<count).contains { cost(ofLayer: $0, on: node) < .infinity } }

  /// The layer's work [FLOP]; `nil` where it only runs on nodes listed.
  func unlistedWork(ofLayer layer: Int) -> Double? { work[layer].isNaN ? nil : work[layer] }

  /// The nodes with a time of their own, and these times [s].
  func listed(ofLayer layer: Int) -> some Sequence<(node: Int, time: Double)> {
    (Int(firstEntry[layer])..<Int(firstEntry[layer + 1])).lazy.map {
      (node: Int(listedNode[$0]), time: listedTime[$0])
    }
  }
}

/// Makes the lists of all layers, one after the other.
private struct ListedTimes {
  let network: SearchNetwork
  let allowed: FlatArray<Bool>?
  var work: [Double] = []
  var firstEntry: [Int32] = [0]
  var nodes: [Int32] = []
  var times: [Double] = []

  mutating func append(_ layer: Layer, rule: [Int]?) {
    let shared = layer.work ?? (layer.times.isEmpty ? 0 : nil)
    work.append(rule == nil ? shared ?? .nan : .nan)
    var listed: [(node: Int, time: Double)] = []
    if let rule {
      let measured = Dictionary(uniqueKeysWithValues: layer.times.map { ($0.node, $0.seconds) })
      for node in rule {
        if let seconds = measured[node] {
          listed.append((node, seconds))
        } else if let shared, network.compute[node] > 0 {
          listed.append((node, shared / network.compute[node]))
        }
      }
    } else {
      listed = layer.times.filter { allowed?[$0.node] ?? true }.map { ($0.node, $0.seconds) }
    }
    for entry in listed.sorted(by: { $0.node < $1.node }) {
      nodes.append(Int32(entry.node))
      times.append(entry.time)
    }
    firstEntry.append(Int32(nodes.count))
  }
}
