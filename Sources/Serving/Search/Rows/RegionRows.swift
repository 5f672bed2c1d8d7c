import Foundations
import ServingFlows

/// A row of stages in every region, each at the largest value that the dives reach; the rows run beside each other.
///
/// A region is a component of the links that carry whatever their ends can pass.
struct RegionRows {
  private(set) var placement: Placement
  private let figures: ClusterFigures
  private var regions: [Region] = []

  private struct Region {
    let machines: [Int]
    let figures: ClusterFigures
    let area: AreaBound
    var value = 0.0
    var share = 0.5
  }

  init(_ figures: ClusterFigures, _ area: AreaBound) {
    self.init(figures, regions: Self.regions(figures, area))
  }

  /// Rows in given groups of machines.
  init(_ figures: ClusterFigures, regions groups: [[Int]]) {
    self.figures = figures
    placement = Placement(machineCount: figures.machineCount)
    for machines in groups {
      let part = figures.part(machines)
      let area = AreaBound(part)
      if area.value > 0 { regions.append(Region(machines: machines, figures: part, area: area)) }
    }
  }

  /// The components of the links that carry all that their ends can pass.
  private static func regions(_ figures: ClusterFigures, _ area: AreaBound) -> [[Int]] {
    var region = [Int](repeating: -1, count: figures.machineCount)
    var groups: [[Int]] = []
    var tails: [[Int]] = Array(repeating: [], count: figures.machineCount)
    for tail in 0..<figures.machineCount {
      for link in figures.linkStarts[tail]..<figures.linkStarts[tail + 1] {
        let head = figures.linkHeads[link]
        guard figures.linkCapacities[link] >= min(area.limits[tail], area.limits[head]) else { continue }
        tails[tail].append(head)
        tails[head].append(tail)
      }
    }
    for machine in 0..<figures.machineCount where area.limits[machine] > 0 && region[machine] < 0 {
      region[machine] = groups.count
      var group = [machine]
      var read = 0
      while read < group.count {
        for other in tails[group[read]] where region[other] < 0 && area.limits[other] > 0 {
          region[other] = groups.count
          group.append(other)
        }
        read += 1
      }
      groups.append(group.sorted())
    }
    return groups
  }

  /// Dives for rows of larger values, so many in each region.
  ///
  /// - Parameter isEnough: whether a value of all regions together suffices, or time is over.
  mutating func improve(rounds: Int, random: inout SplitMix64, isEnough: (Double) -> Bool) {
    for _ in 0..<rounds {
      for index in regions.indices {
        guard !isEnough(regions.reduce(0) { $0 + $1.value }) else { return }
        var region = regions[index]
        improve(&region, &random, isEnough)
        regions[index] = region
      }
    }
  }

  private mutating func improve(
    _ region: inout Region, _ random: inout SplitMix64, _ isEnough: (Double) -> Bool
  ) {
    let goal = region.value + (region.area.value - region.value) * region.share
    guard goal > region.value * (1 + 1e-9) else { return }
    let types = MachineTypes(region.figures, limits: region.area.limits, value: goal)
    var dive = RowDive(types, value: goal)
    guard let row = dive.row(layers: figures.layers, random: &random, isCancelled: { isEnough(0) }) else {
      region.share = max(0.01, 0.7 * region.share)
      return
    }
    var part = Placement(machineCount: region.machines.count)
    var used = [Int](repeating: 0, count: types.typeCount)
    let lists = types.machines
    for start in row.starts {
      let machine = lists[start.place][used[start.place]]
      used[start.place] += 1
      part.first[machine] = start.first
      part.held[machine] = start.held
    }
    let flow = PlacementFlow(part, in: region.figures).value
    guard flow > region.value else {
      region.share = max(0.01, 0.7 * region.share)
      return
    }
    region.value = flow
    for (place, machine) in region.machines.enumerated() {
      placement.first[machine] = part.first[place]
      placement.held[machine] = part.held[place]
    }
  }
}
