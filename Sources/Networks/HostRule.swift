/// The nodes that may host a layer of a job.
public struct HostRule: Sendable, Equatable {
  /// The index of the layer in the job's DNN; `nil` for "*", which means every layer without a rule of its own.
  public var layer: Int?
  /// The indices of the allowed nodes, not empty.
  public var nodes: [Int]

  public init(layer: Int?, nodes: [Int]) {
    self.layer = layer
    self.nodes = nodes
  }
}
