import ArgumentParser
import Foundation
import Queues
import QueuesAlgorithms
import QueuesChecking
import Splitting
import SplittingGenerators

/// How long scheduling takes: greedy on many jobs, annealing by orders a second.
struct SchedulingSpeed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scheduling", abstract: "Time greedy scheduling, and orders that annealing evaluates.")

  @Option(help: "Nodes of the network.") var nodes = 100
  @Option(help: "Layers of each job.") var layers = 20
  @Option(help: "Jobs of the greedy schedule.") var jobs = 1000
  @Option(help: "Jobs of the annealed one.") var annealed = 20
  @Option(help: "Orders that are evaluated.") var steps = 2000
  @Option(help: "Seeds, 1 to this.") var seeds: UInt64 = 5

  func run() throws {
    print(
      "| seed | greedy, \(jobs) jobs [s] | searches | of the eager form's [%] | largest first [s] "
        + "| annealing, \(annealed) jobs [orders/s] | simulation [us] |")
    print("|---|---|---|---|---|---|---|")
    for seed in 1...seeds { try measure(seed) }
  }

  private func measure(_ seed: UInt64) throws {
    let large = QueueInstance(try instance(jobs, seed))
    let (greedy, seconds) = try timed { GreedyScheduling(try Batch(large)).result() }
    let many = try Batch(large)
    let (_, largest) = timed { GreedyScheduling(many, choice: .largest).result() }
    let few = try Batch(QueueInstance(try instance(annealed, seed)))
    let start = GreedyScheduling(few).result().schedule
    var parameters = SimulatedAnnealing.Parameters()
    parameters.steps = steps
    parameters.seeds = [1, 2]
    let (_, annealing) = timed {
      SimulatedAnnealing(few, parameters: parameters).result(from: start.order)
    }
    let chains = few.evaluator.chains(of: start.plan)
    let (_, simulated) = timed {
      for _ in 0..<100 {
        _ = Simulation(chains, order: start.order, on: few.resources, discipline: .preemptive)
      }
    }
    let eager = Double(jobs * (jobs + 1) / 2)
    let cells = [
      seconds.shown, "\(greedy.searches)", (100 * Double(greedy.searches) / eager).shown, largest.shown,
      (Double(parameters.seeds.count * steps) / annealing).shown, (1e6 * simulated / 100).shown,
    ]
    print("| \(seed) | \(cells.joined(separator: " | ")) |")
    fflush(nil)
  }

  private func instance(_ jobs: Int, _ seed: UInt64) throws -> Instance {
    try .geometric(
      seed: seed, nodes: nodes, workload: Workload(jobs: jobs, dnn: .random, layers: layers))
  }

  private func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, seconds: Double) {
    let start = ContinuousClock.now
    let result = try body()
    return (result, (ContinuousClock.now - start).seconds)
  }
}
