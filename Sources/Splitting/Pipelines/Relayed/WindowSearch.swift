import Foundations

/// The settings of one annealing run of a window search.
struct WindowSchedule {
  var steps: Int
  var steepness: (from: Double, to: Double)
  var temperature: (from: Double, to: Double)
  /// The load that counts as full.
  var reference: Double
  /// The most layers of a window, and the most windows of a step.
  var longest: Int
  var windows = 4
  /// The share of steps with noisy costs, and how noisy they are.
  var noiseShare = 0.33
  var noise = 0.5
  /// The penalty of a node with too little memory: a constant, and a factor of the part that is missing.
  var memoryConstant = 50.0
  var memoryFactor = 2000.0
}

/// Simulated annealing over plans: a step takes a few windows of layers out and re-inserts each along a cheapest way.
///
/// Large neighbourhood search (Shaw, 1998) under an exponential potential, which is what the fractional packing
/// algorithms of Plotkin, Shmoys and Tardos (1991) minimise.
struct WindowSearch {
  private let figures: PipelineFigures
  private var insertion: WindowInsertion
  private var potential: LoadPotential
  private(set) var state: PipelineState
  private var random: SplitMix64
  private(set) var bestValue = Double.infinity
  private(set) var best: PipelineState
  private var energy = 0.0
  /// The resource with the largest share of what it may carry: a node, or nodeCount + a link.
  private var busiest = 0
  private var windows: [Range<Int>] = []

  init(_ figures: PipelineFigures, _ links: PipelineLinks, seed: UInt64) {
    self.figures = figures
    insertion = WindowInsertion(figures, links)
    potential = LoadPotential(figures)
    state = PipelineState(figures)
    best = state
    random = SplitMix64(seed: seed)
  }

  /// Starts from a plan made of random cheap parts.
  /// - Returns: false if there is no way from the source to the target.
  mutating func startAnew(reference: Double, mask: PipelineMask?) -> Bool {
    state = PipelineState(figures)
    bestValue = .infinity
    (potential.steepness, potential.reference) = (5, reference)
    potential.tabulate(figures, mask)
    _ = potential.update(state)
    let isThere = insertion.insert(0..<figures.layerCount, into: &state, potential, noise: 2, &random)
    if isThere { note() }
    return isThere
  }

  /// Starts from hosts, and finds routes for the stages, those with the most bits first.
  /// - Returns: false if there are none.
  mutating func start(hosts: [Int], reference: Double, mask: PipelineMask?) -> Bool {
    state = PipelineState(figures)
    bestValue = .infinity
    for (layer, host) in hosts.enumerated() { state.place(layer, on: host) }
    (potential.steepness, potential.reference) = (40, reference)
    potential.tabulate(figures, mask)
    for stage in (0...figures.layerCount).sorted(by: { (figures.bits[$0], $1) > (figures.bits[$1], $0) })
    where state.origin(ofStage: stage) != state.destination(ofStage: stage) {
      _ = potential.update(state)
      guard insertion.insert(stage..<stage, into: &state, potential, noise: 0, &random) else { return false }
    }
    note()
    return true
  }

  /// One annealing run.
  /// - Complexity: steps times that of ``WindowInsertion/insert(_:into:_:noise:_:)``, plus O(nodes + links) a step.
  mutating func anneal(_ schedule: WindowSchedule, mask: PipelineMask?, mustStop: () -> Bool) {
    let chunks = min(40, max(1, schedule.steps / 50))
    potential.reference = schedule.reference
    potential.memoryConstant = schedule.memoryConstant
    potential.memoryFactor = schedule.memoryFactor
    for chunk in 0..<chunks {
      let share = Double(chunk) / Double(max(1, chunks - 1))
      potential.steepness = geometric(schedule.steepness, share)
      let temperature = geometric(schedule.temperature, share)
      potential.tabulate(figures, mask)
      state.recompute()
      energy = potential.update(state)
      findBusiest()
      for step in 0..<schedule.steps / chunks {
        if step & 31 == 0 && mustStop() { return }
        self.step(schedule, temperature)
      }
    }
  }

  private func geometric(_ ends: (from: Double, to: Double), _ share: Double) -> Double {
    SplitMix64.power(ends.from, to: ends.to, share: share)
  }

  private mutating func step(_ schedule: WindowSchedule, _ temperature: Double) {
    chooseWindows(schedule)
    let parts = windows.map { state.part($0) }
    for window in windows { state.remove(window) }
    var isThere = true
    let noise = random.nextUnit() < schedule.noiseShare ? schedule.noise : 0
    for window in windows where isThere {
      _ = potential.update(state)
      isThere = insertion.insert(window, into: &state, potential, noise: noise, &random)
    }
    let changed = isThere ? potential.update(state) : .infinity
    let rise = changed - energy
    if rise <= 0 || random.nextUnit() < SteepExponential.value(-rise / temperature) {
      energy = changed
      findBusiest()
      note()
    } else {
      for window in windows where state.hosts[window].allSatisfy({ $0 >= 0 }) { state.remove(window) }
      for part in parts { state.insert(part) }
      _ = potential.update(state)
    }
  }

  /// Windows that neither overlap nor share a stage, in random order.
  private mutating func chooseWindows(_ schedule: WindowSchedule) {
    let number = 1 + random.nextIndex(below: schedule.windows)
    windows.removeAll(keepingCapacity: true)
    for _ in 0..<number {
      let centre =
        random.nextUnit() < 0.6 ? placeAtBusiest() : random.nextIndex(below: figures.layerCount + 1)
      let most = 1 + random.nextIndex(below: schedule.longest)
      let length = 1 + random.nextIndex(below: most)
      let lower = max(0, centre - random.nextIndex(below: length + 1))
      let window = min(lower, figures.layerCount)..<min(lower + length, figures.layerCount)
      if windows.allSatisfy({ window.upperBound < $0.lowerBound || $0.upperBound < window.lowerBound }) {
        windows.append(window)
      }
    }
  }

  /// A layer or stage that loads the busiest resource.
  private mutating func placeAtBusiest() -> Int {
    var (chosen, count) = (0, 0)
    if busiest < figures.nodeCount {
      for layer in 0..<figures.layerCount where state.hosts[layer] == busiest {
        count += 1
        if random.nextIndex(below: count) == 0 { chosen = layer }
      }
    } else {
      for stage in 0...figures.layerCount where state.uses(stage: stage, link: busiest - figures.nodeCount) {
        count += 1
        if random.nextIndex(below: count) == 0 { chosen = stage }
      }
    }
    return chosen
  }

  private mutating func findBusiest() {
    var most = -1.0
    for node in 0..<figures.nodeCount {
      let used = state.memory[node] + state.peaks[node]
      // A node with too little memory comes first, however little is missing.
      let share = used > figures.memoryLimit[node] ? 1e100 : state.nodeLoads[node]
      if share > most { (most, busiest) = (share, node) }
    }
    for link in 0..<figures.linkCount where state.linkLoads[link] > most {
      (most, busiest) = (state.linkLoads[link], figures.nodeCount + link)
    }
  }

  /// Keeps the present plan if it is the best one.
  private mutating func note() {
    let value = state.value
    // Loads drift by rounding errors.
    guard value < bestValue * (1 - 1e-12) else { return }
    var exact = state
    exact.recompute()
    let exactValue = exact.value
    guard exactValue < bestValue else { return }
    (best, bestValue) = (exact, exactValue)
  }
}
