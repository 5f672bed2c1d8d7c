import Networks

/// The time of each layer of one request on each node, without waiting: the one place that derives it from
/// work, compute rates, measured times and the rules for hosts.
///
/// Times are computed on request, and nothing of size L N is stored. (The evaluator has its own
/// implementation, because it must share no code with what it checks.)
public struct LayerTimes: Sendable {
  /// The number of layers.
  public let count: Int
  private let nodeCount: Int
  /// The compute rates [FLOP/s]; 0 if a node only hosts layers measured on it.
  private let compute: FlatArray<Double>
  /// The work of each layer [FLOP]; NaN for a layer that only runs on listed nodes.
  private let work: FlatArray<Double>
  /// Entries `firstEntry[l] ..< firstEntry[l + 1]` list the nodes, ascending, with a time of their own for
  /// layer l, and these times [s]: the nodes with a measured time or, if the layer has a rule of its own, all
  /// that the rule allows.
  private let firstEntry: FlatArray<Int32>
  private let listedNode: FlatArray<Int32>
  private let listedTime: FlatArray<Double>
  /// For each node whether the rule for "*" allows it; `nil` without such a rule.
  private let isAllowed: FlatArray<Bool>?
  /// The least time for a FLOP on a node that may run unlisted layers [s].
  let secondsPerWork: Double
  /// A lower bound on the time of each layer on any node [s]; infinite if none can run it.
  let leastTime: [Double]

  /// - Parameters:
  ///   - request: the request with the layers and the rules.
  ///   - compute: the compute rates of the nodes [FLOP/s].
  ///   - largestRate: the largest of these rates [FLOP/s].
  /// - Complexity: O(N + L + n log n) for n listed nodes; O(L + n log n) without a rule for "*".
  init(_ request: LayeredRequest, compute: FlatArray<Double>, largestRate: Double) {
    let layers = request.layers
    count = layers.count
    nodeCount = compute.count
    self.compute = compute
    var rules: [Int: [Int]] = [:]
    var allowed: FlatArray<Bool>?
    for rule in request.hosts {
      guard let layer = rule.layer else {
        let flags = FlatArray(repeating: false, count: compute.count)
        for node in rule.nodes { flags[node] = true }
        allowed = flags
        continue
      }
      rules[layer] = rule.nodes
    }
    isAllowed = allowed
    var fastest = allowed == nil ? largestRate : 0
    if let allowed {
      for node in 0..<compute.count where allowed[node] { fastest = max(fastest, compute[node]) }
    }
    let secondsPerWork = fastest > 0 ? 1 / fastest : .infinity
    self.secondsPerWork = secondsPerWork
    var lists = ListedTimes(compute: compute, allowed: allowed)
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

  /// The time of a layer on a node [s]; infinite if the node cannot or may not run it.
  ///
  /// - Complexity: O(1); O(log n) for a layer with n nodes listed.
  @inline(__always)
  func time(ofLayer layer: Int, on node: Int) -> Double {
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
    return !work.isNaN && runsUnlisted(node) ? work / compute[node] : .infinity
  }

  /// The times of a layer on all nodes [s]; infinite if a node cannot or may not run it.
  ///
  /// - Complexity: O(N).
  public func times(ofLayer layer: Int) -> [Double] {
    var times = [Double](repeating: .infinity, count: nodeCount)
    let work = self.work[layer]
    if !work.isNaN {
      for node in 0..<nodeCount where runsUnlisted(node) { times[node] = work / compute[node] }
    }
    for (node, time) in listed(ofLayer: layer) { times[node] = time }
    return times
  }

  /// Whether layers that do not list their nodes may run on this one.
  @inline(__always)
  func runsUnlisted(_ node: Int) -> Bool { compute[node] > 0 && isAllowed?[node] ?? true }

  /// The layer's work [FLOP]; `nil` if it only runs on listed nodes.
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
  let compute: FlatArray<Double>
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
        } else if let shared, compute[node] > 0 {
          listed.append((node, shared / compute[node]))
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
