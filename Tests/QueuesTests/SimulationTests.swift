import Foundations
import Networks
import Queues
import Splitting
import TestSupport
import Testing

@testable import QueuesAlgorithms
@testable import QueuesChecking

@Suite struct SimulationTests {
  private func completions(
    _ instance: Instance, _ order: [Int], _ discipline: Discipline, plan: Plan? = nil
  ) throws -> [Double] {
    let batch = try Batch(QueueInstance(instance, discipline: discipline))
    let plan = plan ?? SequentialRouting(batch).schedule(order).plan
    return batch.simulation(of: Schedule(plan: plan, order: order)).completions
  }

  // MARK: By hand

  /// The less urgent job is alone from 0 to 1, and under `preemptive` interrupted from 1 to 3.
  @Test(arguments: [
    (Discipline.preemptive, [3.0, 5.0]), (.priority, [5, 3]), (.fifo, [5, 3]),
  ])
  func anUrgentJobThatComesLater(_ discipline: Discipline, _ expected: [Double]) throws {
    let jobs = instance(network([1]), [local([2], release: 1), local([3])])
    #expect(try completions(jobs, [0, 1], discipline) == expected)
  }

  /// A job that has finished a layer joins the queue again for the next: behind the waiting jobs under `fifo`.
  @Test(arguments: [
    (Discipline.preemptive, [2.0, 3.0]), (.priority, [2, 3]), (.fifo, [3, 2]),
  ])
  func theNextLayerOnTheSameNode(_ discipline: Discipline, _ expected: [Double]) throws {
    let jobs = instance(network([1]), [local([1, 1]), local([1])])
    #expect(try completions(jobs, [0, 1], discipline) == expected)
  }

  @Test(arguments: Discipline.allCases)
  func ofJobsThatArriveTogetherTheMostUrgentIsFirst(_ discipline: Discipline) throws {
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
  func linksStoreAndForwardAndPropagationOccupiesNone(_ discipline: Discipline) throws {
    let send = DNN(name: "send", input: 1e6, layers: [])
    let job = Job(id: "send", dnn: 0, source: 0, target: 2)
    let jobs = instance(
      network([0, 0, 0], [(0, 1, latency: 0.5), (1, 2, latency: 0.25)]), [(send, job), (send, job)])
    // The second is sent from 1 to 2, arrives at 2.5, and is sent on from 2.5 to 3.5.
    #expect(try completions(jobs, [0, 1], discipline) == [2.75, 3.75])
  }

  /// Two interruptions of the least urgent job, which is served from 0 to 1, from 2 to 3 and from 5 to 6.
  @Test func interruptedServiceResumesWhereItWas() throws {
    let jobs = instance(
      network([1]), [local([1], release: 1), local([2], release: 3), local([3])])
    let batch = try Batch(jobs)
    let simulation = batch.simulation(of: SequentialRouting(batch).schedule([0, 1, 2]), recording: true)
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

  @Test func layersWithoutWorkWaitAsOthersDo() throws {
    let jobs = instance(network([1]), [local([2]), local([0])])
    #expect(try completions(jobs, [0, 1], .preemptive) == [2, 2])
  }

  /// The urgent job needs no time at the first node and reaches the second at the instant at which the other job does.
  @Test(arguments: Discipline.allCases)
  func aServiceWithoutTimeLeadsOnAtTheSameInstant(_ discipline: Discipline) throws {
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

  /// Of jobs that take no time, the most urgent goes first, and joins its next queue before the others are served.
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
    // A job that waits for no time is in no queue.
    let simulation = ScheduleEvaluator(QueueInstance(jobs, discipline: .priority))
      .evaluate(Schedule(plan: plan, order: [1, 0])).simulation
    #expect(simulation.usage.map(\.longestQueue) == [0, 0, 0, 0])
  }

  // MARK: On any schedule

  /// Under `preemptive`, completions follow job by job from the time that more urgent jobs leave, without a simulation.
  @Test(arguments: Sample.batches(150, from: 4000, nodes: 1...4, jobs: 1...6, layers: 0...4))
  func onlyTheTimeThatMoreUrgentJobsLeaveCounts(_ sample: Sample) throws {
    let batch = sample.batch
    var random = SplitMix64(seed: sample.seed)
    let schedule = randomSchedule(batch, using: &random)
    let chains = batch.evaluator.chains(of: schedule.plan)
    let completions = batch.simulation(of: schedule).completions
    var busy = BusyTimes(backlogs: batch.resources.backlogs)
    for job in schedule.order {
      #expect(busy.completion(of: chains[job]) == completions[job], "\(sample), job \(job)")
      busy.add(chains[job])
    }
  }

  /// Work is done once and in order, no resource serves two jobs at once, and no job waits at an idle resource.
  @Test(arguments: Sample.batches(150, nodes: 1...4, jobs: 1...5, layers: 0...4))
  func workIsConserved(_ sample: Sample) throws {
    var random = SplitMix64(seed: sample.seed + 1000)
    for discipline in Discipline.allCases {
      let batch = sample.batch.asking(discipline, .makespan)
      let schedule = randomSchedule(batch, using: &random)
      let chains = batch.evaluator.chains(of: schedule.plan)
      let simulation = batch.simulation(of: schedule, recording: true)
      let note = "\(sample), \(discipline)"
      for resource in 0..<batch.resources.count {
        let stretches = simulation.timeline.filter { $0.resource == resource }.sorted { $0.start < $1.start }
        for (left, right) in zip(stretches, stretches.dropFirst()) {
          #expect(left.end <= right.start, "\(note)")
        }
        let needed = chains.flatMap(\.services).filter { $0.resource == resource }
          .reduce(batch.resources.backlogs[resource]) { $0 + $1.seconds }
        let done = stretches.reduce(0) { $0 + $1.end - $1.start }
        let busy = simulation.usage[resource].busy
        #expect(isClose(done, needed) && isClose(done, busy), "\(note), resource \(resource)")
      }
      for (job, chain) in chains.enumerated() {
        var time = chain.release
        var own = simulation.timeline.filter { $0.job == job }[...]
        for service in chain.services {
          // Rounding may interrupt a service just before its end.
          let stretches = own.prefix { $0.resource == service.resource && $0.layer == service.layer }
          own = own.dropFirst(stretches.count)
          let done = stretches.reduce(0) { $0 + $1.end - $1.start }
          #expect(isClose(done, service.seconds), "\(note), job \(job)")
          #expect(stretches.allSatisfy { $0.start >= time }, "\(note), job \(job)")
          let end = try #require(stretches.last, "\(note), job \(job)").end
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
