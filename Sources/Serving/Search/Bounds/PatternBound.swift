import ServingFlows

/// The pattern bound: the largest value that the pattern program does not exclude, by bisection below the area bound.
struct PatternBound {
  /// No plan has a larger value [1/s]: proved by ``PatternProof``, or the area bound.
  private(set) var value: Double
  private var program: PatternProgram
  private let figures: ClusterFigures
  private let limits: [Double]
  /// The hub row counts if there is a split.
  private let hubs: HubSplit?

  init(_ figures: ClusterFigures, _ area: AreaBound, hubs: HubSplit? = nil) {
    self.figures = figures
    limits = area.limits
    self.hubs = hubs
    value = area.value
    program = PatternProgram(layers: figures.layers)
  }

  func types(at value: Double) -> MachineTypes {
    MachineTypes(figures, limits: limits, value: value, hubs: hubs)
  }

  /// The prices of the items at a value, and whether they exclude it; a value that is excluded becomes the bound.
  mutating func proof(at value: Double, isExact: Bool, mustStop: () -> Bool) -> PatternProof {
    let types = types(at: value)
    let row = hubs.map { HubRow(types, $0, value: value, layers: figures.layers) }
    let answer = program.solve(
      types, value: value, isExact: isExact, side: row.map { .hubs($0) } ?? .none, mustStop: mustStop)
    let proof = PatternProof(
      types, prices: answer.prices, hubs: row.map { ($0, answer.hubPrice) }, value: value,
      layers: figures.layers)
    if proof.holds, value < self.value { self.value = value }
    return proof
  }

  /// Lowers the bound from one that holds towards a value that a plan has, until both are close or `mustStop` says so.
  mutating func lower(from bound: Double, towards known: Double, mustStop: () -> Bool) {
    value = min(value, bound)
    // One question closes the gap if the plan is optimal.
    if known > 0, value > known, proof(at: known * (1 + 5e-7), isExact: false, mustStop: mustStop).holds {
      return
    }
    var low = known
    var steps = 0
    while value > low * (1 + 1e-7), steps < Self.mostQuestions, !mustStop() {
      steps += 1
      let middle = low + (value - low) / 2
      if !proof(at: middle, isExact: false, mustStop: mustStop).holds { low = middle }
    }
  }

  private static let mostQuestions = 60
}
