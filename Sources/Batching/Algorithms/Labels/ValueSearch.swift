import Batching
import Foundations

/// The most valuable batch, by labels from the last block to the first, with one user after the other.
///
/// A label (b, U, R, V) stands for tasks of value V that get past a block, as in ``EqualValueSearch``. A label is dropped
/// if another one dominates it (``LabelFronts``) or if a bound (``KnapsackBound``) says that nothing better than the
/// best batch so far can come of it. The problem contains the knapsack problem, so that there may be too many labels.
struct ValueSearch {
  private struct Label {
    var upload: Double
    var latest: Double
    var value: Double
    /// No plan that comes of the label has more value.
    var bound: Double
    var batch: Int32
    /// The position of its last user in `nodes`; -1 for none.
    var node: Int32
  }

  /// A user in a batch, and the one that was added before.
  private struct Node {
    let task: Int32
    let parent: Int32
  }

  /// The end of a search.
  enum End {
    case complete
    /// A limit struck, or there are more labels than fit into memory.
    case stopped
  }

  private let tasks: TaskGroups
  private let growths: [[Double]]
  /// The users in the order of the search, with the position after the last one of each block.
  private let order: [Int]
  private let blockEnds: [Int]
  /// All values are multiples of this; 0 if no such number is known.
  private let quantum: Double
  /// A relative gap that counts as closed.
  private let gap: Double
  private let mostLabels: Int
  private var mostNodes: Int { min(8 * mostLabels, Int(Int32.max)) }
  private var nodes: [Node] = []
  private var bestNode: Int32 = -1
  /// The value of the best batch so far.
  private(set) var bestValue = 0.0
  /// No batch has more value.
  private(set) var bound: Double

  /// - Parameters:
  ///   - gap: the relative gap that counts as closed.
  ///   - mostLabels: the most labels that are kept at a time.
  init(_ tasks: TaskGroups, gap: Double, mostLabels: Int) {
    self.tasks = tasks
    self.gap = gap
    self.mostLabels = mostLabels
    growths = tasks.leastGrowths
    quantum = Self.quantum(of: tasks.values)
    let limits = tasks.limits
    var (order, ends) = ([Int](), [Int](repeating: 0, count: tasks.blockCount))
    for block in (0..<tasks.blockCount).reversed() {
      order += limits.users.indices.filter { limits.exits[$0] == block }.sorted {
        (limits.deadlines[$0], tasks.values[$0]) > (limits.deadlines[$1], tasks.values[$1])
      }
      ends[block] = order.count
    }
    self.order = order
    blockEnds = ends
    bound = .infinity
    bound = rounded(bounds(at: 0, blocks: tasks.blockCount, batch: 0).mostValue(upload: 0, latest: .infinity))
  }

  /// The largest number of which all values are whole multiples, if they are whole numbers; otherwise 0.
  private static func quantum(of values: [Double]) -> Double {
    var divisor: UInt64 = 0
    for value in values {
      guard var rest = UInt64(exactly: value), rest < 1 << 50 else { return 0 }
      while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    }
    return Double(divisor)
  }

  /// The users of the best batch so far, as positions in ``BatchLimits/users``.
  var bestBatch: [Int] {
    sequence(first: bestNode) { nodes[Int($0)].parent }.prefix { $0 >= 0 }.map { Int(nodes[Int($0)].task) }
  }

  // MARK: Searching

  /// Searches with all labels, or with the most promising ones of each step alone, for a first batch.
  mutating func run(width: Int = .max, _ isExhausted: () -> Bool) -> End {
    var labels = [Label(upload: 0, latest: .infinity, value: 0, bound: bound, batch: 0, node: -1)]
    var fronts = LabelFronts(largestBatch: tasks.limits.largest.first ?? 0)
    // What was dropped because it could improve the best batch by less than the gap.
    var dropped = 0.0
    var position = 0
    for block in (0..<tasks.blockCount).reversed() {
      while position < blockEnds[block] {
        position += 1
        guard let next = extended(labels, by: position, block, &fronts, &dropped, isExhausted) else {
          if width == .max { bound = labels.reduce(max(dropped, bestValue)) { max($0, $1.bound) } }
          return .stopped
        }
        labels = next
        Self.keep(width, of: &labels)
      }
      labels = entered(block, labels, position, &dropped)
    }
    if width == .max { bound = max(dropped, bestValue) }
    return .complete
  }

  /// The labels between two looks at the clock.
  private static let interval = 1 << 12

  /// The labels with and without a user, those that are dominated or too bad left out; `nil` if a limit struck.
  private mutating func extended(
    _ labels: [Label], by position: Int, _ block: Int, _ fronts: inout LabelFronts, _ dropped: inout Double,
    _ isExhausted: () -> Bool
  ) -> [Label]? {
    let (limits, task) = (tasks.limits, order[position - 1])
    let (upload, deadline, value) = (limits.uploads[task], limits.deadlines[task], tasks.values[task])
    let most = limits.largest[block]
    var bounds = LazyBounds(position: position, blocks: block + 1)
    var extended: [Label] = []
    extended.reserveCapacity(labels.count + labels.count / 4)
    fronts.removeAll()
    var (without, with) = (0, 0)
    while without < labels.count || with < labels.count {
      if (without + with).isMultiple(of: Self.interval) {
        if isExhausted() || extended.count > mostLabels || nodes.count > mostNodes { return nil }
      }
      // The list with the user is as sorted as the one without.
      let takes =
        without == labels.count || labels[with].upload + upload < labels[without].upload
      var label = labels[takes ? with : without]
      if takes { with += 1 } else { without += 1 }
      if takes {
        label.batch += 1
        label.upload += upload
        label.latest = min(label.latest, deadline)
        label.value += value
        guard Int(label.batch) <= most, label.upload <= limits.fullWindow ?? .infinity,
          label.latest - tasks.before[block + 1][Int(label.batch)] >= tasks.window ?? label.upload
        else { continue }
      }
      updateBound(&label, &bounds)
      guard isPromising(label, &dropped) || (takes && label.value > bestValue) else { continue }
      guard fronts.add(batch: Int(label.batch), latest: label.latest, value: label.value) else { continue }
      if takes {
        nodes.append(Node(task: Int32(task), parent: label.node))
        label.node = Int32(nodes.count - 1)
        if label.value > bestValue { (bestValue, bestNode) = (label.value, label.node) }
      }
      extended.append(label)
    }
    return extended
  }

  /// The labels after a block: it takes its time off R.
  private func entered(_ block: Int, _ labels: [Label], _ position: Int, _ dropped: inout Double) -> [Label] {
    var bounds = LazyBounds(position: position, blocks: block)
    return labels.compactMap { label in
      var label = label
      label.latest -= tasks.seconds[block][Int(label.batch)]
      updateBound(&label, &bounds)
      return isPromising(label, &dropped) ? label : nil
    }
  }

  private static func keep(_ width: Int, of labels: inout [Label]) {
    guard labels.count > width else { return }
    let least = labels.map(\.bound).sorted(by: >)[width]
    labels.removeAll { $0.bound <= least }
  }

  // MARK: Bounds

  /// The bounds of a step by batch size, made when they are needed.
  private struct LazyBounds {
    let position: Int
    let blocks: Int
    var bounds: [KnapsackBound?] = []
  }

  private func updateBound(_ label: inout Label, _ lazy: inout LazyBounds) {
    let batch = Int(label.batch)
    if lazy.bounds.isEmpty {
      lazy.bounds = Array(repeating: nil, count: (tasks.limits.largest.first ?? 0) + 1)
    }
    if lazy.bounds[batch] == nil {
      lazy.bounds[batch] = bounds(at: lazy.position, blocks: lazy.blocks, batch: batch)
    }
    let most = lazy.bounds[batch]?.mostValue(upload: label.upload, latest: label.latest) ?? .infinity
    label.bound = min(label.bound, rounded(label.value + most))
  }

  private func bounds(at position: Int, blocks: Int, batch: Int) -> KnapsackBound {
    KnapsackBound(tasks, users: order[position...], batch: batch, blocks: blocks, growths: growths)
  }

  /// A bound without the rounding errors of its sums, and down to a possible value.
  private func rounded(_ bound: Double) -> Double {
    let safe = bound * (1 + 1e-12)
    return quantum > 0 ? (safe / quantum).rounded(.down) * quantum : safe
  }

  private func isPromising(_ label: Label, _ dropped: inout Double) -> Bool {
    if label.bound * (1 - gap) > bestValue { return true }
    dropped = max(dropped, label.bound)
    return false
  }
}
