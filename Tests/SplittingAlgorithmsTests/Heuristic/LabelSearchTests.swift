import Foundations
import Networks
import Splitting
import Testing

@testable import SplittingAlgorithms

/// One job's cheapest path through what others leave, against the enumeration of all.
@Suite struct LabelSearchTests {
  /// A wide search is a heuristic as well: what it finds holds, and is the optimum as a rule.
  @Test(arguments: SearchCase.Form.all)
  func aWideSearchFindsTheOptimumAsARule(_ form: SearchCase.Form) {
    var tally = Tally()
    for seed in UInt64(0)..<100 {
      check(form, seed: seed, layers: Int(seed % 4), &tally)
    }
    #expect(tally.compared > 40, "\(tally)")
    #expect(tally.missed + tally.worse <= tally.compared / 10, "\(tally)")
  }

  /// A narrow search may miss, but what it finds holds.
  @Test(arguments: SearchCase.Form.all)
  func narrowSearchesAreSound(_ form: SearchCase.Form) {
    var tally = Tally()
    for seed in UInt64(2000)..<2100 {
      check(form, seed: seed, layers: Int(seed % 4), width: 1, &tally)
    }
    #expect(tally.compared - tally.missed > 40, "\(tally)")
  }

  /// A search leaves nothing behind that a later one would meet.
  @Test func searchesDoNotDisturbEachOther() {
    for seed in UInt64(0)..<12 {
      for isLarge in [false, true] {
        let forms = SearchCase.Form.all.filter { $0.isLarge == isLarge }
        let cases = forms.map { SearchCase($0, seed: seed, layers: 3) }
        var shared = LabelSearch(cases[0].resources)
        for (form, item) in zip(forms, cases) {
          var own = LabelSearch(item.resources)
          let steps = own.run(item.job, item.query, Budget())?.steps
          #expect(shared.run(item.job, item.query, Budget())?.steps == steps, "\(form) seed \(seed)")
        }
      }
    }
  }

  @Test func onlyWhatCostsLessThanTheLimitIsFound() throws {
    var found = 0
    for form in SearchCase.Form.all {
      for seed in UInt64(0)..<20 {
        let item = SearchCase(form, seed: seed, layers: 3)
        var search = LabelSearch(item.resources)
        guard let route = search.run(item.job, item.query, Budget()), let twin = item.twin(of: route)
        else { continue }
        found += 1
        var query = item.query
        // Enumeration adds in another order.
        query.costLimit = item.cost(twin) * (1 - 1e-9)
        #expect(search.run(item.job, query, Budget()) == nil, "\(form) seed \(seed)")
        if item.cost(twin) > 0 {
          query.costLimit = item.cost(twin) * (1 + 1e-9)
          #expect(search.run(item.job, query, Budget()) != nil, "\(form) seed \(seed)")
        }
      }
    }
    #expect(found > 100, "\(found)")
  }

  @Test func anExhaustedBudgetFindsNothingThatTakesASearch() {
    let forms = SearchCase.Form.all.filter { $0.isLarge }
    for form in forms {
      let item = SearchCase(form, seed: 3, layers: 3)
      var search = LabelSearch(item.resources)
      #expect(search.run(item.job, item.query, Budget(seconds: 0)) == nil, "\(form)")
    }
  }

  /// Of two ways to the same host, the cheaper one takes less memory that adds up, but has no room for the last layer
  /// beside its largest activations.
  @Test func aSmallerPeakIsKeptThoughItCostsMore() throws {
    let figures = [(1.0, 10.0, [1.0, 10]), (3, 2, [1, 2]), (1, 1, [1]), (5, 0, [1])]
    let layers = figures.enumerated().map { index, figures in
      Layer(
        name: Name("l\(index)"), output: 0, memory: figures.0, activations: figures.1,
        times: figures.2.enumerated().map { MeasuredTime(node: $0, seconds: $1) })
    }
    let instance = Instance(
      network: Network(
        nodes: [Node(id: "a", memory: 12), Node(id: "b")],
        links: [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }),
      dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 0)])
    let routing = ResidualRouting(instance)
    var search = LabelSearch(routing.resources)
    let room = Array(routing.resources.values[0..<routing.resources.sharedCount])
    let query = LabelSearch.Query(room: room, prices: ResourcePrices(free: routing.resources))
    let found = search.run(routing.jobs[0], query, Budget())
    let path = try #require(found)
    #expect(path.plan(of: routing.jobs[0]).hosts == [1, 0, 0, 0])
    #expect(path.latency == 13)
  }

  // MARK: Comparing

  private struct Tally: CustomStringConvertible {
    /// Cases in which some route fits, and those in which it is the job's shortest path.
    var compared = 0
    var shortest = 0
    /// Cases in which nothing was found, or something worse than the best.
    var missed = 0
    var worse = 0
    var failures: [String] = []

    var description: String {
      "\(compared) compared (\(shortest) shortest paths), \(missed) missed, \(worse) worse: \(failures.prefix(5))"
    }
  }

  /// Expects that what is found is a path that fits and costs what it says, and no less than the best.
  private func check(
    _ form: SearchCase.Form, seed: UInt64, layers: Int, width: Int? = nil, _ tally: inout Tally
  ) {
    let item = SearchCase(form, seed: seed, layers: layers)
    var query = item.query
    if let width { query.width = width }
    var search = LabelSearch(item.resources)
    let found = search.run(item.job, query, Budget())
    let context = "\(form), seed \(seed), \(layers) layers"
    let best = item.routes.filter(item.fits).map { item.cost($0) }.min()
    guard let best else {
      #expect(found == nil, "\(context): enumeration finds nothing that fits")
      return
    }
    tally.compared += 1
    let least = item.job.weight * item.job.shortestLatency
    if best <= least * (1 + 1e-9) { tally.shortest += 1 }
    guard let found else {
      tally.missed += 1
      tally.failures.append("\(context): nothing found")
      return
    }
    guard let twin = item.twin(of: found) else {
      Issue.record("\(context): \(found.plan(of: item.job)) is no path")
      return
    }
    #expect(item.fits(twin), "\(context): what was found does not fit")
    #expect(abs(found.latency - twin.latency) <= 1e-9 * twin.latency, "\(context): \(found.latency)")
    let cost = item.cost(twin)
    #expect(cost >= best * (1 - 1e-9), "\(context): better than the best?")
    if cost > best * (1 + 1e-9) + 1e-15 {
      tally.worse += 1
      tally.failures.append("\(context): \(cost), enumeration \(best)")
    }
  }
}
