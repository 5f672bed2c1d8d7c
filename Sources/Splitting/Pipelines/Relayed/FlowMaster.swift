import LinearModels

/// The linear program of a pipeline under a limit: a flow through the stages, within mixtures of patterns of the nodes.
///
///     minimise   z
///     subject to x_{k-1,v} + sum of y_{k,e} into v = x_{k,v} + sum of y_{k,e} out of v     for each stage k and node v
///                sum of y_{k,e} into v <= x_{k,v}                                          for v that is no relay
///                x_{l,v} <= sum of lambda_{v,S} over the patterns S with l                 for each layer l and node v
///                sum of lambda_{v,S} <= z, or <= 1 where v is full in any case             for each node v
///                sum over k of share_{k,e} y_{k,e} <= Q_e + (1 - Q_e) z                    for each link e
///                x, y, lambda, z >= 0
///
/// where x_{-1} is 1 at the source and x_L at the target, and Q_e is the share of the stages that must cross e. Patterns have
/// no layers with one host only, which need none. A plan within the limit is a point with z <= 1.
struct FlowMaster {
  private let session: any LinearSession
  private let floor: Double
  private let nodeCount: Int
  private let linkCount: Int
  private let layerCount: Int
  private var changes = LinearChanges()
  private var columnCount = 0
  private var isFirst = true
  private var rowCount = 0
  /// At `layer * nodeCount + node`, and at `stage * linkCount + link`: the column, -1 without one.
  private var hostColumns: [Int32]
  private var crossingColumns: [Int32]
  /// Whether the program allows the choice now.
  private var hosts: [Bool]
  private var crossings: [Bool]
  /// At `layer * nodeCount + node`: the row of the patterns.
  private var patternRows: [Int32]
  private var nodeRows: [Int32]
  private var linkRows: [Int32]
  private(set) var patterns: [Pattern] = []
  private var forcedHosts: [Int]
  private var linkLoads: [Double]
  private var used: [RelayedPipeline.NodeUse]
  private(set) var isFull: [Bool]
  /// The column of z, whose coefficients depend on what must be: a new column takes the place of the last one.
  private var largestColumn: Int32 = -1

  struct Pattern {
    let node: Int
    let layers: [Int]
    let column: Int32
    var isAllowed = true
  }

  struct Solution {
    /// z; infinite if the program has no point, and then the prices are those that prove it.
    let objective: Double
    /// At `layer * nodeCount + node`, and at `stage * linkCount + link`.
    let hosts: [Double]
    let crossings: [Double]
    /// The prices of patterns by layer and node, not negative; of nodes; and of links.
    let hostPrices: [Double]
    let nodePrices: [Double]
    let linkPrices: [Double]
  }

  /// The program with the pattern of each single layer.
  ///
  /// - Parameter floor: the least z that is of interest.
  init(_ session: any LinearSession, _ pipeline: RelayedPipeline, floor: Double) {
    self.session = session
    self.floor = floor
    (nodeCount, linkCount, layerCount) = (pipeline.nodeCount, pipeline.linkCount, pipeline.layerCount)
    (hosts, crossings) = (pipeline.hosts, pipeline.crossings)
    (forcedHosts, linkLoads, used) = (pipeline.forcedHosts, pipeline.linkLoads, pipeline.used)
    hostColumns = Array(repeating: -1, count: hosts.count)
    crossingColumns = Array(repeating: -1, count: crossings.count)
    patternRows = hostColumns
    nodeRows = Array(repeating: -1, count: nodeCount)
    isFull = Array(repeating: false, count: nodeCount)
    linkRows = Array(repeating: -1, count: linkCount)
    // The session may have held another program.
    changes.startsAnew = true
    let relayRows = addRows(pipeline)
    addLargest(pipeline)
    for link in 0..<linkCount where linkRows[link] >= 0 { boundLink(link, pipeline) }
    addHosts(relayRows)
    addCrossings(pipeline, relayRows)
    for index in hosts.indices where hosts[index] && forcedHosts[index / nodeCount] < 0 {
      add(layers: [index / nodeCount], on: index % nodeCount)
    }
  }

  // MARK: The program

  private func balanceRow(_ stage: Int, _ node: Int) -> Int32 { Int32(stage * nodeCount + node) }

  private mutating func addRow(lower: Double, upper: Double) -> Int32 {
    changes.rows.append(lower: lower, upper: upper)
    rowCount += 1
    return Int32(rowCount - 1)
  }

  /// Adds all rows; returns those of nodes that are no relays, at `stage * nodeCount + node`.
  private mutating func addRows(_ pipeline: RelayedPipeline) -> [Int32] {
    for stage in 0...layerCount {
      for node in 0..<nodeCount {
        var need = 0.0
        if stage == 0 && node == pipeline.figures.source { need -= 1 }
        if stage == layerCount && node == pipeline.figures.target { need += 1 }
        _ = addRow(lower: need, upper: need)
      }
    }
    for node in 0..<nodeCount { nodeRows[node] = addRow(lower: -.infinity, upper: 0) }
    for index in hosts.indices where hosts[index] {
      patternRows[index] = addRow(
        lower: forcedHosts[index / nodeCount] < 0 ? 0 : -.infinity, upper: .infinity)
    }
    for index in crossings.indices where crossings[index] && linkRows[index % linkCount] < 0 {
      linkRows[index % linkCount] = addRow(lower: -.infinity, upper: 0)
    }
    var relayRows = [Int32](repeating: -1, count: (layerCount + 1) * nodeCount)
    for stage in 0...layerCount {
      for node in 0..<nodeCount where !pipeline.figures.isRelay[node] {
        let isTarget = stage == layerCount && node == pipeline.figures.target
        relayRows[stage * nodeCount + node] = addRow(lower: -.infinity, upper: isTarget ? 1 : 0)
      }
    }
    return relayRows
  }

  private mutating func append(lower: Double = 0, cost: Double, rows: [Int32], coefficients: [Double])
    -> Int32
  {
    changes.columns.append(lower: lower, cost: cost, rows: rows, coefficients: coefficients)
    columnCount += 1
    return Int32(columnCount - 1)
  }

  private mutating func addLargest(_ pipeline: RelayedPipeline) {
    if largestColumn >= 0 { changes.columnBounds.set(largestColumn, lower: 0, upper: 0) }
    let spare = (0..<nodeCount).filter { !isFull[$0] }.map { nodeRows[$0] }
    let linked = linkRows.indices.filter { linkRows[$0] >= 0 }
    let shares = linked.map { min(0, pipeline.linkLoads[$0] / pipeline.limit - 1) }
    largestColumn = append(
      lower: floor, cost: 1, rows: spare + linked.map { linkRows[$0] },
      coefficients: [Double](repeating: -1, count: spare.count) + shares)
  }

  /// Gives a node its whole capacity, whatever z is: where every plan within the limit fills it, z would stay at 1.
  mutating func setFull(_ nodes: [Int], _ pipeline: RelayedPipeline) {
    for node in nodes {
      isFull[node] = true
      changes.rowBounds.set(nodeRows[node], lower: -.infinity, upper: 1)
    }
    addLargest(pipeline)
  }

  private mutating func boundLink(_ link: Int, _ pipeline: RelayedPipeline) {
    changes.rowBounds.set(linkRows[link], lower: -.infinity, upper: pipeline.linkLoads[link] / pipeline.limit)
  }

  private mutating func addHosts(_ relayRows: [Int32]) {
    for index in hosts.indices where hosts[index] {
      let (layer, node) = (index / nodeCount, index % nodeCount)
      var rows = [balanceRow(layer, node), balanceRow(layer + 1, node), patternRows[index]]
      var coefficients = [-1.0, 1, -1]
      if relayRows[index] >= 0 {
        rows.append(relayRows[index])
        coefficients.append(-1)
      }
      hostColumns[index] = append(cost: 0, rows: rows, coefficients: coefficients)
    }
  }

  private mutating func addCrossings(_ pipeline: RelayedPipeline, _ relayRows: [Int32]) {
    for index in crossings.indices where crossings[index] {
      let (stage, link) = (index / linkCount, index % linkCount)
      let (tail, head) = (pipeline.figures.tails[link], pipeline.figures.heads[link])
      var rows = [balanceRow(stage, tail), balanceRow(stage, head), linkRows[link]]
      var coefficients = [-1, 1, pipeline.share(ofStage: stage, on: link)]
      if relayRows[stage * nodeCount + head] >= 0 {
        rows.append(relayRows[stage * nodeCount + head])
        coefficients.append(1)
      }
      crossingColumns[index] = append(cost: 0, rows: rows, coefficients: coefficients)
    }
  }

  /// Adds a pattern of a node.
  mutating func add(layers: [Int], on node: Int) {
    // Layers that were forbidden from the start have no rows.
    let rows = layers.map { patternRows[$0 * nodeCount + node] }.filter { $0 >= 0 }
    let column = append(
      cost: 0, rows: [nodeRows[node]] + rows, coefficients: [1] + [Double](repeating: 1, count: rows.count))
    patterns.append(Pattern(node: node, layers: layers, column: column))
  }

  /// Allows and forbids choices so that they are those of a pipeline.
  /// - Complexity: O(layers (nodes + links)).
  mutating func restrict(to pipeline: RelayedPipeline) {
    for index in hosts.indices where hosts[index] != pipeline.hosts[index] {
      hosts[index] = pipeline.hosts[index]
      changes.columnBounds.set(hostColumns[index], lower: 0, upper: hosts[index] ? .infinity : 0)
    }
    for index in crossings.indices where crossings[index] != pipeline.crossings[index] {
      crossings[index] = pipeline.crossings[index]
      changes.columnBounds.set(crossingColumns[index], lower: 0, upper: crossings[index] ? .infinity : 0)
    }
    for index in hosts.indices
    where forcedHosts[index / nodeCount] != pipeline.forcedHosts[index / nodeCount] && patternRows[index] >= 0
    {
      let isFree = pipeline.forcedHosts[index / nodeCount] >= 0
      changes.rowBounds.set(patternRows[index], lower: isFree ? -.infinity : 0, upper: .infinity)
    }
    forcedHosts = pipeline.forcedHosts
    restrictPatterns(to: pipeline)
    if linkLoads != pipeline.linkLoads {
      linkLoads = pipeline.linkLoads
      addLargest(pipeline)
      for link in 0..<linkCount where linkRows[link] >= 0 { boundLink(link, pipeline) }
    }
  }

  /// Allows the patterns that fit beside the layers that have to run on their nodes.
  private mutating func restrictPatterns(to pipeline: RelayedPipeline) {
    for index in patterns.indices {
      let pattern = patterns[index]
      guard used[pattern.node] != pipeline.used[pattern.node] else { continue }
      var use = pipeline.used[pattern.node]
      var isAllowed = true
      for layer in pattern.layers where pipeline.forcedHosts[layer] != pattern.node && isAllowed {
        isAllowed = pipeline.fits(layer, on: pattern.node, beside: use)
        use = pipeline.adding(layer, on: pattern.node, to: use)
      }
      guard isAllowed != pattern.isAllowed else { continue }
      patterns[index].isAllowed = isAllowed
      changes.columnBounds.set(pattern.column, lower: 0, upper: isAllowed ? .infinity : 0)
    }
    used = pipeline.used
  }

  // MARK: The solution

  /// Solves the program in slices, between which it asks whether to stop.
  /// - Returns: `nil` if it was stopped or the solver has no optimum.
  mutating func solve(mustStop: () -> Bool) throws(BackendError) -> Solution? {
    var rest = LinearChanges()
    swap(&changes, &rest)
    // Without a basis all costs are reduced costs, none of them negative.
    var options = LinearSolveOptions(algorithm: isFirst ? .dual : .automatic)
    isFirst = false
    options.iterationLimit = max(100, 150_000 / (layerCount * nodeCount + 1))
    while true {
      let solution = try session.solve(rest, options: options)
      if let values = solution.values, let duals = solution.rowDuals, let objective = solution.objective {
        return read(values, duals, objective)
      }
      if solution.termination == .infeasible {
        let none = [Double](repeating: 0, count: columnCount)
        return read(none, solution.farkas ?? Array(repeating: 0, count: rowCount), .infinity)
      }
      guard solution.termination == .limit(.iterations), !mustStop() else { return nil }
      rest = LinearChanges()
    }
  }

  private func read(_ values: [Double], _ duals: [Double], _ objective: Double) -> Solution {
    func dual(_ row: Int32, _ sign: Double) -> Double { row < 0 ? 0 : max(0, sign * duals[Int(row)]) }
    return Solution(
      objective: objective, hosts: hostColumns.map { $0 < 0 ? 0 : values[Int($0)] },
      crossings: crossingColumns.map { $0 < 0 ? 0 : values[Int($0)] },
      hostPrices: patternRows.map { dual($0, 1) },
      nodePrices: nodeRows.map { dual($0, -1) }, linkPrices: linkRows.map { dual($0, -1) })
  }
}
