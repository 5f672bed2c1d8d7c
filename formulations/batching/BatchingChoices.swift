import Batching
import Problems

/// An instance with the users and the batch sizes that a plan can contain, which both formulations encode.
public struct BatchingChoices: Choices {
  public let instance: BatchingInstance
  public let limits: BatchLimits
  /// The factor by which rows exceed their limits.
  private(set) var rowSlack = BatchingInstance.searchSlack

  /// Every user that could be served alone.
  /// - Complexity: O(K log K + N K).
  public init(_ instance: BatchingInstance) {
    self.instance = instance
    limits = BatchLimits(instance, slack: BatchingInstance.searchSlack)
  }

  /// All users together.
  public var lowerBound: Double { 0 - limits.users.reduce(0) { $0 + instance.users[$1].value } }
  public var isComplete: Bool { true }
  public func limited(to cost: Double) -> BatchingChoices { self }

  /// Solvers keep rows to a tolerance of their own, which is as large as that of plans; what just fits comes first.
  private static let slacks = [1, 1 - 1e-8, 1 - 1e-6]

  public func tightened() -> BatchingChoices? {
    guard let tighter = Self.slacks.first(where: { $0 < rowSlack }) else { return nil }
    var tightened = self
    tightened.rowSlack = tighter
    return tightened
  }
}
