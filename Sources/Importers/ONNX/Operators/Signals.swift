import Foundation

/// Spectra and determinants, by the operation counts of the usual algorithms.
extension NodeContext {
  func melWeights() throws(NodeFault) -> Tensor {
    guard let bins = try knownIntegers(0).first, let length = try knownIntegers(1).first else {
      throw NodeFault("num_mel_bins or dft_length is missing")
    }
    let type = try attributes.elementType("output_datatype") ?? .float
    return Tensor(type, try Shape([length / 2 + 1, bins]))
  }

  /// The approximate work of a fast Fourier transform of length n: 5 n log2 n [FLOP].
  private static func transform(_ length: Int) -> Double {
    length < 2 ? 0 : 5 * Double(length) * log2(Double(length))
  }

  func spectrum() throws(NodeFault) -> Inference {
    let input = try input(0)
    let rank = input.shape.rank
    guard rank >= 2 else {
      throw NodeFault("the input needs at least two axes, the last for the real and the imaginary part")
    }
    // The axis is an attribute in older versions, and an input in newer ones.
    let given = try optionalInput(2) == nil ? attributes.integer("axis") ?? -2 : knownIntegers(2).first ?? -2
    let axis = try axis(given, rank: rank)
    let length = try optionalInput(1) == nil ? input.shape[axis] : knownIntegers(1).first ?? 0
    let isOneSided = try attributes.flag("onesided")
    let isInverse = try attributes.flag("inverse")
    var dimensions = input.shape.dimensions
    // The inverse of half a spectrum has the whole length, which is taken as even if it is not given.
    let whole = isOneSided && isInverse && optionalInput(1) == nil ? 2 * max(0, length - 1) : length
    dimensions[axis] = isOneSided && !isInverse ? whole / 2 + 1 : whole
    dimensions[rank - 1] = isOneSided && isInverse ? 1 : 2
    let shape = try Shape(dimensions)
    let count = Double(shape.elementCount) / Double(max(1, dimensions[axis] * dimensions[rank - 1]))
    return Inference([Tensor(input.type, shape)], otherFLOP: (count * Self.transform(whole)).rounded())
  }

  func spectra() throws(NodeFault) -> Inference {
    let input = try input(0)
    guard input.shape.rank >= 2, let step = try knownIntegers(1).first, step > 0 else {
      throw NodeFault("the signal or the step is missing")
    }
    let given = try optionalInput(3) == nil ? nil : knownIntegers(3).first
    guard let length = given ?? optionalInput(2)?.shape.dimensions.first, length > 0, length <= input.shape[1]
    else {
      throw NodeFault("the length of a frame is missing, not positive, or more than the signal's")
    }
    let frames = (input.shape[1] - length) / step + 1
    let bins = try attributes.flag("onesided", default: true) ? length / 2 + 1 : length
    let shape = try Shape([input.shape[0], frames, bins, 2])
    let count = Double(input.shape[0]) * Double(frames)
    // Each frame is multiplied by the window first.
    return Inference(
      [Tensor(input.type, shape)], otherFLOP: (count * (Self.transform(length) + Double(length))).rounded())
  }

  func determinant() throws(NodeFault) -> Inference {
    let input = try input(0)
    let rank = input.shape.rank
    guard rank >= 2, input.shape[rank - 1] == input.shape[rank - 2] else {
      throw NodeFault("a tensor of \(input.shape.dimensions) does not hold square matrices")
    }
    let shape = try Shape(Array(input.shape.dimensions.dropLast(2)))
    // Gaussian elimination takes 2/3 n^3 FLOP.
    let perMatrix = 2 * pow(Double(input.shape[rank - 1]), 3) / 3
    return Inference(
      [Tensor(input.type, shape)], otherFLOP: (Double(shape.elementCount) * perMatrix).rounded())
  }
}
