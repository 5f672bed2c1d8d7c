import Foundation
import Foundations
import Queues

/// Simulated annealing over orders of jobs (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983).
///
/// The value of an order is the simulated objective of its schedule. A move swaps two jobs, or moves one to another place.
/// A worse order is accepted with probability exp(-difference / temperature). At the first temperature, the mean uphill
/// step from the start is accepted with a given probability; each order multiplies the temperature by a factor.
public struct SimulatedAnnealing: Sendable {
  public struct Parameters: Sendable, Equatable {
    /// Orders that are evaluated from each seed.
    public var steps = 2000
    /// Probability with which the mean uphill step is accepted at the beginning.
    public var acceptance = 0.5
    /// The factor of the temperature after each order; `nil` for the one that takes it to a thousandth in all steps.
    public var cooling: Double?
    /// Each seed is a search of its own; the best result counts.
    public var seeds: [UInt64] = [1]

    public init() {}
  }

  private let batch: Batch
  private let parameters: Parameters

  /// A search for a schedule of a batch, by its simulated objective.
  public init(_ batch: Batch, parameters: Parameters = Parameters()) {
    precondition(parameters.steps >= 0, "steps are counted from 0 on")
    (self.batch, self.parameters) = (batch, parameters)
  }

  /// The best schedule found.
  public struct Result: Sendable {
    public let schedule: Schedule
    /// False if the search was cancelled before it had evaluated all orders.
    public let isComplete: Bool
  }

  /// The best schedule found, never worse than that of the order that every search begins with. Each asks for cancellation
  /// before each order; the same seeds give the same result unless the search is cancelled.
  public func result(from start: [Int], cancellation: Cancellation = .never) -> Result {
    let seeds = parameters.seeds
    let found = concurrentMap(seeds.count) { search(from: start, seed: seeds[$0], cancellation) }
    // Among equals the first.
    let best = found.min { $0.best.value < $1.best.value }
    return Result(
      schedule: SequentialRouting(batch).schedule(best?.best.order ?? start),
      isComplete: found.allSatisfy { $0.isComplete })
  }

  private typealias Search = (best: (value: Double, order: [Int]), isComplete: Bool)

  private func search(from start: [Int], seed: UInt64, _ cancellation: Cancellation) -> Search {
    var random = SplitMix64(seed: seed)
    var evaluator = OrderEvaluator(batch)
    var current = (value: evaluator.value(of: start), order: start)
    var best = current
    guard start.count > 1 else { return (best, true) }
    var temperature: Double?
    let cooling = parameters.cooling ?? pow(1e-3, 1 / Double(max(1, parameters.steps)))
    for _ in 0..<parameters.steps {
      if cancellation.isCancelled { return (best, false) }
      let heat = temperature ?? firstTemperature(current.value, start, &evaluator, &random, cancellation)
      let order = current.order.moved(using: &random)
      let value = evaluator.value(of: order)
      if value <= current.value || random.nextUnit() < exp((current.value - value) / heat) {
        current = (value, order)
      }
      if value < best.value { best = (value, order) }
      temperature = heat * cooling
    }
    return (best, true)
  }

  /// The number of moves for the mean uphill step.
  private static let samples = 30

  private func firstTemperature(
    _ value: Double, _ order: [Int], _ evaluator: inout OrderEvaluator, _ random: inout SplitMix64,
    _ cancellation: Cancellation
  ) -> Double {
    var uphill: [Double] = []
    for _ in 0..<Self.samples where !cancellation.isCancelled {
      let step = evaluator.value(of: order.moved(using: &random)) - value
      if step > 0 { uphill.append(step) }
    }
    guard !uphill.isEmpty else { return 0 }
    return uphill.reduce(0, +) / Double(uphill.count) / -log(parameters.acceptance)
  }
}

extension [Int] {
  /// Two elements swapped, or one moved to another place, with the same probability; for at least two elements.
  fileprivate func moved(using random: inout SplitMix64) -> [Int] {
    var order = self
    let first = random.nextIndex(below: count)
    var second = random.nextIndex(below: count - 1)
    if second >= first { second += 1 }
    if random.nextUnit() < 0.5 {
      order.swapAt(first, second)
    } else {
      order.insert(order.remove(at: first), at: second)
    }
    return order
  }
}
