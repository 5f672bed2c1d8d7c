import Coordination
import Graphs

/// The paths of a task in the order of what they can earn: the gain of a request times the largest rate.
///
/// Best first (A*): a label is the beginning of a path, with its gain and its uses. It is worth no more than the best gain of
/// the rest times the rate that the least uses of the rest leave; both are least and largest over all rests, each for itself.
/// So paths leave the queue in the order of their earnings.
struct RateSearch {
  /// What paths earn.
  struct Figures {
    /// The gain of the start, of each arc of the path graph, and the largest gain of a path.
    var start: Double
    var gains: [Double]
    var most = Double.infinity
    /// The largest rate [1/s], and what is left of each resource.
    var rate: Double
    var capacities: [Double]
    /// Penalties of a path may sum up to this.
    var mostPenalty = Double.infinity
  }

  private let task: PricedTask
  private let figures: Figures
  private let gainsToGo: [Double]
  /// Whether a label is dropped that another one of its state makes superfluous: what is found then is the best path, but
  /// not every path comes.
  private let dropsDominated: Bool
  private let queue = KeyHeap()
  // Of each label.
  private var states: [Int32] = []
  private var parents: [Int32] = []
  private var arcs: [Int32] = []
  private var gains: [Double] = []
  private var penalties: [Double] = []
  private var uses: [Double] = []
  /// The last label of each state, and the one before each label at its state; -1 for none.
  private var latest: [Int32]
  private var earlier: [Int32] = []

  struct Found {
    /// Of the graph of blocks.
    let arcs: [Int32]
    /// The gain times the rate.
    let earnings: Double
  }

  init(_ task: PricedTask, _ figures: Figures, dropsDominated: Bool) {
    self.task = task
    self.figures = figures
    self.dropsDominated = dropsDominated
    gainsToGo = task.gainsToGo(figures.gains)
    latest = Array(repeating: -1, count: task.stateCount)
    if task.stateCount > 0 {
      let none = [Double](repeating: 0, count: task.resourceCount)
      push(state: 0, parent: -1, arc: -1, gain: figures.start, penalty: 0, uses: none)
    }
  }

  /// The next path that earns more than a threshold; `nil` if there is none, or if the search was stopped.
  ///
  /// - Parameter floor: what is of no interest in later calls either, at most the threshold.
  /// - Complexity: exponential at the worst; without ties it pops little more than the arcs of the path.
  mutating func next(above threshold: Double, floor: Double, mustStop: () -> Bool) -> Found? {
    var popped = 0
    while let entry = queue.pop() {
      popped += 1
      guard -entry.key > threshold, popped % 1024 != 0 || !mustStop() else {
        queue.push(key: entry.key, label: entry.label)
        return nil
      }
      let label = entry.label
      if Int(states[label]) == task.stateCount - 1 {
        return Found(arcs: path(to: label), earnings: -entry.key)
      }
      extend(label, above: floor)
    }
    return nil
  }

  private mutating func extend(_ label: Int, above floor: Double) {
    let (state, count) = (Int(states[label]), task.resourceCount)
    for arc in Int(task.graph.starts[state])..<Int(task.graph.starts[state + 1]) where task.isAllowed[arc] {
      var next = Array(uses[label * count..<(label + 1) * count])
      if task.nodeUses[arc] > 0 { next[Int(task.nodeResources[arc])] += task.nodeUses[arc] }
      if task.linkUses[arc] > 0 { next[Int(task.linkResources[arc])] += task.linkUses[arc] }
      push(
        state: Int(task.graph.heads[arc]), parent: Int32(label), arc: Int32(arc),
        gain: gains[label] + figures.gains[arc], penalty: penalties[label] + task.penalties[arc], uses: next,
        above: floor)
    }
  }

  private mutating func push(
    state: Int, parent: Int32, arc: Int32, gain: Double, penalty: Double, uses next: [Double],
    above floor: Double = 0
  ) {
    guard gainsToGo[state] > -.infinity, penalty + task.penaltiesToGo[state] <= figures.mostPenalty else {
      return
    }
    let best = min(figures.most, gain + gainsToGo[state])
    guard best > 0 else { return }
    var rate = figures.rate
    let rest = state * task.resourceCount
    for resource in next.indices {
      let use = next[resource] + task.usesToGo[rest + resource]
      if use * rate > figures.capacities[resource] { rate = figures.capacities[resource] / use }
    }
    guard best * rate > floor else { return }
    if dropsDominated, isDominated(state, gain, penalty, next) { return }
    queue.push(key: 0 - best * rate, label: states.count)
    earlier.append(latest[state])
    latest[state] = Int32(states.count)
    states.append(Int32(state))
    parents.append(parent)
    arcs.append(arc)
    gains.append(gain)
    penalties.append(penalty)
    uses += next
  }

  /// Labels that are compared with a new one, the latest of its state; more would find little.
  private static let mostCompared = 32

  private func isDominated(_ state: Int, _ gain: Double, _ penalty: Double, _ next: [Double]) -> Bool {
    let limitsPenalty = figures.mostPenalty < .infinity
    var other = Int(latest[state])
    for _ in 0..<Self.mostCompared where other >= 0 {
      let first = other * next.count
      if gains[other] >= gain, !limitsPenalty || penalties[other] <= penalty,
        next.indices.allSatisfy({ uses[first + $0] <= next[$0] })
      {
        return true
      }
      other = Int(earlier[other])
    }
    return false
  }

  private func path(to label: Int) -> [Int32] {
    var (path, label): ([Int32], Int) = ([], label)
    while parents[label] >= 0 {
      path.append(task.graph.arcs[Int(arcs[label])])
      label = Int(parents[label])
    }
    return path.reversed()
  }
}
