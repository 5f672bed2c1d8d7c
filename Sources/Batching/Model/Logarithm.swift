#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Logarithms of the C library, in a file of its own because that library's names are many.
enum Logarithm {
  /// log2(1 + x), right for small x as well.
  static func binary(onePlus x: Double) -> Double { log1p(x) / log(2) }

  /// 10 to a power.
  static func tenTo(_ power: Double) -> Double { pow(10, power) }
}
