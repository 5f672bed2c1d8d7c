import Foundations
import ServingFlows

/// The own exact search: bounds by area and patterns, rows of stages, annealing where links bind, and the search from
/// left to right for what is left.
///
/// Everything depends on the seed and the number of rounds alone, not on time, which only ends it.
public struct ClusterSearch {
  /// What a search tells while it runs.
  public struct Listener {
    /// A placement that passes more than all before, with its flow.
    public var found: (Placement, PlacementFlow) -> Void
    /// No plan has a larger value [1/s].
    public var proved: (Double) -> Void
    /// Whether to end, asked every few milliseconds.
    public var mustStop: () -> Bool

    public init(
      found: @escaping (Placement, PlacementFlow) -> Void, proved: @escaping (Double) -> Void,
      mustStop: @escaping () -> Bool
    ) {
      (self.found, self.proved, self.mustStop) = (found, proved, mustStop)
    }
  }

  let figures: ClusterFigures
  let listener: Listener
  var random: SplitMix64
  let area: AreaBound
  private(set) var bound: Double
  private(set) var value = 0.0
  private(set) var best: Placement
  private var patterns: PatternBound
  /// The same with a row for links between leaves and hubs, if most links are missing.
  private var hubPatterns: PatternBound?
  private let hubRows: HubRows?
  private let gap: Double
  /// The pattern program with a layer of several machines.
  private var program: PatternProgram

  /// The most layers for searches that keep a state by layer, and for one that goes on layer by layer.
  private static let mostLayers = 20_000
  private static let mostPartialLayers = 300
  /// Beyond so many machines the pattern bound is the area bound, and every search but rows takes too long.
  private static let mostMachines = 120
  /// The most items of linear programs and knapsacks, which take their square in memory, and a call for each.
  private static let mostItems = 800
  private static let mostQuestions = 40

  /// - Parameters:
  ///   - figures: the cluster.
  ///   - seed: for annealing; the same seed leads to the same plans.
  ///   - gap: the relative gap at which the search may end.
  ///   - listener: hears of each better placement and bound, and says when to stop.
  public init(_ figures: ClusterFigures, seed: UInt64, gap: Double, listener: Listener) {
    self.figures = figures
    self.listener = listener
    self.gap = max(gap, Tolerance.relative)
    random = SplitMix64(seed: seed)
    area = AreaBound(figures)
    bound = area.value
    best = Placement(machineCount: figures.machineCount)
    patterns = PatternBound(figures, area)
    let used = area.limits.count { $0 > 0 }
    let hubs = used <= Self.mostMachines ? HubSplit(figures, limits: area.limits) : nil
    if let hubs, hubs.isTelling(among: used) {
      hubRows = HubRows(figures, limits: area.limits, hubs: hubs)
      if !figures.isPartial { hubPatterns = PatternBound(figures, area, hubs: hubs) }
    } else {
      hubRows = nil
    }
    program = PatternProgram(layers: figures.layers)
  }

  public var isClosed: Bool { bound - value <= gap * bound }
  var mustStop: Bool { listener.mustStop() }

  /// Searches until the gap is closed, the rounds are over, or the listener stops it.
  public mutating func run(rounds: Int) {
    listener.proved(bound)
    guard bound > 0 else { return }
    offer(EvenShares(figures).placement)
    offer(SeparateRows(figures, mustStop: listener.mustStop).placement)
    let types = patterns.types(at: bound)
    guard types.typeCount <= Self.mostItems else { return }
    addRows(rounds: 12)
    if area.limits.count(where: { $0 > 0 }) > Self.mostMachines || types.itemCount > Self.mostItems {
      addRows(rounds: 40 * rounds)
      return
    }
    // Rows take less time than bounds; a lower bound then tells where to look for more.
    addHubRows(tries: 20)
    lowerByPatterns()
    addHubRows(tries: 16)
    if !linksAreFree, !isClosed, rounds > 0 {
      decide(mostSteps: 10_000)
      anneal(runs: 8)
    }
    var steps = 100_000
    for _ in 0..<rounds where !isClosed && !mustStop {
      decide(mostSteps: steps)
      addHubRows(tries: 20)
      if !linksAreFree, !isClosed { anneal(runs: 8) }
      steps = min(2 * steps, 50_000_000)
    }
  }

  /// Whether no link can bind at the bound.
  private var linksAreFree: Bool { figures.linksAreFree(at: bound, limits: area.limits) }
  private var hasLinkTable: Bool { figures.machineCount <= LinkTable.mostMachines }

  // MARK: Plans and bounds

  /// Keeps a placement if it passes more than the best one.
  @discardableResult
  mutating func offer(_ placement: Placement) -> Double {
    let flow = PlacementFlow(placement, in: figures)
    if flow.value > value {
      (value, best) = (flow.value, placement)
      listener.found(placement, flow)
    }
    return flow.value
  }

  private mutating func exclude(_ value: Double) {
    guard value < bound else { return }
    bound = max(value, self.value)
    listener.proved(bound)
  }

  private mutating func lowerByPatterns() {
    guard !isClosed else { return }
    patterns.lower(from: bound, towards: value, mustStop: listener.mustStop)
    exclude(patterns.value)
    hubPatterns?.lower(from: bound, towards: value, mustStop: listener.mustStop)
    exclude(hubPatterns?.value ?? bound)
    guard !linksAreFree, hasLinkTable else { return }
    var low = value
    for _ in 0..<Self.mostQuestions where !isClosed && bound > low * (1 + 1e-7) && !mustStop {
      let middle = low + (bound - low) / 2
      if excludesByFile(middle) { exclude(middle) } else { low = middle }
    }
  }

  /// Whether a value needs a single file, and no component of the links has one.
  private mutating func excludesByFile(_ goal: Double) -> Bool {
    let types = patterns.types(at: goal)
    let prices = program.solve(
      types, value: goal, isExact: true, side: .severalMachines, mustStop: listener.mustStop
    ).prices
    let links = LinkTable(figures, limits: area.limits, value: goal)
    return SingleFileProof(types, prices: prices, links: links, layers: figures.layers).holds
  }

  // MARK: Rows

  /// Rows of stages in every region whose links are free inside, at rising values.
  private mutating func addRows(rounds: Int) {
    var rows = RegionRows(figures, area)
    let (bound, gap, mustStop) = (bound, gap, listener.mustStop)
    rows.improve(rounds: rounds, random: &random) { bound - $0 <= gap * bound || mustStop() }
    offer(rows.placement)
  }

  /// Rows whose shape knows of leaves and hubs, at values between the plan and the bound.
  private mutating func addHubRows(tries: Int) {
    guard !isClosed, let hubRows else { return }
    var generator = random
    hubRows.improve(
      from: value, bound: bound, tries: tries, random: &generator, isCancelled: listener.mustStop
    ) { placement in
      offer(placement)
      return value
    }
    random = generator
  }

  // MARK: Annealing

  private mutating func anneal(runs: Int) {
    let most = figures.held.max() ?? 0
    guard hasLinkTable, figures.layers <= Self.mostLayers, most * figures.machineCount <= 10_000_000 else {
      return
    }
    let used = area.limits.count { $0 > 0 }
    let moves = min(400_000, 700 * used * used)
    var start: StageChain?
    for run in 0..<runs where !isClosed && !mustStop {
      // The bound itself, which is often reached, or anything between.
      let unit = random.nextUnit()
      let goal =
        run.isMultiple(of: 2) ? bound * (1 - 1e-9) : max(value * (1 + 1e-6), value + (bound - value) * unit)
      let chain = ChainFigures(figures, limits: area.limits, value: goal)
      var annealing = ChainAnnealing(chain, seed: random.next())
      let isFresh = start == nil || random.nextUnit() < 0.3
      _ = annealing.run(from: isFresh ? nil : start, moves: moves, isCancelled: listener.mustStop)
      if let placement = annealing.best.placement(chain, machineCount: figures.machineCount) {
        let before = value
        offer(placement)
        if value > before { start = annealing.best }
      }
    }
  }

  // MARK: Decisions

  /// Asks whether values between the plan and the bound can be reached, first just above the plan, then from the bound
  /// downwards, where least may be wasted, until questions have no answer within so many steps.
  private mutating func decide(mostSteps: Int) {
    var share = 1e-3
    var isNew = true
    while !isClosed, !mustStop {
      if isNew {
        isNew = false
        switch ask(value > 0 ? value * (1 + 5e-7) : leastFlow, mostSteps: mostSteps) {
        case .better: isNew = true
        case .excluded: return exclude(value > 0 ? bound : 0)
        case .open: break
        }
        continue
      }
      switch ask(bound - (bound - value) * share, mostSteps: mostSteps) {
      case .better: isNew = true
      case .excluded: share = min(0.9, 2 * share)
      case .open:
        if share >= 0.7 { return }
        share = min(0.7, 5 * share)
      }
    }
  }

  /// No path passes less, so that every positive flow is at least this.
  private var leastFlow: Double {
    let positive = figures.rates + figures.linkCapacities + figures.fromSource + figures.toSink
    return positive.reduce(bound * 0.5) { $1 > 0 ? min($0, $1) : $0 }
  }

  private enum Reply {
    /// A better plan was found.
    case better
    /// No plan has the value.
    case excluded
    case open
  }

  /// Asks whether a plan has a value, and keeps the answer.
  private mutating func ask(_ goal: Double, mostSteps: Int) -> Reply {
    let before = value
    let isExcluded = excludes(goal, mostSteps)
    if isExcluded { exclude(goal) }
    return isExcluded ? .excluded : value > before ? .better : .open
  }

  /// Whether no plan has a value; plans that pass more than the best one are offered.
  private mutating func excludes(_ goal: Double, _ mostSteps: Int) -> Bool {
    let proof = patterns.proof(at: goal, isExact: true, mustStop: listener.mustStop)
    if proof.holds { return true }
    let hubProof = hubPatterns?.proof(at: goal, isExact: true, mustStop: listener.mustStop)
    if let hubProof, hubProof.holds { return true }
    let isFree = figures.linksAreFree(at: goal, limits: area.limits)
    let hasLinks = !isFree && hasLinkTable
    if hasLinks, excludesByFile(goal) { return true }
    var types = patterns.types(at: goal)
    var search = LayerGoal(types, proof, value: goal, layers: figures.layers)
    if figures.layers <= Self.mostLayers {
      // Where "yes" says nothing, most of the steps are for the search that follows.
      var covering = CoveringSearch(
        search, mostSteps: figures.isPartial ? mostSteps : mostSteps / 4, isCancelled: listener.mustStop)
      switch covering.answer() {
      case .no: return true
      case .yes(let starts): if figures.isPartial, isFree { offer(placement(starts, types.machines)) }
      case .unknown: break
      }
    }
    if isFree {
      return !figures.isPartial && excludes(search, MachineClasses(withoutLinks: types), mostSteps)
    }
    guard hasLinks, !figures.isPartial || figures.layers <= Self.mostPartialLayers else { return false }
    if let hubProof, let hubTypes = hubPatterns?.types(at: goal) {
      (types, search) = (hubTypes, LayerGoal(hubTypes, hubProof, value: goal, layers: figures.layers))
    }
    let links = LinkTable(figures, limits: area.limits, value: goal)
    let before = value
    let wide = MachineClasses(componentsOf: links, types)
    if excludes(search, wide, mostSteps) { return true }
    let twins = MachineClasses(twinsOf: links, types)
    guard value == before, twins.count > wide.count else { return false }
    return excludes(search, twins, mostSteps)
  }

  private mutating func excludes(_ search: LayerGoal, _ classes: MachineClasses, _ mostSteps: Int) -> Bool {
    var meeting = MeetingSearch(
      search, classes, isPartial: figures.isPartial, mostSteps: mostSteps, isCancelled: listener.mustStop)
    switch meeting.answer() {
    case .no: return true
    case .yes(let starts): offer(placement(starts, classes.machines))
    case .unknown: break
    }
    return false
  }

  /// The placement of starts, whose places are positions in lists of machines.
  private func placement(_ starts: [(place: Int, first: Int, held: Int)], _ machines: [[Int]]) -> Placement {
    var placement = Placement(machineCount: figures.machineCount)
    var used = [Int](repeating: 0, count: machines.count)
    for start in starts {
      let machine = machines[start.place][used[start.place]]
      used[start.place] += 1
      placement.first[machine] = start.first
      placement.held[machine] = start.held
    }
    return placement
  }
}
