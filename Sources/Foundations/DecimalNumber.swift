/// A decimal number in a text: digits, a fraction and an exponent, not yet rounded to a `Double`.
///
/// Quantities are scaled before they are rounded, so that "0.2 ms" is the `Double` nearest to 0.0002.
package struct DecimalNumber {
  private var isNegative = false
  /// The digits without the point, as many as fit; `isExact` tells whether these are all.
  private var mantissa: UInt64 = 0
  private var isExact = true
  private var exponent = 0
  /// The positions of the digits and the point.
  private var digits = 0..<0

  /// The longest number at the start of `range`: sign, digits with a point, exponent; `nil` if none begins there.
  package init?(_ bytes: [UInt8], in range: Range<Int>) {
    let sign = Self.sign(bytes, range)
    isNegative = sign < 0
    let start = range.lowerBound + abs(sign)
    guard let afterDigits = readDigits(bytes, start..<range.upperBound) else { return nil }
    digits = start..<afterDigits
    end = readExponent(bytes, afterDigits..<range.upperBound)
  }

  /// The offset after the number.
  package private(set) var end = 0

  /// The value times `factor` times 10 to the power `shift`, rounded once if possible; infinite if it is too large.
  package func value(_ bytes: [UInt8], shift: Int = 0, factor: UInt64 = 1) -> Double {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
    let power = exponent + shift
    if isExact, !overflow, product <= 1 << 53, abs(power) < Self.powersOfTen.count {
      // Both operands are exact, so a single division or product rounds correctly (Clinger 1990).
      let scale = Self.powersOfTen[abs(power)]
      let magnitude = power < 0 ? Double(product) / scale : Double(product) * scale
      return isNegative ? -magnitude : magnitude
    }
    return slowValue(bytes, shift: shift) * Double(factor)
  }

  /// All powers of ten are exact up to the last of these.
  private static let powersOfTen = Array(sequence(first: 1.0) { $0 * 10 }.prefix(23))

  /// With a larger exponent the value is 0 or infinite, for any digits that fit into a file of 1 GiB.
  private static let largestExponent = 4_000_000_000

  private mutating func readDigits(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var position = range.lowerBound
    var count = 0
    var hasPoint = false
    while position < range.upperBound {
      let digit = bytes[position] &- UInt8(ascii: "0")
      if digit < 10 {
        if mantissa < 1_000_000_000_000_000_000 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
        } else {
          isExact = false
        }
        count += 1
        if hasPoint { exponent -= 1 }
      } else if bytes[position] == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else {
        break
      }
      position += 1
    }
    return count > 0 ? position : nil
  }

  /// Reads "e5", "E-5", ...; an incomplete exponent is not read, since it may begin a unit.
  private mutating func readExponent(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    guard !range.isEmpty, bytes[range.lowerBound] | 0x20 == UInt8(ascii: "e") else { return range.lowerBound }
    let sign = Self.sign(bytes, range.dropFirst())
    let first = range.lowerBound + 1 + abs(sign)
    var position = first
    var written = 0
    while position < range.upperBound, bytes[position] &- UInt8(ascii: "0") < 10 {
      written = min(Self.largestExponent, written * 10 + Int(bytes[position] - UInt8(ascii: "0")))
      position += 1
    }
    guard position > first else { return range.lowerBound }
    exponent += sign < 0 ? -written : written
    return position
  }

  /// -1 or 1 for a sign at the start of `range`, otherwise 0.
  private static func sign(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    switch range.isEmpty ? 0 : bytes[range.lowerBound] {
    case UInt8(ascii: "-"): -1
    case UInt8(ascii: "+"): 1
    default: 0
    }
  }

  /// Rounds with the standard library, which does not depend on the locale.
  private func slowValue(_ bytes: [UInt8], shift: Int) -> Double {
    let written = digits.filter { bytes[$0] != UInt8(ascii: ".") }.map { bytes[$0] }
    let text = String(decoding: written, as: UTF8.self) + "e\(exponent + shift)"
    let magnitude = Double(text) ?? .infinity
    return isNegative ? -magnitude : magnitude
  }
}
