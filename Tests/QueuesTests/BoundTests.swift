import Foundations
import LinearModels
import QueuesAlgorithms
import QueuesChecking
import Splitting
import TestSupport
import Testing

@testable import Queues

@Suite struct BoundTests {
  /// Thousands of schedules, under the discipline that the argument is about.
  @Test(arguments: 0..<100)
  func noJobCompletesAfterItsGuarantee(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed), nodes: 1...5, jobs: 1...7, layers: 0...5)
    guard let problem = try? SchedulingProblem(sample) else { return }
    var random = SplitMix64(seed: UInt64(seed) + 2000)
    for _ in 0..<40 {
      let schedule = randomSchedule(problem, using: &random)
      let chains = problem.chains(of: schedule.plan)
      let guarantee = CompletionGuarantee(chains, order: schedule.order, on: problem.resources)
      let simulation = Simulation(
        chains, order: schedule.order, on: problem.resources, discipline: .preemptive)
      for job in chains.indices {
        #expect(
          simulation.completions[job] <= guarantee.completions[job] * (1 + 1e-12), "seed \(seed), job \(job)")
      }
      // Nobody is faster than alone, whatever the discipline.
      for discipline in Discipline.allCases {
        let simulation = Simulation(
          chains, order: schedule.order, on: problem.resources, discipline: discipline)
        for (earliest, completion) in zip(problem.earliestCompletions, simulation.completions) {
          #expect(earliest <= completion * (1 + 1e-12), "seed \(seed)")
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
    let problem = try SchedulingProblem(jobs)
    let there = Plan(jobs: [
      JobPlan(hosts: [0], routes: [[0], [0]]),
      JobPlan(hosts: [0, 1, 0], routes: [[0], [0, 1], [1, 0], [0]]),
      JobPlan(hosts: [0], routes: [[0], [0]]),
    ])
    let guarantee = CompletionGuarantee(problem.chains(of: there), order: [0, 1, 2], on: problem.resources)
    // 3 + 5; services 1 + 2 + 1, propagation 0.5 twice, node 0 with 8, the link there with 0.25; 2 + 1 + 10.
    #expect(guarantee.completions == [8.0, 13.25, 13.0])
  }

  // MARK: Balance

  /// Six seconds of work at three a second: two thirds of it on the fast node.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func loadIsBalancedInFractions() async throws {
    let jobs = instance(
      network([1, 2], [(0, 1, latency: 5)]), [local([2]), local([2], release: 9), local([2])])
    let bound = try await balance(try SchedulingProblem(jobs))
    #expect(isClose(try #require(bound), 2))
  }

  /// What runs elsewhere has to get there and back: x jobs of 3 s here, and 2 - x of which each takes 1 s of a link.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func linksCountAsNodesDo() async throws {
    var jobs = instance(network([1, 100], [(0, 1, latency: 0)]), [local([3]), local([3])])
    jobs.dnns[0].input = 1e6
    let bound = try await balance(try SchedulingProblem(jobs))
    // 3 x = 2 - x.
    #expect(isClose(try #require(bound), 1.5))
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: 0..<60)
  func noScheduleIsBelowTheBalance(_ seed: Int) async throws {
    let sample = randomInstance(seed: UInt64(seed) + 9000, nodes: 2...3, jobs: 1...3, layers: 0...2)
    guard let problem = try? SchedulingProblem(sample) else { return }
    let start = GreedyScheduling(problem).result().schedule
    var least = Double.infinity
    for discipline in Discipline.allCases {
      least = min(
        least,
        ExactScheduling(problem, objective: .makespan, discipline: discipline).result(from: start).value)
    }
    // Without work there are no prices.
    let best = try await balance(problem) ?? 0
    #expect(best <= least * (1 + 1e-9), "seed \(seed)")
    let searched = PriceSearch(BalanceBound(problem)).seconds(rounds: 40, cancellation: .never)
    #expect(
      searched <= best * (1 + 1e-9) + 1e-12 && searched >= 0.9 * best,
      "seed \(seed): \(searched), not \(best)")
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<30 {
      let prices = (0..<problem.resources.count).map { _ in random.nextUnit() < 0.4 ? random.nextUnit() : 0 }
      guard let bound = BalanceBound(problem).seconds(prices: prices) else { continue }
      #expect(bound <= least * (1 + 1e-9), "seed \(seed)")
      #expect(bound <= best * (1 + 1e-6) + 1e-9, "seed \(seed): the program's prices are not the best")
    }
  }

  /// Two jobs of a second each on one node, from 5 on.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func workBeginsWithTheEarliestRelease() async throws {
    let problem = try SchedulingProblem(
      instance(network([1]), [local([1], release: 5), local([1], release: 5.5)]))
    let solvers = Registry.standard.solvers.filter { Backends.built.contains($0.name) }
    let bound = await problem.lowerBound(.makespan, solvers: solvers, limit: 10) { Issue.record("\($0)") }
    #expect(isClose(bound.seconds, 7) && bound.reason == .balance, "\(bound)")
    let searched = await problem.lowerBound(.makespan, solvers: [], limit: 10) { Issue.record("\($0)") }
    #expect(isClose(searched.seconds, 7), "\(searched)")
  }

  private func balance(_ problem: SchedulingProblem) async throws -> Double? {
    let solvers = Registry.standard.solvers.filter { Backends.built.contains($0.name) }
    return try await BalanceBound(problem).seconds(solver: solvers[0])
  }

  @Test(arguments: 0..<40)
  func routesUnderLoadAreTheShortest(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed) + 500, nodes: 1...4, jobs: 1...2, layers: 0...3)
    guard let problem = try? SchedulingProblem(sample) else { return }
    var random = SplitMix64(seed: UInt64(seed))
    let search = LoadedSearch(problem.tables)
    for job in sample.jobs.indices {
      let loads = (0..<problem.resources.count).map { _ in (4 * random.nextUnit()).rounded() }
      let way = problem.way(of: job, under: loads, search)
      let least = allPlans(of: job, in: sample).map { charged($0, job, loads, problem) }.min()
      #expect(isClose(way.seconds, try #require(least)), "seed \(seed), job \(job)")
      #expect(isClose(way.seconds, charged(way.plan, job, loads, problem)), "seed \(seed), job \(job)")
      #expect(isClose(way.seconds, way.seconds(under: loads)), "seed \(seed), job \(job)")
    }
  }

  /// Services and delays, and the load of a resource for each visit: a run of layers on a node is one.
  private func charged(_ plan: JobPlan, _ job: Int, _ loads: [Double], _ problem: SchedulingProblem) -> Double
  {
    let services = problem.chain(plan, of: job).services
    var last: Int?
    return services.reduce(0) { sum, service in
      let isNew = service.resource >= problem.resources.nodeCount || service.resource != last
      last = service.resource
      return sum + service.seconds + service.delay + (isNew ? loads[service.resource] : 0)
    }
  }
}

func isClose(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * max(1, abs(right)) }
