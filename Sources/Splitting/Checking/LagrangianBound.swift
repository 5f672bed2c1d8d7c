import Foundations
import Networks
import Splitting

/// The lower bound that multipliers of the coupling constraints prove.
///
/// Each constraint `use <= capacity` with a multiplier y >= 0 moves into the objective as y (use - capacity),
/// which is at most 0 for every plan that satisfies it. The remaining problem has no coupling, so each job
/// takes its cheapest path; the sum of these costs minus the sum of y capacity is at most every plan's value
/// (Geoffrion, "Lagrangean relaxation for integer programming", 1974). Under `max`, the makespan is at least
/// every convex combination of the weighted latencies, whose coefficients are multipliers as well.
///
/// Capacities include the tolerance of 1e-6 that plans have.
struct LagrangianBound {
  /// The errors of the multipliers, one sentence for each; empty if they prove ``value``.
  private(set) var findings: [String] = []
  /// The proven bound [s]; meaningless if there are findings.
  private(set) var value = 0.0

  private let instance: Instance
  private var prices: ResourcePrices
  /// The cost of a second of each job's latency.
  private var latencyPrices: [Double]
  private var capacityCosts = 0.0

  /// - Complexity: O(J L (N + E) log N).
  init(_ multipliers: Certificate.Multipliers, of instance: Instance, _ kind: ObjectiveKind) {
    self.instance = instance
    prices = ResourcePrices(instance.network)
    latencyPrices = instance.jobs.map { kind == .total ? $0.weight : 0 }
    takeNodes(multipliers)
    takeLinks(multipliers.linkLoad)
    takeDeadlines(multipliers.deadline)
    takeMakespan(multipliers.makespan, kind)
    guard findings.isEmpty else { return }
    let paths = PricedPaths(instance, prices)
    value =
      instance.jobs.indices.reduce(0) { $0 + paths.cost(ofJob: $1, latencyPrice: latencyPrices[$1]) }
      - capacityCosts
  }

  private static let slack = 1 + 1e-6

  private mutating func takeNodes(_ multipliers: Certificate.Multipliers) {
    let nodes = indices(of: instance.network.nodes.map(\.id))
    for multiplier in multipliers.memory {
      guard let node = find(multiplier.node, in: nodes, "node") else { continue }
      guard let limit = instance.network.nodes[node].memory else {
        findings.append(
          "the certificate prices the memory of node \(quoted(multiplier.node)), which has no limit")
        continue
      }
      prices.memory[node] += multiplier.value
      capacityCosts += multiplier.value * limit * Self.slack
    }
    for multiplier in multipliers.computeLoad {
      guard let node = find(multiplier.node, in: nodes, "node") else { continue }
      prices.computeLoad[node] += multiplier.value
      capacityCosts += multiplier.value * Self.slack
    }
  }

  private mutating func takeLinks(_ multipliers: [Certificate.OfLink]) {
    if multipliers.isEmpty { return }
    let ids = instance.network.nodes.map(\.id)
    let links = Dictionary(
      instance.network.links.enumerated().map { ([ids[$1.tail], ids[$1.head]], $0) },
      uniquingKeysWith: { first, _ in first })
    for multiplier in multipliers {
      guard let link = links[[multiplier.from, multiplier.to]] else {
        findings.append(
          "the certificate prices a link from \(quoted(multiplier.from)) to \(quoted(multiplier.to)), "
            + "which the network does not have")
        continue
      }
      prices.linkLoad[link] += multiplier.value
      capacityCosts += multiplier.value * instance.network.links[link].bandwidth * Self.slack
    }
  }

  private mutating func takeDeadlines(_ multipliers: [Certificate.OfJob]) {
    let jobs = indices(of: instance.jobs.map(\.id))
    for multiplier in multipliers {
      guard let job = find(multiplier.job, in: jobs, "job") else { continue }
      guard let deadline = instance.jobs[job].deadline else {
        findings.append(
          "the certificate prices the deadline of job \(quoted(multiplier.job)), which has none")
        continue
      }
      latencyPrices[job] += multiplier.value
      capacityCosts += multiplier.value * deadline * Self.slack
    }
  }

  private mutating func takeMakespan(_ multipliers: [Certificate.OfJob], _ kind: ObjectiveKind) {
    if kind == .total {
      if !multipliers.isEmpty {
        findings.append("the certificate prices a makespan, which total does not have")
      }
      return
    }
    if instance.jobs.isEmpty { return }
    let jobs = indices(of: instance.jobs.map(\.id))
    for multiplier in multipliers {
      guard let job = find(multiplier.job, in: jobs, "job") else { continue }
      latencyPrices[job] += multiplier.value * instance.jobs[job].weight
    }
    let sum = multipliers.reduce(0) { $0 + $1.value }
    if abs(sum - 1) > 1e-9 {
      findings.append(
        "the certificate's multipliers of the makespan sum to \(Figures.digits(sum, 10)), not to 1")
    }
  }

  private func indices(of names: [Name]) -> [Name: Int] {
    Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func find(_ name: Name, in indices: [Name: Int], _ noun: String) -> Int? {
    if indices[name] == nil {
      findings.append("the certificate names \(noun) \(quoted(name)), which the instance does not have")
    }
    return indices[name]
  }
}

/// The cost of a unit of each resource.
struct ResourcePrices {
  /// One entry a node [s/byte].
  var memory: [Double]
  /// One entry a node [s].
  var computeLoad: [Double]
  /// One entry a link [s/(bit/s)].
  var linkLoad: [Double]

  init(_ network: Network) {
    memory = Array(repeating: 0, count: network.nodes.count)
    computeLoad = memory
    linkLoad = Array(repeating: 0, count: network.links.count)
  }
}
