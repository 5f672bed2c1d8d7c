import Foundations
import Graphs
import Networks
import Queues
import QueuesChecking
import Splitting
import SplittingChecking
import SplittingGenerators
import TestSupport
import Testing

@testable import QueuesAlgorithms

@Suite struct MethodTests {
  /// Greedy without bounds: every job is searched again before each commitment.
  private func eagerly(_ batch: Batch, _ choice: GreedyScheduling.Choice) -> Schedule {
    let search = LoadedSearch(batch.tables)
    var loads = batch.resources.backlogs
    var open = Array(batch.jobs.indices)
    var order: [Int] = []
    var plans: [Int: JobPlan] = [:]
    while !open.isEmpty {
      let paths = open.map { ($0, batch.path(of: $0, under: loads, search)) }
      let keys = paths.map { (batch.jobs[$0.0].release + $0.1.seconds, $0.0) }
      let chosen =
        switch choice {
        case .smallest: keys.min { $0 < $1 }?.1
        case .largest: keys.min { (-$0.0, $0.1) < (-$1.0, $1.1) }?.1
        }
      guard let job = chosen, let path = paths.first(where: { $0.0 == job })?.1 else { break }
      loads.commit(path)
      plans[job] = path.plan
      order.append(job)
      open.removeAll { $0 == job }
    }
    return Schedule(plan: Plan(jobs: order.indices.compactMap { plans[$0] }), order: order)
  }

  @Test(
    arguments: Sample.batches(150, nodes: 1...5, jobs: 1...12, layers: 0...4)
      + Sample.machines(60, from: 30_000, nodes: 3...5, jobs: 1...6, layers: 0...4))
  func lazyGreedyIsGreedy(_ sample: Sample) throws {
    for choice in GreedyScheduling.Choice.allCases {
      let result = GreedyScheduling(sample.batch, choice: choice).result()
      #expect(result.schedule == eagerly(sample.batch, choice), "\(sample), \(choice)")
      let count = sample.batch.jobs.count
      #expect(result.searches <= count * (count + 1) / 2, "\(sample), \(choice): \(result.searches)")
      #expect(sample.batch.evaluator.violations(of: result.schedule).isEmpty, "\(sample)")
    }
  }

  /// However many identical jobs there are, one search each time that the loads have grown is enough.
  @Test(arguments: GreedyScheduling.Choice.allCases)
  func identicalJobsShareSearches(_ choice: GreedyScheduling.Choice) throws {
    let identical = Array(repeating: local([1, 2]), count: 60)
    let batch = try Batch(instance(network([1, 1], [(0, 1, latency: 0)]), identical))
    let result = GreedyScheduling(batch, choice: choice).result()
    #expect(result.searches <= 60, "\(result.searches)")
    #expect(result.schedule == eagerly(batch, choice))
  }

  @Test func cancelledSearchesSaySo() throws {
    let batch = try Batch(randomInstance(seed: 302, nodes: 3...4, jobs: 5...6, layers: 2...3))
    let cancelled = Cancellation { true }
    #expect(GreedyScheduling(batch).result(cancellation: cancelled) == nil)
    let start = GreedyScheduling(batch).result().schedule
    let annealed = SimulatedAnnealing(batch.asking(.fifo, .makespan))
      .result(from: start.order, cancellation: cancelled)
    #expect(!annealed.isComplete && annealed.schedule == start)
    for discipline in Discipline.allCases {
      let exact = ExactScheduling(batch.asking(discipline, .mean))
        .result(from: start, cancellation: cancelled)
      #expect(!exact.isProven && exact.schedule == start, "\(discipline)")
    }
  }

  @Test func aHundredJobsNeedFewSearches() throws {
    let sample = try Instance.geometric(
      seed: 1, nodes: 30, workload: Workload(jobs: 100, dnn: .random, layers: 8))
    let result = GreedyScheduling(try Batch(sample)).result()
    #expect(result.searches < 100 * 101 / 2 / 3, "\(result.searches)")
  }

  /// Some plan of all that there are completes a job first behind others.
  @Test(
    arguments: Sample.batches(60, from: 600, nodes: 1...4, jobs: 2...4, layers: 0...3)
      + Sample.machines(80, from: 31_000, nodes: 3...4, jobs: 2...3, layers: 0...3))
  func theEarliestCompletionIsTheLeastOfAllPlans(_ sample: Sample) throws {
    let batch = sample.batch
    var random = SplitMix64(seed: sample.seed)
    let others = randomSchedule(batch, using: &random).plan.jobs.enumerated().dropFirst().map {
      batch.chain($1, of: $0)
    }
    var busy = BusyTimes(backlogs: batch.resources.backlogs)
    for chain in others { busy.add(chain) }
    let earliest = try #require(EarliestCompletion(batch, job: 0, behind: busy))
    let all = allPlans(of: 0, in: sample.instance).map { plan in
      let chains = others + [batch.chain(plan, of: 0)]
      return Simulation(
        chains, order: Array(chains.indices), on: batch.resources, discipline: .preemptive
      ).completions[others.count]
    }
    #expect(earliest.seconds == all.min(), "\(sample)")
    #expect(busy.completion(of: batch.chain(earliest.plan, of: 0)) == earliest.seconds, "\(sample)")
  }

  /// The enumeration visits every plan once, with the services that the evaluator derives from it.
  @Test(
    arguments: Sample.batches(30, from: 800, nodes: 1...4, jobs: 1...1, layers: 0...3)
      + Sample.machines(60, from: 32_000, nodes: 3...4, jobs: 1...1, layers: 0...3))
  func allPlansAreEnumerated(_ sample: Sample) throws {
    let batch = sample.batch
    let busy = BusyTimes(backlogs: batch.resources.backlogs)
    var plans: [JobPlan] = []
    var enumeration = PlanEnumeration(batch, job: 0, behind: busy) { _ in
      true
    } visit: { plan, chain, completion in
      plans.append(plan)
      #expect(chain == batch.chain(plan, of: 0), "\(sample)")
      #expect(completion == busy.completion(of: chain), "\(sample)")
    }
    enumeration.run()
    let all = allPlans(of: 0, in: sample.instance)
    #expect(plans.count == all.count && all.allSatisfy(plans.contains), "\(sample)")
  }

  /// All plans and orders of tiny batches: few jobs with long chains, or more of them with short ones, because the
  /// enumeration has to end.
  @Test(
    arguments: Sample.batches(50, from: 7000, nodes: 2...3, jobs: 1...3, layers: 0...1)
      + Sample.batches(30, from: 7050, nodes: 2...3, jobs: 1...2, layers: 1...3)
      + Sample.machines(60, from: 33_000, nodes: 3...3, jobs: 1...3, layers: 0...1)
      + Sample.machines(30, from: 34_000, nodes: 2...3, jobs: 1...2, layers: 1...3))
  func theExactMethodMatchesEnumeration(_ sample: Sample) throws {
    let jobs = sample.batch.jobs.indices
    let chains = jobs.map { job in
      allPlans(of: job, in: sample.instance).map { sample.batch.chain($0, of: job) }
    }
    let all = chains.reduce([[]]) { partial, plans in
      partial.flatMap { chosen in plans.map { chosen + [$0] } }
    }
    let orders = permutations(of: Array(jobs))
    let start = GreedyScheduling(sample.batch).result().schedule
    for discipline in Discipline.allCases {
      for objective in ScheduleObjective.allCases {
        let batch = sample.batch.asking(discipline, objective)
        var least = Double.infinity
        for chosen in all {
          for order in orders {
            let simulation = Simulation(chosen, order: order, on: batch.resources, discipline: discipline)
            least = min(least, batch.instance.value(of: simulation.completions))
          }
        }
        let result = ExactScheduling(batch).result(from: start)
        let note = "\(sample), \(discipline), \(objective)"
        #expect(result.isProven && isClose(result.value, least), "\(note): \(result.value), not \(least)")
        #expect(batch.evaluator.violations(of: result.schedule).isEmpty, "\(note)")
        #expect(isClose(batch.evaluator.evaluate(result.schedule).value, result.value), "\(note)")
        #expect(batch.boundOfJobsAlone.seconds <= least * (1 + 1e-12), "\(note)")
      }
    }
  }

  /// Releases may be seconds since 1970: only the time from the earliest one on counts.
  ///
  /// All figures are halves, which are exact at that size as well.
  @Test(arguments: Sample.batches(25, from: 7000, by: 2, nodes: 2...3, jobs: 2...3, layers: 0...1))
  func releasesFarFromZeroLeaveTheOptimum(_ sample: Sample) throws {
    var late = sample.instance
    for job in late.jobs.indices { late.jobs[job].release += 1.7e9 }
    // Backlogs are served long before.
    var early = sample.instance
    for node in early.network.nodes.indices { early.network.nodes[node].backlog = 0 }
    for link in early.network.links.indices { early.network.links[link].backlog = 0 }
    func least(_ instance: Instance, _ discipline: Discipline) throws -> Double {
      let batch = try Batch(QueueInstance(instance, discipline: discipline))
      let start = GreedyScheduling(batch, choice: .largest).result().schedule
      return ExactScheduling(batch).result(from: start).value
    }
    for discipline in Discipline.allCases {
      #expect(try least(late, discipline) - 1.7e9 == least(early, discipline), "\(sample), \(discipline)")
    }
    #expect(sample.batch.instance.earliestRelease == sample.instance.jobs.map(\.release).min())
  }

  /// One job at 0, another much later, which both its own node and a faster one could serve.
  @Test(arguments: Discipline.allCases)
  func aJobLongAfterTheOthersCountsAsWell(_ discipline: Discipline) throws {
    let batch = try Batch(
      instance(network([1, 2], [(0, 1, latency: 0)]), [local([1]), local([1], release: 1e9)]))
    let here = JobPlan(hosts: [0], routes: [[0], [0]])
    let start = Schedule(plan: Plan(jobs: [here, here]), order: [0, 1])
    for (objective, best) in zip([ScheduleObjective.makespan, .mean], [1e9 + 0.5, 5e8 + 0.5]) {
      let result = ExactScheduling(batch.asking(discipline, objective)).result(from: start)
      #expect(result.isProven && result.value == best, "\(objective)")
    }
  }

  /// A chain with more layers than any stack has frames.
  @Test(arguments: Discipline.allCases)
  func longChainsNeedNoStack(_ discipline: Discipline) throws {
    let batch = try Batch(instance(network([1]), [local(Array(repeating: 1, count: 50_000)), local([1])]))
    let start = SequentialRouting(batch).schedule([0, 1])
    let result = ExactScheduling(batch.asking(discipline, .makespan)).result(from: start)
    #expect(result.isProven && result.value == 50_001)
  }

  @Test func onlyRatiosOfWeightsCount() {
    #expect(ScheduleObjective.mean.value(of: [1, 3], weights: [1e308, 1e308]) == 2)
    #expect(ScheduleObjective.mean.value(of: [1, 3], weights: [1, 3]) == 2.5)
    #expect(ScheduleObjective.mean.value(of: [1, 3], weights: [0, 0]) == 2)
    #expect(ScheduleObjective.mean.value(of: [], weights: []) == 0)
  }

  @Test(arguments: Sample.batches(12, from: 300, nodes: 2...4, jobs: 2...7, layers: 1...3))
  func annealingIsRepeatableAndNeverWorseThanItsStart(_ sample: Sample) throws {
    var parameters = SimulatedAnnealing.Parameters()
    parameters.steps = 150
    parameters.seeds = [sample.seed, 77]
    let start = GreedyScheduling(sample.batch).result().schedule
    for objective in ScheduleObjective.allCases {
      let batch = sample.batch.asking(.preemptive, objective)
      let annealing = SimulatedAnnealing(batch, parameters: parameters)
      let first = annealing.result(from: start.order).schedule
      #expect(first == annealing.result(from: start.order).schedule, "\(sample)")
      #expect(batch.evaluator.evaluate(first).value <= batch.evaluator.evaluate(start).value, "\(sample)")
    }
  }

  @Test func baselinesDoWhatTheySay() throws {
    let sample = try Instance.geometric(
      seed: 3, nodes: 8, workload: Workload(jobs: 4, dnn: .random, layers: 5))
    let batch = try Batch(sample)
    let fastest = sample.network.nodes.indices.max {
      sample.network.nodes[$0].compute < sample.network.nodes[$1].compute
    }
    let onOne = try #require(Baseline.fastest.schedule(batch))
    #expect(onOne.plan.hosts == [try #require(fastest)])
    let alone = try #require(Baseline.alone.schedule(batch))
    let graphs = NetworkGraph(sample.network)
    for (job, parts) in Evaluator(sample).evaluate(alone.plan).jobs.enumerated() {
      let graph = sample.layeredGraph(ofJob: job, graphs, sample.limits.capacities)
      #expect(isClose(parts.latency, LayeredShortestPath(in: graph).latency), "job \(job)")
    }
    #expect(Baseline.random.schedule(batch, seed: 2) == Baseline.random.schedule(batch, seed: 2))
    let schedules = Baseline.allCases.compactMap { $0.schedule(batch) }
    #expect(schedules.count >= 3)
    for schedule in schedules { #expect(batch.evaluator.violations(of: schedule).isEmpty) }
    // A source that only sends cannot compute.
    let switchOnly = instance(network([0, 1], [(0, 1, latency: 0)]), [local([1])])
    #expect(Baseline.source.schedule(try Batch(switchOnly)) == nil)
  }

  @Test func instancesWhoseLimitsCouldBindAreRefused() throws {
    var sample = instance(network([1]), [local([1])])
    sample.network.nodes[0].memory = 10
    sample.dnns[0].layers[0].memory = 11
    expect(sample, isRefusedFor: "memory of node")
    sample.dnns[0].layers[0].memory = 10
    #expect(throws: Never.self) { try Batch(sample) }
    sample.jobs[0].rate = 1.1
    expect(sample, isRefusedFor: "overload node")
    sample.jobs[0].rate = 1
    #expect(throws: Never.self) { try Batch(sample) }
    var far = instance(network([1, 1]), [local([1])])
    far.jobs[0].target = 1
    expect(far, isRefusedFor: "cannot be served")
  }

  /// Layers alternate between two nodes, and at every visit the other job's work could delay them.
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
      try Batch(instance)
    } throws: {
      "\($0)".contains(words)
    }
  }
}
