import Foundations
import Splitting

/// Prices of a job's own limits, which keep the block program from returning to a host in small blocks: multipliers of
/// the limits that the job must keep by itself (Lagrangian relaxation; steps as of Polyak, 1969).
///
/// A path that keeps the limits uses at most all of each, so that its cost is at least its cost with these prices less
/// the price of all limits.
struct OwnLimits {
  /// By node: the price of a byte, and of a second of work a second.
  private(set) var memory: [Double]
  private(set) var load: [Double]
  /// The price of a second of latency, because of the deadline.
  private(set) var latency = 0.0
  /// The price of all limits.
  private(set) var offset = 0.0

  var isFree: Bool { offset == 0 }

  init(nodeCount: Int) {
    memory = Array(repeating: 0, count: nodeCount)
    load = Array(repeating: 0, count: nodeCount)
  }

  /// The prices with these on top.
  func added(to prices: PathPrices, of job: PathJob) -> PathPrices {
    var sums = prices
    sums.latency += latency
    for node in memory.indices {
      sums.memory[node] += memory[node]
      sums.load[node] += load[node]
    }
    guard job.figures.sharesWeights else { return sums }
    // The job needs them on its hosts whoever else holds them, too.
    for (host, node) in job.figures.hosts.enumerated() where memory[node] > 0 {
      if sums.layer.isEmpty { sums.layer = Array(repeating: 0, count: job.layerCount * job.hostCount) }
      for layer in 0..<job.layerCount {
        sums.layer[layer * job.hostCount + host] += memory[node] * job.figures.sharedWeights[layer]
      }
    }
    return sums
  }

  /// Moves the prices along the violations of a path, by a step that would bring the bound from `value` to `target` if
  /// the path stayed the same. Returns whether anything was violated or priced.
  mutating func step(
    _ path: JobPath, of index: Int, _ instance: PathInstance, value: Double, target: Double, factor: Double
  ) -> Bool {
    let (job, nodes) = (instance.jobs[index], memory.count)
    var used = [Double](repeating: 0, count: 2 * nodes)
    for use in path.pricedUses(job.addedMemory, of: job.figures) where Int(use.resource) < 2 * nodes {
      used[Int(use.resource)] += use.amount
    }
    for holding in path.holdings { used[Int(holding.resource)] += holding.amount }
    var square = 0.0
    /// The part by which a limit is exceeded, or that is left of one with a price.
    func excess(_ used: Double, _ limit: Double, _ price: Double) -> Double {
      guard limit < .infinity && limit > 0 else { return 0 }
      let part = used / limit - 1
      if part < 0 && price == 0 { return 0 }
      square += part * part
      return part
    }
    let excesses = job.figures.hosts.enumerated().map { host, node in
      (
        memory: excess(used[node], job.memoryLimit[host], memory[node]),
        load: excess(used[nodes + node], job.loadLimit[host], load[node])
      )
    }
    let longest = job.figures.longestLatency
    let tooLong = excess(path.latency, longest, latency)
    guard square > 0 else { return false }
    let length = factor * max(target - value, 1e-3 * abs(target)) / square
    func moved(_ price: Double, _ excess: Double, _ limit: Double) -> Double {
      let next = excess == 0 ? price : max(0, price + length * excess / limit)
      if next > 0 { offset += next * limit }
      return next
    }
    offset = 0
    for (host, node) in job.figures.hosts.enumerated() {
      memory[node] = moved(memory[node], excesses[host].memory, job.memoryLimit[host])
      load[node] = moved(load[node], excesses[host].load, job.loadLimit[host])
    }
    latency = moved(latency, tooLong, longest)
    return true
  }
}

extension OwnLimits {
  /// The steps towards the prices that a certificate states, and how many without a better bound make them smaller.
  /// Not tuned.
  private static let (provingSteps, patience) = (60, 6)

  /// The prices with which the block program proves most of a bound on the cost of a job's paths at some prices, from
  /// those of a search; `nil` if it proves all of the bound without them.
  static func proving(
    _ bound: Double, ofJob index: Int, _ instance: PathInstance, at prices: PathPrices, from start: OwnLimits,
    _ cancellation: Cancellation
  ) -> OwnLimits? {
    let job = instance.jobs[index]
    var program = BlockProgram()
    var best = (value: program.run(job, prices), limits: OwnLimits(nodeCount: job.nodeCount))
    let enough = bound - 1e-12 * abs(bound)
    if best.value >= enough { return nil }
    var (limits, factor, failures) = (start, 1.0, 0)
    for _ in 0..<provingSteps where best.value < enough && !cancellation.isCancelled {
      let value = program.run(job, limits.added(to: prices, of: job)) - limits.offset
      guard value < .infinity else { break }
      let path = JobPath(steps: program.steps(job), of: job.figures, instance.resources)
      if value > best.value {
        (best, failures) = ((value, limits), 0)
      } else {
        failures += 1
        if failures % patience == 0 { (factor, limits) = (factor / 2, best.limits) }
      }
      if !limits.step(path, of: index, instance, value: value, target: bound, factor: factor) { break }
    }
    return best.limits
  }
}
