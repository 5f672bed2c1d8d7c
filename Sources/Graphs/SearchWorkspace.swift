import Foundations

/// The memory that searches of one thread reuse: heap, labels, and the paths to the last target.
///
/// Two threads must not use it at the same time.
public final class SearchWorkspace {
  let heap = KeyHeap()
  let labels = LabelTable()
  /// The last final leg, for the next job with the same target and last tensor.
  private var finalLeg: FinalLeg?

  public init() {}

  func finalLeg(
    _ key: FinalLeg.Key, in network: SearchNetwork, cancellation: Cancellation
  ) throws(CancellationError) -> FinalLeg {
    if let finalLeg, finalLeg.answers(key, in: network) { return finalLeg }
    finalLeg = nil
    let leg = try FinalLeg(key, in: network, heap: heap, cancellation: cancellation)
    finalLeg = leg
    return leg
  }
}
