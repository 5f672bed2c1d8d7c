import Serving

/// Why no placement at all passes a token, from the instance alone.
struct FlowObstacle {
  /// One sentence; `nil` if a placement may pass something.
  private(set) var text: String?

  private let instance: ServingInstance
  /// By machine: the numbers of layers that it can hold.
  private let sizes: [[Int]]
  private var next: [[Int]]
  private var startsAtSource: [Bool]
  private var endsAtSink: [Bool]

  /// The most products of links and layers that are followed for sums of sizes.
  private static let mostSteps = 20_000_000

  /// - Complexity: O(links x L x options), where that is reasonable; O(links + options) beyond.
  init(_ instance: ServingInstance, _ capacity: [ServingEvaluator.Pair: Double]) {
    self.instance = instance
    let count = instance.machines.count
    sizes = (0..<count).map { machine in
      instance.table(ofMachine: machine).filter { $0.rate > 0 && $0.held <= instance.layers }.map(\.held)
    }
    next = Array(repeating: [], count: count)
    startsAtSource = Array(repeating: false, count: count)
    endsAtSink = startsAtSource
    for pair in capacity.keys {
      switch (pair.tail, pair.head) {
      case (.source, .machine(let head)): startsAtSource[head] = !sizes[head].isEmpty
      case (.machine(let tail), .sink): endsAtSink[tail] = !sizes[tail].isEmpty
      case (.machine(let tail), .machine(let head)):
        if !sizes[tail].isEmpty, !sizes[head].isEmpty { next[tail].append(head) }
      default: break
      }
    }
    text = find()
  }

  private func find() -> String? {
    guard sizes.contains(where: { !$0.isEmpty }) else {
      return "no machine can hold any of the \(instance.layers) layers"
    }
    guard startsAtSource.contains(true) else {
      return "no link leads from the source to a machine that can hold layers"
    }
    guard endsAtSink.contains(true) else {
      return "no link leads from a machine that can hold layers to the sink"
    }
    let onPaths = machinesOnPaths()
    guard !onPaths.isEmpty else {
      return "no path of links leads from the source to the sink over machines that can hold layers"
    }
    // Sizes may be large: no more than the layers are added up.
    let most = onPaths.reduce(0) { min(instance.layers, $0 + (sizes[$1].max() ?? 0)) }
    guard most >= instance.layers else {
      return "the machines on paths from the source to the sink can hold "
        + "\(most) of the \(instance.layers) layers together"
    }
    guard !sizesAddUp() else { return nil }
    return
      "on no path of links from the source to the sink do machines hold \(instance.layers) layers together"
  }

  /// The machines that the source reaches and that reach the sink.
  private func machinesOnPaths() -> [Int] {
    var previous: [[Int]] = Array(repeating: [], count: next.count)
    for (tail, heads) in next.enumerated() {
      for head in heads { previous[head].append(tail) }
    }
    func reached(_ isStart: [Bool], _ neighbours: [[Int]]) -> [Bool] {
      var isReached = isStart
      var stack = isStart.indices.filter { isStart[$0] }
      while let machine = stack.popLast() {
        for other in neighbours[machine] where !isReached[other] {
          isReached[other] = true
          stack.append(other)
        }
      }
      return isReached
    }
    let (forward, backward) = (reached(startsAtSource, next), reached(endsAtSink, previous))
    return next.indices.filter { forward[$0] && backward[$0] }
  }

  /// Whether the sizes of machines on some path add up to L, if machines may come again, or there is too much to follow.
  private func sizesAddUp() -> Bool {
    let layers = instance.layers
    let links = next.reduce(next.count) { $0 + $1.count }
    let options = sizes.reduce(1) { max($0, $1.count) }
    guard layers <= Self.mostSteps / links / options else { return true }
    // By machine and layer: whether a machine can end there.
    var ends = Array(repeating: [Bool](repeating: false, count: layers + 1), count: next.count)
    var stack: [(machine: Int, end: Int)] = []
    func reach(_ machine: Int, _ end: Int) {
      guard end <= layers, !ends[machine][end] else { return }
      ends[machine][end] = true
      stack.append((machine, end))
    }
    for machine in next.indices where startsAtSource[machine] {
      for size in sizes[machine] { reach(machine, size) }
    }
    while let (machine, end) = stack.popLast() {
      if end == layers, endsAtSink[machine] { return true }
      for head in next[machine] {
        for size in sizes[head] {
          // With partial inference a machine may have started before.
          for start in instance.isPartial ? max(0, end + 1 - size)...end : end...end {
            reach(head, start + size)
          }
        }
      }
    }
    return false
  }
}
