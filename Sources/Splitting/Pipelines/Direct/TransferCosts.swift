/// What the transfers of a plan load the best routes between its hosts, and what that costs towards a target.
///
/// Pieces may be without a host (-1) while they are dealt out; their transfers then load nothing.
struct TransferCosts {
  private let n: Int
  private let pieces: Int
  private let source: Int
  private let target: Int
  /// At `from * nodeCount + to`: the load of a bit on the worst link of the best route. By cut: the bits.
  private let perBit: [Double]
  private let bits: [Double]
  /// By piece.
  private(set) var hosts: [Int]
  /// At `from * nodeCount + to`: the load of all transfers between the two.
  private var load: [Double]
  /// The load from which on a link costs something, and what a transfer without a route loads.
  private var limit = 0.0

  init(_ limited: LimitedPipeline) {
    let figures = limited.figures
    (n, pieces, source, target) = (figures.nodeCount, limited.pieceCount, figures.source, figures.target)
    perBit = figures.leastPerBit
    bits = limited.stages.map { figures.bits[$0] }
    hosts = [Int](repeating: -1, count: pieces)
    load = [Double](repeating: 0, count: n * n)
  }

  /// Loads the links anew, which also ends the drift of rounding.
  mutating func restart(_ hosts: [Int], limit: Double) {
    self.hosts = hosts
    self.limit = limit
    for pair in load.indices { load[pair] = 0 }
    for cut in 0...pieces { _ = cross(cut) }
  }

  /// What the load of a link costs: up to a whole limit in full, and beyond it a little.
  private func cost(_ load: Double) -> Double {
    let excess = load - limit * (1 + LimitedPipeline.slack)
    return excess <= 0 ? 0 : excess <= limit ? excess : limit + 0.05 * (excess - limit)
  }

  /// The pair of nodes between which a cut's transfer goes; -1 if there is none, or a host is not chosen yet.
  private func pair(_ cut: Int) -> Int {
    let from = cut == 0 ? source : hosts[cut - 1]
    let to = cut == pieces ? target : hosts[cut]
    return from < 0 || to < 0 || from == to ? -1 : from * n + to
  }

  private func crossing(_ cut: Int, _ pair: Int) -> Double {
    let perBit = perBit[pair]
    return perBit < .infinity ? bits[cut] * perBit : 3 * limit
  }

  /// Puts the transfer of a cut on its link, and returns what that costs.
  private mutating func cross(_ cut: Int) -> Double {
    let pair = pair(cut)
    guard pair >= 0 else { return 0 }
    let before = load[pair]
    let after = before + crossing(cut, pair)
    load[pair] = after
    return cost(after) - cost(before)
  }

  /// Takes the transfer of a cut off its link, and returns what that saves.
  private mutating func uncross(_ cut: Int) -> Double {
    let pair = pair(cut)
    guard pair >= 0 else { return 0 }
    let before = load[pair]
    let after = max(0, before - crossing(cut, pair))
    load[pair] = after
    return cost(before) - cost(after)
  }

  /// What placing a piece changed, to take it away again.
  struct Placement {
    /// What the transfers of the piece cost.
    let cost: Double
    fileprivate let piece: Int
    fileprivate let pairs: (Int, Int)
    fileprivate let loads: (Double, Double)
  }

  /// Gives a piece without a host one.
  mutating func place(_ piece: Int, on host: Int) -> Placement {
    hosts[piece] = host
    let pairs = (pair(piece), pair(piece + 1))
    let loads = (pairs.0 < 0 ? 0 : load[pairs.0], pairs.1 < 0 ? 0 : load[pairs.1])
    let cost = cross(piece) + cross(piece + 1)
    return Placement(cost: cost, piece: piece, pairs: pairs, loads: loads)
  }

  /// Sets back what the last placement changed; sums would not cancel exactly.
  mutating func undo(_ placement: Placement) {
    if placement.pairs.1 >= 0 { load[placement.pairs.1] = placement.loads.1 }
    if placement.pairs.0 >= 0 { load[placement.pairs.0] = placement.loads.0 }
    hosts[placement.piece] = -1
  }

  /// Takes a piece from its host, and returns what its transfers cost.
  mutating func take(_ piece: Int) -> Double {
    let saved = uncross(piece) + uncross(piece + 1)
    hosts[piece] = -1
    return saved
  }

  /// Marks the hosts at transfers that cost something.
  func mark(_ isTroubled: inout [Bool]) {
    for cut in 0...pieces {
      let pair = pair(cut)
      guard pair >= 0, cost(load[pair]) > 0 else { continue }
      if cut > 0 { isTroubled[hosts[cut - 1]] = true }
      if cut < pieces { isTroubled[hosts[cut]] = true }
    }
  }
}
