import Foundation
import HiGHSBackend
import LayerRoute
import TestSupport

#if CBC
  import CBCBackend
#endif
#if GLPK
  import GLPKBackend
#endif

/// The backends that are built, in this process.
enum Solvers {
  static let all: [any ModelSolver] = {
    var solvers: [any ModelSolver] = []
    #if CBC
      solvers.append(InProcess(CBCBackend()))
    #endif
    if Backends.built.contains("highs") { solvers.append(InProcess(HiGHSBackend())) }
    #if GLPK
      solvers.append(InProcess(GLPKBackend()))
    #endif
    return solvers
  }()
}

extension BatchingInstance {
  /// A small instance of every sort: window free or not, tables that end, exits by name and by accuracy, exits that nobody
  /// has, uploads of 0, values, and figures so round that there are ties.
  static func random(seed: Int, users most: Int = 8) -> BatchingInstance {
    var random = seededGenerator(seed)
    func chance(_ share: Double) -> Bool { random.nextUnit() < share }
    func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + random.nextIndex(below: range.count) }
    let isRound = chance(0.3)
    /// A number of milliseconds, in steps of 5 if figures are round.
    func milliseconds(_ range: ClosedRange<Int>) -> Double {
      isRound
        ? Double(pick(range) / 5 * 5) / 1000
        : (Double(range.lowerBound) + Double(range.count) * random.nextUnit()) / 1000
    }
    let hasAccuracies = chance(0.5)
    var accuracy = 0.4
    let blocks = (0..<pick(1...4)).map { index -> Block in
      accuracy = min(1, accuracy + Double(pick(0...3)) / 20)
      let times: Times
      if chance(0.5) {
        var table = [milliseconds(1...10)]
        for _ in 1..<pick(1...most) { table.append(table[table.count - 1] + milliseconds(0...5)) }
        times = .table(table)
      } else {
        times = .linear(
          base: milliseconds(0...8), slope: milliseconds(0...4), largest: chance(0.3) ? pick(1...most) : nil)
      }
      return Block(name: Name("block \(index + 1)"), times: times, accuracy: hasAccuracies ? accuracy : nil)
    }
    let values = pick(0...3)
    let users = (0..<pick(0...most)).map { index -> User in
      let upload =
        chance(0.15) ? 0 : isRound ? Double(pick(1...4)) * 12_500 : (10_000 + 100_000 * random.nextUnit())
      let need: Need =
        hasAccuracies && chance(0.6)
        ? .accuracy(Double(pick(6...22)) / 20 > 1 ? 1 : Double(pick(6...20)) / 20)
        : .exit(pick(0...blocks.count - 1))
      let value =
        switch values {
        case 0: 1.0
        case 1: Double(pick(0...5))
        case 2: random.nextUnit() * 3
        default: 2.5
        }
      return User(
        id: Name("user \(index + 1)"), upload: upload,
        channel: upload == 0 && chance(0.3)
          ? .efficiency(0)
          : isRound
            ? .efficiency(Double(pick(1...2)) * 2)
            : chance(0.5) ? .ratio(0.5 + 20 * random.nextUnit()) : .efficiency(1 + 5 * random.nextUnit()),
        deadline: milliseconds(10...120), need: need, value: value)
    }
    let window: Double? = chance(0.5) ? nil : chance(0.1) ? 0 : milliseconds(5...70)
    return BatchingInstance(
      server: Server(bandwidth: isRound ? 10e6 : 20e6, window: window), blocks: blocks, users: users)
  }

  /// The most value of a batch, by trying every set of users at their first exits, with arithmetic of its own.
  func enumeratedOptimum() -> Double {
    var best = 0.0
    let exits = users.indices.map { user -> Int? in
      switch users[user].need {
      case .exit(let exit): exit
      case .accuracy(let least): blocks.indices.first { (blocks[$0].accuracy ?? -1) >= least }
      }
    }
    let uploads = users.map { user -> Double in
      guard user.upload > 0 else { return 0 }
      let efficiency =
        switch user.channel {
        case .efficiency(let efficiency): efficiency
        case .ratio(let ratio): log2OfOnePlus(ratio)
        }
      return user.upload * 8 / (server.bandwidth * efficiency)
    }
    for set in 0..<(1 << users.count) {
      let chosen = users.indices.filter { set >> $0 & 1 == 1 }
      let value = chosen.reduce(0) { $0 + users[$1].value }
      if value > best, isPossible(chosen, exits, uploads) { best = value }
    }
    return best
  }

  private func isPossible(_ chosen: [Int], _ exits: [Int?], _ uploads: [Double]) -> Bool {
    let slack = 1 + 1e-9
    let needed = chosen.reduce(0) { $0 + uploads[$1] }
    var time = server.window ?? needed
    guard needed <= time * slack else { return false }
    var ends: [Double] = []
    for (index, block) in blocks.enumerated() {
      let batch = chosen.count { exits[$0] ?? -1 >= index }
      if batch > 0 {
        switch block.times {
        case .table(let times):
          guard batch <= times.count else { return false }
          time += times[batch - 1]
        case .linear(let base, let slope, let largest):
          guard batch <= largest ?? batch else { return false }
          time += base + slope * Double(batch)
        }
      }
      ends.append(time)
    }
    return chosen.allSatisfy { user in
      guard let exit = exits[user] else { return false }
      return ends[exit] <= users[user].deadline * slack
    }
  }

  /// The instance as its file.
  var text: String { JSONWriter.text(of: BatchingProblem.json(of: self)) }
}

private func log2OfOnePlus(_ ratio: Double) -> Double { log2(1 + ratio) }

func agree(_ left: Double, _ right: Double) -> Bool {
  left == right || abs(left - right) <= 1e-6 * max(abs(left), abs(right))
}
