/// What a batch can contain at all: the users that could be served alone, and how many tasks a block could get.
///
/// The formulations and the searches leave out everything beyond these limits, which no plan can use.
public struct BatchLimits: Sendable {
  /// The indices of the users that could be served alone and are of value, ascending.
  public let users: [Int]
  /// For each of these users, the index of the first block behind which its task may leave.
  public let exits: [Int]
  /// For each of these users, the time of its upload at the whole bandwidth [s].
  public let uploads: [Double]
  /// For each of these users, its deadline with the tolerance [s].
  public let deadlines: [Double]
  /// The window with the tolerance [s]; `nil` if it is free.
  public let fullWindow: Double?
  /// The most tasks that a block can get in a plan, by block; they do not increase. 0 if none can get there.
  public let largest: [Int]

  /// The limits of an instance, whose constraints may be exceeded by a factor.
  /// - Complexity: O(K log K + N K).
  public init(_ instance: BatchingInstance, slack: Double) {
    fullWindow = instance.server.window.map { $0 * slack }
    // The time until a task alone leaves behind each block, without the window.
    var alone: [Double] = []
    for block in instance.blocks { alone.append((alone.last ?? 0) + block.times.seconds(1)) }
    var (users, exits, uploads, deadlines) = ([Int](), [Int](), [Double](), [Double]())
    for (index, user) in instance.users.enumerated() where user.value > 0 {
      let (upload, deadline) = (instance.uploadSeconds(of: index), user.deadline * slack)
      guard let exit = instance.firstExit(of: index), upload <= fullWindow ?? .infinity,
        (instance.server.window ?? upload) + alone[exit] <= deadline
      else { continue }
      users.append(index)
      exits.append(exit)
      uploads.append(upload)
      deadlines.append(deadline)
    }
    (self.users, self.exits, self.uploads, self.deadlines) = (users, exits, uploads, deadlines)
    largest = Self.largest(instance, exits, uploads, deadlines, fullWindow)
  }

  /// b tasks that get to block n have b different uploads, and the earliest of their deadlines is no later than the b-th
  /// latest one of all users that get there.
  private static func largest(
    _ instance: BatchingInstance, _ exits: [Int], _ uploads: [Double], _ deadlines: [Double],
    _ fullWindow: Double?
  ) -> [Int] {
    let byUpload = exits.indices.sorted { uploads[$0] < uploads[$1] }
    let byDeadline = exits.indices.sorted { deadlines[$0] > deadlines[$1] }
    var largest: [Int] = []
    for (block, times) in instance.blocks.map(\.times).enumerated() {
      var most = min(largest.last ?? .max, times.largest ?? .max)
      let uploads = byUpload.filter { exits[$0] >= block }.map { uploads[$0] }
      let deadlines = byDeadline.filter { exits[$0] >= block }.map { deadlines[$0] }
      most = min(most, uploads.count)
      var (sums, sum) = ([0.0], 0.0)
      for upload in uploads {
        sum += upload
        sums.append(sum)
      }
      // Larger batches take longer, and their earliest deadline is earlier: bisection.
      var (possible, impossible) = (0, most + 1)
      while impossible - possible > 1 {
        let batch = (possible + impossible) / 2
        let window = instance.server.window ?? sums[batch]
        let seconds = instance.blocks[...block].reduce(window) { $0 + $1.times.seconds(batch) }
        let isPossible = sums[batch] <= fullWindow ?? .infinity && seconds <= deadlines[batch - 1]
        if isPossible { possible = batch } else { impossible = batch }
      }
      largest.append(possible)
    }
    return largest
  }
}

extension BatchingInstance {
  /// The factor by which the searches and formulations of this project let constraints be exceeded: so much less than
  /// the evaluator does that the rounding errors of sums in another order do not matter.
  public static let searchSlack = 1 + 0.999 * planningTolerance
}
