/// The layers that each machine holds: machine u holds the layers from `first[u]` up to `first[u] + held[u]`, none if
/// `held[u]` is 0.
public struct Placement: Sendable, Equatable {
  public var first: [Int]
  public var held: [Int]

  /// Nothing is placed.
  public init(machineCount: Int) {
    first = Array(repeating: 0, count: machineCount)
    held = Array(repeating: 0, count: machineCount)
  }

  public func end(_ machine: Int) -> Int { first[machine] + held[machine] }
}
