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
    of request: LayeredRequest, in network: SearchNetwork, cancellation: Cancellation
  ) throws(CancellationError) -> FinalLeg {
    if let finalLeg, finalLeg.isLeg(of: request, in: network) { return finalLeg }
    finalLeg = nil
    let (cost, next) = try NearestSeeds(
      arcs: network.backward, bytes: request.lastBytes, rate: request.rate, relays: network.relays
    ).paths(from: request.target, heap: heap, cancellation: cancellation)
    let leg = FinalLeg(request: request, heads: network.backward.head, cost: cost, next: next)
    finalLeg = leg
    return leg
  }
}
