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
      let remarks = assessment.remarks()
      guard flow.value > 0 else {
        #expect(remarks.allSatisfy { $0.hasPrefix("nothing can flow") }, "seed \(seed): \(remarks)")
        continue
      }
      #expect(remarks.isEmpty, "seed \(seed): \(remarks)")
      // Half of it is less than the placement passes.
      var less = plan
      for index in less.flows.indices { less.flows[index].rate /= 2 }
      #expect(ServingEvaluator(instance).assess(less).remarks().count == 1, "seed \(seed)")
    }
  }

  /// Sizes of a thousand million layers: no table by layer has room for them.
  @Test func manyLayersAreNoTable() {
    let layers = 1_000_000_000
    let link = ClusterFigures.Link(tail: 0, head: 1, capacity: 100)
    for isPartial in [false, true] {
      let figures = ClusterFigures(
        layers: layers, isPartial: isPartial,
        tables: [[(layers / 2, 9), (layers, 5)], [(layers / 2, 7), (layers / 2 + 1, 8)]],
        tableOfMachine: [0, 1], fromSource: [100, 100], toSink: [100, 100], links: [link])
      #expect(PlacementFlow(EvenShares(figures).placement, in: figures).value == 7)
    }
    let figures = ClusterFigures(
      layers: layers, isPartial: false,
      tables: [[(layers / 2, 9), (layers, 5)], [(layers / 2, 7), (layers / 2 + 1, 8)]],
      tableOfMachine: [0, 1], fromSource: [100, 100], toSink: [100, 100], links: [link])
    let found = Self.search(figures)
    #expect(found.value == 7)
    #expect(found.bound >= 7 && found.bound <= 7 * (1 + 1e-6))
  }

  /// The sums of sizes that are kept one by one lead to the same shares as a table of all layers: the same cluster with
  /// each number of layers ten million times as large.
  @Test func sharesOfManyLayersAreThoseOfFew() {
    for seed in UInt64(5000)..<5100 {
      let small = ServingSamples.instance(seed: seed).figures
      let factor = 10_000_000
      let large = ClusterFigures(
        layers: factor * small.layers, isPartial: small.isPartial,
        tables: (0..<small.tableCount).map { table in
          small.options(ofTable: table).map { (held: factor * small.held[$0], rate: small.rates[$0]) }
        },
        tableOfMachine: small.tableOfMachine, fromSource: small.fromSource, toSink: small.toSink, links: [])
      let (few, many) = (EvenShares(small).placement, EvenShares(large).placement)
      // Shares may tie, so that squares are compared, not placements.
      let work = (0..<small.machineCount).map { machine in
        small.options(ofMachine: machine).reduce(0) { max($0, Double(small.held[$1]) * small.rates[$1]) }
      }
      let total = work.reduce(0, +)
      func squares(_ held: [Int], _ factor: Double) -> Double {
        held.indices.reduce(0) { sum, machine in
          let difference =
            Double(held[machine]) / factor - Double(small.layers) * work[machine] / max(total, 1)
          return sum + difference * difference
        }
      }
      let difference = squares(few.held, 1) - squares(many.held, Double(factor))
      #expect(abs(difference) < 1e-6, "seed \(seed): \(few) and \(many)")
    }
  }

  /// A flow far below the capacities on its way is not lost in their rounding.
  @Test func smallFlowsOnWideLinksAreNotLost() {
    for rate in [1e-3, 1e-9, 1e-200] {
      let figures = ClusterFigures(
        layers: 4, isPartial: false, tables: [[(2, 1e200)], [(2, rate)]], tableOfMachine: [0, 1],
        fromSource: [1e10, 0], toSink: [0, 1e10],
        links: [ClusterFigures.Link(tail: 0, head: 1, capacity: 1e10)])
      let found = Self.search(figures)
      #expect(found.value == rate)
      #expect(found.bound >= rate && found.bound <= rate * (1 + 1e-6))
    }
  }
}
