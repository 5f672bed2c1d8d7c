import Foundations

/// A local search for plans in which packing decides: the pieces of three or four nodes are dealt out anew, exactly.
///
/// Towards a target for the load, a node costs what it has too much of work, and of memory, and two nodes what their
/// transfers load the best route between them beyond the target. A node with too much, or one of an overloaded
/// transfer (now and then any), and two or three others give back their pieces; a depth-first search over all
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
  /// At `from * nodeCount + to`: the load of a bit on the worst link of the best route. By cut: the bits.
  private let perBit: [Double]
  private let bits: [Double]
  private var hosts: [Int]
  private var bestHosts: [Int]
  private var load: [Double]
  private var used: [Double]
  private var peak: [Double]
  /// At `from * nodeCount + to`: the load of all transfers between the two.
  private var linkLoad: [Double]
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
    perBit = limited.figures.leastPerBit
    bits = limited.stages.map { limited.figures.bits[$0] }
    self.hosts = hosts
    bestHosts = hosts
    load = [Double](repeating: 0, count: n)
    used = load
    peak = load
    linkLoad = [Double](repeating: 0, count: n * n)
    held = [[Int]](repeating: [], count: n)
    restore(hosts)
  }

  private mutating func restore(_ hosts: [Int]) {
    self.hosts = hosts
    held = [[Int]](repeating: [], count: n)
    for (piece, host) in hosts.enumerated() { held[host].append(piece) }
    for node in 0..<n { measure(node) }
    loadLinks()
  }

  private mutating func measure(_ node: Int) {
    (load[node], used[node], peak[node]) = (0, 0, 0)
    for piece in held[node] {
      load[node] += work[piece * n + node]
      used[node] += memory[piece]
      peak[node] = max(peak[node], limited.activations[piece])
    }
  }

  private func cost(_ node: Int) -> Double { cost(node, load[node], used[node] + peak[node]) }

  private func cost(_ node: Int, _ load: Double, _ memory: Double) -> Double {
    let room = rooms[node]
    let overflow = memory > room ? (room > 0 ? target * (memory / room - 1) + 1e-9 * target : .infinity) : 0
    return max(0, load - target) + overflow
  }

  // MARK: Transfers

  /// What a load of a link costs: up to a whole target in full, and beyond it a little.
  private func cost(ofLink load: Double) -> Double {
    let excess = load - target * (1 + LimitedPipeline.slack)
    return excess <= 0 ? 0 : excess <= target ? excess : target + 0.05 * (excess - target)
  }

  /// The pair of nodes between which a cut's transfer goes; `nil` if there is none, or a host is not chosen yet.
  private func pair(_ cut: Int) -> Int? {
    let from = cut == 0 ? limited.figures.source : hosts[cut - 1]
    let to = cut == pieces ? limited.figures.target : hosts[cut]
    return from < 0 || to < 0 || from == to ? nil : from * n + to
  }

  private func crossing(_ cut: Int, _ pair: Int) -> Double {
    let perBit = perBit[pair]
    return perBit < .infinity ? bits[cut] * perBit : 3 * target
  }

  /// Puts the transfer of a cut on its link, and returns what that costs.
  private mutating func load(cut: Int) -> Double {
    guard let pair = pair(cut) else { return 0 }
    let before = linkLoad[pair]
    linkLoad[pair] += crossing(cut, pair)
    return cost(ofLink: linkLoad[pair]) - cost(ofLink: before)
  }

  /// Takes the transfer of a cut off its link, and returns what that saves.
  private mutating func unload(cut: Int) -> Double {
    guard let pair = pair(cut) else { return 0 }
    let before = linkLoad[pair]
    linkLoad[pair] = max(0, linkLoad[pair] - crossing(cut, pair))
    return cost(ofLink: before) - cost(ofLink: linkLoad[pair])
  }

  /// Loads the links anew, which ends the drift of rounding.
  private mutating func loadLinks() {
    for pair in linkLoad.indices { linkLoad[pair] = 0 }
    for cut in 0...pieces { _ = load(cut: cut) }
  }

  /// The nodes with too much, and those at transfers that cost something.
  private func troubled() -> [Int] {
    var isTroubled = (0..<n).map { cost($0) > 0 }
    for cut in 0...pieces {
      guard let pair = pair(cut), cost(ofLink: linkLoad[pair]) > 0 else { continue }
      if cut > 0 { isTroubled[hosts[cut - 1]] = true }
      if cut < pieces { isTroubled[hosts[cut]] = true }
    }
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
      let budget = min(left, Int(Double(pieces * n) * 2000 / (1 - ambition)))
      let (isReached, used) = reach(budget)
      left -= max(used, 1)
      if isReached {
        bestHosts = hosts
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
    var (steps, round) = (0, 0)
    while steps < budget {
      round += 1
      let overloaded = troubled()
      if overloaded.isEmpty {
        let limit = target * (1 + LimitedPipeline.slack)
        if case .valid(let value) = assembly.offer(limited.layerHosts(hosts), limit: limit), value <= limit {
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
      var deal = Deal(nodes: group, pieces: group.flatMap { held[$0] })
      steps += regroup(&deal)
    }
    return (false, steps)
  }

  private mutating func shake() {
    guard n > 1 else { return }
    for _ in 0..<3 {
      let piece = random.nextIndex(below: pieces)
      let host = random.nextIndex(below: n)
      guard work[piece * n + host] < .infinity, host != hosts[piece] else { continue }
      var changed = hosts
      changed[piece] = host
      restore(changed)
    }
  }

  private mutating func chooseGroup(_ overloaded: [Int], _ round: Int) -> [Int] {
    let first =
      round & 3 == 0 ? random.nextIndex(below: n) : overloaded[random.nextIndex(below: overloaded.count)]
    var others = random.nextIndex(below: 3) == 0 ? 3 : 2
    others = min(others, n - 1)
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

  /// Dealing out the pieces of some nodes.
  private struct Deal {
    let nodes: [Int]
    var pieces: [Int]
    var load: [Double] = []
    var memory: [Double] = []
    var peak: [Double] = []
    var choice: [Int] = []
    var best: [Int]?
    var bestCost = 0.0
    /// By position: the sizes of the pieces from there on.
    var sizeLeft: [Double] = []
    var steps = 0

    init(nodes: [Int], pieces: [Int]) {
      self.nodes = nodes
      self.pieces = pieces
    }
  }

  private static let dealLimit = 4000

  /// Deals out the pieces of some nodes anew; the steps it took.
  private mutating func regroup(_ deal: inout Deal) -> Int {
    deal.pieces.sort { (-sizes[$0], $0) < (-sizes[$1], $1) }
    let count = deal.nodes.count
    deal.load = [Double](repeating: 0, count: count)
    deal.memory = deal.load
    deal.peak = deal.load
    deal.choice = [Int](repeating: 0, count: deal.pieces.count)
    deal.sizeLeft = [Double](repeating: 0, count: deal.pieces.count + 1)
    for position in deal.pieces.indices.reversed() {
      deal.sizeLeft[position] = deal.sizeLeft[position + 1] + sizes[deal.pieces[position]]
    }
    // A little more, so that the first assignment of equal cost is taken.
    var before = deal.nodes.reduce(0) { $0 + cost($1) }
    let old = deal.pieces.map { hosts[$0] }
    for piece in deal.pieces {
      before += unload(cut: piece) + unload(cut: piece + 1)
      hosts[piece] = -1
    }
    deal.bestCost = before + 1e-9 * target
    assign(0, 0, &deal)
    let new = deal.best.map { $0.map { deal.nodes[$0] } } ?? old
    for (piece, host) in zip(deal.pieces, new) {
      hosts[piece] = host
      _ = load(cut: piece) + load(cut: piece + 1)
    }
    if deal.best != nil {
      for node in deal.nodes { held[node].removeAll(keepingCapacity: true) }
      for (piece, host) in zip(deal.pieces, new) { held[host].append(piece) }
      for node in deal.nodes { measure(node) }
    }
    return deal.steps
  }

  /// Tries all hosts for the pieces from a position on.
  private mutating func assign(_ position: Int, _ transfers: Double, _ deal: inout Deal) {
    deal.steps += 1
    if deal.steps > Self.dealLimit { return }
    var (cost, free) = (transfers, 0.0)
    for index in deal.nodes.indices {
      let node = deal.nodes[index]
      cost += self.cost(node, deal.load[index], deal.memory[index] + deal.peak[index])
      free += speeds[node] * max(0, target - deal.load[index])
    }
    if fastest > 0 && deal.sizeLeft[position] > free { cost += (deal.sizeLeft[position] - free) / fastest }
    if cost >= deal.bestCost { return }
    if position == deal.pieces.count {
      deal.bestCost = cost
      deal.best = deal.choice
      // Nothing is better than no cost.
      if cost == 0 { deal.steps = Self.dealLimit + 1 }
      return
    }
    let piece = deal.pieces[position]
    for index in deal.nodes.indices {
      let share = work[piece * n + deal.nodes[index]]
      guard share < .infinity else { continue }
      let saved = (deal.load[index], deal.memory[index], deal.peak[index])
      deal.load[index] += share
      deal.memory[index] += memory[piece]
      deal.peak[index] = max(deal.peak[index], limited.activations[piece])
      deal.choice[position] = index
      hosts[piece] = deal.nodes[index]
      let (first, second) = (pair(piece), pair(piece + 1))
      let (firstLoad, secondLoad) = (first.map { linkLoad[$0] } ?? 0, second.map { linkLoad[$0] } ?? 0)
      let more = load(cut: piece) + load(cut: piece + 1)
      assign(position + 1, transfers + more, &deal)
      if let second { linkLoad[second] = secondLoad }
      if let first { linkLoad[first] = firstLoad }
      hosts[piece] = -1
      (deal.load[index], deal.memory[index], deal.peak[index]) = saved
      if deal.steps > Self.dealLimit { return }
    }
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
