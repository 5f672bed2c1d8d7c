import Foundations
import Graphs
import Networks
import Problems
import Queues
import QueuesChecking
import Splitting
import SplittingChecking
import TestSupport
import Testing

@testable import QueuesAlgorithms

/// Machines as they are: nodes that are no relays, layers that memory bandwidth bounds, and what nodes hold.
@Suite struct MachineTests {
  /// Node 1 is on the way to the fast node 2, and a slow link leads round it.
  private func detour() -> Instance {
    instance(network([1, 1, 4], [(0, 1, latency: 0), (1, 2, latency: 0), (0, 2, latency: 1)]), [local([4])])
  }

  private let direct = JobPlan(hosts: [2], routes: [[0, 2], [2, 0]])
  private let through = JobPlan(hosts: [2], routes: [[0, 1, 2], [2, 1, 0]])

  @Test(arguments: Discipline.allCases)
  func noMethodPassesANodeThatIsNoRelay(_ discipline: Discipline) throws {
    var sample = detour()
    for (isRelay, plan, seconds) in [(true, through, 1.0), (false, direct, 3)] {
      sample.network.nodes[1].isRelay = isRelay
      let batch = try Batch(QueueInstance(sample, discipline: discipline))
      let greedy = GreedyScheduling(batch).result().schedule
      #expect(greedy.plan.jobs == [plan], "\(isRelay)")
      let exact = ExactScheduling(batch).result(from: greedy)
      #expect(exact.isProven && exact.value == seconds && exact.schedule.plan.jobs == [plan], "\(isRelay)")
      #expect(batch.boundOfJobsAlone.seconds == seconds, "\(isRelay)")
      for baseline in [Baseline.fastest, .alone, .random] {
        #expect(baseline.schedule(batch)?.plan.jobs == [plan], "\(isRelay), \(baseline)")
      }
    }
  }

  @Test func schedulesThroughNodesThatAreNoRelaysAreRefused() throws {
    var sample = detour()
    sample.network.nodes[1].isRelay = false
    let evaluator = ScheduleEvaluator(QueueInstance(sample))
    #expect(evaluator.assess(Schedule(plan: Plan(jobs: [direct]), order: [0])).isFeasible)
    let assessment = evaluator.assess(Schedule(plan: Plan(jobs: [through]), order: [0]))
    #expect(!assessment.canBeCarriedOut && assessment.violations.contains { $0.contains("n1") })
  }

  /// Without the first layer on node 1, nothing gets from node 0 to node 2.
  @Test(arguments: Discipline.allCases)
  func whatWasComputedOnANodeMayLeaveIt(_ discipline: Discipline) throws {
    var sample = instance(network([1, 2, 4], [(0, 1, latency: 0), (1, 2, latency: 0)]), [local([2, 8])])
    sample.jobs[0].target = 2
    sample.network.nodes[1].isRelay = false
    let batch = try Batch(QueueInstance(sample, discipline: discipline))
    let greedy = GreedyScheduling(batch).result().schedule
    let plan = JobPlan(hosts: [1, 2], routes: [[0, 1], [1, 2], [2]])
    let exact = ExactScheduling(batch).result(from: greedy)
    for schedule in [greedy, exact.schedule] { #expect(schedule.plan.jobs == [plan]) }
    #expect(exact.isProven && exact.value == 3)
    // All of it on node 2 is reached by no route.
    #expect(Baseline.fastest.schedule(batch) == nil)
  }

  /// The first layer's output can be on node 1 after 1 s, computed on node 0, but leave it only after 4 s.
  @Test func whatLeavesANodeWasComputedThere() throws {
    var sample = instance(network([4, 1, 1], [(0, 1, latency: 0), (1, 2, latency: 0)]), [local([4, 4])])
    sample.jobs[0].hosts = [HostRule(layer: 1, nodes: [2])]
    sample.jobs[0].target = 2
    for node in [0, 1] { sample.network.nodes[node].isRelay = false }
    let batch = try Batch(sample)
    let plan = JobPlan(hosts: [1, 2], routes: [[0, 1], [1, 2], [2]])
    let earliest = try #require(
      EarliestCompletion(batch, job: 0, behind: BusyTimes(backlogs: batch.resources.backlogs)))
    #expect(earliest.seconds == 8 && earliest.plan == plan)
    let path = batch.path(of: 0, under: batch.resources.backlogs, LoadedSearch(batch.tables))
    #expect(path.seconds == 8 && path.plan == plan)
  }

  /// 1 FLOP at 1 FLOP/s takes a second; 8 bytes at 2 byte/s take 4.
  @Test func layersTakeTheLongerOfComputingAndMoving() throws {
    var sample = instance(network([1]), [local([1])])
    sample.dnns[0].layers[0].traffic = 8
    #expect(try Batch(sample).boundOfJobsAlone.seconds == 1)
    sample.network.nodes[0].memoryBandwidth = 2
    var batch = try Batch(sample)
    let schedule = GreedyScheduling(batch).result().schedule
    #expect(batch.boundOfJobsAlone.seconds == 4 && batch.simulation(of: schedule).makespan == 4)
    sample.network.nodes[0].memoryBandwidth = 16
    #expect(try Batch(sample).boundOfJobsAlone.seconds == 1)
    sample.network.nodes[0].memoryBandwidth = 2
    sample.dnns[0].layers[0].times = [MeasuredTime(node: 0, seconds: 0.5)]
    batch = try Batch(sample)
    #expect(batch.boundOfJobsAlone.seconds == 0.5 && batch.simulation(of: schedule).makespan == 0.5)
  }

  /// With relays alone, or without memory bandwidths, jobs are never slower, and often faster.
  @Test func relaysAndBandwidthsChangeTheSamples() throws {
    let samples = Sample.machines(120, from: 35_000, nodes: 3...4, jobs: 1...3, layers: 1...3)
    var (withRelays, withoutBandwidths) = (0, 0)
    for sample in samples {
      let earliest = sample.batch.earliestCompletions
      var (open, unbound) = (sample.instance, sample.instance)
      for node in open.network.nodes.indices {
        open.network.nodes[node].isRelay = true
        unbound.network.nodes[node].memoryBandwidth = nil
      }
      let others = try [Batch(open), Batch(unbound)].map(\.earliestCompletions)
      for faster in others {
        #expect(zip(faster, earliest).allSatisfy { $0 <= $1 * (1 + 1e-12) }, "\(sample)")
      }
      if others[0] != earliest { withRelays += 1 }
      if others[1] != earliest { withoutBandwidths += 1 }
    }
    #expect(withRelays >= 10 && withoutBandwidths >= 30, "\(withRelays), \(withoutBandwidths)")
  }

  @Test(arguments: Sample.machines(40, from: 36_000, nodes: 3...5, jobs: 1...4, layers: 0...4))
  func allSchedulesAreAccepted(_ sample: Sample) throws {
    let batch = sample.batch
    var parameters = SimulatedAnnealing.Parameters()
    parameters.steps = 40
    let order = Array(batch.jobs.indices)
    let schedules =
      [
        GreedyScheduling(batch, choice: .largest).result().schedule,
        SimulatedAnnealing(batch, parameters: parameters).result(from: order).schedule,
      ] + Baseline.allCases.compactMap { $0.schedule(batch) }
    let bound = batch.boundOfJobsAlone.seconds
    for discipline in Discipline.allCases {
      let asked = QueueInstance(sample.instance, discipline: discipline)
      for schedule in schedules {
        let assessment = ScheduleEvaluator(asked).assess(schedule)
        #expect(assessment.isFeasible, "\(sample): \(assessment.violations)")
        #expect(bound <= assessment.cost * (1 + 1e-12), "\(sample), \(discipline)")
      }
    }
  }

  // MARK: Memory

  /// A node needs room for all layers that may run there: weights once a DNN, the largest activations a job.
  @Test(arguments: [MachineFamily.sharedWeights, .ownWeights, .peaks, .parts])
  func memoryBindsFromWhatAllLayersTakeOn(_ family: MachineFamily) throws {
    var checked = 0
    for seed in UInt64(0)..<40 {
      var sample = Instance.machines(family, seed: seed)
      for node in sample.network.nodes.indices { sample.network.nodes[node].memory = nil }
      guard (try? Batch(sample)) != nil else { continue }
      for node in sample.network.nodes.indices {
        let held = demand(on: node, sample)
        guard held > 0 else { continue }
        checked += 1
        var limited = sample
        limited.network.nodes[node].memory = held
        #expect(throws: Never.self, "\(family), seed \(seed), node \(node)") { try Batch(limited) }
        limited.network.nodes[node].memory = 0.999 * held
        #expect("\(family), seed \(seed), node \(node)") {
          try Batch(limited)
        } throws: {
          "\($0)".contains("the memory of node \"n\(node)\" has no room")
        }
      }
    }
    #expect(checked >= 20, "\(checked)")
  }

  private func demand(on node: Int, _ instance: Instance) -> Double {
    let evaluator = Evaluator(instance)
    let hosts = instance.jobs.indices.map { job in
      instance.dnn(ofJob: job).layers.indices.map {
        evaluator.time(of: $0, on: node, job: job) == nil ? -1 : node
      }
    }
    return instance.memoryHeld(hosts: hosts)[node]
  }

  /// Two jobs of one DNN: weights of 2 and 2 bytes once, 3 bytes of activations and 2 of memory for each job.
  @Test func refusalsNameThePartsOfMemory() throws {
    var sample = instance(network([1]), [local([1, 1]), local([1, 1])])
    for (layer, activations) in [3.0, 2].enumerated() {
      sample.dnns[0].layers[layer].memory = 1
      sample.dnns[0].layers[layer].weights = 2
      sample.dnns[0].layers[layer].activations = activations
    }
    sample.network.nodes[0].memory = 14
    #expect(throws: Never.self) { try Batch(sample) }
    sample.network.nodes[0].memory = 13
    #expect {
      try Batch(sample)
    } throws: {
      "\($0)".contains("(\(Figures.size(14)); weights \(Figures.size(4)), activations \(Figures.size(6)))")
    }
  }
}
