import Foundations
import Networks
import QueuesAlgorithms
import QueuesChecking
import Splitting
import SplittingAlgorithms
import SplittingChecking
import SplittingGenerators
import Testing

@testable import Queues

@Suite struct MethodTests {
  /// Greedy without laziness: every job is searched again before each commitment.
  private func eagerly(_ problem: SchedulingProblem, _ choice: GreedyScheduling.Choice) -> Schedule {
    let search = LoadedSearch(problem.tables)
    var loads = problem.resources.backlogs
    var open = Array(problem.instance.jobs.indices)
    var order: [Int] = []
    var plans: [Int: JobPlan] = [:]
    while !open.isEmpty {
      let ways = open.map { ($0, problem.way(of: $0, under: loads, search)) }
      let keys = ways.map { (problem.instance.jobs[$0.0].release + $0.1.seconds, $0.0) }
      let chosen =
        switch choice {
        case .smallest: keys.min { $0 < $1 }?.1
        case .largest: keys.min { (-$0.0, $0.1) < (-$1.0, $1.1) }?.1
        }
      guard let job = chosen, let way = ways.first(where: { $0.0 == job })?.1 else { break }
      loads.commit(way)
      plans[job] = way.plan
      order.append(job)
      open.removeAll { $0 == job }
    }
    return Schedule(plan: Plan(jobs: order.indices.compactMap { plans[$0] }), order: order)
  }

  /// The samples of these tests that cannot be scheduled are passed over; they are not many.
  @Test func mostSamplesCanBeScheduled() {
    let refused = (0..<150).count { seed in
      let sample = randomInstance(seed: UInt64(seed), nodes: 1...5, jobs: 1...12, layers: 0...4)
      return (try? SchedulingProblem(sample)) == nil
    }
    #expect(refused < 50, "\(refused)")
  }

  @Test(arguments: 0..<150)
  func lazyGreedyIsGreedy(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed), nodes: 1...5, jobs: 1...12, layers: 0...4)
    guard let problem = try? SchedulingProblem(sample) else { return }
    for choice in GreedyScheduling.Choice.allCases {
      let result = GreedyScheduling(problem, choice: choice).result()
      #expect(result.schedule == eagerly(problem, choice), "seed \(seed), \(choice)")
      let count = sample.jobs.count
      #expect(result.searches <= count * (count + 1) / 2, "seed \(seed), \(choice): \(result.searches)")
      #expect(Evaluator(sample).evaluate(result.schedule.plan).violations.isEmpty, "seed \(seed)")
    }
  }

  /// However many jobs alike, a search each time that the loads have grown is enough.
  @Test(arguments: GreedyScheduling.Choice.allCases)
  func jobsAlikeShareSearches(_ choice: GreedyScheduling.Choice) throws {
    let alike = Array(repeating: local([1, 2]), count: 60)
    let sample = instance(network([1, 1], [(0, 1, latency: 0)]), alike)
    let problem = try SchedulingProblem(sample)
    let result = GreedyScheduling(problem, choice: choice).result()
    #expect(result.searches <= 60, "\(result.searches)")
    #expect(result.schedule == eagerly(problem, choice))
  }

  @Test func whatIsCancelledSaysSo() throws {
    let sample = randomInstance(seed: 302, nodes: 3...4, jobs: 5...6, layers: 2...3)
    let problem = try SchedulingProblem(sample)
    let cancelled = Cancellation { true }
    #expect(GreedyScheduling(problem).result(cancellation: cancelled) == nil)
    let start = GreedyScheduling(problem).result().schedule
    let annealed = SimulatedAnnealing(problem, objective: .makespan, discipline: .fifo)
      .result(from: start.order, cancellation: cancelled)
    #expect(!annealed.isComplete && annealed.schedule == start)
    for discipline in Discipline.allCases {
      let exact = ExactScheduling(problem, objective: .mean, discipline: discipline)
        .result(from: start, cancellation: cancelled)
      #expect(!exact.isProven && exact.schedule == start, "\(discipline)")
    }
  }

  @Test func aHundredJobsNeedFewSearches() throws {
    let sample = try Instance.geometric(
      seed: 1, nodes: 30, workload: Workload(jobs: 100, dnn: .random, layers: 8))
    let result = GreedyScheduling(try SchedulingProblem(sample)).result()
    #expect(result.searches < 100 * 101 / 2 / 3, "\(result.searches)")
  }

  /// A job behind others is complete first with some plan of all that there are.
  @Test(arguments: 0..<60)
  func theEarliestCompletionIsTheLeastOfAllPlans(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed) + 600, nodes: 1...4, jobs: 2...4, layers: 0...3)
    guard let problem = try? SchedulingProblem(sample) else { return }
    var random = SplitMix64(seed: UInt64(seed))
    let others = randomSchedule(problem, using: &random).plan.jobs.enumerated().dropFirst().map {
      problem.chain($1, of: $0)
    }
    var busy = BusyTimes(backlogs: problem.resources.backlogs)
    for chain in others { busy.add(chain) }
    let earliest = try #require(EarliestCompletion(problem, job: 0, behind: busy))
    let all = allPlans(of: 0, in: sample).map { plan in
      let chains = others + [problem.chain(plan, of: 0)]
      return Simulation(
        chains, order: Array(chains.indices), on: problem.resources, discipline: .preemptive
      ).completions[others.count]
    }
    #expect(earliest.seconds == all.min(), "seed \(seed)")
    #expect(busy.completion(of: problem.chain(earliest.plan, of: 0)) == earliest.seconds, "seed \(seed)")
  }

  /// All plans and orders of tiny batches.
  @Test(arguments: 0..<80)
  func theExactMethodMatchesEnumeration(_ seed: Int) throws {
    // Few jobs with long chains, or more of them with short ones: enumeration has to get to its end.
    let sample =
      seed < 50
      ? randomInstance(seed: UInt64(seed) + 7000, nodes: 2...3, jobs: 1...3, layers: 0...1)
      : randomInstance(seed: UInt64(seed) + 7000, nodes: 2...3, jobs: 1...2, layers: 1...3)
    guard let problem = try? SchedulingProblem(sample) else { return }
    let chains = sample.jobs.indices.map { job in
      allPlans(of: job, in: sample).map { problem.chain($0, of: job) }
    }
    let all = chains.reduce([[]]) { partial, plans in
      partial.flatMap { chosen in plans.map { chosen + [$0] } }
    }
    let orders = permutations(of: Array(sample.jobs.indices))
    for discipline in Discipline.allCases {
      for objective in ScheduleObjective.allCases {
        var least = Double.infinity
        for chosen in all {
          for order in orders {
            let simulation = Simulation(chosen, order: order, on: problem.resources, discipline: discipline)
            least = min(least, objective.value(of: simulation.completions, weights: problem.weights))
          }
        }
        let start = GreedyScheduling(problem).result().schedule
        let result = ExactScheduling(problem, objective: objective, discipline: discipline).result(
          from: start)
        let note = "seed \(seed), \(discipline), \(objective)"
        #expect(result.isProven && isClose(result.value, least), "\(note): \(result.value), not \(least)")
        let again = Simulation(
          problem.chains(of: result.schedule.plan), order: result.schedule.order, on: problem.resources,
          discipline: discipline)
        #expect(
          isClose(objective.value(of: again.completions, weights: problem.weights), result.value), "\(note)")
        let bound = objective.value(of: problem.earliestCompletions, weights: problem.weights)
        #expect(bound <= least * (1 + 1e-12), "\(note)")
      }
    }
  }

  /// Seconds since 1970 are releases too: what counts is the time from the earliest one on.
  @Test(arguments: 0..<25)
  func releasesFarFromZeroLeaveTheOptimum(_ seed: Int) throws {
    // Halves are exact at that size as well.
    let sample = randomInstance(seed: 2 * UInt64(seed) + 7000, nodes: 2...3, jobs: 2...3, layers: 0...1)
    guard let problem = try? SchedulingProblem(sample) else { return }
    var late = sample
    for job in late.jobs.indices { late.jobs[job].release += 1.7e9 }
    // Backlogs are served long before.
    var early = sample
    for node in early.network.nodes.indices { early.network.nodes[node].backlog = 0 }
    for link in early.network.links.indices { early.network.links[link].backlog = 0 }
    func least(_ instance: Instance, _ discipline: Discipline) throws -> Double {
      let problem = try SchedulingProblem(instance)
      let start = GreedyScheduling(problem, choice: .largest).result().schedule
      return ExactScheduling(problem, objective: .makespan, discipline: discipline).result(from: start).value
    }
    for discipline in Discipline.allCases {
      #expect(try least(late, discipline) - 1.7e9 == least(early, discipline), "seed \(seed), \(discipline)")
    }
    #expect(problem.earliestRelease == sample.jobs.map(\.release).min())
  }

  /// One job at 0, another much later, which both its own node and a faster one could serve.
  @Test(arguments: Discipline.allCases)
  func aJobLongAfterTheOthersCountsAsWell(_ discipline: Discipline) throws {
    let sample = instance(
      network([1, 2], [(0, 1, latency: 0)]), [local([1]), local([1], release: 1e9)])
    let problem = try SchedulingProblem(sample)
    let here = JobPlan(hosts: [0], routes: [[0], [0]])
    let start = Schedule(plan: Plan(jobs: [here, here]), order: [0, 1])
    for (objective, best) in zip([ScheduleObjective.makespan, .mean], [1e9 + 0.5, 5e8 + 0.5]) {
      let result = ExactScheduling(problem, objective: objective, discipline: discipline).result(from: start)
      #expect(result.isProven && result.value == best, "\(objective)")
    }
  }

  /// A layer after the other, more of them than any stack has frames for.
  @Test(arguments: Discipline.allCases)
  func longChainsNeedNoStack(_ discipline: Discipline) throws {
    let sample = instance(network([1]), [local(Array(repeating: 1, count: 50_000)), local([1])])
    let problem = try SchedulingProblem(sample)
    let start = SequentialRouting(problem).schedule([0, 1])
    let result = ExactScheduling(problem, objective: .makespan, discipline: discipline).result(from: start)
    #expect(result.isProven && result.value == 50_001)
  }

  @Test func onlyRatiosOfWeightsCount() {
    #expect(ScheduleObjective.mean.value(of: [1, 3], weights: [1e308, 1e308]) == 2)
    #expect(ScheduleObjective.mean.value(of: [1, 3], weights: [1, 3]) == 2.5)
    #expect(ScheduleObjective.mean.value(of: [1, 3], weights: [0, 0]) == 2)
    #expect(ScheduleObjective.mean.value(of: [], weights: []) == 0)
  }

  @Test(arguments: 0..<12)
  func annealingIsRepeatableAndNeverWorseThanItsStart(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed) + 300, nodes: 2...4, jobs: 2...7, layers: 1...3)
    guard let problem = try? SchedulingProblem(sample) else { return }
    for objective in ScheduleObjective.allCases {
      var parameters = SimulatedAnnealing.Parameters()
      parameters.steps = 150
      parameters.seeds = [UInt64(seed), 77]
      let annealing = SimulatedAnnealing(
        problem, objective: objective, discipline: .preemptive, parameters: parameters)
      let start = GreedyScheduling(problem).result().schedule
      let first = annealing.result(from: start.order).schedule
      #expect(first == annealing.result(from: start.order).schedule, "seed \(seed)")
      func value(_ schedule: Schedule) -> Double {
        let simulation = Simulation(
          problem.chains(of: schedule.plan), order: schedule.order, on: problem.resources,
          discipline: .preemptive)
        return objective.value(of: simulation.completions, weights: problem.weights)
      }
      #expect(value(first) <= value(start), "seed \(seed)")
    }
  }

  @Test func baselinesAreWhatTheySay() throws {
    let sample = try Instance.geometric(
      seed: 3, nodes: 8, workload: Workload(jobs: 4, dnn: .random, layers: 5))
    let problem = try SchedulingProblem(sample)
    let fastest = sample.network.nodes.indices.max {
      sample.network.nodes[$0].compute < sample.network.nodes[$1].compute
    }
    let onOne = try #require(Baseline.fastest.schedule(problem))
    #expect(onOne.plan.hosts == [try #require(fastest)])
    let alone = try #require(Baseline.alone.schedule(problem))
    #expect(alone.plan == (try #require(try NativePlanner(sample).plan)))
    #expect(Baseline.random.schedule(problem, seed: 2) == Baseline.random.schedule(problem, seed: 2))
    for baseline in Baseline.allCases {
      guard let schedule = baseline.schedule(problem) else { continue }
      #expect(Evaluator(sample).evaluate(schedule.plan).violations.isEmpty, "\(baseline)")
    }
    // A source that only sends cannot compute.
    let switchOnly = instance(network([0, 1], [(0, 1, latency: 0)]), [local([1])])
    #expect(Baseline.source.schedule(try SchedulingProblem(switchOnly)) == nil)
  }

  @Test func whatCouldBindIsRefused() throws {
    var sample = instance(network([1]), [local([1])])
    sample.network.nodes[0].memory = 10
    sample.dnns[0].layers[0].memory = 11
    expect(sample, isRefusedFor: "memory of node")
    sample.dnns[0].layers[0].memory = 10
    #expect(throws: Never.self) { try SchedulingProblem(sample) }
    sample.jobs[0].rate = 1.1
    expect(sample, isRefusedFor: "overload node")
    sample.jobs[0].rate = 1
    #expect(throws: Never.self) { try SchedulingProblem(sample) }
    let unreachable = instance(network([1, 1]), [local([1])]).jobs[0]
    var far = instance(network([1, 1]), [local([1])])
    far.jobs[0] = unreachable
    far.jobs[0].target = 1
    expect(far, isRefusedFor: "cannot be served")
  }

  /// Layers in turns on two nodes, each of which the others' work could hold up at every visit.
  @Test func waitsBeyondAllNumbersAreRefused() {
    var jobs = instance(
      network([1, 1], [(0, 1, latency: 0)]), [local(Array(repeating: 4e306, count: 20)), local([4e306])])
    jobs.jobs[0].hosts = (0..<20).map { HostRule(layer: $0, nodes: [($0 + 1) % 2]) }
    expect(jobs, isRefusedFor: "longer than any number")
  }

  private func expect(
    _ instance: Instance, isRefusedFor words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(sourceLocation: sourceLocation) {
      try SchedulingProblem(instance)
    } throws: {
      "\($0)".contains(words)
    }
  }
}
