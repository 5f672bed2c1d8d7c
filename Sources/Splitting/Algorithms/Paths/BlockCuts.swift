import Splitting

/// Cover inequalities of nodes' memory over blocks: of some jobs whose blocks together do not fit a node, not all can be
/// there.
///
/// A job's block counts if it holds some layers and takes at least a threshold of the memory. No path has two blocks with
/// the same layer, so that each job counts once at most, however often it returns to the node; and whether a block counts
/// is known from its two ends, so that the block program can price it.
///
/// Jobs C whose blocks take more than the memory together make a *cover*: at most |C| - 1 of its jobs count. Blocks of one
/// DNN whose weights jobs share take together at least what one of them takes, whichever that is, and of the others what
/// their layers take alone. Other jobs join if their blocks are large enough to stand for any of the cover's (extended
/// cover inequalities: Balas 1975).
struct BlockCuts {
  struct Cut {
    let node: Int
    /// By job; `nil` if the job takes no part.
    let members: [Member?]
    /// 1 / (|C| - 1): what a block that counts takes of the cut's limit.
    let share: Double
  }

  /// Which block of a job counts.
  struct Member: Equatable {
    /// The layers that it holds.
    var layers: ClosedRange<Int>
    /// The share of the memory that it takes at least.
    var threshold: Double
    /// The same if a node has the weights already; of no meaning for jobs that share none.
    var alone: Double
  }

  private let jobs: [PathJob]
  private let resources: CouplingLimits
  private(set) var cuts: [Cut] = []

  init(_ jobs: [PathJob], _ resources: CouplingLimits) {
    (self.jobs, self.resources) = (jobs, resources)
  }

  /// What a path takes of a cut's limit.
  func coefficient(_ places: [Int], ofJob index: Int, _ cut: Cut) -> Double {
    let (job, host) = (jobs[index], jobs[index].hostOfNode[cut.node])
    guard let member = cut.members[index], host >= 0, places[member.layers.lowerBound] % job.hostCount == host
    else { return 0 }
    let block = block(around: member.layers.lowerBound, places, job.hostCount)
    return block.contains(member.layers.upperBound)
      && job.memory(ofBlock: block) / resources[.memory(cut.node)] >= member.threshold ? cut.share : 0
  }

  /// The layers on one host around one of them.
  private func block(around layer: Int, _ places: [Int], _ hostCount: Int) -> Range<Int> {
    let host = places[layer] % hostCount
    var (first, end) = (layer, layer + 1)
    while first > 0 && places[first - 1] % hostCount == host { first -= 1 }
    while end < places.count && places[end] % hostCount == host { end += 1 }
    return first..<end
  }

  /// What a job's blocks cost at prices of the cuts.
  func blockPrices(ofJob index: Int, _ prices: [Double]) -> [BlockPrice] {
    zip(cuts, prices).compactMap { cut, price in
      let host = jobs[index].hostOfNode[cut.node]
      guard price > 0, host >= 0, let member = cut.members[index] else { return nil }
      return BlockPrice(
        host: host, layers: member.layers, threshold: member.threshold,
        memory: resources[.memory(cut.node)], price: price * cut.share)
    }
  }

  /// A path of a mixture, by the places of its layers.
  struct Part {
    let job: Int
    let places: [Int]
    let value: Double
  }

  /// The cuts of a node in one round. Not tuned.
  private static let mostCuts = 2

  /// Adds cuts of some nodes' memory that a mixture violates; returns how many.
  mutating func separate(_ nodes: [Int], _ mixture: [Part]) -> Int {
    let first = cuts.count
    for node in nodes {
      let options = options(node, mixture)
      let joined = options.joined()
      // Any cover, then those with a certain block that is hardly missing.
      let seeds = joined.filter { $0.missing < 0.99 }.sorted { ($0.missing, $0.job) < ($1.missing, $1.job) }
      var found: [[Member?]] = []
      for seed in [nil] + seeds.map(Optional.some) where found.count < Self.mostCuts {
        guard let cover = cover(options, with: seed) else { continue }
        let members = members(cover, options, node)
        if found.contains(members) { continue }
        found.append(members)
        cuts.append(Cut(node: node, members: members, share: 1 / Double(cover.count - 1)))
      }
    }
    return cuts.count - first
  }

  /// A way for a job's block to count, and the part of the mixture that does not.
  private struct Option {
    let job: Int
    var member: Member
    let missing: Double
  }

  /// By job: the ways for its blocks on a node to count, by the blocks of a mixture. The layers are those of the block, or
  /// the one with which the mixture takes most of the memory.
  private func options(_ node: Int, _ mixture: [Part]) -> [[Option]] {
    let memory = resources[.memory(node)]
    return jobs.indices.map { index in
      let (job, host) = (jobs[index], jobs[index].hostOfNode[node])
      if host < 0 { return [] }
      var blocks: [(layers: ClosedRange<Int>, share: Double, value: Double)] = []
      var amounts = [Double](repeating: 0, count: job.layerCount)
      for part in mixture where part.job == index {
        var layer = 0
        while layer < job.layerCount {
          let block = block(around: layer, part.places, job.hostCount)
          layer = block.upperBound
          guard part.places[block.lowerBound] % job.hostCount == host else { continue }
          let share = job.memory(ofBlock: block) / memory
          blocks.append((block.lowerBound...block.upperBound - 1, share, part.value))
          for layer in block { amounts[layer] += part.value * share }
        }
      }
      guard let anchor = amounts.indices.max(by: { amounts[$0] < amounts[$1] }) else { return [] }
      var members: [Member] = []
      for block in blocks where block.share > 1e-9 {
        let ways = job.figures.firstItem == nil ? [anchor...anchor] : [anchor...anchor, block.layers]
        for layers in ways where block.layers.contains(layers.lowerBound) {
          let member = Member(
            layers: layers, threshold: block.share - 1e-12,
            alone: job.memory(ofBlock: layers.lowerBound..<layers.upperBound + 1, withoutWeights: true)
              / memory)
          if !members.contains(member) { members.append(member) }
        }
      }
      return members.map { member in
        let counted = blocks.reduce(0) { sum, block in
          let holds =
            block.layers.lowerBound <= member.layers.lowerBound
            && block.layers.upperBound >= member.layers.upperBound
          return holds && block.share >= member.threshold ? sum + block.value : sum
        }
        return Option(job: index, member: member, missing: max(0, 1 - counted))
      }
    }
  }

  /// What blocks that count take together at least, as a share of the memory.
  private func least(_ options: [Option]) -> Double {
    var sum = 0.0
    // Of a DNN whose weights jobs share the largest part that is there once.
    var held: [(item: Int, share: Double)] = []
    for option in options {
      guard let item = jobs[option.job].figures.firstItem else {
        sum += option.member.threshold
        continue
      }
      sum += option.member.alone
      let share = option.member.threshold - option.member.alone
      if let place = held.firstIndex(where: { $0.item == item }) {
        held[place].share = max(held[place].share, share)
      } else {
        held.append((item, share))
      }
    }
    return held.reduce(sum) { $0 + $1.share }
  }

  /// The most that fits, with room for rounding.
  private static let limit = 1 + 2e-9

  /// A cover that the mixture violates, as far as a greedy search finds it: it takes the blocks that are least missing for
  /// what they take.
  private func cover(_ options: [[Option]], with seed: Option?) -> [Option]? {
    var cover = seed.map { [$0] } ?? []
    var missing = seed?.missing ?? 0
    var total = least(cover)
    while total <= Self.limit {
      var best: (option: Option, gain: Double)?
      for ways in options where !cover.contains(where: { $0.job == ways.first?.job }) {
        for option in ways where missing + option.missing < 1 - 1e-4 {
          let gain = least(cover + [option]) - total
          guard gain > 1e-9 else { continue }
          if let best,
            option.missing * best.gain > best.option.missing * gain
              || option.missing * best.gain == best.option.missing * gain && gain <= best.gain
          {
            continue
          }
          best = (option, gain)
        }
      }
      guard let best else { return nil }
      cover.append(best.option)
      missing += best.option.missing
      total = least(cover)
    }
    // A member that is not needed only weakens the cut; and smaller thresholds count more paths.
    for place in cover.indices.reversed() where cover.count > 2 {
      var rest = cover
      rest.remove(at: place)
      if least(rest) > Self.limit { cover = rest }
    }
    guard cover.count > 1 else { return nil }
    let slack = least(cover) - Self.limit
    if let largest = cover.indices.max(by: { cover[$0].member.threshold < cover[$1].member.threshold }) {
      cover[largest].member.threshold -= min(0.999 * slack, 0.5 * cover[largest].member.threshold)
    }
    return cover
  }

  /// By job: the members of a cover, and the other jobs whose blocks can stand for theirs.
  private func members(_ cover: [Option], _ options: [[Option]], _ node: Int) -> [Member?] {
    var members = [Member?](repeating: nil, count: jobs.count)
    for option in cover { members[option.job] = option.member }
    let items = Set(cover.map { jobs[$0.job].figures.firstItem })
    guard let largest = cover.max(by: { $0.member.threshold < $1.member.threshold }) else { return members }
    let (threshold, alone) = (largest.member.threshold, largest.member.alone)
    if items.count == 1, let item = items.first, item != nil,
      cover.allSatisfy({
        $0.member.alone <= alone && $0.member.threshold - $0.member.alone <= threshold - alone
      })
    {
      // Blocks of the same layers, as long as no block of the cover takes more in any way.
      for (index, job) in jobs.enumerated()
      where members[index] == nil && job.figures.firstItem == item && job.hostOfNode[node] >= 0 {
        members[index] = largest.member
      }
    }
    var known = items
    for (index, job) in jobs.enumerated() where members[index] == nil && job.hostOfNode[node] >= 0 {
      let item = job.figures.firstItem
      // Of jobs that share weights one may join: a node may hold them for all.
      if item != nil && known.contains(item) { continue }
      guard let anchor = options[index].first?.member.layers.lowerBound ?? job.largestLayer else { continue }
      known.insert(item)
      members[index] = Member(layers: anchor...anchor, threshold: threshold, alone: 0)
    }
    return members
  }
}

/// The price of a block on a host that holds some layers and takes at least a share of the memory.
struct BlockPrice: Sendable {
  let host: Int
  let layers: ClosedRange<Int>
  let threshold: Double
  /// [byte]
  let memory: Double
  /// [s]
  let price: Double
}

/// What blocks cost beside their layers, by host, first layer and end.
struct BlockCosts {
  /// By host: where its costs begin in `costs`; -1 if blocks cost nothing.
  private var firstOfHost: [Int] = []
  private var costs: [Double] = []
  private var width = 0

  init() {}

  /// - Complexity: O(L^2) for each price.
  init(_ job: PathJob, _ prices: [BlockPrice]) {
    if prices.isEmpty { return }
    width = job.layerCount + 1
    firstOfHost = Array(repeating: -1, count: job.hostCount)
    for price in prices {
      if firstOfHost[price.host] < 0 {
        firstOfHost[price.host] = costs.count
        costs.append(contentsOf: repeatElement(0, count: width * width))
      }
      for first in 0...price.layers.lowerBound {
        let end = Int(job.reach[price.host * width + first])
        guard end > price.layers.upperBound else { continue }
        for next in price.layers.upperBound + 1...end
        where job.memory(ofBlock: first..<next) / price.memory >= price.threshold {
          costs[firstOfHost[price.host] + first * width + next] += price.price
        }
      }
    }
  }

  /// What a block costs from its first layer up to, not including, its end.
  @inline(__always)
  func cost(_ host: Int, _ first: Int, _ end: Int) -> Double {
    if firstOfHost.isEmpty || firstOfHost[host] < 0 { return 0 }
    return costs[firstOfHost[host] + first * width + end]
  }
}

extension PathJob {
  /// The memory that a block takes by itself, or if its weights are there already [byte].
  func memory(ofBlock layers: Range<Int>, withoutWeights: Bool = false) -> Double {
    let (first, end) = (layers.lowerBound, layers.upperBound)
    let added = memoryBefore[end] - memoryBefore[first]
    let peak = figures.hasActivations ? figures.activations[layers].max() ?? 0 : 0
    return withoutWeights ? added + peak : added + weightsBefore[end] - weightsBefore[first] + peak
  }

  /// The layer without which a block would hardly be large; `nil` if there is none.
  fileprivate var largestLayer: Int? {
    (0..<layerCount).max { memory(ofBlock: $0..<$0 + 1) < memory(ofBlock: $1..<$1 + 1) }
  }
}
