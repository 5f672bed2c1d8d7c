import Foundations
import Networks

extension Node {
  /// The rate at which the memory of a device moves bytes [byte/s]: 3200 MT/s over 32 bits, typical of LPDDR4-3200, as
  /// in the Raspberry Pi 4 Model B ("The Official Raspberry Pi Beginner's Guide", appendix "Raspberry Pi
  /// Specifications": LPDDR4 at 3,200 MHz). The 32 bits are those of its BCM2711.
  static let deviceMemoryBandwidth = 12.8e9

  /// The bytes that the memory of a server moves in the time of one FLOP, in 32-bit floats: as in the NVIDIA V100 SXM2,
  /// with 900 GB/s and 15.7 TFLOP/s (data sheet "NVIDIA Tesla V100 GPU Accelerator", 2018). It is 1.2 times as much for
  /// the P100, 732 GB/s and 10.6 TFLOP/s (data sheet "NVIDIA Tesla P100 GPU Accelerator", NVLink, 2016), and 1.4 times
  /// for the A100 of 40 GB, 1555 GB/s and 19.5 TFLOP/s (data sheet "NVIDIA A100 Tensor Core GPU").
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
