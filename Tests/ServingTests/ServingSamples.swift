import Foundations
import LayerRoute

/// Small seeded clusters whose optimum enumeration can find.
enum ServingSamples {
  /// Two to four machines, a few layers; tables are not monotone, some machines are equal, and depending on the seed
  /// links never bind, some are missing or thin, or most are.
  static func instance(seed: UInt64) -> ServingInstance {
    var random = SplitMix64(seed: seed)
    let (machineCount, layers) = (2 + random.nextIndex(below: 3), 2 + random.nextIndex(below: 4))
    let isPartial = random.nextUnit() < 0.4
    let types = (0..<(1 + random.nextIndex(below: 2))).map { type in
      ServingInstance.MachineType(Name("type \(type)"), table(&random))
    }
    let machines = (0..<machineCount).map { machine in
      let type = random.nextIndex(below: types.count + 1)
      return ServingInstance.Machine(
        Name("m\(machine)"), type < types.count ? .type(type) : .own(table(&random)))
    }
    let sparse = [0, 0.15, 0.5][random.nextIndex(below: 3)]
    func limit() -> ServingInstance.Limit {
      guard sparse > 0 else { return .bandwidth(1e9) }
      return .capacity(random.nextUnit() < sparse ? 0 : Double(1 + random.nextIndex(below: 30)))
    }
    var links: [ServingInstance.Link] = []
    for machine in 0..<machineCount {
      links.append(ServingInstance.Link(.source, .machine(machine), limit()))
      links.append(ServingInstance.Link(.machine(machine), .sink, limit()))
      for head in 0..<machineCount where head != machine {
        links.append(ServingInstance.Link(.machine(machine), .machine(head), limit()))
      }
    }
    return ServingInstance(
      layers: layers, input: 4, hidden: 1000, output: 4, types: types, machines: machines, links: links,
      isPartial: isPartial)
  }

  /// Three or four machines, of which the first one or two are linked with all others, and these with no one else;
  /// depending on the seed, some machines have no link from the source or to the sink, and links are thin.
  static func hubInstance(seed: UInt64, isPartial: Bool = false) -> ServingInstance {
    var random = SplitMix64(seed: seed)
    let (machineCount, layers) = (3 + random.nextIndex(below: 2), 2 + random.nextIndex(below: 4))
    let hubCount = 1 + random.nextIndex(below: 2)
    let machineTypes = [table(&random), table(&random)].enumerated().map {
      ServingInstance.MachineType(Name("type \($0)"), $1)
    }
    let machines = (0..<machineCount).map {
      ServingInstance.Machine(Name("m\($0)"), .type(random.nextUnit() < 0.8 ? ($0 < hubCount ? 0 : 1) : 1))
    }
    let (missing, isThin) = ([0, 0.4][random.nextIndex(below: 2)], random.nextUnit() < 0.3)
    func limit(_ missing: Double) -> ServingInstance.Limit {
      if random.nextUnit() < missing { return .capacity(0) }
      return .capacity(isThin ? Double(1 + random.nextIndex(below: 40)) : 1e9)
    }
    var links: [ServingInstance.Link] = []
    for machine in 0..<machineCount {
      links.append(ServingInstance.Link(.source, .machine(machine), limit(missing)))
      links.append(ServingInstance.Link(.machine(machine), .sink, limit(missing)))
      for head in 0..<machineCount where head != machine && min(head, machine) < hubCount {
        links.append(ServingInstance.Link(.machine(machine), .machine(head), limit(0)))
      }
    }
    return ServingInstance(
      layers: layers, input: 4, hidden: 1000, output: 4, types: machineTypes, machines: machines,
      links: links,
      isPartial: isPartial)
  }

  private static func table(_ random: inout SplitMix64) -> ServingInstance.Table {
    (1...(1 + random.nextIndex(below: 3))).compactMap { held in
      random.nextUnit() < 0.85 ? (held, Double(1 + random.nextIndex(below: 40))) : nil
    }
  }
}

/// The largest value of all placements, each with its maximum flow, by enumeration.
struct ServingBruteForce {
  private let instance: ServingInstance
  private let figures: ClusterFigures
  private(set) var value = 0.0
  private var placement: Placement

  init(_ instance: ServingInstance) {
    self.instance = instance
    figures = instance.figures
    placement = Placement(machineCount: instance.machines.count)
    place(0)
  }

  private mutating func place(_ machine: Int) {
    guard machine < instance.machines.count else {
      value = max(value, PlacementFlow(placement, in: figures).value)
      return
    }
    place(machine + 1)
    for entry in instance.table(ofMachine: machine) where entry.held <= instance.layers && entry.rate > 0 {
      for first in 0...(instance.layers - entry.held) {
        (placement.first[machine], placement.held[machine]) = (first, entry.held)
        place(machine + 1)
      }
    }
    (placement.first[machine], placement.held[machine]) = (0, 0)
  }
}
