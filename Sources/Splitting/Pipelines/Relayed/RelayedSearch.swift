import Foundations
import LinearModels

/// The exact search for the least bottleneck of one job on a network whose nodes relay, without `isContiguous`.
///
/// Bounds come from thresholds, from the sum of all work, and from a linear program with patterns of nodes, in trees at fixed
/// limits; plans from those trees and from window searches. Where the program is too large, window searches and the first
/// two bounds are what is left.
struct RelayedSearch {
  private let figures: PipelineFigures
  private let links: PipelineLinks
  private let record: BottleneckRecord
  private let session: (any LinearSession)?
  private var plans: PlanSearch
  private var pool: PatternPool
  /// The tree just below the best plan, as far as it has come.
  private var proof: FlowBranching?
  private var hasRootBound = false
  /// Whether the work of all layers says more than the largest block and transfer.
  private var isLimitedByWork = false
  private var random = SplitMix64(seed: 5)

  /// The largest program for which trees pay, in choices.
  private static let mostChoices = 3000
  /// The most rounds of a search that nobody stops.
  private static let mostRounds = 40

  /// - Parameter session: the solver of linear programs; `nil` for none, and then small instances are solved only where
  ///   the plain bounds are tight.
  init(_ figures: PipelineFigures, _ record: BottleneckRecord, session: (any LinearSession)?) {
    (self.figures, self.record, self.session) = (figures, record, session)
    links = PipelineLinks(figures)
    plans = PlanSearch(figures, links, record)
    pool = PatternPool(nodeCount: figures.nodeCount)
  }

  /// Searches until plan and bound meet, the record says stop, or its rounds are over.
  mutating func run() {
    let record = record
    let mustStop = { record.cancellation.isCancelled }
    guard let threshold = ThresholdBound.bound(figures, links, mustStop: mustStop) else { return }
    record.raise(to: threshold.lower)
    guard threshold.lower < .infinity else { return }
    plans.start(within: threshold.upper)
    let load = LoadBound.bound(figures, mustStop: mustStop)
    record.raise(to: load)
    isLimitedByWork = load > threshold.upper
    let steps = min(2500, 100 * figures.layerCount)
    for schedule in [PlanSearch.Schedule.soft, .cold, .soft, .cold] {
      plans.anneal(schedule, steps: steps, &pool)
    }
    var session = session
    for round in 0..<Self.mostRounds where !record.mustStop {
      do {
        try step(session, round)
      } catch {
        // The plain searches need no solver.
        session = nil
      }
    }
  }

  private mutating func step(_ session: (any LinearSession)?, _ round: Int) throws(BackendError) {
    let limit = record.upper < .infinity ? record.upper : 2 * record.lower
    let choices = limit > 0 ? choices(at: limit) : 0
    guard let session, choices <= Self.mostChoices else {
      annealLong(factor: 1 << min(round / 3, 5))
      // The program may be small at limits far below the plan.
      if let session, round % 4 == 2 { try raiseRootBound(session, precision: 0.01) }
      return
    }
    let scale = max(1, Double(choices * choices) / 1e6)
    let steps = Int(2500 * scale * Double(1 + round))
    if scale > 2 {
      let factor = 1 << min(round / 3, 5)
      if isLimitedByWork {
        annealLong(factor: factor)
      } else {
        // A program of this size takes seconds a limit, and tells most just below a good plan.
        for _ in 0..<(round == 0 ? 3 : 1) { annealLong(factor: max(8, factor)) }
      }
    }
    let nodes = round < 12 ? 12 * powerOfThree(round) : Int.max / 2
    if record.upper == .infinity { try prove(session, nodes: nodes) }
    if !hasRootBound { try raiseRootBound(session, precision: 0.002 * scale) }
    hasRootBound = record.upper < .infinity
    try aim(session, nodes: nodes / 2, steps: steps)
    try prove(session, nodes: nodes)
    for schedule in [PlanSearch.Schedule.soft, .cold] { plans.anneal(schedule, steps: steps, &pool) }
  }

  private func powerOfThree(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in 3 * power } }

  /// The number of choices that are left at a limit, which is the size of the program there.
  private func choices(at limit: Double) -> Int {
    let pipeline = RelayedPipeline(figures, links, limit: limit)
    return pipeline.hosts.count { $0 } + pipeline.crossings.count { $0 }
  }

  private mutating func annealLong(factor: Int) {
    if isLimitedByWork {
      plans.annealAnew(.cold, steps: 20_000 * factor, &pool)
    } else {
      plans.annealAnew(.cold, steps: 5000 * factor, &pool)
      for share in [0.1, 0.4, 0.7] { plans.annealBelow(share: share, steps: 3000 * factor, &pool) }
    }
  }

  /// Goes on with the tree at a limit just below the best plan, or without a plan at one above every load.
  private mutating func prove(_ session: any LinearSession, nodes: Int) throws(BackendError) {
    while !record.mustStop {
      let isWithoutPlan = record.upper == .infinity
      let limit =
        isWithoutPlan ? ThresholdBound.largestLoad(figures) : record.upper * (1 - max(record.gap, 1e-9))
      var branching =
        if let proof, proof.limit == limit { proof } else { newTree(at: limit, .proof) }
      // One owner, so that its arrays are not copied.
      proof = nil
      let outcome = try branching.run(session, &pool, mostNodes: nodes)
      if outcome == .exceeded { record.raise(to: isWithoutPlan ? .infinity : limit) }
      guard outcome == .found else {
        proof = branching
        return
      }
    }
  }

  private mutating func newTree(at limit: Double, _ rule: FlowBranching.Rule) -> FlowBranching {
    FlowBranching(
      RelayedPipeline(figures, links, limit: limit), figures, record, rule: rule, seed: random.next())
  }

  /// Bisects to the largest limit that the program excludes without branching.
  private mutating func raiseRootBound(_ session: any LinearSession, precision: Double) throws(BackendError) {
    guard record.upper < .infinity else { return }
    var high = record.upper
    while !record.mustStop && record.lower < high * (1 - precision) {
      let limit = (record.lower + high) / 2
      guard choices(at: limit) <= Self.mostChoices else {
        high = limit
        continue
      }
      var tree = newTree(at: limit, .dive)
      if try tree.run(session, &pool, mostNodes: 1) == .exceeded {
        record.raise(to: limit)
      } else {
        high = min(limit, record.upper)
      }
    }
  }

  /// Dives for plans at limits between the bound and the best plan, and searches among the choices left there.
  private mutating func aim(_ session: any LinearSession, nodes: Int, steps: Int) throws(BackendError) {
    for share in [0.05, 0.25, 0.6] {
      let limit = record.lower + share * (record.upper - record.lower)
      guard record.lower < record.upper * (1 - 1e-5), limit < .infinity, !record.mustStop else { return }
      var tree = newTree(at: limit, .dive)
      let outcome = try tree.run(session, &pool, mostNodes: nodes)
      if outcome == .exceeded { record.raise(to: limit) }
      if outcome == .undecided, let root = tree.settledRoot { plans.anneal(in: root, steps: steps, &pool) }
    }
  }
}
