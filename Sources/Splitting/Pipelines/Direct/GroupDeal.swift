/// Dealing out the pieces of a few nodes anew, exactly unless that takes too many steps: a depth-first search over all
/// assignments, the largest pieces first, for one that does not cost more than before.
struct GroupDeal {
  struct Place {
    let node: Int
    let room: Double
    /// The price of work on the node.
    let speed: Double
    fileprivate var load = 0.0
    fileprivate var memory = 0.0
    fileprivate var peak = 0.0
    fileprivate var cost = 0.0

    init(node: Int, room: Double, speed: Double) {
      self.node = node
      self.room = room
      self.speed = speed
    }
  }

  struct Piece {
    let piece: Int
    /// The position of its host among the places: first as it was, then as it is.
    var host: Int
    /// The least price of its work.
    let size: Double
    let memory: Double
    let activations: Double
    /// By place; infinite if the piece may not run there.
    let work: [Double]
  }

  private static let stepLimit = 2000

  /// What a node costs that has too much work or memory.
  static func cost(load: Double, memory: Double, room: Double, target: Double) -> Double {
    let overflow = memory > room ? (room > 0 ? target * (memory / room - 1) + 1e-9 * target : .infinity) : 0
    return max(0, load - target) + overflow
  }

  private var places: [Place]
  private var pieces: [Piece]
  private let target: Double
  private let fastest: Double
  /// By position: the sizes of the pieces from there on.
  private var sizeLeft: [Double]
  private var choice: [Int]
  private var best: [Int]?
  private var bestCost = 0.0
  private(set) var steps = 0
  /// Whether nothing better is to be found, or too many steps were taken.
  private var isDone = false

  /// - Parameters:
  ///   - places: the nodes, in the order in which they are tried.
  ///   - pieces: all that they hold, the largest first.
  ///   - fastest: the largest price of work of any node.
  init(places: [Place], pieces: [Piece], target: Double, fastest: Double) {
    self.places = places
    self.pieces = pieces
    self.target = target
    self.fastest = fastest
    choice = [Int](repeating: 0, count: pieces.count)
    sizeLeft = [Double](repeating: 0, count: pieces.count + 1)
    for position in pieces.indices.reversed() {
      sizeLeft[position] = sizeLeft[position + 1] + pieces[position].size
    }
  }

  /// Looks for another assignment, and makes it that of the transfers; false if there is none.
  ///
  /// - Parameter cost: what the nodes cost before.
  mutating func run(cost: Double, _ transfers: inout TransferCosts) -> Bool {
    var before = cost
    for piece in pieces { before += transfers.take(piece.piece) }
    // A little more, so that the first assignment of equal cost is taken.
    bestCost = before + 1e-9 * target
    let free = places.reduce(0) { $0 + $1.speed * target }
    assign(0, cost: 0, free: free, &transfers)
    for (position, piece) in pieces.enumerated() {
      _ = transfers.place(piece.piece, on: places[best?[position] ?? piece.host].node)
    }
    return best != nil
  }

  /// Tries all hosts for the pieces from a position on.
  private mutating func assign(_ position: Int, cost: Double, free: Double, _ transfers: inout TransferCosts)
  {
    steps += 1
    if position == pieces.count {
      (bestCost, best) = (cost, choice)
      // Nothing is better than no cost.
      isDone = cost == 0
      return
    }
    let (piece, memory, activations) = (
      pieces[position].piece, pieces[position].memory, pieces[position].activations
    )
    for index in places.indices {
      let share = pieces[position].work[index]
      guard share < .infinity else { continue }
      let saved = places[index]
      let (load, used, peak) = (saved.load + share, saved.memory + memory, max(saved.peak, activations))
      let own = Self.cost(load: load, memory: used + peak, room: saved.room, target: target)
      let left = free + saved.speed * (max(0, target - load) - max(0, target - saved.load))
      let excess = fastest > 0 ? max(0, sizeLeft[position + 1] - left) / fastest : 0
      let total = cost + own - saved.cost
      if total + excess >= bestCost { continue }
      let placement = transfers.place(piece, on: saved.node)
      if total + placement.cost + excess < bestCost {
        places[index].load = load
        places[index].memory = used
        places[index].peak = peak
        places[index].cost = own
        choice[position] = index
        assign(position + 1, cost: total + placement.cost, free: left, &transfers)
        places[index] = saved
      }
      transfers.undo(placement)
      if steps > Self.stepLimit { isDone = true }
      if isDone { return }
    }
  }
}
