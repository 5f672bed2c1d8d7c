import Foundations

/// Lower bounds on the remaining latency of a job from every vertex of its layered graph, in O(N) numbers for
/// any number of layers.
///
/// Layers are counted from 0: layer l reads stage l and writes stage l+1; stage 0 is the input. d_l is the
/// size of stage l, and c(l,v) the cost of layer l on v. A bound h(v,l) is *consistent* if h is at most the
/// cost of every arc plus h at the arc's end, and h(t,L) = 0; then a search that settles vertices in the
/// order of g + h settles each at its distance g (Hart, Nilsson, Raphael 1968).
///
/// **The last stage.** h(v,L) = P(v), the cost of the shortest path to the target for a tensor of d_L bytes.
/// It is exact.
///
/// **Level 0.** With m the least of d_0 ... d_{L-1}, let X(v) be the least of P(w) + dist_m(v,w) over all w,
/// and h(v,l) = X(v) + sum of the least times of layers l ... L-1. Arcs of stage l cost at least those for m
/// bytes, along which X falls by no more than their cost; computing costs at least the least time; and
/// X <= P.
///
/// **Anchors.** The stages before the last are cut into runs a ..< b. From the last run to the first, with V_L = P:
/// - m is the least of d_a ... d_{b-1}, and X(v) the least of V_b(w) + dist_m(v,w) over all w;
/// - ref_k > 0 is a lower bound on the time of layer k on any node (layers with none contribute nothing), W
///   their sum over the run, and r(v) the least of c(k,v)/ref_k over the run's layers: the least time of v
///   for a unit of reference time;
/// - V_a(u) is the least of dist_m(u,v) + W r(v) + X(v) over all v.
///
/// Some host v of the run has the least r, so that computing the run takes at least W r(v), wherever its
/// layers run. The path leads through v, and paths cost at least those for m bytes. Therefore V_a is a lower
/// bound at stage a. Between, with the share s_l = (sum of ref_k over l <= k < b) / W,
/// h(v,l) = (1 - s_l) X(v) + s_l V_a(v)  for a <= l < b.
/// It is consistent:
/// - along arcs of stage l, because X and V_a both fall by at most dist_m, and so does their mean;
/// - along the arc that computes layer l on v: h(v,l) - h(v,l+1) = ref_l/W (V_a(v) - X(v)) <= ref_l r(v) <=
///   c(l,v), because V_a(v) <= W r(v) + X(v) (stay at v); at the end of the run, because X <= V_b as well;
/// - along the arc that enters a node to compute, because both vertices have the same h and waits are not
///   negative.
///
/// If W = 0, every s_l of the run is 1, with W r(v) = 0 on nodes that can run one of its layers, and infinite
/// on others.
///
/// Rounding: sums of rounded terms break consistency by a few units in the last place, never by more. The
/// search opens a vertex again if it finds a shorter path, so that distances stay exact.
public final class CompletionBound: Sendable {
  /// The bound of one stage: offset + (1 - share) lower + share upper.
  struct Stage: Sendable {
    var offset: Double
    var share: Double
    var lower: FlatArray<Double>
    var upper: FlatArray<Double>
  }

  let finalLeg: FinalLeg
  let stages: [Stage]
  /// The runs; none for level 0.
  public let runs: [Range<Int>]
  /// For each layer the lower bound on its time on any node [s], which level 0 adds up and anchors use as
  /// reference.
  public let leastTimes: [Double]

  init(finalLeg: FinalLeg, stages: [Stage], runs: [Range<Int>], leastTimes: [Double]) {
    self.finalLeg = finalLeg
    self.stages = stages
    self.runs = runs
    self.leastTimes = leastTimes
  }

  /// A lower bound on the cost from `node` at `stage`, in transit or computing, to the job's end [s].
  public func remaining(from node: Int, stage: Int) -> Double {
    if stage == stages.count { return finalLeg.cost[node] }
    let value = stages[stage].value(node)
    return value.isNaN ? .infinity : value
  }
}

extension CompletionBound.Stage {
  /// The bound at a node; infinite or NaN (0 times infinity) if no path leads to the target.
  @inline(__always)
  func value(_ node: Int) -> Double {
    offset + (lower[node] * (1 - share) + upper[node] * share)
  }
}

/// The shortest paths of a job's last tensor to its target, from all nodes.
final class FinalLeg: Sendable {
  /// The properties that two equal legs share.
  struct Key: Hashable {
    var target: Int
    var bytes: Double
    var rate: Double
  }

  private let key: Key
  var target: Int { key.target }
  /// The heads of the network's arcs, by which the network is recognised.
  private let heads: FlatArray<Int32>
  /// The cost of the path from each node [s]; infinite if there is none.
  let cost: FlatArray<Double>
  /// The next node on the path from each node; -1 at the target and if there is no path.
  let next: FlatArray<Int32>

  /// - Complexity: O((N + E) log E).
  init(
    _ key: Key, in network: SearchNetwork, heap: KeyHeap, cancellation: Cancellation
  ) throws(CancellationError) {
    self.key = key
    heads = network.backward.head
    cost = FlatArray(repeating: .infinity, count: network.nodeCount)
    next = FlatArray(repeating: -1, count: network.nodeCount)
    cost[key.target] = 0
    try NearestSeeds(arcs: network.backward, bytes: key.bytes, rate: key.rate)
      .spread(cost, previous: next, heap: heap, cancellation: cancellation)
  }

  /// Whether this leg is the one of `key` in `network`.
  func answers(_ key: Key, in network: SearchNetwork) -> Bool {
    self.key == key && heads === network.backward.head
  }

  /// The route from a node with a path to the target.
  func route(from node: Int) -> [Int] {
    var route = [node]
    while next[route[route.count - 1]] >= 0 { route.append(Int(next[route[route.count - 1]])) }
    return route
  }
}

/// Makes the bounds of one job.
struct CompletionBoundMaker {
  let network: SearchNetwork
  let costs: LayerCosts
  let stageBytes: [Double]
  let rate: Double
  let finalLeg: FinalLeg
  let heap: KeyHeap
  let cancellation: Cancellation

  /// A bound with at most that many runs; level 0 for no runs.
  func bound(runs: Int) throws(CancellationError) -> CompletionBound {
    try runs == 0 ? simple() : anchored(runs: runs)
  }

  /// - Complexity: O(L), and one pass over the network if the last stage is not the smallest.
  private func simple() throws(CancellationError) -> CompletionBound {
    let least = stageBytes.dropLast().min() ?? .infinity
    let base = try closed(lastTable, under: least)
    var stages: [CompletionBound.Stage] = []
    var time = 0.0
    for layer in (0..<costs.count).reversed() {
      time += costs.times.leastTime[layer]
      stages.append(.init(offset: time, share: 0, lower: base, upper: base))
    }
    return CompletionBound(
      finalLeg: finalLeg, stages: stages.reversed(), runs: [], leastTimes: costs.times.leastTime)
  }

  /// Bounds with at most that many runs.
  ///
  /// - Complexity: O(runs (N + E) log E + runs L^2).
  private func anchored(runs: Int) throws(CancellationError) -> CompletionBound {
    var stages: [CompletionBound.Stage] = []
    var next = lastTable
    let sizes = Array(stageBytes.dropLast())
    let runs = try StageRuns(sizes: sizes, count: runs, cancellation: cancellation).ranges
    for run in runs.reversed() {
      let least = stageBytes[run].min() ?? .infinity
      let lower = try closed(next, under: least)
      next = try anchor(run, bytes: least, lower: lower)
      let upper = next.values
      stages += shares(run).reversed().map { share in
        .init(offset: 0, share: share, lower: share == 1 ? upper : lower, upper: share == 0 ? lower : upper)
      }
    }
    return CompletionBound(
      finalLeg: finalLeg, stages: stages.reversed(), runs: runs, leastTimes: costs.times.leastTime)
  }

  /// Values V(u), the least over all v of S(v) plus the cost of the path from u to v for `bytes` bytes, and
  /// the seeds S.
  private struct Table {
    let values: FlatArray<Double>
    let seeds: FlatArray<Double>
    let bytes: Double
  }

  private var lastTable: Table {
    let seeds = FlatArray(repeating: Double.infinity, count: network.nodeCount)
    seeds[finalLeg.target] = 0
    return Table(values: finalLeg.cost, seeds: seeds, bytes: stageBytes[costs.count])
  }

  /// For every u, the least over all w of V(w) plus the cost of the path from u to w for `least` bytes.
  ///
  /// Paths for fewer bytes cost no more, so it is also the least of S(w) plus that cost, which needs few
  /// seeds. With at least as many bytes as the table's it is V.
  private func closed(_ table: Table, under least: Double) throws(CancellationError) -> FlatArray<Double> {
    if least >= table.bytes { return table.values }
    let closure = FlatArray(copying: table.seeds)
    try spread(closure, bytes: least)
    return closure
  }

  private func spread(_ values: FlatArray<Double>, bytes: Double) throws(CancellationError) {
    try NearestSeeds(arcs: network.backward, bytes: bytes, rate: rate)
      .spread(values, heap: heap, cancellation: cancellation)
  }

  /// V_a of a run.
  private func anchor(
    _ run: Range<Int>, bytes: Double, lower: FlatArray<Double>
  ) throws(CancellationError) -> Table {
    let reference = run.reduce(0) { $0 + costs.times.leastTime[$1] }
    let seeds = reference > 0 ? paces(run) : possibleHosts(run)
    for node in 0..<network.nodeCount where seeds[node] < .infinity {
      seeds[node] = reference * seeds[node] + lower[node]
    }
    let values = FlatArray(copying: seeds)
    try spread(values, bytes: bytes)
    return Table(values: values, seeds: seeds, bytes: bytes)
  }

  /// r(v) of a run with a positive reference time.
  private func paces(_ run: Range<Int>) -> FlatArray<Double> {
    let paces = FlatArray(repeating: Double.infinity, count: network.nodeCount)
    let unlisted = run.lazy.filter { costs.times.leastTime[$0] > 0 }
      .compactMap { layer in
        costs.times.unlistedWork(ofLayer: layer).map { $0 / costs.times.leastTime[layer] }
      }.min()
    if let unlisted {
      for node in 0..<network.nodeCount where costs.times.runsUnlisted(node) {
        paces[node] = unlisted / network.compute[node]
      }
    }
    for layer in run where costs.times.leastTime[layer] > 0 {
      for entry in costs.times.listed(ofLayer: layer) {
        paces[entry.node] = min(paces[entry.node], entry.time / costs.times.leastTime[layer])
      }
    }
    return paces
  }

  /// 0 on nodes that can run a layer of the run, infinite on others.
  private func possibleHosts(_ run: Range<Int>) -> FlatArray<Double> {
    let hosts = FlatArray(repeating: Double.infinity, count: network.nodeCount)
    if run.contains(where: { costs.times.unlistedWork(ofLayer: $0) != nil }) {
      for node in 0..<network.nodeCount where costs.times.runsUnlisted(node) { hosts[node] = 0 }
    }
    for layer in run {
      for entry in costs.times.listed(ofLayer: layer) { hosts[entry.node] = 0 }
    }
    return hosts
  }

  /// s_l of a run's stages.
  private func shares(_ run: Range<Int>) -> [Double] {
    var shares: [Double] = []
    var sum = 0.0
    for layer in run.reversed() {
      sum += costs.times.leastTime[layer]
      shares.append(sum)
    }
    return shares.reversed().map { sum > 0 ? $0 / sum : 1 }
  }
}
