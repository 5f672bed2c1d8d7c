import LinearModels
import Networks
import Problems
import Splitting
import SplittingChecking
import SplittingFormulations

/// Multipliers of coupling constraints that prove a lower bound: from the linear relaxation of the layered model, whose
/// duals they are, or from whoever has others.
struct MultiplierCertificate {
  private let instance: Instance
  /// Shortest latency of each job [s].
  private let latencies: [Double]

  /// - Parameter latencies: the shortest of each job [s].
  init(_ instance: Instance, latencies: [Double]) {
    self.instance = instance
    self.latencies = latencies
  }

  /// The certificate of the best bound among some multipliers, at least that of every job on its own. Its bound is what
  /// the checker makes of it.
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

  /// The duals of the coupling rows in the linear relaxation of a formulation; `nil` where it was not solved.
  ///
  /// - Parameters:
  ///   - formulation: one that does not refuse the instance.
  ///   - solver: of linear programs.
  ///   - known: the value of a plan [s].
  ///   - limits: for building and solving.
  func relaxationDuals(
    _ formulation: any Formulation, _ solver: any ModelSolver, known: Double, _ limits: MIPPlanner.Limits
  ) async -> Certificate.Multipliers? {
    let stopwatch = Stopwatch(limit: limits.seconds)
    guard let problem = try? Problem(instance).limited(to: known),
      (try? formulation.checkSize(of: problem, memory: limits.modelMemory)) != nil,
      let encoding = try? formulation.encode(problem)
    else { return nil }
    let scaled = encoding.scaledModel
    let options = SolveOptions(
      timeLimit: stopwatch.remaining, memoryLimit: limits.memory, log: limits.log)
    let solution = try? await solver.solve(scaled.relaxed(), options: options)
    guard let duals = solution?.rowDuals else { return nil }
    return multipliers(duals, encoding.model, scaled)
  }

  private func multipliers(
    _ duals: [Double], _ model: CompiledModel, _ scaled: CompiledModel
  ) -> Certificate.Multipliers {
    let divisors = rowDivisors(model, scaled)
    var multipliers = Certificate.Multipliers()
    for row in 0..<model.rowCount {
      let price = abs(duals[row]) * scaled.objectiveScale / divisors[row]
      guard price > 0, price.isFinite else { continue }
      take(price, model.rowLabels[row], &multipliers)
    }
    if instance.options.objective == .max { complete(&multipliers) }
    return multipliers
  }

  /// What scaling divided each row by.
  private func rowDivisors(_ model: CompiledModel, _ scaled: CompiledModel) -> [Double] {
    var divisors = [Double](repeating: 1, count: model.rowCount)
    for (entry, row) in model.rowIndices.enumerated() {
      divisors[Int(row)] = model.coefficients[entry] / scaled.coefficients[entry]
    }
    return divisors
  }

  private func take(_ price: Double, _ label: Label, _ multipliers: inout Certificate.Multipliers) {
    let network = instance.network
    let indices = label.indices
    switch label.symbol {
    case "memory": multipliers.price(memoryOf: network.nodes[indices[0]], price)
    case "load": multipliers.price(computeLoadOf: network.nodes[indices[0]], price)
    case "link":
      guard let link = network.links.first(where: { $0.tail == indices[0] && $0.head == indices[1] }) else {
        return
      }
      multipliers.price(loadOf: link, in: network, price)
    case "deadline": multipliers.deadline.append(.init(job: instance.jobs[indices[0]].id, value: price))
    case "makespan": multipliers.makespan.append(.init(job: instance.jobs[indices[0]].id, value: price))
    default: break
    }
  }

  /// The model keeps the makespan above the longest shortest path by a bound, whose dual is missing from the rows.
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
  /// Under `max`: the makespan is at least what the job takes whose shortest path is the longest.
  ///
  /// - Parameter latencies: the shortest of each job [s].
  static func ofLongestJob(_ instance: Instance, _ latencies: [Double]) -> Certificate.Multipliers {
    var multipliers = Certificate.Multipliers()
    let weighted = zip(instance.jobs, latencies).map { $0.weight * $1 }
    if let longest = weighted.indices.max(by: { weighted[$0] < weighted[$1] }) {
      multipliers.makespan = [.init(job: instance.jobs[longest].id, value: 1)]
    }
    return multipliers
  }

  mutating func price(memoryOf node: Node, _ value: Double) {
    if value > 0, node.memory != nil { memory.append(.init(node: node.id, value: value)) }
  }

  mutating func price(computeLoadOf node: Node, _ value: Double) {
    if value > 0 { computeLoad.append(.init(node: node.id, value: value)) }
  }

  mutating func price(loadOf link: Link, in network: Network, _ value: Double) {
    if value > 0 {
      linkLoad.append(
        .init(from: network.nodes[link.tail].id, to: network.nodes[link.head].id, value: value))
    }
  }
}
