import Foundations
import LinearModels
import Problems
import Splitting

/// What proves the bound of the relaxation of `paths` to the checker of certificates.
struct RelaxationProof: Sendable {
  /// Those of the coupling constraints and cuts.
  let multipliers: Certificate.Multipliers
  /// The bound [s].
  let bound: Double
  let instance: PathInstance
  /// By job: what it pays.
  let prices: [PathPrices]
  /// By job: the least cost of its paths [s].
  let leastCosts: [Double]
  /// By job: prices of its own limits, with which some of these costs were found.
  let ownLimits: [OwnLimits]

  /// The multipliers, with claims for the jobs whose cheapest path at these prices is known from their own limits, unless
  /// the time is over.
  ///
  /// - Parameter description: the instance.
  func multipliers(of description: Instance, _ cancellation: Cancellation) -> Certificate.Multipliers {
    var multipliers = multipliers
    if cancellation.isCancelled { return multipliers }
    for (index, job) in description.jobs.enumerated() {
      let limits = OwnLimits.proving(
        leastCosts[index], ofJob: index, instance, at: prices[index], from: ownLimits[index], cancellation)
      guard let limits else { continue }
      multipliers.paths.append(.init([job.id], value: max(0, leastCosts[index])))
      for (position, node) in description.network.nodes.enumerated() {
        func add(_ price: Double, to list: inout [Certificate.Multiplier]) {
          if price > 0 { list.append(.init([job.id, node.id], value: price)) }
        }
        add(limits.memory[position], to: &multipliers.ownMemory)
        add(limits.load[position], to: &multipliers.ownComputeLoad)
      }
      if limits.latency > 0 { multipliers.ownDeadline.append(.init([job.id], value: limits.latency)) }
    }
    return multipliers
  }
}

extension RelaxationProof {
  /// The relaxation of an instance with as many rounds of cuts as raise its bound towards the cost of a known plan [s],
  /// within a budget: a solve goes on without them as soon as its lists are short.
  /// - Returns: `nil` if nothing was proved.
  static func tightened(
    _ instance: Instance, _ source: any LinearSessionSource, known: Double, _ budget: Budget
  ) throws -> RelaxationProof? {
    let cancellation = Cancellation { budget.isExhausted }
    let routing = ResidualRouting(instance)
    let paths = PathInstance(routing, instance.options.objective)
    let session = try source.openSession(log: nil, cancellation: cancellation)
    let artificialCost = 100 * max(known, paths.unit * Double(max(1, instance.jobs.count)))
    var generation = ColumnGeneration(paths, session, artificialCost: artificialCost, cancellation)
    let target = known * (1 - 1e-9)
    if case .solved(plan: nil) = try generation.run(target: target, raised: { _ in }) {
      _ = try generation.tighten(target: target) { _ in }
    }
    return generation.bound > 0 ? generation.proof(of: instance) : nil
  }
}
