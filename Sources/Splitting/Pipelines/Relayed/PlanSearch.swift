import Foundations

/// The window searches of a run: schedules, references and limits to aim at.
struct PlanSearch {
  enum Schedule {
    /// Small windows, hardly ever anything above a load just over the bound.
    case cold
    /// Large windows and more noise: for plans whose values jump from one transfer to the next.
    case soft
  }

  private let figures: PipelineFigures
  private let links: PipelineLinks
  private let record: BottleneckRecord
  private var search: WindowSearch
  private var random = SplitMix64(seed: 11)
  /// How often a search began without a plan.
  private var attempts = 0

  init(_ figures: PipelineFigures, _ links: PipelineLinks, _ record: BottleneckRecord) {
    (self.figures, self.links, self.record) = (figures, links, record)
    search = WindowSearch(figures, links, seed: 1)
  }

  /// Offers some plan, if there is one, whose single blocks and transfers are within a limit.
  mutating func start(within limit: Double) {
    let mask = RelayedPipeline(figures, links, limit: limit).mask
    let reference = max(limit, .leastNormalMagnitude)
    guard
      search.startAnew(reference: reference, mask: mask) || search.startAnew(reference: reference, mask: nil)
    else { return }
    if search.bestValue < record.upper { record.offer(search.best.plan, value: search.bestValue) }
  }

  /// One run from where the last one ended.
  mutating func anneal(_ schedule: Schedule, steps: Int, _ pool: inout PatternPool) {
    guard !record.mustStop, figures.layerCount > 0 else { return }
    let record = record
    search.anneal(windows(schedule, steps, reference: reference()), mask: nil, mustStop: { record.mustStop })
    guard search.bestValue < .infinity else { return }
    pool.add(search.best.hosts)
    if search.bestValue < record.upper { record.offer(search.best.plan, value: search.bestValue) }
  }

  /// One run from anew.
  mutating func annealAnew(_ schedule: Schedule, steps: Int, _ pool: inout PatternPool) {
    guard !record.mustStop else { return }
    _ = search.startAnew(reference: max(1.1 * record.lower, .leastNormalMagnitude), mask: nil)
    anneal(schedule, steps: steps, &pool)
  }

  /// One run of the soft schedule from anew, among the choices that are left at a limit. It proves nothing if it finds
  /// nothing; what it finds is a plan.
  mutating func anneal(in pipeline: RelayedPipeline, steps: Int, _ pool: inout PatternPool) {
    guard !record.mustStop, !pipeline.isEmpty, figures.layerCount > 0 else { return }
    let record = record
    var search = WindowSearch(pipeline.contraction.figures, links, seed: random.next())
    let mask = PipelineMask(hosts: pipeline.hosts, crossings: pipeline.crossings)
    guard search.startAnew(reference: pipeline.limit, mask: mask) else { return }
    search.anneal(windows(.soft, steps, reference: pipeline.limit), mask: mask, mustStop: { record.mustStop })
    guard search.bestValue < .infinity else { return }
    let plan = pipeline.contraction.expanded(search.best.plan)
    pool.add(plan.hosts)
    guard search.bestValue < record.upper else { return }
    // The sums of the contraction round in another way.
    let value = PipelineState(figures, plan, links).value
    if value < record.upper { record.offer(plan, value: value) }
  }

  /// One run within a limit between the bound and the best plan, or a bound if no way is left there.
  mutating func annealBelow(share: Double, steps: Int, _ pool: inout PatternPool) {
    guard !record.mustStop else { return }
    let high = record.upper < .infinity ? record.upper : 2 * record.lower
    let limit = record.lower + share * (high - record.lower)
    guard limit > 0 else { return }
    var pipeline = RelayedPipeline(figures, links, limit: limit)
    if pipeline.trim() {
      anneal(in: pipeline, steps: steps, &pool)
    } else {
      record.raise(to: limit)
    }
  }

  /// The load that a run tries to reach; as long as there is no plan it rises, so that memory counts more.
  private mutating func reference() -> Double {
    if record.upper < .infinity { return 0.995 * record.upper }
    attempts += 1
    let share = Double(min(attempts, 20)) / 20
    return max(record.lower, .leastNormalMagnitude) * SplitMix64.power(1.1, to: 20, share: share)
  }

  /// The settings were tuned on NSFNET with 20 layers and geometric networks of 20 nodes with 50 layers.
  private func windows(_ schedule: Schedule, _ steps: Int, reference: Double) -> WindowSchedule {
    switch schedule {
    case .cold:
      let aim = max(1.005 * record.lower, 0.75 * record.lower + 0.25 * reference)
      return WindowSchedule(
        steps: steps, steepness: (20, 60), temperature: (2, 0.1), reference: min(reference, aim), longest: 5,
        memoryConstant: 10, memoryFactor: 1000)
    case .soft:
      return WindowSchedule(
        steps: steps, steepness: (10, 40), temperature: (3, 0.02), reference: reference, longest: 10)
    }
  }
}
