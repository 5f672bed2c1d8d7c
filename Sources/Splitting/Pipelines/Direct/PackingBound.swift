import LinearModels

/// Refutes limits on the load by packing alone: links are left out, and patterns of nodes may be mixed.
///
/// The configuration LP, by column generation:
///
///     minimise   z
///     subject to sum over the patterns with piece l of their shares >= 1      for each piece
///                sum over the patterns of class c of their shares <= m_c z     for each class of m_c equal nodes
///
/// For any prices p(l) >= 0 of pieces, a plan needs sum p(l) <= sum over nodes of the largest price of a pattern. Whatever
/// the LP says, a limit is refuted only by such prices, with the largest patterns computed anew (``PatternPricing``).
/// Prices halfway between the best ones and the LP's are tried first, which steadies column generation.
///
/// Gilmore and Gomory, "A linear programming approach to the cutting-stock problem" (1961).
struct PackingBound {
  /// Prices of pieces; a plan within the limit packs at most 1 a node on average, so the total is at most 1.
  struct Prices {
    /// By piece, in parts of what all nodes can take at most.
    let ofPieces: [Double]
    /// By node: the largest price of a pattern; the sum is 1.
    let ofNodes: [Double]
    /// The sum over all pieces; above 1 no plan keeps to the limit.
    let total: Double
  }

  private let pieces: Int
  private let classOf: [Int]
  private let classSize: [Double]
  private let pricing: [PatternPricing]
  /// By class and piece.
  private let work: [[Double]]
  private let session: (any LinearSession)?
  private let record: BottleneckRecord
  private var columns: [(group: Int, set: PieceSet, load: Double)] = []
  private var sentColumns = 0
  /// Whether the solver broke, so that the subgradient method has to do.
  private var hasFailed = false

  /// - Parameter limited: the pipeline at the largest limit that is to be tested.
  init?(_ limited: LimitedPipeline, _ session: (any LinearSession)?, _ record: BottleneckRecord) {
    guard limited.pieceCount <= PieceSet.capacity, limited.piecesFit else { return nil }
    let (figures, n, pieces) = (limited.figures, limited.figures.nodeCount, limited.pieceCount)
    let nodeWork = (0..<n).map { node in (0..<pieces).map { limited.work($0, on: node) } }
    var classOf: [Int] = []
    var first: [Int] = []
    var size: [Double] = []
    for node in 0..<n {
      let known = first.firstIndex {
        figures.memoryLimit[$0] == figures.memoryLimit[node] && nodeWork[$0] == nodeWork[node]
      }
      classOf.append(known ?? first.count)
      if let known {
        size[known] += 1
      } else {
        first.append(node)
        size.append(1)
      }
    }
    self.pieces = pieces
    self.classOf = classOf
    classSize = size
    work = first.map { nodeWork[$0] }
    let memory = (0..<pieces).map { limited.memory($0) }
    pricing = first.map {
      PatternPricing(
        work: nodeWork[$0], memory: memory, activations: limited.activations, room: figures.memoryLimit[$0])
    }
    self.session = session
    self.record = record
    for group in first.indices {
      for piece in 0..<pieces where nodeWork[first[group]][piece] < .infinity {
        var set = PieceSet()
        set.insert(piece)
        add(group, set)
      }
    }
  }

  /// Adds what the nodes run in a plan; that makes a good start.
  mutating func add(_ pieceHosts: [Int]) {
    var sets = [PieceSet](repeating: PieceSet(), count: classOf.count)
    for (piece, host) in pieceHosts.enumerated() { sets[host].insert(piece) }
    for (node, set) in sets.enumerated() where !set.isEmpty { add(classOf[node], set) }
  }

  private mutating func add(_ group: Int, _ set: PieceSet) {
    var load = 0.0
    for piece in set { load += work[group][piece] }
    columns.append((group, set, load))
  }

  /// The best prices that are found for a limit; at once when they refute it.
  ///
  /// - Parameter stopsWhenFeasible: whether prices are of no interest once the LP says that it cannot refute the limit.
  mutating func prices(limit: Double, stopsWhenFeasible: Bool) -> Prices? {
    guard let session, !hasFailed else { return subgradientPrices(limit) }
    var best: Prices?
    var changes = LinearChanges()
    if sentColumns == 0 {
      changes.startsAnew = true
      for _ in 0..<pieces { changes.rows.append(lower: 1, upper: .infinity) }
      for _ in classSize { changes.rows.append(lower: -.infinity, upper: 0) }
      changes.columns.append(
        cost: 1, rows: classSize.indices.map { Int32(pieces + $0) }, coefficients: classSize.map { -$0 })
    } else {
      for index in 0..<sentColumns { allow(index, limit, &changes) }
    }
    for _ in 0..<400 {
      if record.mustStop { return best }
      send(limit, &changes)
      guard let solution = try? session.solve(changes), solution.termination == .optimal,
        let duals = solution.rowDuals, let value = solution.objective
      else {
        hasFailed = true
        return best
      }
      changes = LinearChanges()
      if stopsWhenFeasible && value < 1 - 1e-9 { return best }
      let ofPieces = (0..<pieces).map { max(0, duals[$0]) }
      let costs = classSize.indices.map { max(0, -duals[pieces + $0]) }
      var tried = ofPieces
      if let best { for piece in 0..<pieces { tried[piece] = (tried[piece] + best.ofPieces[piece]) / 2 } }
      var isNew = price(tried, limit, ofPieces, costs, &best)
      if best?.total ?? 0 > 1 + 1e-9 { return best }
      if !isNew { isNew = price(ofPieces, limit, ofPieces, costs, &best) }
      if best?.total ?? 0 > 1 + 1e-9 || !isNew || (best?.total ?? 0) >= value * (1 - 1e-7) { return best }
    }
    return best
  }

  private func allow(_ index: Int, _ limit: Double, _ changes: inout LinearChanges) {
    let fits = columns[index].load <= limit * (1 + LimitedPipeline.slack)
    changes.columnBounds.set(Int32(index + 1), lower: 0, upper: fits ? .infinity : 0)
  }

  private mutating func send(_ limit: Double, _ changes: inout LinearChanges) {
    while sentColumns < columns.count {
      let column = columns[sentColumns]
      let rows = column.set.map { Int32($0) } + [Int32(pieces + column.group)]
      changes.columns.append(cost: 0, rows: rows, coefficients: repeatElement(1, count: rows.count))
      allow(sentColumns, limit, &changes)
      sentColumns += 1
    }
  }

  /// Prices the patterns of all classes; keeps the prices if they are the best, and the patterns that improve the LP.
  private mutating func price(
    _ tried: [Double], _ limit: Double, _ duals: [Double], _ costs: [Double], _ best: inout Prices?
  ) -> Bool {
    guard let answers = answers(tried, limit) else { return false }
    keep(tried, answers, &best)
    var isNew = false
    for (group, answer) in answers.enumerated() {
      let value = answer.set.reduce(0) { $0 + duals[$1] }
      if value > costs[group] + 1e-7 / Double(classOf.count) {
        add(group, answer.set)
        isNew = true
      }
    }
    return isNew
  }

  /// The dearest pattern of every class; `nil` if the record must stop.
  private func answers(_ prices: [Double], _ limit: Double) -> [PatternPricing.Answer]? {
    var answers: [PatternPricing.Answer] = []
    for pricing in pricing {
      if record.mustStop { return nil }
      answers.append(pricing.best(prices, limit: limit))
    }
    return answers
  }

  private func keep(_ tried: [Double], _ answers: [PatternPricing.Answer], _ best: inout Prices?) {
    var sum = 0.0
    for (group, answer) in answers.enumerated() { sum += classSize[group] * answer.bound }
    guard sum > 0 else { return }
    let total = tried.reduce(0, +) / sum
    if total > best?.total ?? 0 {
      best = Prices(
        ofPieces: tried.map { $0 / sum }, ofNodes: classOf.map { answers[$0].bound / sum }, total: total)
    }
  }

  /// Without a solver: prices by subgradient steps, from those by size.
  private func subgradientPrices(_ limit: Double) -> Prices? {
    var prices = (0..<pieces).map { piece in work.map { $0[piece] }.min() ?? 0 }
    let sum = prices.reduce(0, +)
    guard sum > 0 else { return nil }
    prices = prices.map { $0 / sum }
    var best: Prices?
    var factor = 1.0
    for round in 0..<200 {
      guard let answers = answers(prices, limit) else { return best }
      let before = best?.total ?? 0
      keep(prices, answers, &best)
      guard let best, best.total <= 1 + 1e-9 else { return best }
      if best.total <= before && round % 5 == 4 { factor *= 0.7 }
      var direction = [Double](repeating: 1, count: pieces)
      for (group, answer) in answers.enumerated() {
        for piece in answer.set { direction[piece] -= classSize[group] }
      }
      let square = direction.reduce(0) { $0 + $1 * $1 }
      guard square > 0 else { return best }
      let most = answers.indices.reduce(0) { $0 + classSize[$1] * answers[$1].bound }
      let length = factor * (0.003 + max(0, most - prices.reduce(0, +))) / square
      for piece in 0..<pieces { prices[piece] = max(0, prices[piece] + length * direction[piece]) }
      let sum = prices.reduce(0, +)
      guard sum > 0 else { return best }
      prices = prices.map { $0 / sum }
    }
    return best
  }
}
