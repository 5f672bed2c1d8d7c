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
  /// The price of all limits.
  private(set) var offset = 0.0
  private(set) var isFree = true

  init(nodeCount: Int) {
    memory = Array(repeating: 0, count: nodeCount)
    load = Array(repeating: 0, count: nodeCount)
  }

  /// The prices with these on top.
  func added(to prices: PathPrices) -> PathPrices {
    var sums = prices
    for node in memory.indices {
      sums.memory[node] += memory[node]
      sums.load[node] += load[node]
    }
    return sums
  }

  /// Moves the prices along the violations of a path, by a step that would bring the bound from `value` to `target` if
  /// the path stayed the same. Returns whether anything was violated or priced.
  mutating func step(_ uses: [JobPath.Use], _ job: PathJob, value: Double, target: Double, factor: Double)
    -> Bool
  {
    let nodes = memory.count
    var used = [Double](repeating: 0, count: 2 * nodes)
    for use in uses where Int(use.resource) < 2 * nodes { used[Int(use.resource)] = use.amount }
    var square = 0.0
    var excess: [(host: Int, memory: Double, load: Double)] = []
    for (host, node) in job.figures.hosts.enumerated() {
      var (byMemory, byLoad) = (0.0, 0.0)
      if job.memoryLimit[host] < .infinity && job.memoryLimit[host] > 0 {
        byMemory = used[node] / job.memoryLimit[host] - 1
        if byMemory < 0 && memory[node] == 0 { byMemory = 0 }
      }
      if job.loadLimit[host] < .infinity && job.loadLimit[host] > 0 {
        byLoad = used[nodes + node] / job.loadLimit[host] - 1
        if byLoad < 0 && load[node] == 0 { byLoad = 0 }
      }
      if byMemory != 0 || byLoad != 0 { excess.append((host, byMemory, byLoad)) }
      square += byMemory * byMemory + byLoad * byLoad
    }
    guard square > 0 else { return false }
    let length = factor * max(target - value, 1e-3 * abs(target)) / square
    offset = 0
    for (host, byMemory, byLoad) in excess {
      let node = job.figures.hosts[host]
      if byMemory != 0 { memory[node] = max(0, memory[node] + length * byMemory / job.memoryLimit[host]) }
      if byLoad != 0 { load[node] = max(0, load[node] + length * byLoad / job.loadLimit[host]) }
    }
    for (host, node) in job.figures.hosts.enumerated() {
      if memory[node] > 0 { offset += memory[node] * job.memoryLimit[host] }
      if load[node] > 0 { offset += load[node] * job.loadLimit[host] }
    }
    isFree = offset == 0
    return true
  }
}
