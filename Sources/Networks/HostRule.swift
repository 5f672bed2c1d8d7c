/// The nodes that may host a layer of a job.
public struct HostRule: Sendable, Equatable {
  /// Index of the layer in the job's DNN; `nil` for "*", every layer without a rule of its own.
  public var layer: Int?
  /// Indices of the nodes allowed, not empty.
  public var nodes: [Int]

  public init(layer: Int?, nodes: [Int]) {
    self.layer = layer
    self.nodes = nodes
  }
}
