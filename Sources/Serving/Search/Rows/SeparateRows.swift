import Foundations
import ServingFlows

/// A pipeline of its own for each table of machines.
public struct SeparateRows {
  public let placement: Placement

  private static let rounds = 24

  /// - Parameters:
  ///   - figures: the cluster.
  ///   - mustStop: whether to end with what there is.
  public init(_ figures: ClusterFigures, mustStop: @escaping () -> Bool = { false }) {
    var groups = [[Int]](repeating: [], count: figures.tableCount)
    for machine in 0..<figures.machineCount { groups[figures.tableOfMachine[machine]].append(machine) }
    var rows = RegionRows(figures, regions: groups.filter { !$0.isEmpty })
    var random = SplitMix64(seed: 0)
    rows.improve(rounds: Self.rounds, random: &random) { _ in mustStop() }
    placement = rows.placement
  }
}
