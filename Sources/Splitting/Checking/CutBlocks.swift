import Foundations
import Networks
import Splitting

/// The multipliers of cuts, as what blocks cost their jobs.
///
/// Of some jobs, at most `atMost` have on a node a block that holds the layers stated and takes the memory stated. That is
/// true if any `atMost + 1` such blocks together take more than the node has, as their sizes alone must show: all of them
/// are there at the same time, and no job has two, because two blocks of a path have no layer in common.
struct CutBlocks {
  /// What a block on a node costs if it holds some layers and takes so much memory.
  struct Price {
    let node: Int
    let layers: ClosedRange<Int>
    /// [byte]
    let memory: Double
    /// [s]
    let cost: Double
  }

  /// By job.
  private(set) var prices: [[Price]]
  /// What all cuts take away from the bound [s].
  private(set) var capacityCosts = 0.0
  /// The errors of the cuts, one sentence for each.
  private(set) var findings: [String] = []

  private let instance: Instance

  /// - Parameters:
  ///   - jobs, nodes: the positions by name.
  /// - Complexity: O(C J^2) for C cuts.
  init(_ cuts: [Certificate.Cut], of instance: Instance, jobs: [[Name]: Int], nodes: [[Name]: Int]) {
    self.instance = instance
    prices = Array(repeating: [], count: instance.jobs.count)
    for (number, cut) in cuts.enumerated() {
      if let error = take(cut, jobs, nodes) {
        findings.append("cut \(number) of the certificate (counted from 0) \(error)")
      }
    }
  }

  /// Takes a cut into account; returns what is wrong with it.
  private mutating func take(
    _ cut: Certificate.Cut, _ jobs: [[Name]: Int], _ nodes: [[Name]: Int]
  ) -> String? {
    guard let node = nodes[[cut.node]] else {
      return "names node \(quoted(cut.node)), which the instance does not have"
    }
    guard let memory = instance.network.nodes[node].memory else {
      return "is of the memory of node \(quoted(cut.node)), which has no limit"
    }
    var members: [Member] = []
    for entry in cut.jobs {
      guard let job = jobs[[entry.job]] else {
        return "names job \(quoted(entry.job)), which the instance does not have"
      }
      if members.contains(where: { $0.job == job }) { return "names job \(quoted(entry.job)) twice" }
      let layers = instance.dnn(ofJob: job).layers
      guard layers.indices.contains(entry.layers.lowerBound), entry.layers.upperBound < layers.count else {
        return "names layers \(entry.layers.lowerBound) to \(entry.layers.upperBound) of the \(layers.count)"
          + " of job \(quoted(entry.job))"
      }
      members.append(Member(job, Array(layers[entry.layers]), entry.memory))
      prices[job].append(Price(node: node, layers: entry.layers, memory: entry.memory, cost: cut.value))
    }
    let count = min(cut.atMost, members.count) + 1
    let least = leastMemory(ofBlocks: count, members)
    // Sums in another order must not make room for them.
    guard least > memory * Tolerance.slack * (1 + 1e-10) else {
      let sizes = Figures.apart([least, memory], .size)
      return "forbids \(count) blocks that may take no more than \(sizes[0]) together, and node "
        + "\(quoted(cut.node)) has \(sizes[1])"
    }
    // Enlarged, so that multipliers out of all proportion prove nothing by their rounding errors.
    capacityCosts += cut.value * Double(cut.atMost) * (1 + 1e-9)
    return nil
  }

  /// A job of a cut.
  private struct Member {
    let job: Int
    /// What its block takes at least [byte].
    let memory: Double
    /// What it takes at least if the weights are there already [byte].
    let alone: Double

    init(_ job: Int, _ layers: [Layer], _ memory: Double) {
      self.job = job
      alone = layers.reduce(0) { $0 + $1.memory } + (layers.lazy.map(\.activations).max() ?? 0)
      self.memory = max(memory, alone + layers.reduce(0) { $0 + $1.weights })
    }
  }

  /// The least memory that so many blocks of different jobs can take together [byte]; infinite if there are fewer.
  private func leastMemory(ofBlocks count: Int, _ members: [Member]) -> Double {
    let groups = Dictionary(grouping: members) { member in
      let dnn = instance.jobs[member.job].dnn
      return instance.dnns[dnn].layers.contains { $0.weights > 0 } ? dnn : -1
    }
    // By number of blocks.
    var least = [0.0]
    for (dnn, members) in groups.sorted(by: { $0.key < $1.key }) {
      let more = dnn < 0 ? Self.sums(members) : Self.sumsOfSharers(members)
      least = (0..<min(count + 1, least.count + more.count - 1)).map { sum in
        (max(0, sum - least.count + 1)...min(sum, more.count - 1)).lazy.map { least[sum - $0] + more[$0] }
          .min() ?? .infinity
      }
    }
    return least.count > count ? least[count] : .infinity
  }

  /// By number: the least memory of blocks that share nothing.
  private static func sums(_ members: [Member]) -> [Double] {
    members.map(\.memory).sorted().reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// By number: the least memory of blocks of one DNN. The weights of at least one of them are there, whichever that is, and
  /// of the others what they take alone.
  private static func sumsOfSharers(_ members: [Member]) -> [Double] {
    var least = [0] + [Double](repeating: .infinity, count: members.count)
    // The one whose weights come to most, and the others.
    var others: [Double] = []
    for member in members.sorted(by: { $0.memory - $0.alone < $1.memory - $1.alone }) {
      var sum = member.memory
      for count in 1...others.count + 1 {
        least[count] = min(least[count], sum)
        if count <= others.count { sum += others[count - 1] }
      }
      others.insert(member.alone, at: others.firstIndex { $0 > member.alone } ?? others.count)
    }
    return least
  }
}
