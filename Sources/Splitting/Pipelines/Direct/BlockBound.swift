/// The cheapest lower bounds on the largest load, and the plans that come with them.
///
/// Bounds by themselves: the balance of work, the largest layer, and the least limit at which each layer, block and
/// transfer fits by itself (found by bisection: a larger limit only adds choices).
struct BlockBound {
  private let figures: PipelineFigures
  private let links: RankedLinks
  private let record: BottleneckRecord
  private var assembly: PlanAssembly

  init(_ figures: PipelineFigures, _ links: RankedLinks, _ record: BottleneckRecord) {
    self.figures = figures
    self.links = links
    self.record = record
    assembly = PlanAssembly(figures, record)
  }

  /// Raises the record's bound; to infinity if not even single blocks find a way.
  mutating func run() {
    record.raise(to: max(figures.workBalance, figures.largestLayer) * (1 - 1e-12))
    var high = figures.largestValue
    guard high < .infinity, admits(high) else { return record.raise(to: .infinity) }
    high = min(high, record.upper)
    var low = record.lower
    if low > 0 && admits(low) { return }
    while high > low * (1 + 1e-9) && high > 1e-300 && !record.mustStop {
      // Far apart, the geometric mean; from 0 on, steps down by a large factor.
      let middle = low > 0 ? (high > 2 * low ? (low * high).squareRoot() : (low + high) / 2) : high / 1000
      if admits(middle) { high = min(middle, max(low, record.upper)) } else { low = middle }
      record.raise(to: low)
    }
  }

  /// Whether blocks and transfers, each by itself, keep to a limit. Their plan is offered.
  private mutating func admits(_ limit: Double) -> Bool {
    let limited = LimitedPipeline(figures, links, limit: limit)
    guard limited.piecesFit else { return false }
    var windows = BlockWindows(limited)
    let prices = figures.balancedPrices
    windows.solve(limited, prices, from: 0, ends: limited.ends)
    guard let start = windows.cheapestStart(limited) else { return false }
    _ = assembly.offer(limited.layerHosts(windows.path(from: 0, on: start)), limit: limit)
    return true
  }
}

extension BlockWindows {
  /// The first host of the cheapest way from the source, if there is a way.
  func cheapestStart(_ limited: LimitedPipeline) -> Int? {
    let source = limited.figures.source
    return (0..<limited.figures.nodeCount)
      .filter { ($0 == source || limited.reaches(0, source, $0)) && cheapest[$0] < .infinity }
      .min { cheapest[$0] < cheapest[$1] }
  }
}

extension PipelineFigures {
  /// By node: prices of a second of work at which every host of a layer costs about the same; exactly so where the work
  /// is the layer's operations by the node's speed.
  var workPrices: [Double] {
    var (sum, count) = ([Double](repeating: 0, count: nodeCount), [Double](repeating: 0, count: nodeCount))
    for layer in 0..<layerCount {
      let row = work[layer * nodeCount..<(layer + 1) * nodeCount]
      guard let least = row.min(), least > 0, least < .infinity else { continue }
      for (node, seconds) in row.enumerated() where seconds < .infinity {
        sum[node] += least / seconds
        count[node] += 1
      }
    }
    return zip(sum, count).map { $1 > 0 ? $0 / $1 : 0 }
  }

  /// All work at ``workPrices`` by the priced capacity of all nodes.
  var workBalance: Double {
    let prices = workPrices
    let capacity = prices.reduce(0, +)
    guard capacity > 0 else { return 0 }
    var total = 0.0
    for layer in 0..<layerCount {
      var least = Double.infinity
      for node in 0..<nodeCount where work[layer * nodeCount + node] < .infinity {
        least = min(least, prices[node] * work[layer * nodeCount + node])
      }
      total += least
    }
    return total / capacity
  }

  /// The largest least load of a layer; infinite if a layer fits no node.
  var largestLayer: Double {
    (0..<layerCount).map { layer in
      (0..<nodeCount)
        .filter { memory[layer] + activations[layer] <= memoryLimit[$0] * (1 + LimitedPipeline.slack) }
        .map { work[layer * nodeCount + $0] }.min() ?? .infinity
    }.max() ?? 0
  }

  /// A load that no plan exceeds.
  var largestValue: Double {
    var sum = 0.0
    for layer in 0..<layerCount {
      sum += work[layer * nodeCount..<(layer + 1) * nodeCount].filter { $0 < .infinity }.max() ?? .infinity
    }
    let slowest = perBit.filter { $0 < .infinity }.max() ?? 0
    // Not 0, so that loads can be put in relation to it.
    return max(sum + bits.reduce(0, +) * slowest, 1e-100)
  }

  /// Prices under which work and memory each cost about the same everywhere.
  var balancedPrices: BlockWindows.Prices {
    var prices = BlockWindows.Prices(work: workPrices, memory: memoryLimit.map { $0 < .infinity ? $0 : 0 })
    let (work, memory) = (prices.work.reduce(0, +), prices.memory.reduce(0, +))
    for node in 0..<nodeCount {
      if work > 0 { prices.work[node] /= work }
      if memory > 0 { prices.memory[node] /= memory }
    }
    prices.normalise()
    return prices
  }
}
