import Foundations
import LinearModels
import Problems
import Splitting

/// Divides an instance whose lists of paths are too long: in one part a layer of some job runs on some of its nodes, in
/// the other on the rest, and each part is solved by ``PathsRun`` like the whole.
///
/// Every division leaves a layer fewer nodes, so that the search ends; the part with the least bound comes first. The
/// mixture of paths that solves a part's relaxation says which layer to divide: the one whose node it leaves open most.
struct HostBranching {
  private let task: SolveTask<SplittingProblem>
  private let source: any LinearSessionSource
  private let budget: Budget
  private let effort: PathsRun.Effort
  /// The parts that are left.
  private var parts: [Part] = []
  /// Paths of each job from the parts that are done: see ``PathsRun/proof``.
  private(set) var proof: [[JobPlan]]

  private struct Part {
    let instance: Instance
    /// The part's bound [s].
    let bound: Double
    let layer: OpenLayer
  }

  /// What one part may take before it is divided: lists and searches of a moment.
  static let effort: PathsRun.Effort = {
    var effort = PathsRun.Effort()
    (effort.mostLabels, effort.mostNumbers, effort.mostNodes) = (100_000, 5_000_000, 2_000)
    return effort
  }()

  init(
    _ task: SolveTask<SplittingProblem>, _ source: any LinearSessionSource, within budget: Budget,
    effort: PathsRun.Effort
  ) {
    self.effort = effort
    self.task = task
    self.source = source
    self.budget = budget
    proof = task.instance.jobs.map { _ in [] }
  }

  /// Divides the instance of a run that had to leave its question open.
  mutating func run(after run: PathsRun) throws -> Conclusion {
    guard let layer = run.openLayer else { return .open }
    parts = [Part(instance: task.instance, bound: task.ledger.bound, layer: layer)]
    while let index = parts.indices.min(by: { parts[$0].bound < parts[$1].bound }) {
      let part = parts[index]
      try PathsRun.raise(task.ledger, to: part.bound)
      if part.bound >= task.target { break }
      for child in part.layer.divided(part.instance) {
        if budget.isExhausted { return .stopped }
        guard try solve(child, above: part.bound) else { return .open }
      }
      parts.swapAt(index, parts.count - 1)
      parts.removeLast()
    }
    if task.known == .infinity {
      return .noChoice
    }
    try PathsRun.raise(task.ledger, to: min(task.known, parts.map(\.bound).min() ?? task.known))
    return .final()
  }

  /// Solves a part, and keeps it if it has to be divided; returns whether it could be decided or divided.
  private mutating func solve(_ instance: Instance, above bound: Double) throws -> Bool {
    let ledger = Ledger<SplittingProblem>(
      objective: task.ledger.objective, bound: bound, assess: task.ledger.assess)
    let part = SolveTask(instance, budget.part(), ledger, cutoff: task.known)
    var run = try PathsRun(part, source, Findings(), effort: effort)
    let conclusion = try run.run()
    if let best = ledger.best { task.ledger.keep(best, by: .paths) }
    switch conclusion {
    case .infeasible: return true
    case .stopped: return false
    case .open, .final: break
    }
    if ledger.bound < task.target {
      guard let layer = run.openLayer else { return false }
      parts.append(Part(instance: instance, bound: ledger.bound, layer: layer))
    } else {
      for (job, plans) in run.proof.enumerated() { proof[job] += plans }
    }
    return true
  }
}

/// A layer that a job may run on several nodes, divided into two sets of them.
struct OpenLayer {
  let job: Int
  let layer: Int
  let sides: [[Int]]

  /// The instance with the layer on either side.
  func divided(_ instance: Instance) -> [Instance] {
    sides.map { instance.allowing($0, forLayer: layer, ofJob: job) }
  }
}

extension PathsRun {
  /// The layer whose node the mixture of the relaxation leaves open most, and of those that it does not leave open the one
  /// with the most nodes; `nil` if each layer has one node alone. Its sides have about half of the mixture each.
  var openLayer: OpenLayer? {
    var best: (left: Double, layer: OpenLayer)?
    var parts = instance.jobs.map { [Double](repeating: 0, count: $0.layerCount * $0.hostCount) }
    for (column, value) in zip(generation.columns, generation.mixture) where value > 0 {
      let figures = instance.jobs[column.job].figures
      for place in column.path.places(of: figures) { parts[column.job][place] += value }
    }
    let sizes = instance.layerSizes
    for (index, job) in instance.jobs.enumerated() {
      for layer in 0..<job.layerCount {
        let first = layer * job.hostCount
        let allowed = (0..<job.hostCount)
          .filter { job.figures.computeCosts[first + $0] < .infinity }
          .sorted { parts[index][first + $0] > parts[index][first + $1] }
        guard allowed.count > 1 else { continue }
        // What is left to others than the first counts in steps, so that rounding decides nothing.
        let others = allowed.dropFirst().reduce(0) { $0 + parts[index][first + $1] }
        let size = sizes.isEmpty ? 1 : sizes[index][layer]
        let left = (1000 * others * size).rounded() * 1000 + Double(allowed.count)
        if left <= best?.left ?? 0 { continue }
        let sides = [0, 1].map { side in
          stride(from: side, to: allowed.count, by: 2).map { job.figures.hosts[allowed[$0]] }.sorted()
        }
        best = (left, OpenLayer(job: index, layer: layer, sides: sides))
      }
    }
    return best?.layer
  }
}
