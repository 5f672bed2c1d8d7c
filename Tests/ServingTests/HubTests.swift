import Foundations
import LayerRoute
import Testing

@testable import ServingSearch

/// Clusters in which most links are missing: bounds that know of hubs and leaves, and rows whose shape does, against
/// enumeration.
@Suite struct HubTests {
  @Test func noTwoLeavesAreLinked() {
    for seed in UInt64(100)..<300 {
      let figures = ServingSamples.instance(seed: seed).figures
      let area = AreaBound(figures)
      let hubs = HubSplit(figures, limits: area.limits)
      let leaves = hubs.isHub.indices.filter { !hubs.isHub[$0] }
      #expect(leaves.count == hubs.leafCount, "seed \(seed)")
      #expect(area.limits.allSatisfy { $0 <= 0 } || !leaves.isEmpty, "seed \(seed)")
      for tail in leaves {
        #expect(area.limits[tail] > 0, "seed \(seed)")
        for head in leaves { #expect(figures.capacity(from: tail, to: head) == 0, "seed \(seed)") }
      }
    }
  }

  /// Whatever the prices, what they exclude is above the optimum.
  @Test func noPriceOfTheHubRowExcludesTheOptimum() {
    var excluded = 0
    for seed in UInt64(6000)..<6200 {
      let instance = ServingSamples.hubInstance(seed: seed)
      let (figures, optimum) = (instance.figures, ServingBruteForce(instance).value)
      guard optimum > 0 else { continue }
      let area = AreaBound(figures)
      let hubs = HubSplit(figures, limits: area.limits)
      var random = SplitMix64(seed: seed)
      for share in [1, 1, 1.01, 1.2, 2] {
        let value = optimum * share
        let types = MachineTypes(figures, limits: area.limits, value: value, hubs: hubs)
        let row = HubRow(types, hubs, value: value, layers: figures.layers)
        let prices = (0..<types.itemCount).map { _ in random.nextUnit() < 0.2 ? 0 : random.nextUnit() }
        let price = random.nextUnit() < 0.2 ? 0 : 2 * random.nextUnit()
        let proof = PatternProof(
          types, prices: prices, hubs: (row, price), value: value, layers: figures.layers)
        if proof.holds {
          excluded += 1
          #expect(share > 1, "seed \(seed): \(prices) and \(price) exclude the optimum \(optimum)")
        }
      }
    }
    #expect(excluded > 20)
  }

  /// The bound with the hub row holds, is never above that without, and closes what patterns alone leave.
  @Test func theHubRowLowersTheBound() {
    var (lower, closed) = (0, 0)
    for seed in UInt64(20_000)..<21_000 {
      let instance = ServingSamples.hubInstance(seed: seed)
      let (figures, optimum) = (instance.figures, ServingBruteForce(instance).value)
      let area = AreaBound(figures)
      var plain = PatternBound(figures, area)
      var split = PatternBound(figures, area, hubs: HubSplit(figures, limits: area.limits))
      plain.lower(from: area.value, towards: optimum, mustStop: { false })
      split.lower(from: area.value, towards: optimum, mustStop: { false })
      #expect(split.value >= optimum, "seed \(seed): bound \(split.value), optimum \(optimum)")
      if optimum > 0 {
        let proof = split.proof(at: optimum, isExact: true, mustStop: { false })
        #expect(!proof.holds, "seed \(seed): the optimum \(optimum) is excluded")
      }
      #expect(split.value <= plain.value * (1 + 2e-7), "seed \(seed): \(split.value) above \(plain.value)")
      if split.value < plain.value * (1 - 1e-5) {
        lower += 1
        if split.value <= optimum * (1 + 1e-6) { closed += 1 }
      }
    }
    #expect(lower > 30 && closed > 10, "lower in \(lower), closed in \(closed)")
  }

  /// The lightest pattern whose flow has prices, against all patterns with all machines but one at full rate.
  @Test func theLightestPatternWithPricesOfFlow() {
    for seed in UInt64(8000)..<8400 {
      let figures = ServingSamples.hubInstance(seed: seed).figures
      let area = AreaBound(figures)
      guard area.value > 0 else { continue }
      var random = SplitMix64(seed: seed)
      let value = area.value * (0.3 + 0.7 * random.nextUnit())
      let hubs = HubSplit(figures, limits: area.limits)
      let types = MachineTypes(figures, limits: area.limits, value: value, hubs: hubs)
      let row = HubRow(types, hubs, value: value, layers: figures.layers)
      let prices = (0..<types.itemCount).map { _ in random.nextUnit() < 0.3 ? 0 : random.nextUnit() }
      let price = 2 * random.nextUnit()
      let flowPrices = row.flowPrices(price, value: value)
      let found = LeastPattern(types, prices: prices, flowPrices: flowPrices, value: value)
      let least = Self.leastWeight(types, prices, flowPrices, value: value)
      guard least < .infinity else {
        #expect(found.lowerBound == .infinity, "seed \(seed)")
        continue
      }
      #expect(
        abs(found.lowerBound - least) <= 1e-9 * (1 + least),
        "seed \(seed): \(found.lowerBound), by enumeration \(least)")
      // The pattern found weighs that much with its best division.
      guard let pattern = found.pattern else {
        Issue.record("seed \(seed): no pattern")
        continue
      }
      let own = pattern.parts.reduce(price * row.share(of: pattern.parts, types, value: value)) {
        $0 + Double($1.count) * prices[$1.item]
      }
      #expect(abs(own - least) <= 1e-9 * (1 + least), "seed \(seed): \(own), by enumeration \(least)")
    }
  }

  /// Every set of machines at full rate with one more that takes what is missing: a lightest division is one of these.
  private static func leastWeight(
    _ types: MachineTypes, _ prices: [Double], _ flowPrices: [Double], value: Double
  ) -> Double {
    var (least, left) = (Double.infinity, types.counts)
    func extend(from item: Int, _ weight: Double, _ rate: Double) {
      if rate >= value * (1 - 1e-12) { least = min(least, weight) }
      for last in prices.indices where left[types.itemType[last]] > 0 && rate < value {
        guard rate + types.itemRate[last] >= value * (1 - 1e-12) else { continue }
        least = min(least, weight + prices[last] + flowPrices[last] * (value - rate))
      }
      guard item < prices.count else { return }
      extend(from: item + 1, weight, rate)
      let (type, full) = (types.itemType[item], types.itemRate[item])
      if left[type] > 0, rate + full <= value * (1 + 1e-12) {
        left[type] -= 1
        extend(from: item, weight + prices[item] + flowPrices[item] * full, rate + full)
        left[type] += 1
      }
    }
    extend(from: 0, 0, 0)
    return least
  }

  /// A row for a value passes it if the links of hubs are wide.
  @Test func shapesCanBeLinedUp() {
    var found = 0
    for seed in UInt64(9000)..<9300 {
      let instance = ServingSamples.hubInstance(seed: seed)
      let figures = instance.figures
      // The ends are wide, and so are the links of hubs.
      let wide = ClusterFigures(
        layers: figures.layers, isPartial: false,
        tables: (0..<figures.tableCount).map { table in
          figures.options(ofTable: table).map { (held: figures.held[$0], rate: figures.rates[$0]) }
        },
        tableOfMachine: figures.tableOfMachine, fromSource: figures.fromSource.map { _ in 1e9 },
        toSink: figures.toSink.map { _ in 1e9 },
        links: figures.machineLinks.map { ClusterFigures.Link(tail: $0, head: $1, capacity: 1e9) })
      let area = AreaBound(wide)
      var random = SplitMix64(seed: seed)
      let value = area.value * (0.4 + 0.6 * random.nextUnit())
      guard value > 0 else { continue }
      let hubs = HubSplit(wide, limits: area.limits)
      let types = MachineTypes(wide, limits: area.limits, value: value, hubs: hubs)
      let row = ShapeDive(types, value: value).row(
        layers: wide.layers, random: &random, isCancelled: { false })
      guard let row, row.stages.reduce(0, { $0 + $1.held }) == wide.layers else { continue }
      found += 1
      var placement = Placement(machineCount: wide.machineCount)
      var unused = types.machines
      for start in row.starts {
        let machine = unused[start.place].removeFirst()
        (placement.first[machine], placement.held[machine]) = (start.first, start.held)
      }
      let flow = PlacementFlow(placement, in: wide).value
      #expect(flow >= value * (1 - 1e-9), "seed \(seed): \(flow) of \(value) in \(row.stages)")
    }
    #expect(found > 50, "\(found)")
  }

  /// From left to right, with any prices of items and of the hub row: a value just above the optimum has no plan, and
  /// one just below has.
  @Test func theSearchFromLeftToRightKeepsTheOptimumAtAnyPrices() {
    var cut = 0
    for seed in UInt64(12_000)..<12_400 {
      let instance = ServingSamples.hubInstance(seed: seed)
      let (figures, optimum) = (instance.figures, ServingBruteForce(instance).value)
      guard optimum > 0 else { continue }
      let area = AreaBound(figures)
      let hubs = HubSplit(figures, limits: area.limits)
      var random = SplitMix64(seed: seed)
      for share in [1 - 1e-6, 1 + 1e-6] {
        let value = optimum * share
        let types = MachineTypes(figures, limits: area.limits, value: value, hubs: hubs)
        let row = HubRow(types, hubs, value: value, layers: figures.layers)
        var prices = (0..<types.itemCount).map { _ in random.nextUnit() < 0.2 ? 0 : random.nextUnit() }
        var price = random.nextUnit() < 0.2 ? 0 : 2 * random.nextUnit()
        if random.nextUnit() < 0.5 {
          // The prices of the program, which cut off most.
          var program = PatternProgram(layers: figures.layers)
          let answer = program.solve(types, value: value, isExact: true, side: .hubs(row))
          (prices, price) = (answer.prices, answer.hubPrice)
        }
        let proof = PatternProof(
          types, prices: prices, hubs: (row, price), value: value, layers: figures.layers)
        if proof.holds { cut += 1 }
        var search = MeetingSearch(
          LayerGoal(types, proof, value: value, layers: figures.layers),
          MachineClasses(
            twinsOf: LinkTable(figures, limits: area.limits, value: value), types), isPartial: false,
          mostSteps: 1_000_000, isCancelled: { false })
        switch search.answer() {
        case .no: #expect(share > 1, "seed \(seed): no plan for \(value), optimum \(optimum)")
        case .yes: #expect(share < 1, "seed \(seed): a plan for \(value), optimum \(optimum)")
        case .unknown: Issue.record("seed \(seed): no answer")
        }
      }
    }
    #expect(cut > 20)
  }

  /// The published 42 machines with the links of the largest twelve alone; patterns without the hub row prove 6051.
  @Test func hubsOfThePublishedMachines() throws {
    let family = try #require(Kinds.serving.families.first { $0.name == "helix" })
    var instance = try family.instance(ParameterValues(["instance": .word("70b-42")]))
    func isHub(_ end: ServingInstance.End) -> Bool {
      guard case .machine(let machine) = end else { return true }
      return ["A100", "L4x2", "T4x4"].contains { instance.machines[machine].id.text.hasPrefix($0 + "-") }
    }
    instance.links = instance.links.filter { isHub($0.tail) || isHub($0.head) }
    let figures = instance.figures
    let area = AreaBound(figures)
    let hubs = HubSplit(figures, limits: area.limits)
    #expect(hubs.leafCount == 30)
    var bound = PatternBound(figures, area, hubs: hubs)
    bound.lower(from: area.value, towards: 0, mustStop: { false })
    #expect(bound.value < 5810, "\(bound.value)")
    var (value, random) = (0.0, SplitMix64(seed: 1))
    func never() -> Bool { false }
    HubRows(figures, limits: area.limits, hubs: hubs).improve(
      from: 0, bound: bound.value, tries: 12, random: &random, isCancelled: never
    ) { placement in
      value = max(value, PlacementFlow(placement, in: figures).value)
      return value
    }
    #expect(value > 5400 && value <= bound.value, "\(value)")
  }

  @Test func theSearchProvesTheOptimumOfHubs() {
    for seed in UInt64(10_000)..<10_200 {
      let instance = ServingSamples.hubInstance(seed: seed, isPartial: seed % 4 == 0)
      let optimum = ServingBruteForce(instance).value
      var (value, bound) = (0.0, Double.infinity)
      var search = ClusterSearch(
        instance.figures, seed: seed, gap: 0,
        listener: ClusterSearch.Listener(
          found: { value = $1.value }, proved: { bound = $0 }, mustStop: { false }))
      search.run(rounds: NativeServing.usualRounds)
      #expect(abs(value - optimum) <= 1e-9 * optimum, "seed \(seed): \(value), optimum \(optimum)")
      #expect(bound >= optimum * (1 - 1e-12), "seed \(seed): bound \(bound), optimum \(optimum)")
      #expect(bound <= optimum * (1 + 1e-6), "seed \(seed): bound \(bound), optimum \(optimum)")
    }
  }
}

extension ClusterFigures {
  /// The ends of all links between machines.
  fileprivate var machineLinks: [(Int, Int)] {
    (0..<machineCount).flatMap { tail in
      linkHeads[linkStarts[tail]..<linkStarts[tail + 1]].map { (tail, $0) }
    }
  }
}
