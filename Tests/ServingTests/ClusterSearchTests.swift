import Foundations
import LayerRoute
import Testing

@testable import ServingSearch

/// The own search and its proofs, against enumeration.
@Suite struct ClusterSearchTests {
  private final class Record {
    var value = 0.0
    var bound = Double.infinity
    var placement: Placement?
  }

  private static func search(_ figures: ClusterFigures, seed: UInt64 = 0) -> Record {
    let record = Record()
    var search = ClusterSearch(
      figures, seed: seed, gap: 0,
      listener: ClusterSearch.Listener(
        found: { (record.placement, record.value) = ($0, $1.value) }, proved: { record.bound = $0 },
        mustStop: { false }))
    search.run(rounds: NativeServing.usualRounds)
    return record
  }

  @Test func theSearchProvesTheOptimumOfSmallClusters() {
    for seed in UInt64(1000)..<1400 {
      let instance = ServingSamples.instance(seed: seed)
      let optimum = ServingBruteForce(instance).value
      let found = Self.search(instance.figures)
      #expect(
        abs(found.value - optimum) <= 1e-9 * optimum, "seed \(seed): \(found.value), optimum \(optimum)")
      #expect(found.bound >= optimum * (1 - 1e-12), "seed \(seed): bound \(found.bound), optimum \(optimum)")
      #expect(found.bound <= optimum * (1 + 1e-6), "seed \(seed): bound \(found.bound), optimum \(optimum)")
    }
  }

  /// Whatever the prices, what they exclude is above the optimum.
  @Test func noPricesExcludeTheOptimum() {
    var excluded = 0
    for seed in UInt64(2000)..<2200 {
      let instance = ServingSamples.instance(seed: seed)
      let (figures, optimum) = (instance.figures, ServingBruteForce(instance).value)
      let area = AreaBound(figures)
      #expect(area.value >= optimum, "seed \(seed): area bound \(area.value), optimum \(optimum)")
      guard optimum > 0 else { continue }
      var random = SplitMix64(seed: seed)
      for share in [1, 1.01, 1.2, 2] {
        let value = optimum * share
        let types = MachineTypes(figures, limits: area.limits, value: value)
        let prices = (0..<types.itemCount).map { _ in random.nextUnit() < 0.2 ? 0 : random.nextUnit() }
        let proof = PatternProof(types, prices: prices, value: value, layers: figures.layers)
        if proof.holds {
          excluded += 1
          #expect(share > 1, "seed \(seed): \(prices) exclude the optimum \(optimum)")
        }
        let several = SingleFileProof(
          types, prices: prices, links: LinkTable(figures, limits: area.limits, value: value),
          layers: figures.layers)
        #expect(share > 1 || !several.holds, "seed \(seed): no single file, but \(optimum) has a plan")
      }
    }
    #expect(excluded > 20)
  }

  @Test func theSameSeedGivesTheSamePlan() {
    for seed in UInt64(3000)..<3040 {
      let figures = ServingSamples.instance(seed: seed).figures
      #expect(
        Self.search(figures, seed: 7).placement == Self.search(figures, seed: 7).placement, "seed \(seed)")
    }
  }

  /// Two implementations of maximum flow, of the model and of the evaluator, agree on random placements.
  @Test func largestFlowsAgree() throws {
    for seed in UInt64(4000)..<4400 {
      let instance = ServingSamples.instance(seed: seed)
      var random = SplitMix64(seed: seed)
      var placement = Placement(machineCount: instance.machines.count)
      for machine in instance.machines.indices {
        let table = instance.table(ofMachine: machine).filter { $0.held <= instance.layers }
        guard !table.isEmpty else { continue }
        let held = table[random.nextIndex(below: table.count)].held
        placement.held[machine] = held
        placement.first[machine] = random.nextIndex(below: instance.layers - held + 1)
      }
      let flow = PlacementFlow(placement, in: instance.figures)
      let plan = ServingPlan(placement, flow)
      let assessment = ServingEvaluator(instance).assess(plan)
      #expect(assessment.violations.isEmpty, "seed \(seed): \(assessment.violations)")
      #expect(assessment.remarks().isEmpty, "seed \(seed): \(assessment.remarks())")
      // Half of it is less than the placement passes.
      guard flow.value > 0 else { continue }
      var less = plan
      for index in less.flows.indices { less.flows[index].rate /= 2 }
      let remarks = ServingEvaluator(instance).assess(less).remarks()
      #expect(remarks.count == 1, "seed \(seed)")
    }
  }
}
