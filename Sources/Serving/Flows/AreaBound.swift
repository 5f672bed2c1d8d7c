/// The area bound: every token passes each of L layers in some machine, so that
/// F <= sum over machines of max over h of h min(T(h), F) / L, applied until F no longer falls.
///
/// It also cuts the rate of a machine to what its links can bring and take away, and leaves out machines that no path
/// from the source to the sink passes.
public struct AreaBound: Sendable {
  /// No plan has a larger flow [1/s]; rounded up.
  public let value: Double
  /// The most that can flow through each machine, whatever it holds [1/s]; 0 for a machine of no use.
  public let limits: [Double]

  private static let mostRounds = 10_000

  /// - Complexity: O(links + rounds x machines x options).
  public init(_ figures: ClusterFigures) {
    let links = Self.linkLimits(figures)
    var limits = figures.tableOfMachine.indices.map { min(links[$0], figures.topRate(ofMachine: $0)) }
    var bound = min(
      Self.sum(limits.indices.map { min(limits[$0], figures.fromSource[$0]) }),
      Self.sum(limits.indices.map { min(limits[$0], figures.toSink[$0]) }))
    // With fewer layers than L in all machines, the rounds would fall to 0 without reaching it.
    let room = limits.indices.reduce(0.0) { sum, machine in
      limits[machine] > 0 ? sum + Double(figures.held[figures.options(ofMachine: machine)].max() ?? 0) : sum
    }
    if room < Double(figures.layers) { bound = 0 }
    for _ in 0..<Self.mostRounds where bound > 0 {
      var area = 0.0
      for machine in limits.indices where limits[machine] > 0 {
        var largest = 0.0
        for option in figures.options(ofMachine: machine) {
          let rate = min(figures.rates[option], limits[machine], bound)
          largest = max(largest, (Double(figures.held[option]) * rate).nextUp)
        }
        area = (area + largest).nextUp
      }
      let next = (area / Double(figures.layers)).nextUp
      guard next < bound * (1 - 1e-13) else { break }
      bound = next
    }
    for machine in limits.indices { limits[machine] = min(limits[machine], bound) }
    self.limits = limits
    value = bound
  }

  private static func sum(_ values: [Double]) -> Double { values.reduce(0) { ($0 + $1).nextUp } }

  /// The smaller of what the links of each machine bring and take away, among machines on paths from the source to the
  /// sink; 0 for others.
  private static func linkLimits(_ figures: ClusterFigures) -> [Double] {
    let count = figures.machineCount
    let canHold = (0..<count).map { !figures.options(ofMachine: $0).isEmpty }
    var tails: [[Int]] = Array(repeating: [], count: count)
    for tail in 0..<count {
      for link in figures.linkStarts[tail]..<figures.linkStarts[tail + 1] {
        tails[figures.linkHeads[link]].append(tail)
      }
    }
    func reached(from starts: [Int], _ neighbours: (Int) -> [Int]) -> [Bool] {
      var isReached = [Bool](repeating: false, count: count)
      var stack = starts.filter { canHold[$0] }
      for machine in stack { isReached[machine] = true }
      while let machine = stack.popLast() {
        for other in neighbours(machine) where canHold[other] && !isReached[other] {
          isReached[other] = true
          stack.append(other)
        }
      }
      return isReached
    }
    let forward = reached(from: (0..<count).filter { figures.fromSource[$0] > 0 }) { machine in
      Array(figures.linkHeads[figures.linkStarts[machine]..<figures.linkStarts[machine + 1]])
    }
    let backward = reached(from: (0..<count).filter { figures.toSink[$0] > 0 }) { tails[$0] }
    var (inward, outward) = (figures.fromSource, figures.toSink)
    for tail in 0..<count where forward[tail] && backward[tail] {
      for link in figures.linkStarts[tail]..<figures.linkStarts[tail + 1] {
        let head = figures.linkHeads[link]
        guard forward[head], backward[head] else { continue }
        inward[head] = (inward[head] + figures.linkCapacities[link]).nextUp
        outward[tail] = (outward[tail] + figures.linkCapacities[link]).nextUp
      }
    }
    return (0..<count).map { forward[$0] && backward[$0] ? min(inward[$0], outward[$0]) : 0 }
  }
}
