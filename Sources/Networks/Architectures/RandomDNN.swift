import Foundations

extension DNN {
  /// A random chain that resembles real DNNs: outputs shrink along it from image to class scores, works and
  /// memories vary over an order of magnitude, and one layer in eight has ten times the memory of the others.
  ///
  /// `layers` is their number, at least 1; works are whole numbers of kFLOP, sizes of bytes.
  public static func random(named name: Name, layers: Int, using random: inout SplitMix64) -> DNN {
    // The totals of the chain: the work between that of MobileNetV2 and VGG-19 [FLOP], the memory well below
    // that of VGG [byte].
    let work = random.nextLogUniform(2e9, 40e9) / Double(layers)
    let memory = random.nextLogUniform(40e6, 200e6) / Double(layers)
    let chain = (0..<layers).map { position in
      // A real chain's first tensors are larger than its input, its last is a vector.
      let share = Double(position + 1) / Double(layers)
      let usual = SplitMix64.power(3e6, to: 4e3, share: share)
      let isLarge = random.nextUnit() < 0.125
      return Layer(
        name: Name("layer\(position + 1)"),
        work: (work * random.nextLogUniform(0.3, 3) / 1e3).rounded() * 1e3,
        output: (usual * random.nextLogUniform(0.5, 2)).rounded(),
        memory: (memory * random.nextLogUniform(0.3, 3) * (isLarge ? 10 : 1)).rounded())
    }
    return DNN(name: name, input: 602_112, layers: chain)
  }
}
