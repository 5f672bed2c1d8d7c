import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

/// Multipliers of coupling constraints that prove a lower bound: the duals of the linear relaxation of the
/// layered model, or the multipliers of another method.
struct MultiplierCertificate {
  private let instance: Instance
  /// Shortest latency of each job [s].
  private let latencies: [Double]

  /// - Parameter latencies: the shortest latency of each job [s].
  init(_ instance: Instance, latencies: [Double]) {
    self.instance = instance
    self.latencies = latencies
  }

  /// The certificate of the best bound among some multipliers, at least that of every job on its own.
  ///
  /// Its bound is the one that the checker computes.
  func best(of candidates: [Certificate.Multipliers]) -> Certificate? {
    let kind = instance.options.objective
    let alone: Certificate.Multipliers =
      kind == .max ? .ofLongestJob(instance, latencies) : Certificate.Multipliers()
    let certificates = (candidates + [alone]).compactMap { multipliers -> Certificate? in
      let proof = Certificate.Proof.multipliers(multipliers)
      let check = CertificateCheck(Certificate(bound: 0, proof: proof), of: instance, kind)
      return check.provenBound.map { Certificate(bound: $0, proof: proof) }
    }
    return certificates.max { $0.bound < $1.bound }
  }

  /// The duals of the coupling constraints in the linear relaxation of a formulation; `nil` if it was not solved.
  ///
  /// - Parameters:
  ///   - formulation: a formulation that does not refuse the instance.
  ///   - solver: a solver of linear programs.
  ///   - known: the cost of a known plan [s].
  ///   - budget: the limits of building and solving.
  func relaxationDuals(
    _ formulation: any Formulation<SplittingProblem>, _ solver: any ModelSolver, known: Double,
    _ budget: Budget
  ) async -> Certificate.Multipliers? {
    let relaxation = await LinearRelaxation(of: instance, formulation, solver, limitedTo: known, budget)
    return relaxation.map { multipliers($0.model, $0.duals) }
  }

  /// - Parameter duals: the duals of the model's rows, in base units.
  private func multipliers(_ model: CompiledModel, _ duals: [Double]) -> Certificate.Multipliers {
    var prices = PerConstraint(repeating: 0.0, of: instance)
    let network = instance.network
    let constraints = Dictionary(
      uniqueKeysWithValues: instance.limits.inForce.map { ($0.label(in: network), $0) })
    let makespans = Dictionary(
      uniqueKeysWithValues: instance.jobs.indices.map { (CouplingConstraint.makespanLabel(ofJob: $0), $0) })
    var multipliers = Certificate.Multipliers()
    for (row, label) in model.rowLabels.enumerated() {
      let price = abs(duals[row])
      guard price > 0, price.isFinite else { continue }
      if let constraint = constraints[label] {
        prices[constraint] = price
      } else if let job = makespans[label] {
        multipliers.makespan.append(.init(job: instance.jobs[job].id, value: price))
      }
    }
    multipliers.take(prices, of: instance)
    if instance.options.objective == .max { complete(&multipliers) }
    return multipliers
  }

  /// Completes the multipliers of the makespan: the model keeps it above the longest shortest path by a bound
  /// of a column, whose dual is missing from the rows.
  private func complete(_ multipliers: inout Certificate.Multipliers) {
    let sum = multipliers.makespan.reduce(0) { $0 + $1.value }
    if sum < 1 {
      for rest in Certificate.Multipliers.ofLongestJob(instance, latencies).makespan {
        multipliers.makespan.append(.init(job: rest.job, value: 1 - sum))
      }
    } else {
      for index in multipliers.makespan.indices { multipliers.makespan[index].value /= sum }
    }
  }
}

extension Certificate.Multipliers {
  /// Under `max`: the makespan is at least the weighted latency of the job with the longest shortest path.
  ///
  /// - Parameter latencies: the shortest latency of each job [s].
  static func ofLongestJob(_ instance: Instance, _ latencies: [Double]) -> Certificate.Multipliers {
    var multipliers = Certificate.Multipliers()
    let weighted = zip(instance.jobs, latencies).map { $0.weight * $1 }
    if let longest = weighted.indices.max(by: { weighted[$0] < weighted[$1] }) {
      multipliers.makespan = [.init(job: instance.jobs[longest].id, value: 1)]
    }
    return multipliers
  }

  /// The multipliers with the prices of coupling constraints, including those of deadlines.
  init(_ prices: PerConstraint<Double>, of instance: Instance) {
    self.init()
    take(prices, of: instance)
  }

  fileprivate mutating func take(_ prices: PerConstraint<Double>, of instance: Instance) {
    let network = instance.network
    for constraint in prices.constraints where prices[constraint] > 0 {
      let price = prices[constraint]
      switch constraint {
      case .memory(let node): memory.append(.init(node: network.nodes[node].id, value: price))
      case .computeLoad(let node): computeLoad.append(.init(node: network.nodes[node].id, value: price))
      case .linkLoad(let link):
        let ends = network.links[link]
        linkLoad.append(
          .init(from: network.nodes[ends.tail].id, to: network.nodes[ends.head].id, value: price))
      case .deadline(let job): deadline.append(.init(job: instance.jobs[job].id, value: price))
      }
    }
  }
}
