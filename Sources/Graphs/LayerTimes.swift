import Networks

/// The time of each layer of one request on each node, without waiting: the one place that derives it from
/// work, traffic, the nodes' speeds, measured times and the rules for hosts.
///
/// Times are computed on request, and nothing of size L N is stored. (The evaluator has its own
/// implementation, because it must share no code with what it checks.)
public struct LayerTimes: Sendable {
  /// The number of layers.
  public let count: Int
  let speeds: NodeSpeeds
  /// The work of each layer [FLOP]; NaN for a layer that only runs on listed nodes.
  private let work: FlatArray<Double>
  /// The bytes that each layer moves.
  private let traffic: FlatArray<Double>
  /// Entries `firstEntry[l] ..< firstEntry[l + 1]` list the nodes, ascending, with a time of their own for
  /// layer l, and these times [s]: the nodes with a measured time or, if the layer has a rule of its own, all
  /// that the rule allows.
  private let firstEntry: FlatArray<Int32>
  private let listedNode: FlatArray<Int32>
  private let listedTime: FlatArray<Double>
  /// For each node whether the rule for "*" allows it; `nil` without such a rule.
  private let isAllowed: FlatArray<Bool>?
  /// A lower bound on the time of each layer on any node [s]; infinite if none can run it.
  let leastTime: [Double]

  /// The times of the request's layers on nodes with these speeds.
  ///
  /// - Complexity: O(N + L + n log n) for n listed nodes; O(L + n log n) without a rule for "*".
  init(_ request: LayeredRequest, _ speeds: NodeSpeeds) {
    var rules: [Int: [Int]] = [:]
    var allowed: FlatArray<Bool>?
    var fastest = speeds.largest
    for rule in request.hosts {
      if let layer = rule.layer {
        rules[layer] = rule.nodes
      } else {
        let flags = FlatArray(repeating: false, count: speeds.compute.count)
        for node in rule.nodes { flags[node] = true }
        allowed = flags
        fastest = speeds.largest(among: rule.nodes)
      }
    }
    let secondsPerWork = fastest.compute > 0 ? 1 / fastest.compute : .infinity
    var work: [Double] = []
    var (firstEntry, nodes): ([Int32], [Int32]) = ([0], [])
    var (times, leastTime): ([Double], [Double]) = ([], [])
    for (index, layer) in request.layers.enumerated() {
      let shared = layer.work ?? (layer.times.isEmpty ? 0 : nil)
      var listed = layer.times.map { (node: $0.node, time: $0.seconds) }
      if let rule = rules[index] {
        let measured = Dictionary(uniqueKeysWithValues: layer.times.map { ($0.node, $0.seconds) })
        listed = rule.compactMap { node in
          let isComputing = speeds.compute[node] > 0
          let derived =
            isComputing ? shared.map { speeds.time(work: $0, traffic: layer.traffic, on: node) } : nil
          return (measured[node] ?? derived).map { (node: node, time: $0) }
        }
      } else if let allowed {
        listed.removeAll { !allowed[$0.node] }
      }
      listed.sort { $0.node < $1.node }
      nodes += listed.map { Int32($0.node) }
      times += listed.map(\.time)
      firstEntry.append(Int32(nodes.count))
      let unlisted = rules[index] == nil ? shared : nil
      work.append(unlisted ?? .nan)
      let leastMoving = layer.traffic > 0 ? layer.traffic / fastest.memoryBandwidth : 0
      let least = secondsPerWork < .infinity ? unlisted.map { max($0 * secondsPerWork, leastMoving) } : nil
      leastTime.append(min(listed.map(\.time).min() ?? .infinity, least ?? .infinity))
    }
    count = work.count
    self.speeds = speeds
    self.work = FlatArray(work)
    traffic = FlatArray(request.layers.lazy.map(\.traffic))
    self.firstEntry = FlatArray(firstEntry)
    self.leastTime = leastTime
    listedNode = FlatArray(nodes)
    listedTime = FlatArray(times)
    isAllowed = allowed
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
    guard !work.isNaN, runsUnlisted(node) else { return .infinity }
    return speeds.time(work: work, traffic: traffic[layer], on: node)
  }

  /// The times of a layer on all nodes [s]; infinite if a node cannot or may not run it.
  ///
  /// - Complexity: O(N).
  public func times(ofLayer layer: Int) -> [Double] {
    var times = [Double](repeating: .infinity, count: speeds.compute.count)
    if let work = unlistedWork(ofLayer: layer) {
      for node in times.indices where runsUnlisted(node) {
        times[node] = speeds.time(work: work, traffic: traffic[layer], on: node)
      }
    }
    for (node, time) in listed(ofLayer: layer) { times[node] = time }
    return times
  }

  /// Whether layers that do not list their nodes may run on this one.
  @inline(__always)
  func runsUnlisted(_ node: Int) -> Bool { speeds.compute[node] > 0 && isAllowed?[node] ?? true }

  /// The layer's work [FLOP]; `nil` if it only runs on listed nodes.
  func unlistedWork(ofLayer layer: Int) -> Double? { work[layer].isNaN ? nil : work[layer] }

  /// The nodes with a time of their own, and these times [s].
  func listed(ofLayer layer: Int) -> some Sequence<(node: Int, time: Double)> {
    (Int(firstEntry[layer])..<Int(firstEntry[layer + 1])).lazy.map {
      (node: Int(listedNode[$0]), time: listedTime[$0])
    }
  }
}
