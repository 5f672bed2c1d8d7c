import Foundations

/// The shape of a row of stages of value F where most links are missing: how many machines of which types hold how many
/// layers, as hubs and leaves (``HubSplit``) can be lined up.
///
/// A group is a minimal set of machines with the same number of layers that pass F together; c is the rate of its hubs.
/// What a group's hubs do not pass must enter the hubs of its neighbours, so that two groups can be neighbours if and
/// only if c + c' >= F, links of hubs being wide. With y_g stages of group g,
///
///     max sum_g h_g y_g   subject to   the machines of each type,
///     sum of y_g with c_g <= t   <=   sum of y_g with c_g >= F - t     for every t < F/2
///
/// and a row that keeps to the last lines exists: the group of least c, then that of largest c, the second least and
/// the second largest, and so on. Groups are fixed one after the other, as in ``RowDive``, depth first.
struct ShapeDive {
  private let types: MachineTypes
  private let value: Double
  private var groups: [Group] = []
  /// Rows of groups of least c, by their t.
  private let thresholds: [Double]

  private struct Group {
    var held: Int
    var parts: [(item: Int, count: Int)]
    /// The rate of the hubs, at most F.
    var hubRate: Double
  }

  private static let mostGroups = 4_000
  private static let mostThresholds = 60
  private static let mostStepsOfGroups = 200_000
  /// The most linear programs of a dive, and the most columns of all of them.
  private static let mostPrograms = 200
  private static let mostColumns = 40_000

  init(_ types: MachineTypes, value: Double) {
    self.types = types
    self.value = value
    let sizes = Set(types.itemHeld).sorted()
    // Fewer machines a group if there are too many groups.
    var mostMachines = StageChain.Stage.mostMachines
    var found: [Group]?
    while found == nil, mostMachines > 0 {
      found = Self.groups(types, value: value, sizes: sizes, mostMachines: mostMachines)
      mostMachines -= 1
    }
    groups = found ?? []
    let low = Set(groups.map(\.hubRate).filter { 2 * $0 < value }).sorted()
    let step = max(1, (low.count + Self.mostThresholds - 1) / Self.mostThresholds)
    thresholds = stride(from: 0, to: low.count, by: step).map { low[$0] }
  }

  /// All groups of at most so many machines; `nil` if they are too many, or take too long to find.
  private static func groups(
    _ types: MachineTypes, value: Double, sizes: [Int], mostMachines: Int
  ) -> [Group]? {
    var (groups, steps) = ([Group](), 0)
    let left = types.counts
    var parts: [(item: Int, count: Int)] = []
    // Rates fall, so that a set that passes F only with its last machine is minimal.
    func extend(_ items: [Int], from position: Int, missing: Double, machines: Int) {
      if missing <= 0 {
        let rate = parts.reduce(0.0) { sum, part in
          types.isHub[types.itemType[part.item]] ? sum + Double(part.count) * types.itemRate[part.item] : sum
        }
        groups.append(
          Group(held: types.itemHeld[items[0]], parts: parts, hubRate: min(value, rate)))
        return
      }
      steps += 1
      guard position < items.count, groups.count <= mostGroups, steps <= mostStepsOfGroups else { return }
      let item = items[position]
      guard Double(mostMachines - machines) * types.itemRate[item] >= missing else { return }
      let wanted = Int((missing / types.itemRate[item]).rounded(.up))
      for count in stride(
        from: min(wanted, left[types.itemType[item]], mostMachines - machines), to: 0, by: -1)
      {
        parts.append((item, count))
        extend(
          items, from: position + 1, missing: missing - Double(count) * types.itemRate[item],
          machines: machines + count)
        parts.removeLast()
      }
      extend(items, from: position + 1, missing: missing, machines: machines)
    }
    for held in sizes {
      let items = (0..<types.itemCount).filter { types.itemHeld[$0] == held }
        .sorted { (types.itemRate[$1], $0) < (types.itemRate[$0], $1) }
      extend(items, from: 0, missing: value, machines: 0)
    }
    return groups.count <= mostGroups && steps <= mostStepsOfGroups ? groups : nil
  }

  /// A row that fills at least so many layers, in the order above; `nil` if the dive finds none.
  ///
  /// - Complexity: at most ``mostPrograms`` linear programs with a column a group.
  func row(layers: Int, random: inout SplitMix64, isCancelled: () -> Bool) -> StageRow? {
    var programs = max(1, min(Self.mostPrograms, Self.mostColumns / max(1, groups.count)))
    let start = Node(left: types.counts, layers: layers, room: Array(repeating: 0, count: thresholds.count))
    return fill(start, groups, &programs, &random, isCancelled).map(lineUp)
  }

  /// What is left to fill, and with what.
  private struct Node {
    var left: [Int]
    var layers: Int
    /// By threshold: the possible neighbours that are fixed, less the groups of few hubs.
    var room: [Int]
  }

  /// Fixes a group and fills the rest, or does without the group, depth first.
  private func fill(
    _ node: Node, _ groups: [Group], _ programs: inout Int, _ random: inout SplitMix64,
    _ isCancelled: () -> Bool
  ) -> [Group]? {
    guard node.layers > 0 else { return [] }
    var groups = groups.filter { group in
      group.parts.allSatisfy { $0.count <= node.left[types.itemType[$0.item]] }
    }
    while programs > 0, !isCancelled(), let next = nextGroup(node, groups, &random) {
      programs -= 1
      let group = groups[next.index]
      var rest = node
      for part in group.parts { rest.left[types.itemType[part.item]] -= next.times * part.count }
      for (row, threshold) in thresholds.enumerated() {
        rest.room[row] -= next.times * weight(group, threshold)
      }
      rest.layers -= next.times * group.held
      if let others = fill(rest, groups, &programs, &random, isCancelled) {
        return Array(repeating: group, count: next.times) + others
      }
      groups.remove(at: next.index)
    }
    return nil
  }

  /// 1 for a group of hubs that pass at most t, -1 for its possible neighbours.
  private func weight(_ group: Group, _ threshold: Double) -> Int {
    group.hubRate <= threshold ? 1 : group.hubRate >= value - threshold ? -1 : 0
  }

  /// A group that the linear program for what is left uses, and how often without doubt; `nil` if layers are missing.
  private func nextGroup(
    _ node: Node, _ groups: [Group], _ random: inout SplitMix64
  ) -> (index: Int, times: Int)? {
    // Small right-hand sides keep the simplex method from standing still.
    var simplex = PrimalSimplex(
      rightSides: node.left.map { Double($0) + 1e-7 }
        + node.room.enumerated().map { Double($1) + 1e-7 * (1 + Double($0) / 97) })
    for group in groups {
      var entries = group.parts.map { (types.itemType[$0.item], Double($0.count)) }
      for (row, threshold) in thresholds.enumerated() {
        let weight = weight(group, threshold)
        if weight != 0 { entries.append((node.left.count + row, Double(weight))) }
      }
      simplex.addColumn(cost: Double(group.held), entries)
    }
    guard simplex.maximise(mostIterations: 5_000), simplex.value >= Double(node.layers) - 1e-4 else {
      return nil
    }
    // The group that is used most, or any other in proportion to its use, so that dives differ.
    var best = 0.0
    var next: (index: Int, times: Int)?
    for (index, use) in simplex.values.enumerated() where use > 1e-6 {
      // As often as the program uses it, no more than needed; groups of few hubs wait for their neighbours.
      let needed = (node.layers + groups[index].held - 1) / groups[index].held
      var times = max(1, min(Int((use + 1e-6).rounded(.down)), needed))
      for (row, threshold) in thresholds.enumerated() where weight(groups[index], threshold) > 0 {
        times = min(times, node.room[row])
      }
      let score = use * (0.5 + random.nextUnit())
      if times > 0, score > best { (best, next) = (score, (index, times)) }
    }
    return next
  }

  /// The groups with few hubs, each followed by the largest of the others that is left, and then these.
  private func lineUp(_ groups: [Group]) -> StageRow {
    let few = groups.filter { 2 * $0.hubRate < value }.sorted { $0.hubRate < $1.hubRate }
    var others = groups.filter { 2 * $0.hubRate >= value }.sorted { $0.hubRate < $1.hubRate }
    let row = few.flatMap { [$0] + (others.popLast().map { [$0] } ?? []) } + others
    return StageRow(
      stages: row.map { group in
        StageRow.Stage(held: group.held, machines: group.parts.map { (types.itemType[$0.item], $0.count) })
      })
  }
}
