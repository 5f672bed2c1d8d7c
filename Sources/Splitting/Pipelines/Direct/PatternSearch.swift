/// Decides whether a plan keeps to a limit, from the patterns of each node (``NodePatterns``), by Lagrangian bounds.
///
/// A plan is a chain of hosts and a pattern a node that agree. With multipliers a(l, v) of any sign for their agreement
///
///     theta(a) = least chain of a(l, v) - sum over nodes v of the largest a(S, v), S a pattern of v
///
/// is at most 0 if there is a plan. Every plan exceeds the two kinds of optima by -theta altogether, so patterns, and
/// pieces on nodes, whose own excess is larger belong to no plan. Multipliers follow a subgradient method; then the search
/// branches over the patterns of a node or of a piece.
struct PatternSearch {
  private enum Result { case found, failed, limit }

  private let limited: LimitedPipeline
  private let record: BottleneckRecord
  private let stateLimit: Int
  private let sets: [[PieceSet]]
  private let n: Int
  private let pieces: Int
  /// By node: the next node before it that can take its place, or -1; only where links cannot bind.
  private let twins: [Int]
  private var assembly: PlanAssembly
  private var paths: PatternPaths
  private(set) var stateCount = 0
  /// The multipliers that the beginning of the search ended with; `nil` if they decided.
  private(set) var rootMultipliers: [Double]?
  private var isUndecided = false

  init(_ limited: LimitedPipeline, _ patterns: NodePatterns, _ record: BottleneckRecord, stateLimit: Int) {
    self.limited = limited
    self.record = record
    self.stateLimit = stateLimit
    sets = patterns.sets
    n = limited.figures.nodeCount
    pieces = limited.pieceCount
    twins = limited.twins
    assembly = PlanAssembly(limited.figures, record)
    paths = PatternPaths(limited)
  }

  /// The patterns that are left, and the multipliers at `node * K + piece`.
  private struct State {
    var alive: [[Int32]]
    var multipliers: [Double]
  }

  /// - Parameter candidates: multipliers to start from; the best ones are taken.
  mutating func run(_ candidates: [[Double]]) -> ChainSearch.Outcome {
    // A plan takes one pattern of each node.
    guard limited.piecesFit, sets.allSatisfy({ !$0.isEmpty }) else { return .exhausted }
    var state = State(alive: sets.map { (0..<Int32($0.count)).map { $0 } }, multipliers: candidates[0])
    var best = -Double.infinity
    for candidate in candidates {
      guard let (theta, scaled) = value(state, candidate), theta > best else { continue }
      best = theta
      state.multipliers = scaled
    }
    switch visit(state, depth: 0) {
    case .found: return .found
    case .limit: return .limit
    case .failed: return isUndecided ? .limit : .exhausted
    }
  }

  /// The bound at multipliers that are scaled so that the patterns take 1, with these.
  private mutating func value(_ given: State, _ multipliers: [Double]) -> (Double, [Double])? {
    var state = given
    state.multipliers = multipliers
    var values = state.alive.map { [Double](repeating: 0, count: $0.count) }
    let chosen = evaluatePatterns(state, &values)
    paths.solve(pathPrices(state))
    let most = (0..<n).reduce(0.0) { $0 + values[$1][chosen[$1]] }
    guard most > 0, paths.least < .infinity else { return nil }
    return (paths.least / most - 1, multipliers.map { $0 / most })
  }

  private mutating func visit(_ given: State, depth: Int) -> Result {
    stateCount += 1
    if stateCount > stateLimit || record.mustStop { return .limit }
    var state = given
    guard propagate(&state) else { return .failed }
    var excess: [[Double]] = []
    if let result = improve(&state, depth, &excess) { return result }
    if state.alive.allSatisfy({ $0.count == 1 }) { return leaf(state) }
    for child in children(state, excess) {
      var next = state
      fix(child.node, child.set, &next)
      let result = visit(next, depth: depth + 1)
      if result != .failed { return result }
    }
    return .failed
  }

  /// Offers the only plan that is left.
  private mutating func leaf(_ state: State) -> Result {
    var hosts = [Int](repeating: -1, count: pieces)
    for node in 0..<n {
      for piece in sets[node][Int(state.alive[node][0])] { hosts[piece] = node }
    }
    return hosts.contains(-1) ? .failed : offer(hosts)
  }

  private mutating func offer(_ pieceHosts: [Int]) -> Result {
    switch assembly.offer(limited.layerHosts(pieceHosts), limit: limited.limit) {
    case .valid(let value): return value <= limited.limit * (1 + LimitedPipeline.slack) ? .found : .failed
    case .impossible: return .failed
    case .unknown:
      isUndecided = true
      return .failed
    }
  }

  // MARK: Consequences

  /// Leaves one pattern of a node, and of the others those without its pieces.
  private func fix(_ node: Int, _ pattern: Int32, _ state: inout State) {
    let set = sets[node][Int(pattern)]
    state.alive[node] = [pattern]
    for other in 0..<n where other != node {
      state.alive[other].removeAll { sets[other][Int($0)].intersects(set) }
    }
  }

  /// Removes patterns that contradict what all patterns of another node, or of a piece, have in common; false if nothing
  /// is left for one.
  private mutating func propagate(_ state: inout State) -> Bool {
    var certain = [PieceSet](repeating: PieceSet(), count: n)
    var isStable = false
    while !isStable {
      isStable = true
      var (once, twice) = (PieceSet(), PieceSet())
      for node in 0..<n {
        guard !state.alive[node].isEmpty else { return false }
        var (common, any) = (PieceSet.all, PieceSet())
        for pattern in state.alive[node] {
          let set = sets[node][Int(pattern)]
          common = common.intersection(set)
          any = any.union(set)
        }
        twice = twice.union(once.intersection(any))
        once = once.union(any)
        if common != certain[node] {
          certain[node] = common
          isStable = false
          for other in 0..<n where other != node {
            state.alive[other].removeAll { sets[other][Int($0)].intersects(common) }
          }
        }
      }
      for piece in 0..<pieces where !once.contains(piece) { return false }
      for node in 0..<n {
        var lonely = PieceSet()
        for pattern in state.alive[node] { lonely = lonely.union(sets[node][Int(pattern)]) }
        lonely = PieceSet(low: lonely.low & ~twice.low, high: lonely.high & ~twice.high)
        if !lonely.isEmpty && !certain[node].contains(lonely) {
          state.alive[node].removeAll { !sets[node][Int($0)].contains(lonely) }
          isStable = false
        }
      }
      if !orderTwins(&state) { isStable = false }
    }
    return linksHold(certain)
  }

  /// Keeps the lowest pieces of twins in the order of the twins; false if that removed something.
  private func orderTwins(_ state: inout State) -> Bool {
    var isStable = true
    for node in 0..<n where twins[node] >= 0 {
      let twin = twins[node]
      let lowest = state.alive[twin].map { sets[twin][Int($0)].first }.min() ?? .max
      var count = state.alive[node].count
      state.alive[node].removeAll { sets[node][Int($0)].first <= lowest && !sets[node][Int($0)].isEmpty }
      // A twin without pieces has only such twins after it.
      if lowest == .max { state.alive[node].removeAll { !sets[node][Int($0)].isEmpty } }
      if count != state.alive[node].count { isStable = false }
      let highest = state.alive[node].map { sets[node][Int($0)].first }.max() ?? .max
      count = state.alive[twin].count
      state.alive[twin].removeAll { sets[twin][Int($0)].first >= highest && highest < .max }
      if count != state.alive[twin].count { isStable = false }
    }
    return isStable
  }

  /// Whether the moves between pieces whose hosts are certain can be routed.
  private mutating func linksHold(_ certain: [PieceSet]) -> Bool {
    var hosts = [Int](repeating: -1, count: pieces)
    for node in 0..<n {
      for piece in certain[node] where piece < pieces { hosts[piece] = node }
    }
    let stops = [limited.figures.source] + hosts + [limited.figures.target]
    var moves: [StageRouting.Move] = []
    for cut in 0...pieces where stops[cut] >= 0 && stops[cut + 1] >= 0 && stops[cut] != stops[cut + 1] {
      moves.append(StageRouting.Move(stage: limited.stages[cut], from: stops[cut], to: stops[cut + 1]))
    }
    guard !moves.isEmpty else { return true }
    switch assembly.route(moves, limit: limited.limit, stepLimit: 500) {
    case .routed(_, let largest): return largest <= limited.limit * (1 + LimitedPipeline.slack)
    case .impossible: return false
    case .unknown: return true
    }
  }

  // MARK: Bounds

  /// Improves the multipliers and removes what belongs to no plan; a result if that decides, otherwise the excess of
  /// every pattern at the last multipliers.
  private mutating func improve(_ state: inout State, _ depth: Int, _ excess: inout [[Double]]) -> Result? {
    let iterations = depth == 0 ? 400 : depth < 3 ? 60 : 20
    var (factor, stalls, best) = (1.0, 0, -Double.infinity)
    // Where a hundredth of the missing part has taken more steps than this, branching does more.
    var (reference, since) = (-Double.infinity, 0)
    let patience = depth == 0 ? 80 : 30
    var kept = state.multipliers
    var values = state.alive.map { [Double](repeating: 0, count: $0.count) }
    for _ in 0..<iterations {
      if record.mustStop { return .limit }
      let chosen = evaluatePatterns(state, &values)
      let prices = pathPrices(state)
      paths.solve(prices)
      guard paths.least < .infinity else { return .failed }
      var most = 0.0
      for node in 0..<n { most += values[node][chosen[node]] }
      let theta = paths.least - most
      let rounding = 1e-9 * (abs(paths.least) + abs(most)) + 1e-13
      if theta > rounding { return .failed }
      let hosts = paths.hosts()
      if fits(hosts) && offer(hosts) == .found { return .found }
      if theta > best {
        (best, kept, stalls) = (theta, state.multipliers, 0)
        if reduce(&state, &values, chosen, prices, slack: -theta + 2 * rounding) {
          guard propagate(&state) else { return .failed }
          values = state.alive.map { [Double](repeating: 0, count: $0.count) }
          if state.alive.allSatisfy({ $0.count == 1 }) { return leaf(state) }
          (best, reference, since) = (-.infinity, -.infinity, 0)
          continue
        }
      } else {
        stalls += 1
        if stalls == 5 { (stalls, factor) = (0, factor * 0.6) }
      }
      step(&state, hosts, chosen, factor, theta)
      since += 1
      if best > reference * 0.99 || reference == -.infinity { (reference, since) = (best, 0) }
      if factor < 1e-3 || since > patience { break }
    }
    state.multipliers = kept
    if depth == 0 { rootMultipliers = kept }
    let chosen = evaluatePatterns(state, &values)
    excess = (0..<n).map { node in values[node].map { values[node][chosen[node]] - $0 } }
    return nil
  }

  /// The values of the patterns, and the position of the largest one of each node.
  private func evaluatePatterns(_ state: State, _ values: inout [[Double]]) -> [Int] {
    var chosen = [Int](repeating: 0, count: n)
    state.multipliers.withUnsafeBufferPointer { multipliers in
      for node in 0..<n {
        let base = node * pieces
        var (most, position) = (-Double.infinity, 0)
        values[node].withUnsafeMutableBufferPointer { values in
          sets[node].withUnsafeBufferPointer { sets in
            state.alive[node].withUnsafeBufferPointer { alive in
              for index in 0..<alive.count {
                var sum = 0.0
                for piece in sets[Int(alive[index])] { sum += multipliers[base + piece] }
                values[index] = sum
                if sum > most { (most, position) = (sum, index) }
              }
            }
          }
        }
        chosen[node] = position
      }
    }
    return chosen
  }

  /// The multipliers where some pattern has the piece, infinite elsewhere.
  private func pathPrices(_ state: State) -> [Double] {
    var prices = [Double](repeating: .infinity, count: n * pieces)
    for node in 0..<n {
      var any = PieceSet()
      for pattern in state.alive[node] { any = any.union(sets[node][Int(pattern)]) }
      for piece in any { prices[node * pieces + piece] = state.multipliers[node * pieces + piece] }
    }
    return prices
  }

  /// Removes the patterns, and pieces on nodes, with more excess than a plan has; whether there were any.
  private mutating func reduce(
    _ state: inout State, _ values: inout [[Double]], _ chosen: [Int], _ prices: [Double], slack: Double
  ) -> Bool {
    paths.solveBeginnings(prices)
    var isAny = false
    for node in 0..<n {
      var barred = PieceSet()
      for piece in 0..<pieces where prices[node * pieces + piece] < .infinity {
        if paths.through(piece, node, prices[node * pieces + piece]) - paths.least > slack {
          barred.insert(piece)
        }
      }
      let most = values[node][chosen[node]]
      var kept: [Int32] = []
      for (index, pattern) in state.alive[node].enumerated()
      where most - values[node][index] <= slack && !sets[node][Int(pattern)].intersects(barred) {
        kept.append(pattern)
      }
      if kept.count < state.alive[node].count {
        isAny = true
        state.alive[node] = kept
      }
    }
    return isAny
  }

  private func fits(_ hosts: [Int]) -> Bool {
    let figures = limited.figures
    var busy = [Double](repeating: 0, count: n)
    var (memory, peak) = (busy, busy)
    let stride = pieces + 1
    for (piece, node) in hosts.enumerated() {
      busy[node] += limited.workBefore[node * stride + piece + 1] - limited.workBefore[node * stride + piece]
      memory[node] += limited.memoryBefore[piece + 1] - limited.memoryBefore[piece]
      peak[node] = max(peak[node], limited.activations[piece])
      if busy[node] > limited.limit || memory[node] + peak[node] > figures.memoryLimit[node] { return false }
    }
    return true
  }

  private func step(_ state: inout State, _ hosts: [Int], _ chosen: [Int], _ factor: Double, _ theta: Double)
  {
    var direction = [Int8](repeating: 0, count: n * pieces)
    for (piece, node) in hosts.enumerated() { direction[node * pieces + piece] = 1 }
    for node in 0..<n {
      for piece in sets[node][Int(state.alive[node][chosen[node]])] { direction[node * pieces + piece] -= 1 }
    }
    let square = direction.reduce(0) { $0 + Int($1) * Int($1) }
    guard square > 0 else { return }
    let length = factor * (0.003 - theta) / Double(square)
    for index in direction.indices where direction[index] != 0 {
      state.multipliers[index] += length * Double(direction[index])
    }
  }

  // MARK: Branching

  private struct Child {
    let node: Int
    let set: Int32
    let excess: Double
  }

  /// The patterns of the node, or of the piece, that has the fewest of them, the least excess first.
  private func children(_ state: State, _ excess: [[Double]]) -> [Child] {
    var perPiece = [Int](repeating: 0, count: pieces)
    for node in 0..<n {
      for pattern in state.alive[node] {
        for piece in sets[node][Int(pattern)] { perPiece[piece] += 1 }
      }
    }
    let piece = (0..<pieces).filter { perPiece[$0] > 1 }.min { perPiece[$0] < perPiece[$1] }
    let node =
      (0..<n).filter { state.alive[$0].count > 1 }.min { state.alive[$0].count < state.alive[$1].count } ?? 0
    var children: [Child] = []
    if let piece, perPiece[piece] < state.alive[node].count {
      for node in 0..<n {
        for (index, pattern) in state.alive[node].enumerated() where sets[node][Int(pattern)].contains(piece)
        {
          children.append(Child(node: node, set: pattern, excess: excess[node][index]))
        }
      }
    } else {
      for (index, pattern) in state.alive[node].enumerated() {
        children.append(Child(node: node, set: pattern, excess: excess[node][index]))
      }
    }
    return children.sorted { $0.excess < $1.excess }
  }
}
