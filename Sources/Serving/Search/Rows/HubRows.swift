import Foundations
import ServingFlows

/// Rows of stages for clusters in which most links are missing: the shape first, names later.
///
/// The shape of a row, how many machines of which type hold how many layers, comes from linear programs with rows for
/// what hubs pass (``ShapeDive``). Annealing then looks for an order of the stages and for names of the
/// machines with which all links pass F, which helps where links of hubs are narrow or missing too.
struct HubRows {
  private let figures: ClusterFigures
  private let limits: [Double]
  private let hubs: HubSplit
  /// The moves of annealing for one shape.
  private let movesOfNames = 30_000

  /// - Parameter limits: the most that can flow through each machine, 0 for machines of no use [1/s].
  init(_ figures: ClusterFigures, limits: [Double], hubs: HubSplit) {
    self.figures = figures
    self.limits = limits
    self.hubs = hubs
  }

  /// Tries for rows of values between that of a known plan and a bound, which come closer to the plan after each
  /// failure.
  ///
  /// - Parameters:
  ///   - known: the value of a plan [1/s].
  ///   - offer: takes a placement, which may pass less than its row was made for; returns the value of the best plan.
  func improve(
    from known: Double, bound: Double, tries: Int, random: inout SplitMix64, isCancelled: () -> Bool,
    offer: (Placement) -> Double
  ) {
    var (known, share) = (known, 0.5)
    for _ in 0..<tries where known < bound * (1 - Tolerance.relative) && !isCancelled() {
      let goal = known + (bound - known) * share
      let value = row(of: goal, &random, isCancelled).map(offer) ?? known
      if value < goal { share = max(0.01, 0.7 * share) }
      known = max(known, value)
    }
  }

  private func row(of value: Double, _ random: inout SplitMix64, _ isCancelled: () -> Bool) -> Placement? {
    let types = MachineTypes(figures, limits: limits, value: value, hubs: hubs)
    guard
      let row = ShapeDive(types, value: value).row(
        layers: figures.layers, random: &random, isCancelled: isCancelled),
      let chain = Self.chain(row, types)
    else { return nil }
    let chainFigures = ChainFigures(figures, limits: limits, value: value)
    var annealing = ChainAnnealing(chainFigures, changes: .orderAndNames, seed: random.next())
    _ = annealing.run(from: chain, moves: movesOfNames, isCancelled: isCancelled)
    return annealing.best.placement(chainFigures, machineCount: figures.machineCount)
  }

  /// The row with the first machines of each type; `nil` if a stage has too many.
  private static func chain(_ row: StageRow, _ types: MachineTypes) -> StageChain? {
    var unused = types.machines
    var chain = StageChain()
    for stage in row.stages {
      let machines = stage.machines.flatMap { part in
        defer { unused[part.type].removeFirst(part.count) }
        return unused[part.type].prefix(part.count)
      }
      guard let first = machines.first, machines.count <= StageChain.Stage.mostMachines else { return nil }
      var named = StageChain.Stage(first, held: stage.held)
      for machine in machines.dropFirst() { named.add(machine) }
      chain.stages.append(named)
    }
    chain.unused = unused.flatMap { $0 }
    return chain
  }
}
