import Foundations

/// The exact search for the least bottleneck of one job whose nodes run at most one run of consecutive layers each.
///
/// Tests at a fixed limit (``BlockTest``) either find a plan within it, prove that there is none, or give up. Limits are
/// bisected between the bound and the best plan; a test just below the best plan proves that it is optimal.
struct ContiguousSearch {
  private let figures: PipelineFigures
  private let record: BottleneckRecord
  private let routing: BlockRouting
  private var test: BlockTest
  /// The least load that is not 0, below which bisections need not go.
  private let leastLoad: Double
  /// A load that no plan exceeds.
  private let mostLoad: Double

  init(_ figures: PipelineFigures, _ record: BottleneckRecord) {
    self.figures = figures
    self.record = record
    routing = BlockRouting(network: BlockNetwork(figures))
    test = BlockTest(routing, record)
    let work = figures.work.lazy.filter { $0 > 0 }.min() ?? .infinity
    let bits = figures.bits.lazy.filter { $0 > 0 }.min() ?? .infinity
    leastLoad = min(work, bits * (figures.perBit.lazy.filter { $0 > 0 }.min() ?? .infinity))
    let crossings = figures.bits.reduce(0, +) * (figures.perBit.max() ?? 0)
    let layers = figures.work.lazy.filter { $0 < .infinity }.reduce(0, +)
    mostLoad = max(crossings, layers) * (1 + 1e-9)
  }

  /// Searches until the record must stop, or the widest label search has left the gap open. Networks of more than 256 nodes
  /// get bounds and simple plans only.
  mutating func run() {
    if figures.layerCount == 0 { return solveWithoutLayers() }
    if record.mustStop { return }
    if run(limit: mostLoad, effort: .labels(1)) == .impossible { return }
    raiseBySingleLoads()
    bisect(effort: .path, precision: 0.01)
    search(width: 8, precision: 0.02)
    bisect(effort: .prices, precision: 1e-3)
    for width in [100, 800, 6400, 51_200] where !record.mustStop { search(width: width, precision: 0.002) }
  }

  /// A test; if it shows that there is no plan at all, the bound becomes infinite.
  private mutating func run(limit: Double, effort: BlockTest.Effort) -> BlockTest.Outcome {
    let outcome = test.run(limit: limit, effort: effort)
    if outcome == .impossible, limit >= mostLoad { record.raise(to: .infinity) }
    return outcome
  }

  /// The one stage takes the route with the least largest load.
  private func solveWithoutLayers() {
    guard let found = routing.plan(hosts: []) else { return record.raise(to: .infinity) }
    record.offer(found.plan, value: found.value)
    record.raise(to: found.value)
  }

  /// Raises the bound to the largest of the least loads of a layer; and, if that is 0, to the least load that is not, unless
  /// there is a plan without any load.
  private mutating func raiseBySingleLoads() {
    let nodes = figures.nodeCount
    var bound = 0.0
    for layer in 0..<figures.layerCount {
      let needed = figures.memory[layer] + figures.activations[layer]
      var least = Double.infinity
      for node in 0..<nodes where needed <= figures.memoryLimit[node] {
        least = min(least, figures.work[layer * nodes + node])
      }
      bound = max(bound, least)
    }
    record.raise(to: bound)
    if record.lower == 0, run(limit: 0, effort: .labels(1000)) == .impossible {
      record.raise(to: leastLoad)
    }
  }

  /// Raises the bound as far as cheap tests prove it, to a relative precision.
  private mutating func bisect(effort: BlockTest.Effort, precision: Double) {
    var limits = LimitSequence(low: max(record.lower, leastLoad), precision: precision, isUpwards: true)
    while !record.mustStop, let limit = limits.next(upper: min(record.upper, mostLoad)) {
      if run(limit: limit, effort: effort) == .impossible {
        limits.raise(to: max(limit, record.lower))
      } else {
        limits.lower(to: limit)
      }
    }
  }

  /// Bisects with label searches of one width as far as they find plans or proofs, and tests whether the best plan is
  /// optimal: first where the width is one at which proofs can be hoped for, otherwise last.
  private mutating func search(width: Int, precision: Double) {
    let effort = BlockTest.Effort.labels(width)
    if width > BlockTest.mediumWidth, improve(effort) == .impossible { return }
    repeat {
      var limits = LimitSequence(
        low: max(record.lower, leastLoad), precision: precision, isUpwards: width >= BlockTest.mediumWidth)
      while !record.mustStop, let limit = limits.next(upper: min(record.upper, mostLoad)) {
        if run(limit: limit, effort: effort) != .found { limits.raise(to: max(limit, record.lower)) }
      }
    } while width >= BlockTest.mediumWidth && improve(effort) == .found
  }

  /// Tests whether there is a better plan than the best one, or any if none is known.
  private mutating func improve(_ effort: BlockTest.Effort) -> BlockTest.Outcome {
    if record.mustStop { return .open }
    return run(limit: record.plan == nil ? mostLoad : record.upper * (1 - record.gap), effort: effort)
  }
}

/// The limits at which a bisection tests.
private struct LimitSequence {
  /// The limit that is proved or assumed to be too low, and the least one that is known not to be.
  private var low: Double
  private var high = Double.infinity
  private let precision: Double
  /// Whether it begins with growing steps from the bound, rather than in the middle.
  private let isUpwards: Bool
  private var growth: Double

  init(low: Double, precision: Double, isUpwards: Bool) {
    (self.low, self.precision, self.isUpwards) = (low, precision, isUpwards)
    growth = 1 + 4 * precision
  }

  /// The next limit, below an upper one; nil if the bisection is done.
  mutating func next(upper: Double) -> Double? {
    high = min(high, upper)
    guard high > low * (1 + precision) else { return nil }
    guard isUpwards, high > low * growth else { return (low * high).squareRoot() }
    defer { growth = min(growth * growth, 1.3) }
    return low * growth
  }

  mutating func raise(to limit: Double) { low = max(low, limit) }
  mutating func lower(to limit: Double) { high = min(high, limit) }
}
