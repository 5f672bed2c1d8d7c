import Foundations
import Networks
import Splitting
import SplittingChecking
import SplittingGenerators
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// The heuristic's plans against enumeration.
@Suite struct HeuristicTests {
  /// Of a heuristic on many instances.
  private struct Tally {
    var feasible = 0
    var found = 0
    var gaps: [Double] = []
  }

  private func tally(_ coupling: Coupling, seeds: Range<UInt64>, _ variant: (Instance) -> Instance = { $0 })
    -> Tally
  {
    tally("\(coupling)", seeds: seeds, variant, { Instance.random(seed: $0, coupling) })
  }

  private func tally(
    _ name: String, seeds: Range<UInt64>, _ variant: (Instance) -> Instance = { $0 },
    _ maker: (UInt64) -> Instance
  ) -> Tally {
    var tally = Tally()
    for seed in seeds {
      let optimum = BruteForce(maker(seed)).optimum()
      let instance = variant(maker(seed))
      let outcome = ResidualRouting(instance).outcome()
      let (plan, bound) = (outcome.plan, outcome.lowerBound)
      let context = "\(name) seed \(seed)"
      guard let optimum else {
        #expect(plan == nil, "\(context): enumeration finds no plan")
        continue
      }
      #expect(bound <= optimum * (1 + 1e-9), "\(context): bound \(bound), optimum \(optimum)")
      tally.feasible += 1
      guard let plan else { continue }
      tally.found += 1
      let evaluation = Evaluator(instance).evaluate(plan.plan)
      #expect(evaluation.isFeasible, "\(context): \(evaluation.violations)")
      #expect(evaluation.objective(instance.options.objective) == plan.cost, "\(context)")
      #expect(plan.cost >= optimum * (1 - 1e-9), "\(context): \(plan.cost) is below the optimum \(optimum)")
      tally.gaps.append(optimum > 0 ? (plan.cost - optimum) / optimum : 0)
    }
    return tally
  }

  @Test(arguments: Coupling.allCases)
  func plansAreSoundAndNearTheOptimum(_ coupling: Coupling) {
    let tally = tally(coupling, seeds: 1000..<1200)
    let mean = tally.gaps.reduce(0, +) / Double(max(1, tally.gaps.count))
    // When this was written it found a plan for all of them, and all were optimal.
    #expect(Double(tally.found) >= 0.98 * Double(tally.feasible), "\(tally.found) of \(tally.feasible)")
    #expect(mean < 0.002, "mean gap \(mean)")
  }

  /// On large networks ways are searched link by link, and not looked up.
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together])
  func largeNetworksAreNoWorse(_ coupling: Coupling) {
    let tally = tally(coupling, seeds: 2000..<2060) { $0.padded(by: 70) }
    let mean = tally.gaps.reduce(0, +) / Double(max(1, tally.gaps.count))
    #expect(Double(tally.found) >= 0.98 * Double(tally.feasible), "\(tally.found) of \(tally.feasible)")
    #expect(mean < 0.002, "mean gap \(mean)")
  }

  @Test(arguments: MachineFamily.allCases)
  func machinesAreNoWorse(_ family: MachineFamily) {
    for isLarge in [false, true] {
      let tally = tally(
        "\(family)", seeds: 0..<(isLarge ? 60 : 150), { $0.padded(by: isLarge ? 70 : 0) },
        { Instance.machines(family, seed: $0) })
      let mean = tally.gaps.reduce(0, +) / Double(max(1, tally.gaps.count))
      #expect(tally.feasible > 20, "\(tally.feasible)")
      #expect(Double(tally.found) >= 0.98 * Double(tally.feasible), "\(tally.found) of \(tally.feasible)")
      #expect(mean < 0.002, "mean gap \(mean)")
    }
  }

  /// The memory of machines is less than sums, and the heuristic knows.
  @Test func plansAreFoundWhereSumsWouldNotFit() {
    var (feasible, found) = (0, 0)
    for family in [MachineFamily.sharedWeights, .peaks, .parts, .transfers] {
      for seed in UInt64(1000)..<1300 {
        let instance = Instance.machines(family, seed: seed)
        guard BruteForce(instance).optimum() != nil, BruteForce(instance.summed).optimum() == nil else {
          continue
        }
        feasible += 1
        if ResidualRouting(instance).outcome().plan != nil { found += 1 }
        let summed = ResidualRouting(instance.summed).outcome()
        #expect(summed.plan == nil, "\(family) seed \(seed): sums do not fit")
      }
    }
    #expect(feasible > 60, "\(feasible)")
    #expect(Double(found) >= 0.98 * Double(feasible), "\(found) of \(feasible)")
  }

  /// A node that has the memory for one job's whole DNN has it for many, however finely it is cut.
  @Test(arguments: [1, 2, 12], [1, 3, 30])
  func oneMachineHoldsWeightsOnce(_ jobs: Int, _ layers: Int) throws {
    let layer = Layer(name: "l", work: 1e9 / Double(layers), output: 1e3, weights: 9e7 / Double(layers))
    var dnn = DNN(name: "d", input: 1e3, layers: Array(repeating: layer, count: layers))
    for index in 0..<layers {
      dnn.layers[index].name = Name("l\(index)")
      dnn.layers[index].activations = 1e6 / Double(12 - index % 3)
    }
    let memory = 9e7 + Double(jobs) * dnn.layers.map(\.activations).reduce(0, max)
    let network = Network(nodes: [Node(id: "n", compute: 1e9, memory: memory)], links: [])
    let instance = Instance(
      network: network, dnns: [dnn],
      jobs: (0..<jobs).map { Job(id: Name("j\($0)"), dnn: 0, source: 0, target: 0) })
    let outcome = ResidualRouting(instance).outcome()
    let plan = try #require(outcome.plan)
    #expect(abs(plan.cost - Double(jobs)) <= 1e-9 * Double(jobs), "\(plan.cost)")
    var smaller = instance
    smaller.network.nodes[0].memory = memory * 0.999
    #expect(ResidualRouting(smaller).outcome().plan == nil)
  }

  /// The bound can be checked without the heuristic.
  @Test(arguments: MachineFamily.allCases)
  func multipliersProveTheBound(_ family: MachineFamily) {
    var raised = 0
    for seed in UInt64(0)..<150 {
      var instance = Instance.machines(family, seed: seed).tightened(memory: 0.8, rate: 1)
      instance.options.objective = .total
      let routing = ResidualRouting(instance)
      let outcome = routing.outcome(rounds: 20)
      guard outcome.lowerBound < .infinity else { continue }
      let certificate = Certificate(bound: outcome.lowerBound, proof: .multipliers(outcome.multipliers))
      let check = CertificateCheck(certificate, of: instance, .total)
      let proven = check.provenBound ?? -.infinity
      #expect(
        proven >= outcome.lowerBound * (1 - 1e-6),
        "\(family) seed \(seed): \(proven) instead of \(outcome.lowerBound): \(check.findings)")
      let alone = instance.jobs.indices.reduce(0) {
        $0 + instance.jobs[$1].weight * routing.jobs[$1].shortestLatency
      }
      if outcome.lowerBound > alone * (1 + 1e-6) { raised += 1 }
    }
    #expect(raised > 5 || [.relays, .bandwidths].contains(family), "\(raised)")
  }

  @Test func thePlanRepeats() throws {
    for objective in ObjectiveKind.ofLatencies {
      var instance = Instance.demo(seed: 3)
      instance.options.objective = objective
      let first = try #require(ResidualRouting(instance).outcome(rounds: 4).plan)
      let second = try #require(ResidualRouting(instance).outcome(rounds: 4).plan)
      #expect(first.plan == second.plan)
    }
  }

  @Test func aTimeLimitEndsIt() throws {
    let workload = Workload(jobs: 12, dnn: .vgg19, tightness: Tightness(memory: 0.75))
    let instance = try Instance.geometric(seed: 1, nodes: 100, workload: workload)
    let routing = ResidualRouting(instance)
    let start = ContinuousClock.now
    _ = routing.outcome(rounds: 1_000_000, seconds: 0.2).plan
    // Without the limit it would take days.
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}

extension Instance {
  /// The same instance with memory that adds up in place of weights and activations.
  fileprivate var summed: Instance {
    var summed = self
    for dnn in dnns.indices {
      for (index, layer) in dnns[dnn].layers.enumerated() {
        summed.dnns[dnn].layers[index].memory = layer.footprint
        summed.dnns[dnn].layers[index].weights = 0
        summed.dnns[dnn].layers[index].activations = 0
      }
    }
    return summed
  }
}
