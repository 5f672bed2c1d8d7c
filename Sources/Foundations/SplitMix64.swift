/// A small seeded generator: the same seed gives the same numbers on every machine and in every version.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in 0 ..< 1.
  public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between the two, uniform on a logarithmic scale, to three digits of the lower one.
  package mutating func nextLogUniform(_ low: Double, _ high: Double) -> Double {
    let exact = Self.power(low, to: high, share: nextUnit())
    return (exact / low * 1000).rounded() * low / 1000
  }

  /// An index below a positive count, uniformly distributed.
  package mutating func nextIndex(below count: Int) -> Int { Int(nextUnit() * Double(count)) }

  /// That many different indices below a count, in random order.
  package mutating func nextIndices(_ number: Int, below count: Int) -> [Int] {
    var indices = Array(0..<count)
    for position in 0..<number { indices.swapAt(position, position + nextIndex(below: count - position)) }
    return Array(indices.prefix(number))
  }

  /// low (high / low)^share for a share in 0 ... 1, within 1e-9, by products and square roots, whose results IEEE 754
  /// defines; the last bit of `pow` differs between machines.
  package static func power(_ low: Double, to high: Double, share: Double) -> Double {
    guard share < 1 else { return high }
    var value = low
    var factor = high / low
    var rest = share
    // The binary digits of the exponent: each digit stands for the square root of the factor before.
    for _ in 0..<36 {
      factor = factor.squareRoot()
      rest *= 2
      if rest >= 1 {
        value *= factor
        rest -= 1
      }
    }
    return value
  }
}
