import Foundations
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// One job's paths at given prices and within its own limits, against the enumeration of all.
@Suite struct PathSearchTests {
  static let forms = SearchCase.Form.all.filter { !$0.describesMachines }

  /// A search case as the methods of the folder see it.
  private struct Case {
    let item: SearchCase
    let instance: PathInstance
    let prices: PathPrices

    init(_ form: SearchCase.Form, seed: UInt64) {
      item = SearchCase(form, seed: seed, layers: Int(seed % 4))
      var limits = item.resources
      for (index, room) in item.query.room.enumerated() { limits.values[index] = room }
      instance = PathInstance([item.job], within: limits, .total)
      let (nodes, perUnit) = (limits.nodeCount, item.query.prices.perUnit)
      prices = PathPrices(
        latency: item.job.weight, memory: Array(perUnit[..<nodes]), load: Array(perUnit[nodes..<2 * nodes]),
        link: Array(perUnit[(2 * nodes)...]),
        blocks: seed % 3 == 2 ? Self.blockPrices(instance.jobs[0], seed: seed) : [])
    }

    /// Prices of blocks that hold some layers and take at least some memory, on about half of the hosts.
    private static func blockPrices(_ job: PathJob, seed: UInt64) -> [BlockPrice] {
      var random = SplitMix64(seed: seed)
      let (memory, latency) = (max(1, job.memoryBefore[job.layerCount]), job.figures.shortestLatency)
      return (0..<job.layerCount * job.hostCount).compactMap { place in
        guard random.nextUnit() < 0.5 else { return nil }
        let first = place / job.hostCount
        return BlockPrice(
          host: place % job.hostCount,
          layers: first...min(job.layerCount - 1, first + (place % 3 == 0 ? 1 : 0)),
          threshold: 0.8 * random.nextUnit(), memory: memory,
          price: job.figures.weight * latency * random.nextUnit())
      }
    }

    /// What a route costs at the prices.
    func cost(_ route: EnumeratedRoutes.Route) -> Double {
      let (job, hosts) = (instance.jobs[0], route.plan.hosts)
      return prices.blocks.reduce(item.cost(route)) { sum, price in
        let node = job.figures.hosts[price.host]
        guard price.layers.allSatisfy({ hosts[$0] == node }) else { return sum }
        let first = hosts[..<price.layers.lowerBound].lastIndex { $0 != node }.map { $0 + 1 } ?? 0
        let end = hosts[price.layers.upperBound...].firstIndex { $0 != node } ?? hosts.count
        let memory = job.figures.memory[first..<end].reduce(0, +)
        return memory / price.memory >= price.threshold ? sum + price.price : sum
      }
    }

    /// The enumerated routes that keep the job's limits. A latency limit is no part of these searches.
    var fitting: [EnumeratedRoutes.Route] {
      item.routes.filter { route in
        var room = item.query.room
        for use in route.uses { room[instance.resources.index(of: use.constraint)] -= use.amount }
        return room.allSatisfy { $0 >= 0 }
      }
    }

    func uses(_ route: EnumeratedRoutes.Route) -> [Double] {
      var sums = [Double](repeating: 0, count: instance.resources.sharedCount)
      for use in route.uses { sums[instance.resources.index(of: use.constraint)] += use.amount }
      return sums
    }
  }

  @Test(arguments: forms)
  func theBlockProgramBoundsEveryPathThatFits(_ form: SearchCase.Form) {
    var (compared, equal) = (0, 0)
    for seed in UInt64(0)..<150 {
      let item = Case(form, seed: seed)
      guard let least = item.fitting.map({ item.cost($0) }).min() else { continue }
      var program = BlockProgram()
      let bound = program.run(item.instance.jobs[0], item.prices)
      #expect(bound <= least * (1 + 1e-9), "\(form) seed \(seed): \(bound), enumeration \(least)")
      compared += 1
      if agree(bound, least) { equal += 1 }
      if form.scarcity == .nothing { #expect(agree(bound, least), "\(form) seed \(seed)") }
    }
    #expect(compared > 60 && equal > compared / 2, "\(form): \(equal) of \(compared)")
  }

  @Test(arguments: forms)
  func theCheapestPathIsThatOfEnumeration(_ form: SearchCase.Form) {
    var (compared, infeasible) = (0, 0)
    for seed in UInt64(0)..<150 {
      let item = Case(form, seed: seed)
      var pricing = Pricing(item.instance, .never)
      let answer = pricing.cheapest(0, item.prices)
      guard let least = item.fitting.map({ item.cost($0) }).min() else {
        #expect(answer.path == nil && answer.bound == .infinity, "\(form) seed \(seed): no path fits")
        infeasible += 1
        continue
      }
      compared += 1
      #expect(agree(answer.bound, least), "\(form) seed \(seed): \(answer.bound), enumeration \(least)")
      let twin = answer.path.flatMap { item.item.twin(of: $0) }
      #expect(twin.map { agree(item.cost($0), least) } ?? false, "\(form) seed \(seed): its path")
    }
    #expect(compared > 60, "\(form): \(compared), \(infeasible) without a path")
  }

  /// Each path within the limit on the cost is listed, or another that is no worse in anything.
  @Test(arguments: forms)
  func listsLeaveOutWhatIsDominatedAlone(_ form: SearchCase.Form) {
    var (listed, covered) = (0, 0)
    for seed in UInt64(0)..<60 {
      let item = Case(form, seed: seed)
      let costs = item.fitting.map { item.cost($0) }
      guard let least = costs.min() else { continue }
      var random = SplitMix64(seed: seed)
      let resources = item.instance.resources
      let rows = (0..<resources.sharedCount).filter {
        random.nextUnit() < 0.5 && resources.values[$0] > 0 && resources.values[$0] < .infinity
          || item.item.query.prices.perUnit[$0] > 0
      }
      let limit = least + (random.nextUnit() < 0.3 ? 1 : 0.2) * (costs.max() ?? 0)
      let pricing = Pricing(item.instance, .never)
      var pool = PathPool(rows: rows, item.instance)
      let isListed = pool.list(
        0, of: item.instance, item.prices, pricing, costLimit: limit, labelLimit: 1 << 20, .never)
      #expect(isListed)
      let found = (0..<pool.columnCount).map { pool.path($0, ofJob: 0, item.instance) }
      let twins = found.compactMap { item.item.twin(of: $0) }
      #expect(twins.count == found.count, "\(form) seed \(seed): a path that enumeration has not")
      listed += found.count
      for twin in twins {
        let isOwn = item.fitting.contains { $0.plan == twin.plan }
        #expect(isOwn || form.scarcity == .links, "\(form) seed \(seed): a path that does not fit")
      }
      for (route, cost) in zip(item.fitting, costs) where cost <= limit * (1 - 1e-9) {
        let own = item.uses(route)
        let isCovered = twins.contains { twin in
          let other = item.uses(twin)
          return twin.latency <= route.latency * (1 + 1e-9)
            && rows.allSatisfy { other[$0] <= own[$0] * (1 + 1e-9) }
        }
        #expect(isCovered, "\(form) seed \(seed): \(route.plan.hosts) at \(cost) of \(limit)")
        covered += 1
      }
    }
    #expect(listed > 30 && covered > listed, "\(form): \(listed) listed, \(covered) covered")
  }
}
