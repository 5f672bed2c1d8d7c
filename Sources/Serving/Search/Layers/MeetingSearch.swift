/// Whether a plan of value F exists, by a search from left to right that knows the flow: machines start where others
/// end, and for every set X of machines in use r(X) is the most flow that can be in X.
///
/// At a layer the machines E end, C go on, and S start. With c the rate of a machine and K the capacity of a link
///
///     r'(X + Y) = min over Z in E of  r(X + Z) + sum over y in Y of min(c_y, sum over e in E - Z of K(e, y))
///
/// for X in C and Y in S; r'(X) = r(X) alone. With partial inference machines that go on take flow too. There are plans
/// if r'(C + S) >= F at every layer.
struct MeetingSearch {
  private let goal: LayerGoal
  private let classes: MachineClasses
  private let isPartial: Bool
  private var unused: [Int]
  private var starts: [(place: Int, first: Int, held: Int)] = []
  private var failed = Set<[UInt64]>()
  private var stepsLeft: Int
  /// Whether more machines were in use than a table of subsets has room for, so that "no" proves nothing.
  private var isCut = false
  private let isCancelled: () -> Bool
  /// By place in the order of tries: the class and the position of an item in the goal's order.
  private let choices: [(place: Int, position: Int)]

  /// The first choice with which a block may open. Between two layers at which everything ends lies a block; where links
  /// never bind, blocks may stand in any order, so that one order is enough.
  private var opening = 0

  /// The numbers that states which failed may take, 8 bytes each.
  private var wordsLeft = 40_000_000
  private static let mostActive = 10

  /// A machine in use.
  private struct Member {
    /// The class; -1 for the source.
    var place: Int
    /// The layer at which it ends.
    var end: Int
    var rate: Double
    var price: Double
    var flowPrice: Double
  }

  /// The machines in use, by their ends, and the most flow in each subset of them.
  private struct Front {
    var members: [Member]
    var flows: [Double]
  }

  /// What unused machines and machines in use can still give, and what flow may still weigh.
  private struct Supply {
    var machines: Double
    var hubs: Double
  }

  init(
    _ goal: LayerGoal, _ classes: MachineClasses, isPartial: Bool, mostSteps: Int,
    isCancelled: @escaping () -> Bool
  ) {
    self.goal = goal
    self.classes = classes
    self.isPartial = isPartial
    self.isCancelled = isCancelled
    unused = classes.machines.map(\.count)
    stepsLeft = mostSteps
    choices = goal.item.indices.flatMap { position in
      (0..<classes.count).filter { classes.type[$0] == goal.type[position] }.map { ($0, position) }
    }
  }

  mutating func answer() -> LayerAnswer {
    let source = Member(place: -1, end: 0, rate: goal.value, price: 0, flowPrice: 0)
    let start = Front(members: [source], flows: [0, goal.value])
    if visit(0, start, Supply(machines: goal.wholeBudget, hubs: goal.hubBudget)) {
      return .yes(starts)
    }
    return stepsLeft > 0 && !isCut ? .no : .unknown
  }

  /// The capacity from a machine in use to a class.
  private func capacity(_ member: Member, _ place: Int) -> Double {
    guard classes.linksBind else { return .infinity }
    return member.place < 0
      ? classes.fromSource[place] : classes.between[member.place * classes.count + place]
  }

  /// Whether the flow that reaches a layer reaches the sink.
  private mutating func visit(_ layer: Int, _ front: Front, _ supply: Supply) -> Bool {
    guard layer < goal.layers else { return true }
    var supply = supply
    supply.hubs = min(supply.hubs, goal.hubPrice * Double(goal.layers - layer + 1))
    guard
      supply.machines + supply.hubs + goal.margin >= goal.leastWeight * Double(goal.layers - layer)
    else { return false }
    let key = key(layer, front)
    guard !failed.contains(key) else { return false }
    let opened = opening
    defer { opening = opened }
    let ending = front.members.prefix { $0.end == layer }.count
    let staying = front.members.count - ending
    // Without partial inference, what starts takes all but what stays.
    var (rate, weight) = (0.0, 0.0)
    for member in front.members[ending...] {
      rate += member.rate
      weight += member.price
    }
    if !isPartial, staying > 0 { rate = min(rate, front.flows[((1 << staying) - 1) << ending]) }
    var room = [Double](repeating: .infinity, count: classes.count)
    if classes.linksBind {
      for place in room.indices {
        room[place] = front.members[..<ending].reduce(0) { $0 + capacity($1, place) }
        // With partial inference what starts here may be fed later.
        if isPartial { room[place] = .infinity }
      }
    }
    var chosen: [Member] = []
    let first = staying == 0 ? opening : 0
    if fill(layer, front, ending, room, from: first, &chosen, rate: rate, weight: weight, supply) {
      return true
    }
    if stepsLeft > 0, !isCut, key.count <= wordsLeft {
      wordsLeft -= key.count
      failed.insert(key)
    }
    return false
  }

  private func key(_ layer: Int, _ front: Front) -> [UInt64] {
    var key: [UInt64] = []
    key.reserveCapacity(1 + unused.count + 3 * front.members.count + front.flows.count)
    key.append(UInt64(layer) << 32 | UInt64(opening))
    for count in unused { key.append(UInt64(count)) }
    for member in front.members {
      key.append(UInt64(member.end) << 32 | UInt64(member.place + 1))
      key.append(member.rate.bitPattern)
    }
    for flow in front.flows { key.append(flow.bitPattern) }
    return key
  }

  /// Starts further machines at a layer, from `first` among the choices.
  /// - Parameters:
  ///   - rate: what the machines that stay or were chosen can pass at most [1/s].
  ///   - weight: what they weigh without their flow.
  private mutating func fill(
    _ layer: Int, _ front: Front, _ ending: Int, _ room: [Double], from first: Int, _ chosen: inout [Member],
    rate: Double, weight: Double, _ supply: Supply
  ) -> Bool {
    stepsLeft -= 1
    if stepsLeft <= 0 { return false }
    if stepsLeft & 31 == 0, isCancelled() {
      stepsLeft = 0
      return false
    }
    if rate >= goal.enough, let next = advanced(front, ending, chosen, layer) {
      let later = isPartial ? layer + 1 : next.members[0].end
      var rest = supply
      rest.machines -= weight * Double(later - layer)
      rest.hubs -= weightOfFlow(next.members) * Double(later - layer)
      if visit(later, next, rest) { return true }
      if stepsLeft <= 0 { return false }
    }
    let inUse = goal.hubPrice > 0 ? cheapestFlowFirst(front.members[ending...] + chosen) : []
    for index in first..<choices.count {
      let (place, position) = choices[index]
      let held = goal.held[position]
      guard unused[place] > 0, layer + held <= goal.layers, room[place] > 0 else { continue }
      var rest = supply
      rest.machines += goal.price[position] * Double(held) - goal.budgets[goal.type[position]]
      var own = goal.rate[position]
      if classes.linksBind, layer + held == goal.layers { own = min(own, classes.toSink[place]) }
      guard own > 0 else { continue }
      let passed = rate + min(own, room[place])
      let heavier = weight + goal.price[position]
      let member = Member(
        place: place, end: layer + held, rate: own, price: goal.price[position],
        flowPrice: goal.flowPrice[position])
      // What this layer may weigh, and what it weighs at least.
      let most =
        rest.machines + rest.hubs - goal.leastWeight * Double(goal.layers - layer - 1) + goal.margin
      guard heavier + max(0, goal.value - passed) * goal.ratio[position] <= most else { continue }
      if goal.hubPrice > 0 {
        let flow = weightOfFlow(inUse, and: member, atMost: passed, goal.ratio[position])
        guard heavier + flow <= most else { continue }
      }
      unused[place] -= 1
      starts.append((place, layer, held))
      if chosen.isEmpty, ending == front.members.count, !classes.linksBind { opening = index }
      chosen.append(member)
      if fill(
        layer, front, ending, room, from: index, &chosen, rate: passed, weight: heavier, rest)
      {
        return true
      }
      chosen.removeLast()
      starts.removeLast()
      unused[place] += 1
      if stepsLeft <= 0 { return false }
    }
    return false
  }

  /// The least that F weighs on machines in use.
  private func weightOfFlow(_ members: [Member]) -> Double {
    guard goal.hubPrice > 0 else { return 0 }
    var (left, weight) = (goal.value, 0.0)
    for member in cheapestFlowFirst(members) where left > 0 {
      let flow = min(left, member.rate)
      weight += flow * member.flowPrice
      left -= flow
    }
    return weight
  }

  private func cheapestFlowFirst(_ members: [Member]) -> [Member] {
    members.sorted { $0.flowPrice < $1.flowPrice }
  }

  /// The least that F weighs on machines in use and a new one, which pass so much together, and on others, where a unit
  /// weighs at least a ratio.
  private func weightOfFlow(
    _ members: [Member], and new: Member, atMost passed: Double, _ ratio: Double
  ) -> Double {
    var (left, rest, weight) = (min(passed, goal.value), goal.value, 0.0)
    func fill(_ member: Member) {
      let flow = min(left, member.rate)
      weight += flow * member.flowPrice
      left -= flow
      rest -= flow
    }
    // The price of a new machine's flow is at most the ratio.
    var isFilled = false
    for member in members where member.flowPrice < ratio {
      if !isFilled, new.flowPrice <= member.flowPrice {
        fill(new)
        isFilled = true
      }
      fill(member)
    }
    if !isFilled { fill(new) }
    return weight + max(0, rest) * ratio
  }

  // MARK: Flows of subsets

  /// The front behind a layer where the first `ending` machines end and others start; `nil` if it passes less than F.
  private mutating func advanced(_ front: Front, _ ending: Int, _ chosen: [Member], _ layer: Int) -> Front? {
    let staying = front.members.count - ending
    let count = staying + chosen.count
    guard count > 0 else { return nil }
    guard count <= Self.mostActive else {
      isCut = true
      return nil
    }
    let flows =
      isPartial
      ? partialFlows(front, ending, chosen)
      : classes.linksBind ? linkFlows(front, ending, chosen) : freeFlows(front, ending, chosen)
    guard flows[(1 << count) - 1] >= goal.enough else { return nil }
    return sorted(Array(front.members[ending...]) + chosen, flows)
  }

  /// Without links: r'(X + Y) = min(r(X) + c(Y), r(X + E)).
  private func freeFlows(_ front: Front, _ ending: Int, _ chosen: [Member]) -> [Double] {
    let staying = front.members.count - ending
    var flows = [Double](repeating: 0, count: 1 << (staying + chosen.count))
    let ended = (1 << ending) - 1
    for subset in 0..<(1 << chosen.count) {
      var rate = 0.0
      for index in chosen.indices where subset & 1 << index != 0 { rate += chosen[index].rate }
      for kept in 0..<(1 << staying) {
        let base = front.flows[kept << ending]
        flows[subset << staying | kept] =
          subset == 0 ? base : min(base + rate, front.flows[kept << ending | ended])
      }
    }
    return flows
  }

  private func linkFlows(_ front: Front, _ ending: Int, _ chosen: [Member]) -> [Double] {
    let staying = front.members.count - ending
    var flows = [Double](repeating: .infinity, count: 1 << (staying + chosen.count))
    let ended = (1 << ending) - 1
    for set in 0...ended {
      let share = chosen.map { min($0.rate, capacity(of: front, ended & ~set, to: $0.place)) }
      for subset in 0..<(1 << chosen.count) {
        // Alone, machines that stay keep what they have.
        if subset == 0, set != 0 { continue }
        var rate = 0.0
        for index in chosen.indices where subset & 1 << index != 0 { rate += share[index] }
        for kept in 0..<(1 << staying) {
          let index = subset << staying | kept
          flows[index] = min(flows[index], front.flows[kept << ending | set] + rate)
        }
      }
    }
    return flows
  }

  /// With partial inference: of each machine in X either its rate is cut, or its old flow and its links.
  private func partialFlows(_ front: Front, _ ending: Int, _ chosen: [Member]) -> [Double] {
    let staying = front.members.count - ending
    let all = Array(front.members[ending...]) + chosen
    var flows = [Double](repeating: .infinity, count: 1 << all.count)
    let ended = (1 << ending) - 1
    for set in 0...ended {
      let link = all.map { capacity(of: front, ended & ~set, to: $0.place) }
      for kept in 0..<(1 << staying) {
        let base = front.flows[kept << ending | set]
        // Machines that go on with their old flow, which `kept` names, are among those of the subset.
        let others = ((1 << all.count) - 1) & ~kept
        var extra = others
        while true {
          var rate = base
          for index in all.indices {
            if kept & 1 << index != 0 {
              rate += link[index]
            } else if extra & 1 << index != 0 {
              rate += index < staying ? all[index].rate : min(all[index].rate, link[index])
            }
          }
          flows[extra | kept] = min(flows[extra | kept], rate)
          if extra == 0 { break }
          extra = (extra - 1) & others
        }
      }
    }
    return flows
  }

  /// What links bring from some of the machines that end to a class.
  private func capacity(of front: Front, _ tails: Int, to place: Int) -> Double {
    var sum = 0.0
    for index in front.members.indices where tails & 1 << index != 0 {
      sum += capacity(front.members[index], place)
    }
    return sum
  }

  /// A front in the order of ends, so that equal ones look alike.
  private func sorted(_ members: [Member], _ flows: [Double]) -> Front {
    let order = members.indices.sorted {
      (members[$0].end, members[$0].place, members[$0].rate) < (
        members[$1].end, members[$1].place, members[$1].rate
      )
    }
    var permuted = flows
    if !order.elementsEqual(members.indices) {
      for subset in flows.indices {
        var old = 0
        for (position, index) in order.enumerated() where subset & 1 << position != 0 { old |= 1 << index }
        permuted[subset] = flows[old]
      }
    }
    return Front(members: order.map { members[$0] }, flows: permuted)
  }
}
