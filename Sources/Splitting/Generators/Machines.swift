import Foundations
import Networks

extension Node {
  /// The rate at which the memory of a device moves bytes [byte/s]: LPDDR4-3200 of 32 bits, as in the Raspberry Pi 4
  /// Model B (its product brief, 2019).
  static let deviceMemoryBandwidth = 12.8e9

  /// The bytes that the memory of a server moves in the time of one FLOP: as in the NVIDIA V100 SXM2, with 900 GB/s and
  /// 15.7 TFLOP/s (its data sheet, 2018); P100 (732 GB/s, 10.6 TFLOP/s) and A100 (1555 GB/s, 19.5 TFLOP/s) are near.
  private static let serverBytesPerWork = 900.0 / 15_700

  /// Makes the node a server with a compute rate [FLOP/s] and the memory bandwidth that goes with it, to MB/s.
  mutating func becomeServer(_ compute: Double) {
    self.compute = compute
    memoryBandwidth = (compute * Self.serverBytesPerWork / 1e6).rounded() * 1e6
  }

  /// A server with a compute rate [FLOP/s].
  static func server(_ id: Name, _ compute: Double, at position: Position) -> Node {
    var node = Node(id: id, position: position)
    node.becomeServer(compute)
    return node
  }
}
