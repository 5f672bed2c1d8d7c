import Foundations
import Splitting

/// The lower bound that multipliers of the coupling constraints prove.
///
/// Each constraint `use <= capacity` with a multiplier y >= 0 moves into the objective as y (use - capacity),
/// which is at most 0 for every plan that satisfies it. The remaining problem has no coupling, so each job
/// takes its cheapest path; the sum of these costs minus the sum of y capacity is at most every plan's value
/// (Geoffrion, "Lagrangean relaxation for integer programming", 1974). Under `max`, the makespan is at least
/// every convex combination of the weighted latencies, whose coefficients are multipliers as well.
///
/// Capacities include the tolerance that plans have.
struct LagrangianBound {
  /// The errors of the multipliers, one sentence for each; empty if they prove ``value``.
  private(set) var findings: [String] = []
  /// The proven bound [s]; meaningless if there are findings.
  private(set) var value = 0.0

  /// The prices of the resources; that of a deadline is the cost of a second of the job's latency.
  private var prices: PerConstraint
  private var capacityCosts = 0.0

  /// - Complexity: O(J L (N + E) log N).
  init(_ multipliers: Certificate.Multipliers, of instance: Instance, _ kind: ObjectiveKind) {
    let (network, jobs) = (instance.network, instance.jobs)
    prices = PerConstraint(repeating: 0, of: instance)
    for job in jobs.indices where kind == .total { prices[.deadline(job)] = jobs[job].weight }
    let ids = network.nodes.map(\.id)
    let nodePositions = ids.map { [$0] }.firstPositions
    let jobPositions = jobs.map { [$0.id] }.firstPositions
    take(
      multipliers.memory, nodePositions, "names node", CouplingConstraint.memory,
      limit: { network.nodes[$0].memory }, unlimited: { "the memory of node \($0), which has no limit" })
    take(multipliers.computeLoad, nodePositions, "names node", CouplingConstraint.computeLoad) { _ in 1 }
    if !multipliers.linkLoad.isEmpty {
      let links = network.links.map { [ids[$0.tail], ids[$0.head]] }.firstPositions
      take(multipliers.linkLoad, links, "prices a link from", of: "network", CouplingConstraint.linkLoad) {
        network.links[$0].bandwidth
      }
    }
    take(
      multipliers.deadline, jobPositions, "names job", CouplingConstraint.deadline,
      limit: { jobs[$0].deadline }, unlimited: { "the deadline of job \($0), which has none" })
    if kind == .max {
      if !jobs.isEmpty { takeMakespan(multipliers.makespan, jobs, jobPositions) }
    } else if !multipliers.makespan.isEmpty {
      findings.append("the certificate prices a makespan, which total does not have")
    }
    guard findings.isEmpty else { return }
    let paths = PricedPaths(instance, prices)
    value = jobs.indices.reduce(0) { $0 + paths.cost(ofJob: $1) } - capacityCosts
  }

  /// Moves the constraints of a family into the objective; `limit` is `nil` for one that has none.
  private mutating func take(
    _ multipliers: [Certificate.Multiplier], _ positions: [[Name]: Int], _ mention: String,
    of owner: String = "instance", _ constraint: (Int) -> CouplingConstraint, limit: (Int) -> Double?,
    unlimited: (_ name: String) -> String = { $0 }
  ) {
    for multiplier in multipliers {
      guard let position = find(multiplier, in: positions, mention, of: owner) else { continue }
      guard let limit = limit(position) else {
        findings.append("the certificate prices \(unlimited(quoted(multiplier.names[0])))")
        continue
      }
      prices[constraint(position)] += multiplier.value
      capacityCosts += multiplier.value * limit * Tolerance.slack
    }
  }

  private mutating func takeMakespan(
    _ multipliers: [Certificate.Multiplier], _ jobs: [Job], _ positions: [[Name]: Int]
  ) {
    for multiplier in multipliers {
      guard let job = find(multiplier, in: positions, "names job") else { continue }
      prices[.deadline(job)] += multiplier.value * jobs[job].weight
    }
    let sum = multipliers.reduce(0) { $0 + $1.value }
    if abs(sum - 1) > 1e-9 {
      findings.append(
        "the certificate's multipliers of the makespan sum to \(Figures.digits(sum, 10)), not to 1")
    }
  }

  private mutating func find(
    _ multiplier: Certificate.Multiplier, in positions: [[Name]: Int], _ mention: String,
    of owner: String = "instance"
  ) -> Int? {
    if let position = positions[multiplier.names] { return position }
    let names = multiplier.names.map(quoted).joined(separator: " to ")
    findings.append("the certificate \(mention) \(names), which the \(owner) does not have")
    return nil
  }
}
