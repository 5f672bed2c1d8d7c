import Foundations

/// A local search for plans in which packing decides: the pieces of three to five nodes are dealt out anew, exactly.
///
/// Towards a target for the load, a node costs what it has too much of work, and of memory, and two nodes what their
/// transfers load the best route between them beyond the target. A node with too much, or one of an overloaded
/// transfer (now and then any), and two to four others give back their pieces; a depth-first search over all
/// assignments of these, the largest first, looks for a cost that is not larger. Assignments of equal cost are
/// accepted: that walk leads out of local optima. Routes over relays that share links are looked at only when a plan
/// reaches the target.
struct Regrouping {
  private let limited: LimitedPipeline
  private let record: BottleneckRecord
  private var assembly: PlanAssembly
  private var random = SplitMix64(seed: 20)
  private let n: Int
  private let pieces: Int
  /// At `piece * nodeCount + node`; infinite if the node may not run the piece.
  private let work: [Double]
  private let memory: [Double]
  private let rooms: [Double]
  /// By node: prices at which work costs about the same everywhere; by piece: the least price of its work.
  private let speeds: [Double]
  private let sizes: [Double]
  private let fastest: Double
  private var transfers: TransferCosts
  private var bestHosts: [Int]
  private var load: [Double]
  private var used: [Double]
  private var peak: [Double]
  /// The piece sets of nodes.
  private var held: [[Int]]
  private var target = 0.0
  /// Plans whose links exceeded the target, while none was good.
  private var linkFailures = 0
  /// The part of the gap between bound and plan at which targets lie.
  private var ambition = 0.5

  /// - Parameter hosts: by piece, where to start from; memory may be exceeded.
  init(_ limited: LimitedPipeline, _ record: BottleneckRecord, hosts: [Int]) {
    self.limited = limited
    self.record = record
    let (n, pieces) = (limited.figures.nodeCount, limited.pieceCount)
    (self.n, self.pieces) = (n, pieces)
    assembly = PlanAssembly(limited.figures, record)
    work = (0..<pieces * n).map { limited.work($0 / n, on: $0 % n) }
    memory = (0..<pieces).map { limited.memory($0) }
    rooms = limited.figures.memoryLimit
    let speeds = limited.figures.workPrices
    self.speeds = speeds
    fastest = speeds.max() ?? 0
    let work = self.work
    sizes = (0..<pieces).map { piece in
      (0..<n).map { speeds[$0] * work[piece * n + $0] }.filter { $0 >= 0 }.min() ?? 0
    }
    transfers = TransferCosts(limited)
    bestHosts = hosts
    load = [Double](repeating: 0, count: n)
    used = load
    peak = load
    held = [[Int]](repeating: [], count: n)
    restore(hosts)
  }

  private mutating func restore(_ hosts: [Int]) {
    transfers.restart(hosts, limit: target)
    held = [[Int]](repeating: [], count: n)
    for (piece, host) in hosts.enumerated() { held[host].append(piece) }
    for node in 0..<n { measure(node) }
  }

  private mutating func measure(_ node: Int) {
    (load[node], used[node], peak[node]) = (0, 0, 0)
    for piece in held[node] {
      load[node] += work[piece * n + node]
      used[node] += memory[piece]
      peak[node] = max(peak[node], limited.activations[piece])
    }
  }

  private func cost(_ node: Int) -> Double {
    GroupDeal.cost(load: load[node], memory: used[node] + peak[node], room: rooms[node], target: target)
  }

  /// The nodes with too much, and those at transfers that cost something.
  private func troubled() -> [Int] {
    var isTroubled = (0..<n).map { cost($0) > 0 }
    transfers.mark(&isTroubled)
    return (0..<n).filter { isTroubled[$0] }
  }

  // MARK: Search

  /// Improves the plan until a number of assignment steps is used up, or the record must stop.
  ///
  /// - Parameter lower: what targets lie above: a bound, or a limit that seems out of reach.
  mutating func run(steps: Int, lower: Double) {
    var left = steps
    ambition = 0.5
    linkFailures = 0
    while left > 0 && linkFailures < 20 && !record.mustStop {
      let upper = record.upper < .infinity ? record.upper : limited.limit
      target = max(lower + ambition * (upper - lower), lower)
      target = min(target, upper * (1 - 1.1e-6))
      let budget = min(left, Int(Double(50 * pieces * n) / (1 - ambition)))
      let (isReached, used) = reach(budget)
      left -= max(used, 1)
      if isReached {
        bestHosts = transfers.hosts
        ambition = 0.5
        linkFailures = 0
      } else {
        ambition = 1 - 0.6 * (1 - ambition)
        if ambition > 0.999 { ambition = 0.5 }
        restore(bestHosts)
      }
    }
  }

  /// Regroups until a plan keeps to the target, or the steps are used up; and the steps used.
  private mutating func reach(_ budget: Int) -> (Bool, Int) {
    // Links cost something from another load on.
    transfers.restart(transfers.hosts, limit: target)
    var (steps, round) = (0, 0)
    while steps < budget {
      round += 1
      let overloaded = troubled()
      if overloaded.isEmpty {
        let limit = target * (1 + LimitedPipeline.slack)
        if case .valid(let value) = assembly.offer(limited.layerHosts(transfers.hosts), limit: limit),
          value <= limit
        {
          return (true, steps)
        }
        linkFailures += 1
        if linkFailures == 20 { return (false, steps) }
        // The links do not keep to the target, so another plan has to be found: any change will do.
        shake()
        steps += 1000
        continue
      }
      if round & 15 == 0 && record.mustStop { return (false, steps) }
      let group = chooseGroup(overloaded, round)
      steps += regroup(group)
    }
    return (false, steps)
  }

  private mutating func shake() {
    guard n > 1 else { return }
    for _ in 0..<3 {
      let piece = random.nextIndex(below: pieces)
      let host = random.nextIndex(below: n)
      guard work[piece * n + host] < .infinity, host != transfers.hosts[piece] else { continue }
      var changed = transfers.hosts
      changed[piece] = host
      restore(changed)
    }
  }

  private mutating func chooseGroup(_ overloaded: [Int], _ round: Int) -> [Int] {
    let first =
      round & 3 == 0 ? random.nextIndex(below: n) : overloaded[random.nextIndex(below: overloaded.count)]
    let others = min(2 + random.nextIndex(below: 3), n - 1)
    var group = [first]
    while group.count <= others {
      let node = random.nextIndex(below: n)
      if !group.contains(node) { group.append(node) }
    }
    // The order in which nodes are tried.
    for position in 0..<group.count - 1 {
      group.swapAt(position, position + random.nextIndex(below: group.count - position))
    }
    return group
  }

  /// Deals out the pieces of some nodes anew; the steps it took.
  private mutating func regroup(_ nodes: [Int]) -> Int {
    let old = nodes.flatMap { held[$0] }.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    let before = nodes.reduce(0) { $0 + cost($1) }
    var deal = GroupDeal(
      places: nodes.map { GroupDeal.Place(node: $0, room: rooms[$0], speed: speeds[$0]) },
      pieces: old.map { piece in
        GroupDeal.Piece(
          piece: piece, host: nodes.firstIndex(of: transfers.hosts[piece]) ?? 0, size: sizes[piece],
          memory: memory[piece], activations: limited.activations[piece],
          work: nodes.map { work[piece * n + $0] })
      }, target: target, fastest: fastest)
    if deal.run(cost: before, &transfers) {
      for node in nodes { held[node].removeAll(keepingCapacity: true) }
      for piece in old { held[transfers.hosts[piece]].append(piece) }
      for node in nodes { measure(node) }
    }
    return deal.steps
  }
}

extension PipelineFigures {
  /// At `from * nodeCount + to`: the load of a bit on the worst link of the best route; infinite without a route.
  ///
  /// - Complexity: O(N^3) with relays, as Floyd and Warshall's algorithm.
  var leastPerBit: [Double] {
    let n = nodeCount
    var least = [Double](repeating: .infinity, count: n * n)
    for link in 0..<linkCount {
      let index = tails[link] * n + heads[link]
      least[index] = min(least[index], perBit[link])
    }
    for relay in 0..<n where isRelay[relay] {
      for from in 0..<n where from != relay && least[from * n + relay] < .infinity {
        let first = least[from * n + relay]
        for to in 0..<n {
          least[from * n + to] = min(least[from * n + to], max(first, least[relay * n + to]))
        }
      }
    }
    return least
  }
}
