import Foundations
import Networks
import QueuesAlgorithms
import QueuesChecking
import Splitting
import Testing

@testable import Queues

@Suite struct SimulationTests {
  private func completions(
    _ instance: Instance, _ order: [Int], _ discipline: Discipline, plan: Plan? = nil
  ) throws -> [Double] {
    let problem = try SchedulingProblem(instance)
    let plan = plan ?? SequentialRouting(problem).schedule(order).plan
    return Simulation(problem.chains(of: plan), order: order, on: problem.resources, discipline: discipline)
      .completions
  }

  // MARK: By hand

  /// The less urgent job is alone from 0 to 1, and interrupted from 1 to 3.
  @Test(arguments: [
    (Discipline.preemptive, [3.0, 5.0]), (.priority, [5, 3]), (.fifo, [5, 3]),
  ])
  func anUrgentJobThatComesLater(_ discipline: Discipline, _ expected: [Double]) throws {
    let jobs = instance(network([1]), [local([2], release: 1), local([3])])
    #expect(try completions(jobs, [0, 1], discipline) == expected)
  }

  /// A job that is done with a layer comes anew for the next: behind those who wait, where the first come counts.
  @Test(arguments: [
    (Discipline.preemptive, [2.0, 3.0]), (.priority, [2, 3]), (.fifo, [3, 2]),
  ])
  func theNextLayerOnTheSameNode(_ discipline: Discipline, _ expected: [Double]) throws {
    let jobs = instance(network([1]), [local([1, 1]), local([1])])
    #expect(try completions(jobs, [0, 1], discipline) == expected)
  }

  @Test(arguments: Discipline.allCases)
  func ofThoseWhoComeTogetherTheMostUrgentIsFirst(_ discipline: Discipline) throws {
    let jobs = instance(network([1]), [local([2]), local([1]), local([4])])
    #expect(try completions(jobs, [2, 0, 1], discipline) == [6, 7, 4])
  }

  @Test(arguments: Discipline.allCases)
  func backlogsAreServedFirstAndNotInterrupted(_ discipline: Discipline) throws {
    var jobs = instance(network([1]), [local([1]), local([1], release: 5)])
    jobs.network.nodes[0].backlog = 2
    #expect(try completions(jobs, [0, 1], discipline) == [3, 6])
  }

  /// A tensor takes a second on the link, which is free again then, and arrives half a second later.
  @Test(arguments: Discipline.allCases)
  func linksStoreAndForwardAndPropagationKeepsNone(_ discipline: Discipline) throws {
    let send = DNN(name: "send", input: 1e6, layers: [])
    let job = Job(id: "send", dnn: 0, source: 0, target: 2)
    let jobs = instance(
      network([0, 0, 0], [(0, 1, latency: 0.5), (1, 2, latency: 0.25)]), [(send, job), (send, job)])
    // The second is sent from 1 to 2, there at 2.5, sent on from 2.5 to 3.5.
    #expect(try completions(jobs, [0, 1], discipline) == [2.75, 3.75])
  }

  /// Two interruptions, each of which goes on where it was: 0-1, 2-3, 5-6 for the least urgent job.
  @Test func interruptedServiceGoesOnWhereItWas() throws {
    let jobs = instance(
      network([1]), [local([1], release: 1), local([2], release: 3), local([3])])
    let problem = try SchedulingProblem(jobs)
    let plan = SequentialRouting(problem).schedule([0, 1, 2]).plan
    let simulation = Simulation(
      problem.chains(of: plan), order: [0, 1, 2], on: problem.resources, discipline: .preemptive,
      recording: true)
    #expect(simulation.completions == [2, 5, 6])
    let stretches = simulation.timeline.filter { $0.job == 2 }.map { [$0.start, $0.end] }
    #expect(stretches == [[0, 1], [2, 3], [5, 6]])
    #expect(simulation.usage[0] == Simulation.Usage(busy: 6, waiting: 3, longestQueue: 1))
    #expect(simulation.makespan == 6 && simulation.end == 6)
  }

  @Test func aJobWithNothingToDoIsCompleteWhenItIsReleased() throws {
    let nothing = (
      DNN(name: "n", input: 5, layers: []), Job(id: "j", dnn: 0, source: 0, target: 0, release: 3)
    )
    #expect(try completions(instance(network([1]), [nothing, local([1])]), [0, 1], .fifo) == [3, 1])
    let none = Instance(network: network([1]), dnns: [], jobs: [])
    #expect(try completions(none, [], .fifo).isEmpty)
  }

  /// Layers without work wait as others do.
  @Test func workOfNothingWaitsToo() throws {
    let jobs = instance(network([1]), [local([2]), local([0])])
    #expect(try completions(jobs, [0, 1], .preemptive) == [2, 2])
  }

  /// The urgent job is done with the first node in no time and wants the second at that instant, as the other one does.
  @Test(arguments: Discipline.allCases)
  func whoComesOnInNoTimeIsThereAtThatInstant(_ discipline: Discipline) throws {
    let urgent = local([0, 1])
    let other = local([3])
    var jobs = instance(network([1, 1], [(0, 1, latency: 0)]), [urgent, other])
    jobs.jobs[0].hosts = [HostRule(layer: 1, nodes: [1])]
    jobs.jobs[0].target = 1
    (jobs.jobs[1].source, jobs.jobs[1].target) = (1, 1)
    jobs.jobs[1].hosts = [HostRule(layer: nil, nodes: [1])]
    let plan = Plan(jobs: [
      JobPlan(hosts: [0, 1], routes: [[0], [0, 1], [1]]), JobPlan(hosts: [1], routes: [[1], [1]]),
    ])
    #expect(try completions(jobs, [0, 1], discipline, plan: plan) == [1, 4])
  }

  /// Of jobs that take no time, the most urgent goes first, and what it wants next counts before the others are served.
  @Test func ofJobsThatTakeNoTimeTheMostUrgentGoesFirst() throws {
    var jobs = instance(network([1, 1], [(0, 1, latency: 0)]), [local([0, 2]), local([0])])
    jobs.jobs[0].hosts = [HostRule(layer: 1, nodes: [1])]
    jobs.jobs[0].target = 1
    (jobs.jobs[1].source, jobs.jobs[1].target) = (1, 1)
    jobs.jobs[1].hosts = [HostRule(layer: nil, nodes: [1])]
    let plan = Plan(jobs: [
      JobPlan(hosts: [0, 1], routes: [[0], [0, 1], [1]]), JobPlan(hosts: [1], routes: [[1], [1]]),
    ])
    #expect(try completions(jobs, [0, 1], .priority, plan: plan) == [2, 2])
    #expect(try completions(jobs, [1, 0], .priority, plan: plan) == [2, 0])
    // Who waits for no time is in no queue.
    let simulation = Simulation(
      try SchedulingProblem(jobs).chains(of: plan), order: [1, 0],
      on: Resources(jobs.network), discipline: .priority)
    #expect(simulation.usage.map(\.longestQueue) == [0, 0, 0, 0])
  }

  // MARK: On any schedule

  /// Under `preemptive`, completions follow job by job from the time that more urgent ones leave, without a simulation.
  @Test(arguments: 0..<150)
  func whatMoreUrgentJobsLeaveIsAllThatCounts(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed) + 4000, nodes: 1...4, jobs: 1...6, layers: 0...4)
    guard let problem = try? SchedulingProblem(sample) else { return }
    var random = SplitMix64(seed: UInt64(seed))
    let schedule = randomSchedule(problem, using: &random)
    let chains = problem.chains(of: schedule.plan)
    let simulation = Simulation(
      chains, order: schedule.order, on: problem.resources, discipline: .preemptive)
    var busy = BusyTimes(backlogs: problem.resources.backlogs)
    for job in schedule.order {
      #expect(busy.completion(of: chains[job]) == simulation.completions[job], "seed \(seed), job \(job)")
      busy.add(chains[job])
    }
  }

  /// Work is done once and in order, nobody is served twice at once, and nobody waits at a resource that is idle.
  @Test(arguments: 0..<150)
  func workIsConserved(_ seed: Int) throws {
    let sample = randomInstance(seed: UInt64(seed), nodes: 1...4, jobs: 1...5, layers: 0...4)
    guard let problem = try? SchedulingProblem(sample) else { return }
    var random = SplitMix64(seed: UInt64(seed) + 1000)
    for discipline in Discipline.allCases {
      let schedule = randomSchedule(problem, using: &random)
      let chains = problem.chains(of: schedule.plan)
      let simulation = Simulation(
        chains, order: schedule.order, on: problem.resources, discipline: discipline, recording: true)
      let note = "seed \(seed), \(discipline)"
      for resource in 0..<problem.resources.count {
        let stretches = simulation.timeline.filter { $0.resource == resource }.sorted { $0.start < $1.start }
        for (left, right) in zip(stretches, stretches.dropFirst()) {
          #expect(left.end <= right.start, "\(note)")
        }
        let asked = chains.flatMap(\.services).filter { $0.resource == resource }
          .reduce(problem.resources.backlogs[resource]) { $0 + $1.seconds }
        let done = stretches.reduce(0) { $0 + $1.end - $1.start }
        let busy = simulation.usage[resource].busy
        #expect(isClose(done, asked) && isClose(done, busy), "\(note), resource \(resource)")
      }
      for (job, chain) in chains.enumerated() {
        var time = chain.release
        var own = simulation.timeline.filter { $0.job == job }[...]
        for service in chain.services {
          var left = service.seconds
          var end = time
          repeat {
            let next = own.popFirst()
            let stretch = try #require(next, "\(note), job \(job)")
            #expect(stretch.resource == service.resource && stretch.layer == service.layer, "\(note)")
            #expect(stretch.start >= time, "\(note)")
            left -= stretch.end - stretch.start
            end = stretch.end
          } while left > 1e-9
          let busy = simulation.timeline.filter { $0.resource == service.resource }
            .reduce(0.0) { $0 + max(0, min($1.end, end) - max($1.start, time)) }
          #expect(isClose(busy, end - time), "\(note), job \(job) waits at an idle resource")
          time = end + service.delay
        }
        #expect(simulation.completions[job] == time, "\(note), job \(job)")
        #expect(own.isEmpty, "\(note)")
      }
    }
  }
}
