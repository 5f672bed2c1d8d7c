import Foundations

/// The best plan and the best bound that the searches for the least bottleneck of one job share.
package final class BottleneckRecord {
  /// The best plan, and its largest load.
  package private(set) var plan: PipelinePlan?
  package private(set) var upper = Double.infinity
  /// A lower bound on the largest load of every plan; infinite if it is proved that there is none.
  package private(set) var lower = 0.0
  /// The relative gap at which nothing is left to do.
  package let gap: Double
  package let cancellation: Cancellation
  private let onPlan: (PipelinePlan, Double) -> Void
  private let onBound: (Double) -> Void

  package init(
    gap: Double = 1e-6, cancellation: Cancellation = .never,
    onPlan: @escaping (PipelinePlan, Double) -> Void = { _, _ in },
    onBound: @escaping (Double) -> Void = { _ in }
  ) {
    self.gap = gap
    self.cancellation = cancellation
    self.onPlan = onPlan
    self.onBound = onBound
  }

  /// Whether plan and bound meet, or there is no plan.
  package var isClosed: Bool { lower >= upper * (1 - gap) }
  package var mustStop: Bool { isClosed || cancellation.isCancelled }

  /// Keeps a plan if it is better than the best one.
  package func offer(_ candidate: PipelinePlan, value: Double) {
    guard value < upper else { return }
    (plan, upper) = (candidate, value)
    onPlan(candidate, value)
  }

  /// Raises the bound.
  package func raise(to bound: Double) {
    guard bound > lower else { return }
    lower = bound
    onBound(bound)
  }
}
