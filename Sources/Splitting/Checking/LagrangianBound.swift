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
/// With `blocks` a job takes the cheapest of the paths whose blocks fit their nodes, which proves more; then there may be
/// cuts of blocks, see ``CutBlocks``. Jobs with a claim take the cheapest of the paths that keep their own limits, see
/// ``LimitedPaths``.
///
/// Capacities include the tolerance that plans have.
///
/// The memory of a node counts the weights of a layer of a DNN once, and the largest activations of each job. They are
/// variables of their own: h, from 0 to 1, which is at least every x of a job that runs the layer there, and a, from 0
/// to the job's largest activations, which is at least the activations of each layer that the job runs there. These
/// constraints have multipliers too, alpha and beta. What remains of h and a in the objective is at least its least
/// over their ranges, which the bound loses.
struct LagrangianBound {
  /// The errors of the multipliers, one sentence for each; empty if they prove ``value``.
  private(set) var findings: [String] = []
  /// The proven bound [s]; meaningless if there are findings.
  private(set) var value = 0.0

  /// The prices of the resources; that of a deadline is the cost of a second of the job's latency.
  private var prices: PerConstraint
  private var capacityCosts = 0.0
  /// By job.
  private var surcharges: [LayerSurcharges]
  private var claims: [PathClaim?]

  /// - Complexity: O(J L (N + E) log N).
  init(_ multipliers: Certificate.Multipliers, of instance: Instance, _ kind: ObjectiveKind) {
    let (network, jobs) = (instance.network, instance.jobs)
    prices = PerConstraint(repeating: 0, of: instance)
    surcharges = Array(repeating: [:], count: jobs.count)
    claims = Array(repeating: nil, count: jobs.count)
    for job in jobs.indices where kind == .total { prices[.deadline(job)] = jobs[job].weight }
    let ids = network.nodes.map(\.id)
    let nodePositions = ids.map { [$0] }.firstPositions
    let jobPositions = jobs.map { [$0.id] }.firstPositions
    take(
      multipliers.memory, nodePositions, "names node", CouplingConstraint.memory,
      limit: { network.nodes[$0].memory }, unlimited: { "the memory of node \($0), which has no limit" })
    takeParts(of: multipliers, instance, jobs: jobPositions, nodes: nodePositions)
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
    takeClaims(multipliers, instance, jobs: jobPositions, nodes: nodePositions)
    let cuts = CutBlocks(multipliers.cuts, of: instance, jobs: jobPositions, nodes: nodePositions)
    findings += cuts.findings
    capacityCosts += cuts.capacityCosts
    if !multipliers.cuts.isEmpty && !multipliers.blocks {
      findings.append("the certificate has cuts of blocks, which need \"blocks\": true")
    }
    if kind == .max {
      if !jobs.isEmpty { takeMakespan(multipliers.makespan, jobs, jobPositions) }
    } else if !multipliers.makespan.isEmpty {
      findings.append("the certificate prices a makespan, which total does not have")
    }
    guard findings.isEmpty else { return }
    let paths = PricedPaths(instance, prices, surcharges: surcharges, cuts: cuts.prices)
    let costs = claims.enumerated().map { job, claim in
      claim.map { paths.cost(ofJob: job, $0) } ?? paths.cost(ofJob: job, blocks: multipliers.blocks)
    }
    value = costs.reduce(0, +) - capacityCosts
    if !value.isFinite && Self.isOverflow(instance, capacityCosts, multipliers) {
      findings.append(
        "the certificate's multipliers are too large to be computed with, so they prove nothing")
    }
  }

  /// Whether a bound that is not finite has its reason in the size of the multipliers, and not in a job without a path.
  private static func isOverflow(
    _ instance: Instance, _ capacityCosts: Double, _ multipliers: Certificate.Multipliers
  ) -> Bool {
    guard capacityCosts.isFinite else { return true }
    let free = PricedPaths(
      instance, PerConstraint(repeating: 0, of: instance),
      surcharges: Array(repeating: [:], count: instance.jobs.count),
      cuts: Array(repeating: [], count: instance.jobs.count))
    return instance.jobs.indices.allSatisfy {
      free.cost(ofJob: $0, blocks: multipliers.blocks) < .infinity
    }
  }

  /// Moves the constraints of a family into the objective; `limit` is `nil` for one that has none.
  private mutating func take(
    _ multipliers: [Certificate.Multiplier], _ positions: [[Name]: Int], _ mention: String,
    of owner: String = "instance", _ constraint: (Int) -> CouplingConstraint, limit: (Int) -> Double?,
    unlimited: (_ name: String) -> String = { $0 }
  ) {
    for multiplier in multipliers {
      guard let position = find(multiplier.names, in: positions, mention, of: owner) else { continue }
      guard let limit = limit(position) else {
        findings.append("the certificate prices \(unlimited(quoted(multiplier.names[0])))")
        continue
      }
      prices[constraint(position)] += multiplier.value
      capacityCosts += multiplier.value * limit * Tolerance.slack
    }
  }

  /// Moves the constraints of the weights and activations that nodes hold into the objective; the prices of memory
  /// are known.
  ///
  /// The losses are enlarged, so that multipliers out of all proportion prove nothing by their rounding errors.
  private mutating func takeParts(
    of multipliers: Certificate.Multipliers, _ instance: Instance, jobs: [[Name]: Int], nodes: [[Name]: Int]
  ) {
    var weightCosts: [WeightsOnNode: Double] = [:]
    for multiplier in multipliers.holding {
      guard let (job, layer, node) = find(multiplier, instance, jobs, nodes) else { continue }
      guard instance.sharesWeights(ofJob: job) else {
        let name = quoted(multiplier.job)
        findings.append("the certificate prices holding weights for job \(name), which alone runs its DNN")
        continue
      }
      surcharges[job][layer, default: []].append((node, multiplier.value))
      let dnn = instance.jobs[job].dnn
      weightCosts[WeightsOnNode(dnn: dnn, layer: layer, node: node), default: 0] += multiplier.value
    }
    var activationPrices: [ActivationsOnNode: Double] = [:]
    for multiplier in multipliers.peak {
      guard let (job, layer, node) = find(multiplier, instance, jobs, nodes) else { continue }
      let activations = instance.dnn(ofJob: job).layers[layer].activations
      surcharges[job][layer, default: []].append((node, multiplier.value * activations))
      activationPrices[ActivationsOnNode(job: job, node: node), default: 0] += multiplier.value
    }
    let losses =
      weightCosts.map { place, cost in
        let weights = instance.dnns[place.dnn].layers[place.layer].weights
        return max(0, cost - prices[.memory(place.node)] * weights)
      }
      + activationPrices.map { place, price in
        let largest = instance.dnn(ofJob: place.job).layers.lazy.map(\.activations).max() ?? 0
        return max(0, price - prices[.memory(place.node)]) * largest
      }
    // Sorted, because the order of a dictionary differs from run to run.
    capacityCosts += losses.sorted().reduce(0, +) * (1 + 1e-6)
  }

  /// Takes the claims of jobs' cheapest paths, with the prices of the limits that each job has alone.
  private mutating func takeClaims(
    _ multipliers: Certificate.Multipliers, _ instance: Instance, jobs: [[Name]: Int], nodes: [[Name]: Int]
  ) {
    let network = instance.network
    for claim in multipliers.paths {
      guard let job = find(claim.names, in: jobs, "names job") else { continue }
      if claims[job] != nil {
        findings.append("the certificate names job \(quoted(claim.names[0])) twice in paths")
      }
      claims[job] = PathClaim(claim.value, nodeCount: network.nodes.count)
    }
    /// The job of a price of its own limits, which has a claim.
    func claimant(_ multiplier: Certificate.Multiplier) -> Int? {
      guard let job = find([multiplier.names[0]], in: jobs, "names job") else { return nil }
      if claims[job] != nil { return job }
      findings.append(
        "the certificate prices limits of job \(quoted(multiplier.names[0])) alone, and claims nothing of its paths"
      )
      return nil
    }
    for multiplier in multipliers.ownMemory {
      guard let job = claimant(multiplier), let node = find([multiplier.names[1]], in: nodes, "names node")
      else { continue }
      guard let limit = network.nodes[node].memory else {
        findings.append(
          "the certificate prices the memory of node \(quoted(multiplier.names[1])), which has no limit")
        continue
      }
      claims[job]?.memory[node] += multiplier.value
      claims[job]?.offset += multiplier.value * limit * Self.enlarged
    }
    for multiplier in multipliers.ownComputeLoad {
      guard let job = claimant(multiplier), let node = find([multiplier.names[1]], in: nodes, "names node")
      else { continue }
      claims[job]?.computeLoad[node] += multiplier.value
      claims[job]?.offset += multiplier.value * Self.enlarged
    }
    for multiplier in multipliers.ownDeadline {
      guard let job = claimant(multiplier) else { continue }
      guard let limit = instance.jobs[job].deadline else {
        findings.append(
          "the certificate prices the deadline of job \(quoted(multiplier.names[0])), which has none")
        continue
      }
      claims[job]?.deadline += multiplier.value
      claims[job]?.offset += multiplier.value * limit * Self.enlarged
    }
    if claims.contains(where: { $0?.offset.isFinite == false }) {
      findings.append("the certificate's prices of own limits are too large to be computed with")
    }
  }

  /// The tolerance of limits, and room for the rounding errors of prices out of all proportion.
  private static let enlarged = Tolerance.slack * (1 + 1e-9)

  private mutating func takeMakespan(
    _ multipliers: [Certificate.Multiplier], _ jobs: [Job], _ positions: [[Name]: Int]
  ) {
    for multiplier in multipliers {
      guard let job = find(multiplier.names, in: positions, "names job") else { continue }
      prices[.deadline(job)] += multiplier.value * jobs[job].weight
    }
    let sum = multipliers.reduce(0) { $0 + $1.value }
    if abs(sum - 1) > 1e-9 {
      findings.append(
        "the certificate's multipliers of the makespan sum to \(Figures.digits(sum, 10)), not to 1")
    }
  }

  private mutating func find(
    _ multiplier: Certificate.LayerMultiplier, _ instance: Instance, _ jobs: [[Name]: Int],
    _ nodes: [[Name]: Int]
  ) -> (job: Int, layer: Int, node: Int)? {
    guard let job = find([multiplier.job], in: jobs, "names job"),
      let node = find([multiplier.node], in: nodes, "names node")
    else { return nil }
    let count = instance.dnn(ofJob: job).layers.count
    guard (0..<count).contains(multiplier.layer) else {
      findings.append(
        "the certificate names layer \(multiplier.layer) of the \(count) of job \(quoted(multiplier.job))")
      return nil
    }
    return (job, multiplier.layer, node)
  }

  private mutating func find(
    _ names: [Name], in positions: [[Name]: Int], _ mention: String, of owner: String = "instance"
  ) -> Int? {
    if let position = positions[names] { return position }
    let text = names.map(quoted).joined(separator: " to ")
    findings.append("the certificate \(mention) \(text), which the \(owner) does not have")
    return nil
  }
}

/// The weights of a layer of a DNN on a node, which jobs share.
private struct WeightsOnNode: Hashable {
  let dnn: Int
  let layer: Int
  let node: Int
}

/// The largest activations of a job on a node.
private struct ActivationsOnNode: Hashable {
  let job: Int
  let node: Int
}
