import Foundations
import LinearModels
import Splitting
import SplittingChecking
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Whatever is exchanged, the plan at hand fits, also one that lacks some jobs.
@Suite struct JobExchangeTests {
  @Test(arguments: Coupling.allCases)
  func noPlanBreaksAConstraint(_ coupling: Coupling) throws {
    let counts = exchanges("\(coupling)", seeds: 0..<150) { Instance.random(seed: $0, coupling) }
    #expect(counts.whole > 100, "\(counts)")
    #expect(counts.partial > 2 || [.none, .deadline, .hosts, .times].contains(coupling), "\(counts)")
  }

  @Test(arguments: MachineFamily.allCases)
  func noPlanBreaksAConstraintOfMachines(_ family: MachineFamily) throws {
    let counts = exchanges("\(family)", seeds: 0..<150) { Instance.machines(family, seed: $0) }
    #expect(counts.whole > 100, "\(counts)")
    // Few are too tight for all jobs where these share what they hold, or where no memory is scarce.
    #expect(counts.partial > 2 || [.sharedWeights, .relays, .bandwidths].contains(family), "\(counts)")
  }

  /// Checks the plans of tightened instances; counts those with and without all jobs.
  private func exchanges(_ name: String, seeds: Range<UInt64>, _ instance: (UInt64) -> Instance)
    -> (whole: Int, partial: Int)
  {
    var (whole, partial) = (0, 0)
    for seed in seeds {
      for objective in ObjectiveKind.ofLatencies {
        var instance = instance(seed).tightened(memory: 0.7, rate: 2)
        instance.options.objective = objective
        let routing = ResidualRouting(instance)
        guard
          routing.jobs.allSatisfy({
            $0.shortestLatency <= $0.longestLatency && $0.shortestLatency < .infinity
          })
        else { continue }
        for rounds in [0, 1, 12] {
          var exchange = JobExchange(routing.jobs, routing.resources, objective, Budget())
          exchange.run(rounds: rounds)
          guard let best = exchange.best else { continue }
          let context = "\(name) seed \(seed), \(objective), \(rounds) rounds"
          check(best, of: instance, routing, context)
          if best.paths.contains(where: { $0 == nil }) { partial += 1 } else { whole += 1 }
        }
      }
    }
    return (whole, partial)
  }

  /// Many jobs that compete for little, for a moment each.
  @Test(arguments: [UInt64(0), 1, 2, 3])
  func manyJobsFitAsWell(_ seed: UInt64) {
    for objective in ObjectiveKind.ofLatencies {
      var instance = Instance.crowded(seed: seed)
      instance.options.objective = objective
      let routing = ResidualRouting(instance)
      var exchange = JobExchange(routing.jobs, routing.resources, objective, Budget())
      exchange.run(rounds: 2)
      guard let best = exchange.best else {
        Issue.record("seed \(seed), \(objective): no job was placed")
        continue
      }
      check(best, of: instance, routing, "seed \(seed), \(objective)")
    }
  }

  @Test func boundsAreNotAboveTheOptimum() {
    var compared = 0
    for (name, maker) in Self.makers {
      for seed in UInt64(200)..<220 {
        let instance = maker(seed)
        guard let optimum = BruteForce(instance).optimum() else { continue }
        let routing = ResidualRouting(instance)
        var exchange = JobExchange(routing.jobs, routing.resources, instance.options.objective, Budget())
        exchange.run(rounds: 12)
        compared += 1
        #expect(
          exchange.lowerBound <= optimum * (1 + 1e-9), "\(name) seed \(seed): \(exchange.lowerBound)")
      }
    }
    #expect(compared > 160, "\(compared)")
  }

  private static let makers: [(name: String, maker: @Sendable (UInt64) -> Instance)] =
    Coupling.allCases.map { coupling in ("\(coupling)", { Instance.random(seed: $0, coupling) }) }
    + MachineFamily.allCases.map { family in ("\(family)", { Instance.machines(family, seed: $0) }) }

  /// Expects that the evaluator accepts the jobs that have a route, and that what is left is what they leave.
  private func check(
    _ plan: PartialPlan, of instance: Instance, _ routing: ResidualRouting, _ context: String
  ) {
    var (placed, room) = (instance, routing.resources.values)
    var jobs: [JobPlan] = []
    placed.jobs = []
    for (job, route) in plan.paths.enumerated() {
      guard let route else { continue }
      placed.jobs.append(instance.jobs[job])
      jobs.append(route.plan(of: routing.jobs[job]))
      for use in route.uses where use.resource >= instance.network.nodes.count {
        room[Int(use.resource)] -= use.amount
      }
    }
    for (node, held) in placed.memoryHeld(hosts: jobs.map(\.hosts)).enumerated() {
      room[routing.resources.index(of: .memory(node))] -= held
    }
    let evaluation = Evaluator(placed).evaluate(Plan(jobs: jobs))
    #expect(evaluation.isFeasible, "\(context): \(evaluation.violations)")
    for (resource, left) in plan.room.enumerated() where left < .infinity {
      let whole = routing.resources.values[resource]
      #expect(
        left >= 0 && abs(left - room[resource]) <= 1e-9 * whole, "\(context), resource \(resource): \(left)")
    }
    for (latency, route) in zip(evaluation.jobs.map(\.latency), plan.paths.compactMap(\.self)) {
      #expect(
        abs(latency - route.latency) <= 1e-9 * latency, "\(context): \(route.latency), evaluated \(latency)")
    }
  }
}

extension Instance {
  /// Twenty jobs on nodes that have memory and time for about half of them.
  fileprivate static func crowded(seed: UInt64) -> Instance {
    var instance = adversarial(.rows, seed: seed, side: 4, layers: 5)
    let jobs = instance.jobs
    instance.jobs = (0..<20).map { index in
      var job = jobs[index % jobs.count]
      job.id = Name("j\(index)")
      job.weight = 1 + Double(index) / 10
      job.rate = 5
      return job
    }
    let needed = instance.jobs.indices.reduce(0) { sum, job in
      instance.dnn(ofJob: job).layers.reduce(sum) { $0 + $1.memory }
    }
    let computing = instance.network.nodes.indices.filter { instance.network.nodes[$0].compute > 0 }
    for node in computing { instance.network.nodes[node].memory = 0.6 * needed / Double(computing.count) }
    return instance
  }
}
