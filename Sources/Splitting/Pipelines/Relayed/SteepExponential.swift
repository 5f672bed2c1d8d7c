/// The exponential function for potentials: inlined, monotone enough to compare with, and the same on every machine.
enum SteepExponential {
  /// e^x within 1e-7 of its value; arguments are cut off at -700 and 300, so that products of two stay finite.
  ///
  /// Cody and Waite's reduction to |r| <= ln(2)/2, and a Taylor polynomial there.
  @inline(__always)
  static func value(_ x: Double) -> Double {
    let argument = min(max(x, -700), 300)
    // Rounded to a whole number by a sum without room for fractions: `rounded()` calls a library on some machines.
    let power = (argument * 1.4426950408889634 + 0x1.8p52) - 0x1.8p52
    let r = (argument - power * 0.6931471803691238) - power * 1.9082149292705877e-10
    let series =
      1 + r
      * (1 + r * (0.5 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040)))))))
    return series * Double(bitPattern: UInt64(Int64(power) + 1023) << 52)
  }
}
