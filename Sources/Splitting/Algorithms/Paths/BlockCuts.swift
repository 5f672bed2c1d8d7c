import Splitting

/// Cover inequalities of nodes' memory over blocks: of some jobs whose blocks together do not fit a node, not all can be
/// there.
///
/// A job's block counts if it holds the job's *anchor*, a layer, and takes at least the job's threshold of the memory. No
/// path has two blocks with the same layer, so that each job counts once at most, however often it returns to the node;
/// and whether a block counts is known from its two ends, so that the block program can price it.
///
/// Thresholds t_j > 0 of jobs C that add up to more than the memory make a *cover*: at most |C| - 1 of its jobs count,
/// and every other job may have the largest of the thresholds (extended cover inequalities: Balas 1975). Of the jobs that
/// share weights only one takes part, because a node may hold them once for all.
struct BlockCuts {
  struct Cut {
    let node: Int
    /// By job: the layer that its block has to hold; -1 if the job takes no part.
    let anchors: [Int]
    /// By job: the share of the memory from which on its block counts.
    let thresholds: [Double]
    /// 1 / (|C| - 1): what a block that counts takes of the cut's limit.
    let share: Double
  }

  private let jobs: [PathJob]
  private let resources: CouplingLimits
  private(set) var cuts: [Cut] = []
  /// Whether several jobs share weights.
  private let hasSharers: Bool

  init(_ jobs: [PathJob], _ resources: CouplingLimits) {
    (self.jobs, self.resources) = (jobs, resources)
    hasSharers = jobs.contains(where: \.figures.sharesWeights)
  }

  /// What a path takes of a cut's limit.
  func coefficient(_ places: [Int], ofJob index: Int, _ cut: Cut) -> Double {
    let (job, anchor) = (jobs[index], cut.anchors[index])
    let host = job.hostOfNode[cut.node]
    guard anchor >= 0, host >= 0, places[anchor] % job.hostCount == host else { return 0 }
    let block = block(around: anchor, places, job.hostCount)
    return job.memory(ofBlock: block) / resources[.memory(cut.node)] >= cut.thresholds[index] ? cut.share : 0
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
      guard price > 0, host >= 0, cut.anchors[index] >= 0 else { return nil }
      return BlockPrice(
        host: host, anchor: cut.anchors[index], threshold: cut.thresholds[index],
        memory: resources[.memory(cut.node)], price: price * cut.share)
    }
  }

  /// A path of a mixture, by the places of its layers.
  struct Part {
    let job: Int
    let places: [Int]
    let value: Double
  }

  /// Adds cuts of some nodes' memory that a mixture violates; returns how many.
  mutating func separate(_ nodes: [Int], _ mixture: [Part]) -> Int {
    let first = cuts.count
    for node in nodes {
      let options = options(node, mixture)
      // Of jobs that share weights the one that takes most here, and then the next one.
      for rank in 0..<(hasSharers ? 2 : 1) { separate(node, options, rank) }
    }
    return cuts.count - first
  }

  /// The blocks of a job on one node that hold its anchor, with the memory that all of them take in the mixture.
  private struct Option {
    let job: Int
    let anchor: Int
    let amount: Double
    let parts: [CutPool.Part]
  }

  private func options(_ node: Int, _ mixture: [Part]) -> [Option] {
    let memory = resources[.memory(node)]
    return jobs.indices.compactMap { index in
      let (job, host) = (jobs[index], jobs[index].hostOfNode[node])
      if host < 0 { return nil }
      var blocks: [(layers: Range<Int>, share: Double, value: Double)] = []
      for part in mixture where part.job == index {
        var layer = 0
        while layer < job.layerCount {
          let block = block(around: layer, part.places, job.hostCount)
          if part.places[layer] % job.hostCount == host {
            blocks.append((block, job.memory(ofBlock: block) / memory, part.value))
          }
          layer = block.upperBound
        }
      }
      var amounts = [Double](repeating: 0, count: job.layerCount)
      for block in blocks {
        for layer in block.layers { amounts[layer] += block.value * block.share }
      }
      // Without blocks here, the layer without which a block would hardly be large.
      let anchor =
        blocks.isEmpty
        ? (0..<job.layerCount).max { job.memory(ofBlock: $0..<$0 + 1) < job.memory(ofBlock: $1..<$1 + 1) }
        : amounts.indices.max { amounts[$0] < amounts[$1] }
      guard let anchor else { return nil }
      let parts = blocks.filter { $0.layers.contains(anchor) }.map {
        CutPool.Part(job: index, share: $0.share, value: $0.value)
      }
      return Option(job: index, anchor: anchor, amount: amounts[anchor], parts: parts)
    }
  }

  private mutating func separate(_ node: Int, _ options: [Option], _ rank: Int) {
    var byItem: [Int: [Option]] = [:]
    var members: [Option] = []
    for option in options {
      if let item = jobs[option.job].figures.firstItem {
        byItem[item, default: []].append(option)
      } else {
        members.append(option)
      }
    }
    if rank > 0 && byItem.isEmpty { return }
    for (_, sharers) in byItem.sorted(by: { $0.key < $1.key }) {
      let sorted = sharers.sorted { ($0.amount, $1.job) > ($1.amount, $0.job) }
      members.append(sorted[min(rank, sorted.count - 1)])
    }
    var found = CutPool()
    let none = [Double](repeating: 0, count: jobs.count)
    guard found.separate(node, members.flatMap(\.parts), base: none) else { return }
    let cut = found.cuts[0]
    var anchors = [Int](repeating: -1, count: jobs.count)
    for member in members { anchors[member.job] = member.anchor }
    cuts.append(Cut(node: node, anchors: anchors, thresholds: cut.thresholds, share: cut.share))
  }
}

/// The price of a block on a host that holds a layer and takes at least a share of the memory.
struct BlockPrice: Sendable {
  let host: Int
  let anchor: Int
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
      for first in 0...price.anchor {
        let end = Int(job.reach[price.host * width + first])
        guard end > price.anchor else { continue }
        for next in price.anchor + 1...end
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
  /// The memory that a block takes by itself [byte].
  func memory(ofBlock layers: Range<Int>) -> Double {
    let (first, end) = (layers.lowerBound, layers.upperBound)
    return memoryBefore[end] - memoryBefore[first] + weightsBefore[end] - weightsBefore[first]
      + (figures.hasActivations ? figures.activations[layers].max() ?? 0 : 0)
  }
}
