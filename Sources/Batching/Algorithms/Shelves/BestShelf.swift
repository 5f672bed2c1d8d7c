import Batching
import Foundations
import Problems

/// The published heuristic: a batch whose tasks are all charged with the same shelf of time, best channels first.
///
/// For growing batch sizes b, each deadline is taken as the tightest in turn: of the users that meet it, the b with the
/// shortest uploads form the batch, if these fit the window and the batch is over by the deadline.
/// Source: the idea of best-shelf packing in Liu, Lan and Huang, arXiv 2204.05223; the rule as stated here is this
/// project's own reading of the abstract.
public struct BestShelf: Planner {
  private let usesExits: Bool
  private let method: String

  /// All tasks leave behind the last block, and the batch is over when it is through.
  public static let withoutExits = BestShelf(usesExits: false, method: "best-shelf")
  /// Tasks leave at their first exits, but the times are charged as if the whole batch passed each block.
  public static let withExits = BestShelf(usesExits: true, method: "best-shelf-exits")

  public func run(_ task: SolveTask<BatchingProblem>) async throws(PlanningError) -> Conclusion {
    let origin = Origin(method: method)
    task.ledger.offer(plan(for: task.instance), by: origin)
    return .open
  }

  /// The plan of the heuristic, which may be empty.
  /// - Complexity: O(log B (K log K + K B + N)) for batches of up to B tasks.
  public func plan(for instance: BatchingInstance) -> BatchingProblem.Plan {
    let slack = BatchingInstance.searchSlack
    let last = instance.blocks.count - 1
    let users = instance.users.indices.compactMap { user -> (index: Int, exit: Int, upload: Double)? in
      guard let exit = instance.firstExit(of: user) else { return nil }
      return (user, usesExits ? exit : last, instance.uploadSeconds(of: user))
    }
    let largest = instance.blocks.reduce(users.count) { min($0, $1.times.largest ?? .max) }
    var plan = BatchingProblem.Plan(exits: Array(repeating: nil, count: instance.users.count))
    // Without one of its tasks a batch is one as well, so that bisection finds the size at which growing ends.
    var (size, tooLarge) = (0, largest + 1)
    while tooLarge - size > 1 {
      let batch = (size + tooLarge) / 2
      var times: [Double] = []
      for block in instance.blocks { times.append((times.last ?? 0) + block.times.seconds(batch)) }
      let shelf = Shelf(
        uploads: users.map(\.upload),
        starts: users.map { instance.users[$0.index].deadline * slack - times[$0.exit] }, count: batch,
        window: instance.server.window, fullWindow: instance.server.window.map { $0 * slack })
      guard let chosen = shelf.chosen else {
        tooLarge = batch
        continue
      }
      size = batch
      plan.exits = Array(repeating: nil, count: instance.users.count)
      for place in chosen { plan.exits[users[place].index] = users[place].exit }
    }
    return plan
  }
}

/// The search for a batch of one size.
private struct Shelf {
  let uploads: [Double]
  /// For each user the latest end of the window [s].
  let starts: [Double]
  let count: Int
  let window: Double?
  let fullWindow: Double?

  /// The positions of the batch for the tightest limit that has one; `nil` if none has.
  var chosen: [Int]? {
    let order = starts.indices.filter { starts[$0] >= window ?? 0 }.sorted { starts[$0] > starts[$1] }
    // The users so far with the shortest uploads, sorted.
    var shortest: [Int] = []
    var found: [Int]?
    for (place, user) in order.enumerated() {
      shortest.insert(user, at: insertionPlace(of: user, in: shortest))
      if shortest.count > count { shortest.removeLast() }
      let isLastOfLimit = place + 1 == order.count || starts[order[place + 1]] < starts[user]
      guard isLastOfLimit, shortest.count == count else { continue }
      let upload = shortest.reduce(0) { $0 + uploads[$1] }
      if upload <= fullWindow ?? .infinity, window ?? upload <= starts[user] { found = shortest }
    }
    return found
  }

  private func insertionPlace(of user: Int, in sorted: [Int]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if uploads[sorted[middle]] <= uploads[user] { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
