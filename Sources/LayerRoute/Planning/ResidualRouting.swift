import Graphs
import Instances
import Verification

/// A plan for a coupled instance within milliseconds: jobs one after the other, each on a shortest path through
/// what the others leave of memory, compute rate and bandwidth.
///
/// A heuristic: its search keeps one label a vertex, so it can miss the best way and even the only one. Prices on
/// scarce resources guide it. They are the multipliers of a subgradient method on the Lagrangian relaxation of
/// the coupling rows (Held, Wolfe and Crowder, 1974): what priced shortest paths overuse becomes dearer, what they
/// leave idle cheaper. What is returned was accepted by the evaluator.
public struct ResidualRouting: Sendable {
  private let instance: Instance
  private let rows: CouplingRows
  private let evaluator: Evaluator
  private let jobs: [ResidualJob]
  private let capacity: Resources

  /// - Parameters:
  ///   - instance: whose jobs are routed.
  ///   - rows: the coupling constraints in force; `nil` for all of the instance.
  /// - Complexity: O(J L (N + E)).
  public init(_ instance: Instance, rows: CouplingRows? = nil) {
    let rows = rows ?? CouplingRows(allOf: instance)
    let network = NetworkGraph(instance.network)
    self.instance = instance
    self.rows = rows
    evaluator = Evaluator(instance)
    jobs = instance.jobs.indices.map {
      ResidualJob(
        instance, job: $0, graph: LayeredGraph(instance, job: $0, network: network, rows: rows), rows)
    }
    capacity = Resources(capacityOf: instance, rows)
  }

  /// The best plan found; `nil` where none was.
  ///
  /// - Parameters:
  ///   - rounds: how often the prices are adjusted.
  ///   - seconds: after that much time the best so far is returned; `nil` for no limit, so that the result repeats.
  public func bestPlan(rounds: Int = 40, seconds: Double? = nil) -> KnownPlan? {
    let stopwatch = Stopwatch(limit: seconds)
    var random = SplitMix64(seed: 1)
    var best: KnownPlan?
    var prices = Resources(zerosLike: capacity)
    var order = Array(jobs.indices)
    for round in 0..<rounds where !stopwatch.hasExpired {
      if let plan = route(inOrder: order, prices, stopwatch), let value = value(of: plan) {
        let improved = improve(KnownPlan(plan: plan, value: value), prices, stopwatch)
        if improved.value < best?.value ?? .infinity { best = improved }
      }
      guard let usage = usageOfPricedPaths(prices, stopwatch) else { break }
      prices.raise(by: step(round), where: usage, exceeds: capacity)
      order.shuffle(using: &random)
    }
    return best
  }

  /// Steps as fractions of the largest shortest latency, falling to a tenth.
  private func step(_ round: Int) -> Double {
    let scale = jobs.map(\.shortestLatency).max() ?? 0
    return scale / Double(1 + round / 4)
  }

  /// What all jobs take together when each follows its cheapest path at these prices, whatever is left.
  private func usageOfPricedPaths(_ prices: Resources, _ stopwatch: Stopwatch) -> Resources? {
    let unlimited = Resources(unlimitedLike: capacity)
    var usage = Resources(zerosLike: capacity)
    for job in jobs {
      guard let plan = job.search(room: unlimited, prices: prices, capacity: capacity, stopwatch) else {
        return nil
      }
      job.forEachUse(of: plan) { usage[$0] += $1 }
    }
    return usage
  }

  private func route(inOrder order: [Int], _ prices: Resources, _ stopwatch: Stopwatch) -> Plan? {
    var room = capacity
    var plans = [JobPlan?](repeating: nil, count: jobs.count)
    for job in order {
      guard let plan = jobs[job].search(room: room, prices: prices, capacity: capacity, stopwatch) else {
        return nil
      }
      jobs[job].forEachUse(of: plan) { room[$0] -= $1 }
      plans[job] = plan
    }
    return Plan(jobs: plans.compactMap { $0 })
  }

  /// Routes one job at a time again, with and without prices, while that lowers the objective.
  private func improve(_ found: KnownPlan, _ prices: Resources, _ stopwatch: Stopwatch) -> KnownPlan {
    var (plan, value) = (found.plan, found.value)
    let noPrices = Resources(zerosLike: capacity)
    for _ in 0..<8 {
      let before = value
      for job in jobs.indices where !stopwatch.hasExpired {
        let room = roomLeft(by: plan, without: job)
        for prices in [noPrices, prices] {
          guard let better = jobs[job].search(room: room, prices: prices, capacity: capacity, stopwatch)
          else {
            continue
          }
          var candidate = plan
          candidate.jobs[job] = better
          if let candidateValue = self.value(of: candidate), candidateValue < value {
            (plan, value) = (candidate, candidateValue)
          }
        }
      }
      if value >= before * (1 - 1e-9) { break }
    }
    return KnownPlan(plan: plan, value: value)
  }

  private func roomLeft(by plan: Plan, without job: Int) -> Resources {
    var room = capacity
    for other in jobs.indices where other != job {
      jobs[other].forEachUse(of: plan.jobs[other]) { room[$0] -= $1 }
    }
    return room
  }

  /// `nil` where the evaluator rejects the plan. Where rows were dropped (in the search for a reason), its verdict
  /// on them does not count.
  private func value(of plan: Plan) -> Double? {
    let evaluation = evaluator.evaluate(plan)
    let isAccepted = evaluation.isFeasible || rows != CouplingRows(allOf: instance)
    return isAccepted ? evaluation.objective(instance.options.objective) : nil
  }
}

/// A resource that couples jobs.
enum Resource: Hashable {
  /// Bytes of a node's memory.
  case memory(Int)
  /// Seconds of a node's work a second.
  case computeLoad(Int)
  /// Bits a second of a link.
  case linkLoad(Int)
}

/// An amount of each resource: a capacity, a use, what is left, or a price for the whole of it.
struct Resources {
  private var memory: [Double]
  private var computeLoad: [Double]
  private var linkLoad: [Double]

  /// Infinite where no row is in force.
  init(capacityOf instance: Instance, _ rows: CouplingRows) {
    memory = zip(instance.network.nodes, rows.memory).map { node, isInForce in
      isInForce ? (node.memory ?? .infinity) * CouplingRows.slack : .infinity
    }
    computeLoad = rows.computeLoad.map { $0 ? CouplingRows.slack : .infinity }
    linkLoad = zip(instance.network.links, rows.linkLoad).map { link, isInForce in
      isInForce ? link.bandwidth * CouplingRows.slack : .infinity
    }
  }

  init(zerosLike other: Resources) {
    self = other
    setAll(to: 0)
  }

  init(unlimitedLike other: Resources) {
    self = other
    setAll(to: .infinity)
  }

  private mutating func setAll(to amount: Double) {
    memory = memory.map { _ in amount }
    computeLoad = computeLoad.map { _ in amount }
    linkLoad = linkLoad.map { _ in amount }
  }

  subscript(resource: Resource) -> Double {
    get {
      switch resource {
      case .memory(let node): memory[node]
      case .computeLoad(let node): computeLoad[node]
      case .linkLoad(let link): linkLoad[link]
      }
    }
    set {
      switch resource {
      case .memory(let node): memory[node] = newValue
      case .computeLoad(let node): computeLoad[node] = newValue
      case .linkLoad(let link): linkLoad[link] = newValue
      }
    }
  }

  /// A subgradient step on prices: each moves by `step` times its resource's relative overuse.
  mutating func raise(by step: Double, where usage: Resources, exceeds capacity: Resources) {
    Self.raise(&memory, step, usage.memory, capacity.memory)
    Self.raise(&computeLoad, step, usage.computeLoad, capacity.computeLoad)
    Self.raise(&linkLoad, step, usage.linkLoad, capacity.linkLoad)
  }

  private static func raise(_ prices: inout [Double], _ step: Double, _ usage: [Double], _ capacity: [Double])
  {
    for index in prices.indices where capacity[index] < .infinity && capacity[index] > 0 {
      // One step at most: a node that is overused tenfold must not price itself out for the rest.
      let overuse = min(1, usage[index] / capacity[index] - 1)
      prices[index] = max(0, prices[index] + step * overuse)
    }
  }
}
