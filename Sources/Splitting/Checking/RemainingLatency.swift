import Splitting

/// Lower bounds on the remaining latency of a job from each vertex of a copy of its layered graph, from the last
/// copy to the first, by the recipe of docs/certificate.md; the proof does not rely on their being bounds, because
/// the caller checks every arc.
///
/// Only the paths of the last stage obey relays; the others may pass every node.
struct RemainingLatency {
  private let figures: JobFigures
  private let leastTimes: [Double]
  private let links: LinkLists
  /// The runs before the current stage, and the one that contains it.
  private var runs: [Range<Int>]
  /// V at the stage after the current run.
  private var beyond: [Double]
  /// X and V of the current run.
  private var lower: [Double] = []
  private var upper: [Double] = []
  /// The sum of the least times of the layers from the current stage to the end of its run or, without runs, of
  /// the DNN [s].
  private var rest = 0.0
  /// The same sum over the whole run [s].
  private var whole = 0.0
  private var stage: Int

  /// - Parameter links: the links of the network by the node that they enter.
  /// - Complexity: O((N + E) log N).
  init(_ figures: JobFigures, _ potentials: Certificate.Potentials, _ links: LinkLists) {
    self.figures = figures
    leastTimes = potentials.leastTimes
    runs = zip(potentials.runs, potentials.runs.dropFirst() + [leastTimes.count]).map { $0..<$1 }
    self.links = links
    stage = leastTimes.count
    beyond = Array(repeating: .infinity, count: figures.waits.count)
    beyond[figures.job.target] = 0
    spread(&beyond, bytes: figures.stageBytes[leastTimes.count], relays: figures.relays)
  }

  /// Bounds at the last stage [s], one for each node.
  var atTheEnd: [Double] { beyond }

  /// Bounds at the stage before that of the last call, at first the last but one; one for each node [s].
  ///
  /// - Complexity: O(N); at the end of a run of k stages O((N + E) log N + k N).
  mutating func nextBefore() -> [Double] {
    stage -= 1
    guard let run = runs.last else {
      if lower.isEmpty { lower = closed(figures.stageBytes.dropLast().min() ?? 0) }
      rest += leastTimes[stage]
      return lower.map { $0 + rest }
    }
    if stage == run.upperBound - 1 { enter(run) }
    rest += leastTimes[stage]
    let share = whole > 0 ? rest / whole : 1
    if stage == run.lowerBound { runs.removeLast() }
    // 0 times infinity would be NaN.
    if share == 0 { return lower }
    if share == 1 { return upper }
    return zip(lower, upper).map { (1 - share) * $0 + share * $1 }
  }

  private mutating func enter(_ run: Range<Int>) {
    let bytes = figures.stageBytes[run].min() ?? 0
    lower = closed(bytes)
    rest = 0
    // Added from the last to the first, as `rest` is.
    whole = leastTimes[run].reversed().reduce(0, +)
    // The time of each node for a second of the run's least times; 0 if these are all 0.
    var pace = [Double](repeating: .infinity, count: lower.count)
    for layer in run where leastTimes[layer] > 0 || whole == 0 {
      for (node, seconds) in figures.times(ofLayer: layer).enumerated() where seconds < .infinity {
        pace[node] = min(pace[node], whole == 0 ? 0 : seconds / leastTimes[layer])
      }
    }
    upper = zip(pace, lower).map { $0 < .infinity ? whole * $0 + $1 : .infinity }
    spread(&upper, bytes: bytes)
    beyond = upper
  }

  /// The least, over all nodes, of V there plus the cost of the path to there for a tensor of this size.
  private func closed(_ bytes: Double) -> [Double] {
    var values = beyond
    spread(&values, bytes: bytes)
    return values
  }

  private func spread(_ values: inout [Double], bytes: Double, relays: [Bool]? = nil) {
    links.spread(&values, relays: relays) { figures.seconds(onLink: $0, bytes: bytes) }
  }
}
