import Batching
import Documents
import Foundations
import Problems

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Evaluates plans from the instance's stored figures alone.
public struct BatchingEvaluator: Sendable {
  private let instance: BatchingInstance

  public init(_ instance: BatchingInstance) { self.instance = instance }

  /// The batch of a plan over time.
  public struct Timeline: Sendable {
    /// The time for the uploads [s].
    public var window: Double
    /// The tasks that each block computes.
    public var batches: [Int]
    /// When each block starts, and when the last one ends [s]: N+1 entries.
    public var times: [Double]
    /// The bandwidth of each user [Hz]; 0 for one that is not scheduled or sends nothing.
    public var bandwidths: [Double]
    /// The sum of the values of the scheduled users.
    public var value: Double
  }

  /// The batch of a plan over time; `nil` if a batch is larger than its block can take, or nothing can be sent in a window of 0.
  /// - Complexity: O(K + N).
  public func timeline(_ plan: BatchingProblem.Plan) -> Timeline? {
    let uploads = uploads(plan)
    let window = instance.server.window ?? uploads.reduce(0, +)
    let batches = batches(plan)
    var times = [window]
    for (block, batch) in zip(instance.blocks, batches) {
      guard let seconds = seconds(block, batch) else { return nil }
      times.append(times[times.count - 1] + seconds)
    }
    guard window > 0 || uploads.allSatisfy({ $0 == 0 }) else { return nil }
    let value = zip(instance.users, plan.exits).reduce(0) { $0 + ($1.1 == nil ? 0 : $1.0.value) }
    return Timeline(
      window: window, batches: batches, times: times,
      bandwidths: uploads.map { $0 == 0 ? 0 : $0 / window * instance.server.bandwidth }, value: value)
  }

  /// Evaluates a plan with one entry for each user.
  /// - Complexity: O(K N).
  public func assess(_ plan: BatchingProblem.Plan) -> Assessment {
    var violations = impossibleBatches(plan)
    guard let timeline = timeline(plan) else {
      if violations.isEmpty {
        violations = ["the window is 0, but the scheduled users have something to send"]
      }
      return Assessment(cost: 0, violations: violations, canBeCarriedOut: false) { [] }
    }
    violations = shortExits(plan) + fullWindow(plan, timeline) + missedDeadlines(plan, timeline)
    let (instance, plan) = (instance, plan)
    return Assessment(cost: 0 - timeline.value, violations: violations, canBeCarriedOut: true) {
      Self.report(plan, timeline, instance)
    }
  }

  // MARK: Constraints

  private var slack: Double { 1 + instance.tolerance }

  private func impossibleBatches(_ plan: BatchingProblem.Plan) -> [String] {
    zip(instance.blocks, batches(plan)).compactMap { block, batch in
      guard seconds(block, batch) == nil else { return nil }
      return "block \(quoted(block.name)): \(batch) tasks are more than its largest batch"
    }
  }

  private func shortExits(_ plan: BatchingProblem.Plan) -> [String] {
    zip(instance.users, plan.exits).compactMap { user, exit in
      guard let exit else { return nil }
      let isEnough =
        switch user.need {
        case .exit(let first): exit >= first
        case .accuracy(let least): instance.blocks[exit].accuracy ?? -1 >= least
        }
      guard !isEnough else { return nil }
      return
        "user \(quoted(user.id)): the exit behind block \(quoted(instance.blocks[exit].name)) is not accurate enough"
    }
  }

  private func fullWindow(_ plan: BatchingProblem.Plan, _ timeline: Timeline) -> [String] {
    let needed = uploads(plan).reduce(0, +)
    guard needed > timeline.window * slack else { return [] }
    let texts = Figures.apart([needed, timeline.window], .duration)
    return ["the uploads take \(texts[0]) at the whole bandwidth, but the window has \(texts[1])"]
  }

  private func missedDeadlines(_ plan: BatchingProblem.Plan, _ timeline: Timeline) -> [String] {
    zip(instance.users, plan.exits).compactMap { user, exit in
      guard let exit, timeline.times[exit + 1] > user.deadline * slack else { return nil }
      let texts = Figures.apart([timeline.times[exit + 1], user.deadline], .duration)
      return
        "deadline: the task of user \(quoted(user.id)) is complete after \(texts[0]), its deadline is \(texts[1])"
    }
  }

  // MARK: Figures

  /// How long the upload of each scheduled user takes at the whole bandwidth [s], 0 for the others.
  private func uploads(_ plan: BatchingProblem.Plan) -> [Double] {
    zip(instance.users, plan.exits).map { user, exit in
      guard exit != nil, user.upload > 0 else { return 0 }
      let efficiency =
        switch user.channel {
        case .efficiency(let efficiency): efficiency
        case .ratio(let ratio): log1p(ratio) / M_LN2
        }
      // In this order, no size overflows.
      return user.upload / instance.server.bandwidth / efficiency * 8
    }
  }

  /// For each block the number of scheduled users that leave behind it or later.
  private func batches(_ plan: BatchingProblem.Plan) -> [Int] {
    var leaving = [Int](repeating: 0, count: instance.blocks.count)
    for case let exit? in plan.exits { leaving[exit] += 1 }
    var batches = leaving
    for block in batches.indices.dropLast().reversed() { batches[block] += batches[block + 1] }
    return batches
  }

  /// `nil` if the block cannot take so many tasks.
  private func seconds(_ block: BatchingInstance.Block, _ batch: Int) -> Double? {
    if batch == 0 { return 0 }
    switch block.times {
    case .table(let times): return batch <= times.count ? times[batch - 1] : nil
    case .linear(let base, let slope, let largest):
      return batch <= largest ?? .max ? base + Double(batch) * slope : nil
    }
  }

  // MARK: Files

  private static func report(
    _ plan: BatchingProblem.Plan, _ timeline: Timeline, _ instance: BatchingInstance
  ) -> [JSONValue.Member] {
    let blocks = instance.blocks.indices.map { block -> JSONValue in
      [
        "name": .string(instance.blocks[block].name.text), "batch": .number(Double(timeline.batches[block])),
        "start": .number(timeline.times[block]), "end": .number(timeline.times[block + 1]),
      ]
    }
    let users = instance.users.indices.map { user -> JSONValue in
      let id = JSONValue.string(instance.users[user].id.text)
      guard let exit = plan.exits[user] else { return ["id": id, "scheduled": false] }
      return [
        "id": id, "scheduled": true, "bandwidth": .number(timeline.bandwidths[user]),
        "exit": .string(instance.blocks[exit].name.text), "completion": .number(timeline.times[exit + 1]),
      ]
    }
    return [
      .init("window", .number(timeline.window)), .init("blocks", .array(blocks)),
      .init("users", .array(users)),
    ]
  }

  private func quoted(_ name: Name) -> String { TerminalText.quoted(name.text) }
}
