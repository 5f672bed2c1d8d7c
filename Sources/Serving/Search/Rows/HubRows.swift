import Foundations
import ServingFlows

/// Rows of stages for clusters in which most links are missing: the shape first, names later.
///
/// The shape of a row, how many machines of which type hold how many layers, comes from prices and dives with a row for
/// the flow between leaves and hubs (``RowDive``). Annealing then looks for an order of the stages and for names of the
/// machines with which all links pass F.
struct HubRows {
  private let figures: ClusterFigures
  private let limits: [Double]
  private let hubs: HubSplit
  private let movesOfNames: Int
  private var share = 0.5

  /// - Parameter movesOfNames: the moves of annealing for one shape.
  init(_ figures: ClusterFigures, limits: [Double], hubs: HubSplit, movesOfNames: Int = 30_000) {
    self.figures = figures
    self.limits = limits
    self.hubs = hubs
    self.movesOfNames = movesOfNames
  }

  /// One try for a row of a value between that of a known plan and a bound, which comes closer to the plan after each
  /// failure. The row passes less than that if annealing leaves a cut that fails.
  mutating func next(
    above known: Double, bound: Double, random: inout SplitMix64, isCancelled: () -> Bool
  ) -> Placement? {
    let value = known + (bound - known) * share
    let types = MachineTypes(figures, limits: limits, value: value, hubs: hubs)
    var dive = RowDive(types, value: value)
    share = max(0.01, 0.7 * share)
    guard let row = dive.row(layers: figures.layers, random: &random, isCancelled: isCancelled) else { return nil }
    let chain = ChainFigures(figures, limits: limits, value: value)
    guard let named = Self.chain(row, types) else { return nil }
    var annealing = ChainAnnealing(chain, changes: .orderAndNames, seed: random.next())
    _ = annealing.run(from: named, moves: movesOfNames, isCancelled: isCancelled)
    return annealing.best.placement(chain, machineCount: figures.machineCount)
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
