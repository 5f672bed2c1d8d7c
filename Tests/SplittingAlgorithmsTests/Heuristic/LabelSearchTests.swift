import Foundations
import Testing

@testable import SplittingAlgorithms

/// One job's cheapest path through what others leave, against the enumeration of all.
@Suite struct LabelSearchTests {
  /// A wide search is a heuristic as well: what it finds holds, and is the optimum as a rule.
  @Test(arguments: SearchCase.Form.all)
  func aWideSearchFindsTheOptimumAsARule(_ form: SearchCase.Form) {
    var tally = Tally()
    for seed in UInt64(0)..<200 {
      check(form, seed: seed, layers: Int(seed % 4), &tally)
    }
    #expect(tally.compared > 80, "\(tally)")
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
