import Foundations
import LinearModels
import Queues
import QueuesChecking
import Solvers
import Splitting
import TestSupport
import Testing

@testable import QueuesAlgorithms

@Suite struct BoundTests {
  /// Thousands of schedules under the discipline of the argument.
  @Test(
    arguments: Sample.batches(100, nodes: 1...5, jobs: 1...7, layers: 0...5)
      + Sample.machines(40, from: 20_000, nodes: 3...5, jobs: 1...5, layers: 0...5))
  func noJobCompletesAfterItsGuarantee(_ sample: Sample) throws {
    let batch = sample.batch
    var random = SplitMix64(seed: sample.seed + 2000)
    for _ in 0..<40 {
      let schedule = randomSchedule(batch, using: &random)
      let evaluation = batch.evaluator.evaluate(schedule)
      let guarantee = try #require(evaluation.guarantee)
      for (completion, latest) in zip(evaluation.simulation.completions, guarantee.completions) {
        #expect(completion <= latest * (1 + 1e-12), "\(sample)")
      }
      // No job is faster than alone, under any discipline.
      for discipline in Discipline.allCases {
        let simulation = batch.asking(discipline, .makespan).simulation(of: schedule)
        for (earliest, completion) in zip(batch.earliestCompletions, simulation.completions) {
          #expect(earliest <= completion * (1 + 1e-12), "\(sample)")
        }
      }
    }
  }

  /// Each resource counts once: two visits to the node of a job that needs 5 s there cost 5 s, not 10.
  @Test func aGuaranteeCountsEachResourceOnce() throws {
    var jobs = instance(
      network([1, 1], [(0, 1, latency: 0.5)]), [local([5]), local([1, 2, 1]), local([1], release: 2)])
    jobs.network.nodes[0].backlog = 3
    jobs.network.links[0].backlog = 0.25e6
    jobs.dnns[1].input = 1e6
    let batch = try Batch(jobs)
    let there = Plan(jobs: [
      JobPlan(hosts: [0], routes: [[0], [0]]),
      JobPlan(hosts: [0, 1, 0], routes: [[0], [0, 1], [1, 0], [0]]),
      JobPlan(hosts: [0], routes: [[0], [0]]),
    ])
    let guarantee = CompletionGuarantee(
      batch.evaluator.chains(of: there), order: [0, 1, 2], on: batch.resources)
    // 3 + 5; services 1 + 2 + 1, propagation 0.5 twice, node 0 with 8, the link there with 0.25; 2 + 1 + 10.
    #expect(guarantee.completions == [8.0, 13.25, 13.0])
  }

  // MARK: Balance

  /// Six seconds of work at a rate of three: two thirds of it on the fast node.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func loadIsBalancedInFractions() async throws {
    let jobs = instance(
      network([1, 2], [(0, 1, latency: 5)]), [local([2]), local([2], release: 9), local([2])])
    let bound = try await balance(try Batch(jobs))
    #expect(isClose(try #require(bound), 2))
  }

  /// Input for another node has to cross a link: x jobs take 3 s each here, and 2 - x take 1 s each of a link.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func linksCountAsNodesDo() async throws {
    var jobs = instance(network([1, 100], [(0, 1, latency: 0)]), [local([3]), local([3])])
    jobs.dnns[0].input = 1e6
    let bound = try await balance(try Batch(jobs))
    // 3 x = 2 - x.
    #expect(isClose(try #require(bound), 1.5))
  }

  @Test(
    .enabled(if: Backends.areThere, "needs a backend"),
    arguments: Sample.batches(60, from: 9000, nodes: 2...3, jobs: 1...3, layers: 0...2)
      + Sample.machines(60, from: 21_000, nodes: 3...3, jobs: 1...3, layers: 0...2))
  func noScheduleIsBelowTheBalance(_ sample: Sample) async throws {
    let batch = sample.batch
    let start = GreedyScheduling(batch).result().schedule
    let least = try #require(
      Discipline.allCases.map { discipline in
        ExactScheduling(batch.asking(discipline, .makespan)).result(from: start).value
      }.min())
    // Without work there are no prices.
    let best = try await balance(batch) ?? 0
    #expect(best <= least * (1 + 1e-9), "\(sample)")
    let searched = PriceSearch(BalanceBound(batch)).seconds(rounds: 40, cancellation: .never)
    // Prices converge more slowly where paths have fewer ways round.
    let share = sample.instance.network.nodes.allSatisfy(\.isRelay) ? 0.9 : 0.8
    #expect(
      searched <= best * (1 + 1e-9) + 1e-12 && searched >= share * best,
      "\(sample): \(searched), not \(best)")
    var random = SplitMix64(seed: sample.seed)
    for _ in 0..<30 {
      let prices = (0..<batch.resources.count).map { _ in random.nextUnit() < 0.4 ? random.nextUnit() : 0 }
      guard let bound = BalanceBound(batch).seconds(prices: prices) else { continue }
      #expect(bound <= least * (1 + 1e-9), "\(sample)")
      #expect(bound <= best * (1 + 1e-6) + 1e-9, "\(sample): the program's prices are not the best")
    }
  }

  /// Two jobs of a second each on one node, from 5 on.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func workBeginsWithTheEarliestRelease() async throws {
    let batch = try Batch(instance(network([1]), [local([1], release: 5), local([1], release: 5.5)]))
    let bound = await batch.lowerBound(solvers: solvers, limit: 10) { Issue.record("\($0)") }
    #expect(isClose(bound.seconds, 7) && bound.reason == .balance, "\(bound)")
    let searched = await batch.lowerBound(solvers: [], limit: 10) { Issue.record("\($0)") }
    #expect(isClose(searched.seconds, 7), "\(searched)")
  }

  private var solvers: [any ModelSolver] {
    [WorkerBackend.cbc, WorkerBackend.glpk].filter { Backends.built.contains($0.name) }
  }

  private func balance(_ batch: Batch) async throws -> Double? {
    try await BalanceBound(batch).seconds(solver: solvers[0])
  }

  @Test(
    arguments: Sample.batches(40, from: 500, nodes: 1...4, jobs: 1...2, layers: 0...3)
      + Sample.machines(60, from: 22_000, nodes: 3...4, jobs: 1...2, layers: 0...3))
  func pathsUnderLoadAreTheShortest(_ sample: Sample) throws {
    let batch = sample.batch
    var random = SplitMix64(seed: sample.seed)
    let search = LoadedSearch(batch.tables)
    for job in batch.jobs.indices {
      let loads = (0..<batch.resources.count).map { _ in (4 * random.nextUnit()).rounded() }
      let path = batch.path(of: job, under: loads, search)
      let least = allPlans(of: job, in: sample.instance).map { charged($0, job, loads, batch) }.min()
      #expect(isClose(path.seconds, try #require(least)), "\(sample), job \(job)")
      #expect(isClose(path.seconds, charged(path.plan, job, loads, batch)), "\(sample), job \(job)")
      #expect(isClose(path.seconds, path.seconds(under: loads)), "\(sample), job \(job)")
    }
  }

  /// Services and delays, and the load of a resource for each visit: a run of layers on a node is one.
  private func charged(_ plan: JobPlan, _ job: Int, _ loads: [Double], _ batch: Batch) -> Double {
    let services = batch.chain(plan, of: job).services
    var last: Int?
    return services.reduce(0) { sum, service in
      let isNew = service.resource >= batch.resources.nodeCount || service.resource != last
      last = service.resource
      return sum + service.seconds + service.delay + (isNew ? loads[service.resource] : 0)
    }
  }
}

func isClose(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * max(1, abs(right)) }
