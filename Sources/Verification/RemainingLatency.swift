import Instances

/// Lower bounds on what is left of a job from each vertex of a copy of its layered graph, copies from the last to the first,
/// by the recipe of docs/certificate.md.
///
/// Nothing rests on their being bounds: whoever uses them checks every arc.
struct RemainingLatency {
  private let figures: JobFigures
  private let leastTimes: [Double]
  private let runs: [Range<Int>]
  private let links: LinkLists
  /// V at the stage behind the run at hand.
  private var beyond: [Double]
  /// X and V of the run at hand.
  private var lower: [Double] = []
  private var upper: [Double] = []

  /// - Parameters:
  ///   - links: of the network, by the node they enter.
  ///   - runs: the stages that start runs, ascending from 0; none for the bound without runs.
  /// - Complexity: O((N + E) log N).
  init(_ figures: JobFigures, leastTimes: [Double], runs: [Int], nodeCount: Int, links: LinkLists) {
    self.figures = figures
    self.leastTimes = leastTimes
    self.runs = zip(runs, runs.dropFirst() + [leastTimes.count]).map { $0..<$1 }
    self.links = links
    beyond = Array(repeating: .infinity, count: nodeCount)
    beyond[figures.job.target] = 0
    spread(&beyond, bytes: figures.stageBytes[leastTimes.count])
  }

  /// Bounds at the last stage [s], one a node.
  var atTheEnd: [Double] { beyond }

  /// Bounds at `stage`, one a node [s].
  ///
  /// - Parameter stage: the one before that of the last call, at first L - 1.
  /// - Complexity: O(N), and once for each run O((N + E) log N + N L).
  mutating func next(stage: Int) -> [Double] {
    let rest = leastTimes[stage...].reduce(0, +)
    guard let run = runs.first(where: { $0.contains(stage) }) else {
      if lower.isEmpty { lower = closed(figures.stageBytes.dropLast().min() ?? 0) }
      return lower.map { $0 + rest }
    }
    if stage == run.upperBound - 1 { enter(run) }
    let sum = leastTimes[run].reduce(0, +)
    let share = sum > 0 ? leastTimes[stage..<run.upperBound].reduce(0, +) / sum : 1
    if share == 0 { return lower }
    if share == 1 { return upper }
    return zip(lower, upper).map { (1 - share) * $0 + share * $1 }
  }

  private mutating func enter(_ run: Range<Int>) {
    let bytes = figures.stageBytes[run].min() ?? 0
    lower = closed(bytes)
    let sum = leastTimes[run].reduce(0, +)
    // Of each node, for a second of the run's least time; nothing where these are all nothing.
    var pace = [Double](repeating: .infinity, count: lower.count)
    for layer in run where leastTimes[layer] > 0 || sum == 0 {
      for (node, seconds) in figures.times(ofLayer: layer).enumerated() where seconds < .infinity {
        pace[node] = min(pace[node], sum == 0 ? 0 : seconds / leastTimes[layer])
      }
    }
    upper = zip(pace, lower).map { $0 < .infinity ? sum * $0 + $1 : .infinity }
    spread(&upper, bytes: bytes)
    beyond = upper
  }

  /// The least, over all nodes, of V there and the way to there for so many bytes.
  private func closed(_ bytes: Double) -> [Double] {
    var values = beyond
    spread(&values, bytes: bytes)
    return values
  }

  private func spread(_ values: inout [Double], bytes: Double) {
    links.spread(&values) { figures.seconds(onLink: $0, bytes: bytes) }
  }
}
