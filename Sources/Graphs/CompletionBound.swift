import Foundations

/// Lower bounds on the remaining latency of a job from every vertex of its layered graph, in O(N + L) numbers.
///
/// d_l is the size of stage l, and c(l,v) the cost of layer l on v; see ``LayeredGraph``. A bound h(v,l) is
/// *consistent* if h is at most the cost of every arc plus h at the arc's end, and h(t,L) = 0; then a search that
/// settles vertices in the order of g + h settles each at its distance g (Hart, Nilsson, Raphael 1968).
///
/// **The last stage.** h(v,L) = P(v), the exact cost of the shortest path to the target for d_L bytes.
///
/// **Relays.** P obeys them, so that a path that computes the last layer on v ends at the cost P(v). All other paths
/// here, dist among them, may pass every node: the bounds are lower, and consistent along all arcs that there are.
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
/// - along the arc that enters a node, because both vertices have the same h and waits are not negative.
///
/// If W = 0, every s_l of the run is 1, with W r(v) = 0 on nodes that can run one of its layers, else infinite.
///
/// Rounding: sums of rounded terms break consistency by a few units in the last place, never by more. The
/// search opens a vertex again if it finds a shorter path, so that distances stay exact.
public final class CompletionBound: Sendable {
  /// The bound of one stage: offset + (1 - share) lower + share upper.
  struct Stage: Sendable {
    var offset = 0.0
    var share = 0.0
    var lower: FlatArray<Double>
    var upper: FlatArray<Double>

    /// The bound at a node; infinite or NaN (0 times infinity) if no path leads to the target.
    @inline(__always)
    func value(_ node: Int) -> Double {
      offset + (lower[node] * (1 - share) + upper[node] * share)
    }
  }

  let finalLeg: FinalLeg
  let stages: [Stage]
  /// The runs; none for level 0.
  public let runs: [Range<Int>]
  /// For each layer the lower bound on its time on any node [s].
  public let leastTimes: [Double]

  fileprivate init(_ maker: CompletionBoundMaker, runs: [Range<Int>], reversedStages: [Stage]) {
    finalLeg = maker.finalLeg
    stages = reversedStages.reversed()
    self.runs = runs
    leastTimes = maker.costs.times.leastTime
  }

  /// A bound with at most that many runs; level 0 for none.
  ///
  /// - Returns: `nil` if no node can run some layer.
  /// - Throws: if the work is cancelled, which never happens here.
  /// - Complexity: O((runs + 1) (N + E) log E + runs L^2), and O(runs N L) more if a node has a memory bandwidth.
  public static func make(
    _ request: LayeredRequest, in network: SearchNetwork, runs: Int, workspace: SearchWorkspace
  ) throws(CancellationError) -> CompletionBound? {
    let maker = try CompletionBoundMaker(request, in: network, workspace: workspace, cancellation: .never)
    return maker.mayHavePlan ? try maker.bound(runs: runs) : nil
  }

  /// A lower bound on the cost from `node` at `stage`, in transit or computing, to the job's end [s].
  public func remaining(from node: Int, stage: Int) -> Double {
    if stage == stages.count { return finalLeg.cost[node] }
    let value = stages[stage].value(node)
    return value.isNaN ? .infinity : value
  }
}

/// The shortest paths of a job's last tensor to its target, from all nodes.
struct FinalLeg: Sendable {
  let request: LayeredRequest
  /// The heads of the network's arcs, by which the network is recognised.
  let heads: FlatArray<Int32>
  /// The cost of the path from each node [s]; infinite if there is none.
  let cost: FlatArray<Double>
  /// The next node on the path from each node; -1 at the target and if there is no path.
  let next: FlatArray<Int32>

  /// Whether these are the paths of a request's last tensor in `network`.
  func isLeg(of other: LayeredRequest, in network: SearchNetwork) -> Bool {
    request.target == other.target && request.lastBytes == other.lastBytes && request.rate == other.rate
      && heads === network.backward.head
  }
}

extension LayeredRequest {
  /// The size of the last stage [byte].
  var lastBytes: Double { layers.last?.output ?? input }
}

/// Makes the bounds of one job.
struct CompletionBoundMaker {
  let network: SearchNetwork
  let costs: LayerCosts
  let stageBytes: [Double]
  let rate: Double
  let finalLeg: FinalLeg
  private let target: Int
  private let heap: KeyHeap
  let cancellation: Cancellation

  init(
    _ request: LayeredRequest, in network: SearchNetwork, workspace: SearchWorkspace,
    cancellation: Cancellation
  ) throws(CancellationError) {
    self.network = network
    self.cancellation = cancellation
    stageBytes = request.stageBytes
    target = request.target
    rate = request.rate
    heap = workspace.heap
    finalLeg = try workspace.finalLeg(of: request, in: network, cancellation: cancellation)
    costs = LayerCosts(request, in: network)
  }

  /// False if no node can run some layer.
  var mayHavePlan: Bool { costs.times.leastTime.allSatisfy { $0 < .infinity } }

  /// A bound with at most that many runs; level 0 for no runs.
  ///
  /// - Complexity: O((runs + 1) (N + E) log E + runs L^2), and O(runs N L) more if a node has a memory bandwidth.
  func bound(runs: Int) throws(CancellationError) -> CompletionBound {
    var stages: [CompletionBound.Stage] = []
    var next = lastTable
    if runs == 0 {
      let base = try closed(next, under: stageBytes.dropLast().min() ?? .infinity)
      var time = 0.0
      for layerTime in costs.times.leastTime.reversed() {
        time += layerTime
        stages.append(.init(offset: time, lower: base, upper: base))
      }
    }
    let runs = try stageRuns(atMost: runs)
    for run in runs.reversed() {
      let least = stageBytes[run].min() ?? .infinity
      let lower = try closed(next, under: least)
      next = try anchor(run, bytes: least, lower: lower)
      let upper = next.values
      stages += reversedShares(run).map { share in
        .init(share: share, lower: share == 1 ? upper : lower, upper: share == 0 ? lower : upper)
      }
    }
    return CompletionBound(self, runs: runs, reversedStages: stages)
  }

  /// Seeds S, and the least V(u) over all v of S(v) plus the cost of the path from u to v for `bytes` bytes.
  private struct Table {
    let values: FlatArray<Double>
    let seeds: FlatArray<Double>
    let bytes: Double
  }

  private var lastTable: Table {
    // A path of the last stage that obeys relays is not made of shorter ones: only all values together are seeds.
    if network.relays != nil { return Table(values: finalLeg.cost, seeds: finalLeg.cost, bytes: .infinity) }
    let seeds = FlatArray(repeating: Double.infinity, count: network.nodeCount)
    seeds[target] = 0
    return Table(values: finalLeg.cost, seeds: seeds, bytes: stageBytes[costs.count])
  }

  /// For every u, the least over all w of V(w) plus the cost of the path from u to w for `least` bytes.
  ///
  /// Paths for fewer bytes cost no more, so it is also the least of S(w) plus that cost, which needs few
  /// seeds. With at least as many bytes as the table's it is V.
  private func closed(_ table: Table, under least: Double) throws(CancellationError) -> FlatArray<Double> {
    try least >= table.bytes ? table.values : spread(table.seeds, bytes: least)
  }

  /// For every u, the least over all v of the seed of v plus the cost of the path from u to v for `bytes` bytes.
  private func spread(
    _ seeds: FlatArray<Double>, bytes: Double
  ) throws(CancellationError) -> FlatArray<Double> {
    let values = FlatArray(copying: seeds)
    try NearestSeeds(arcs: network.backward, bytes: bytes, rate: rate, relays: nil)
      .spread(values, heap: heap, cancellation: cancellation)
    return values
  }

  /// V_a of a run.
  private func anchor(
    _ run: Range<Int>, bytes: Double, lower: FlatArray<Double>
  ) throws(CancellationError) -> Table {
    let reference = costs.times.leastTime[run].reduce(0, +)
    let seeds = paces(run, reference)
    for node in 0..<network.nodeCount where seeds[node] < .infinity {
      seeds[node] = reference * seeds[node] + lower[node]
    }
    return Table(values: try spread(seeds, bytes: bytes), seeds: seeds, bytes: bytes)
  }

  /// r(v) of a run; without a reference time 0 on nodes that can run one of its layers. Infinite on others.
  private func paces(_ run: Range<Int>, _ reference: Double) -> FlatArray<Double> {
    let times = costs.times
    func pace(_ time: Double, _ layer: Int) -> Double { reference > 0 ? time / times.leastTime[layer] : 0 }
    let paces = FlatArray(repeating: Double.infinity, count: network.nodeCount)
    let layers = run.filter { times.leastTime[$0] > 0 || reference == 0 }
    if times.speeds.memoryBandwidth != nil {
      for node in 0..<network.nodeCount {
        for layer in layers {
          let time = times.time(ofLayer: layer, on: node)
          if time < .infinity { paces[node] = min(paces[node], pace(time, layer)) }
        }
      }
      return paces
    }
    let works = layers.compactMap { layer in times.unlistedWork(ofLayer: layer).map { pace($0, layer) } }
    if let unlisted = works.min() {
      for node in 0..<network.nodeCount where times.runsUnlisted(node) {
        paces[node] = unlisted / network.speeds.compute[node]
      }
    }
    for layer in layers {
      for entry in times.listed(ofLayer: layer) {
        paces[entry.node] = min(paces[entry.node], pace(entry.time, layer))
      }
    }
    return paces
  }

  /// s_l of a run's stages, from the last to the first.
  private func reversedShares(_ run: Range<Int>) -> [Double] {
    var sums: [Double] = []
    for time in costs.times.leastTime[run].reversed() { sums.append((sums.last ?? 0) + time) }
    let sum = sums.last ?? 0
    return sums.map { sum > 0 ? $0 / sum : 1 }
  }
}
