import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

/// Multipliers of coupling constraints that prove a lower bound: the duals of the linear relaxation of the
/// layered model, or the multipliers of another method.
struct MultiplierCertificate {
  let instance: Instance
  /// Shortest latency of each job [s].
  let latencies: [Double]

  /// The certificate of the best bound among some multipliers, at least that of every job on its own; the checker
  /// computes the bound, with blocks only where they prove more.
  func best(of candidates: [Certificate.Multipliers]) -> Certificate? {
    let kind = instance.options.objective
    let alone: Certificate.Multipliers = kind == .max ? .ofLongestJob(instance, latencies) : .init()
    let all = (candidates + [alone]).flatMap { multipliers in
      // Claims are of paths whose blocks fit.
      if multipliers.blocks || !multipliers.paths.isEmpty { return [multipliers] }
      var blocks = multipliers
      blocks.blocks = true
      return [blocks, multipliers]
    }
    let certificates = all.compactMap { multipliers -> Certificate? in
      let proof = Certificate.Proof.multipliers(multipliers)
      let check = CertificateCheck(Certificate(bound: 0, proof: proof), of: instance, kind)
      return check.provenBound.map { Certificate(bound: $0, proof: proof) }
    }
    // Of equal ones the last.
    return certificates.reversed().max { $0.bound < $1.bound }
  }

  /// The duals of the coupling constraints in the linear relaxation of a formulation that does not refuse the
  /// instance; `nil` if it was not solved. `known` is the cost of a known plan [s].
  func relaxationDuals(
    _ formulation: any Formulation<SplittingProblem>, _ solver: any ModelSolver, known: Double,
    _ budget: Budget
  ) async -> Certificate.Multipliers? {
    let relaxation = await LinearRelaxation(of: instance, formulation, solver, limitedTo: known, budget)
    return relaxation.map { multipliers($0.model, $0.duals) }
  }

  /// The multipliers from the duals of the model's rows, in base units.
  private func multipliers(_ model: CompiledModel, _ duals: [Double]) -> Certificate.Multipliers {
    var prices = PerConstraint(repeating: 0.0, of: instance)
    var makespan: [Certificate.Multiplier] = []
    let constraints = Dictionary(
      uniqueKeysWithValues: instance.limits.inForce.map { ($0.label(in: instance.network), $0) })
    let makespans = Dictionary(
      uniqueKeysWithValues: instance.jobs.indices.map { (CouplingConstraint.makespanLabel(ofJob: $0), $0) })
    for (label, price) in zip(model.rowLabels, duals.map(abs)) where price > 0 && price.isFinite {
      if let constraint = constraints[label] {
        prices[constraint] = price
      } else if let job = makespans[label] {
        makespan.append(.init([instance.jobs[job].id], value: price))
      }
    }
    var multipliers = Certificate.Multipliers(prices, of: instance)
    let parts = MemoryPartDuals(model, duals, instance)
    for node in instance.network.nodes.indices where prices[.memory(node)] > 0 {
      parts.add(to: &multipliers, ofNode: node, price: prices[.memory(node)])
    }
    multipliers.makespan = instance.options.objective == .max ? completed(makespan) : makespan
    return multipliers
  }

  /// Completes the multipliers of the makespan: the model keeps it above the longest shortest path by a bound
  /// of a column, whose dual is missing from the rows.
  private func completed(_ makespan: [Certificate.Multiplier]) -> [Certificate.Multiplier] {
    let sum = makespan.reduce(0) { $0 + $1.value }
    guard sum < 1 else { return makespan.map { .init($0.names, value: $0.value / sum) } }
    let longest = Certificate.Multipliers.ofLongestJob(instance, latencies).makespan
    return makespan + longest.map { .init($0.names, value: 1 - sum) }
  }
}

/// The duals of the rows that keep what a node holds above what a job's layer needs there.
///
/// They are found by the columns x of the placements. One without such a row stands itself for the weights or the
/// activations in the row of the memory, whose price is then their dual.
private struct MemoryPartDuals {
  /// The duals at a placement, in units of its column.
  private struct Duals {
    /// [s]
    var hold: Double?
    /// The dual times the activations [s].
    var peak: Double?
  }

  private let instance: Instance
  /// The numbers of the jobs that run each DNN.
  private let jobCounts: [Int]
  private var placements: [Label: Duals] = [:]

  /// - Complexity: O(J L + columns + nonzeros).
  init(_ model: CompiledModel, _ duals: [Double], _ instance: Instance) {
    self.instance = instance
    var jobCounts = [Int](repeating: 0, count: instance.dnns.count)
    for job in instance.jobs { jobCounts[job.dnn] += 1 }
    self.jobCounts = jobCounts
    let sharesMemory = zip(instance.dnns, jobCounts).contains { dnn, count in
      dnn.layers.contains { $0.activations > 0 || count > 1 && $0.weights > 0 }
    }
    guard sharesMemory else { return }
    for (column, label) in model.columnLabels.enumerated() where label.symbol == "x" {
      var found = Duals()
      for entry in Int(model.columnStarts[column])..<Int(model.columnStarts[column + 1]) {
        let row = Int(model.rowIndices[entry])
        switch model.rowLabels[row].symbol {
        case "hold": found.hold = abs(duals[row])
        // The unit of the largest activations is the model's own, so that only the product is known.
        case "peak": found.peak = abs(duals[row] * model.coefficients[entry] * model.divisor(ofRow: row))
        default: break
        }
      }
      placements[label] = found
    }
  }

  /// Adds the multipliers of the parts at a node whose memory has a price [s/byte].
  func add(to multipliers: inout Certificate.Multipliers, ofNode node: Int, price: Double) {
    if placements.isEmpty { return }
    let id = instance.network.nodes[node].id
    for (index, job) in instance.jobs.enumerated() {
      for (layer, figures) in instance.dnns[job.dnn].layers.enumerated() {
        guard let duals = placements[Label("x", index, layer + 1, node)] else { continue }
        let holding = duals.hold ?? price * figures.weights
        if jobCounts[job.dnn] > 1, holding > 0, holding.isFinite {
          multipliers.holding.append(.init(job: job.id, layer: layer, node: id, value: holding))
        }
        let peak = figures.activations > 0 ? duals.peak.map { $0 / figures.activations } ?? price : 0
        if peak > 0, peak.isFinite {
          multipliers.peak.append(.init(job: job.id, layer: layer, node: id, value: peak))
        }
      }
    }
  }
}

extension CompiledModel {
  /// What scaling divided a row by.
  fileprivate func divisor(ofRow row: Int) -> Double { rowDivisors.isEmpty ? 1 : rowDivisors[row] }
}

extension Instance {
  /// The job with the largest weighted latency, if each takes the given latency [s].
  func longestJob(_ latencies: [Double]) -> Int? {
    jobs.indices.max { jobs[$0].weight * latencies[$0] < jobs[$1].weight * latencies[$1] }
  }
}

extension Certificate.Multipliers {
  /// Under `max`: the makespan is at least the weighted latency of the job with the longest shortest path;
  /// `latencies` are the shortest ones of the jobs [s].
  static func ofLongestJob(_ instance: Instance, _ latencies: [Double]) -> Certificate.Multipliers {
    var multipliers = Certificate.Multipliers()
    if let longest = instance.longestJob(latencies) {
      multipliers.makespan = [.init([instance.jobs[longest].id], value: 1)]
    }
    return multipliers
  }

  /// The multipliers with the prices of coupling constraints, including those of deadlines.
  init(_ prices: PerConstraint, of instance: Instance) {
    self.init()
    let nodes = instance.network.nodes
    for constraint in prices.constraints where prices[constraint] > 0 {
      let price = prices[constraint]
      switch constraint {
      case .memory(let node): memory.append(.init([nodes[node].id], value: price))
      case .computeLoad(let node): computeLoad.append(.init([nodes[node].id], value: price))
      case .linkLoad(let link):
        let ends = instance.network.links[link]
        linkLoad.append(.init([nodes[ends.tail].id, nodes[ends.head].id], value: price))
      case .deadline(let job): deadline.append(.init([instance.jobs[job].id], value: price))
      }
    }
  }
}
