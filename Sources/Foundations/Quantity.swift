/// A kind of quantity: its base unit and the units that strings may use.
public enum Quantity: Sendable, CaseIterable {
  /// Work and node backlog [FLOP].
  case work
  /// Compute rate [FLOP/s].
  case compute
  /// Sizes, memory and link backlog [byte].
  case size
  /// Bandwidth [bit/s].
  case bandwidth
  /// Times, latencies and deadlines [s].
  case time
  /// Rates of inferences [1/s].
  case rate

  /// The reason why a text is not this quantity, without its place.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    public var message: String
    public var description: String { message }

    package init(message: String) { self.message = message }
  }

  /// The value of a number with a unit in the base unit: finite and not negative.
  ///
  /// The space before the unit is optional, exponents are allowed, and case matters. The value is rounded
  /// only once if possible: "0.2 ms" is the `Double` nearest to 0.0002.
  public func value(of text: String) throws(Failure) -> Double {
    let bytes = Array(text.utf8)
    return try value(of: bytes, in: bytes.indices)
  }

  /// The unit of plain numbers.
  public var baseUnit: String {
    switch self {
    case .work: "FLOP"
    case .compute: "FLOP/s"
    case .size: "byte"
    case .bandwidth: "bit/s"
    case .time: "s"
    case .rate: "1/s"
    }
  }

  /// The description of the units, for messages.
  public var unitList: String {
    let prefixes = "with a prefix k, M, G, T, P, Ki, Mi, Gi, Ti or none"
    return switch self {
    case .work: "FLOP or MAC (2 FLOP) \(prefixes)"
    case .compute: "FLOP/s or MAC/s (2 FLOP/s) \(prefixes)"
    case .size: "B, byte, b or bit \(prefixes)"
    case .bandwidth: "bit/s, b/s, B/s or byte/s \(prefixes)"
    case .time: "s, ms, us, µs, ns or min"
    case .rate: "/s or 1/s"
    }
  }
}

// MARK: - Reading

extension Quantity {
  package func value(of bytes: [UInt8], in range: Range<Int>) throws(Failure) -> Double {
    guard let number = DecimalNumber(bytes, in: range) else {
      throw failure(bytes[range], "is not a number and a unit")
    }
    var unit = bytes[number.end..<range.upperBound]
    while unit.first == UInt8(ascii: " ") { unit.removeFirst() }
    guard !unit.isEmpty else {
      throw failure(bytes[range], "has no unit; a number without quotation marks is in \(baseUnit)")
    }
    guard let scale = scale(of: unit) else {
      let text = TerminalText.quoted(String(decoding: unit, as: UTF8.self))
      throw failure(bytes[range], "has the unit \(text), which is none for this key (case matters)")
    }
    let decimal = number.value(bytes, shift: scale.powerOfTen, factor: scale.factor)
    return try checked(decimal * scale.powerOfTwo, bytes[range])
  }

  /// The value, if it is finite and not negative.
  private func checked(_ value: Double, _ text: ArraySlice<UInt8>) throws(Failure) -> Double {
    guard value.isFinite else { throw failure(text, "is not a finite number") }
    guard value >= 0 else { throw failure(text, "is negative") }
    return value + 0  // -0 becomes 0
  }

  private func failure(_ text: ArraySlice<UInt8>, _ problem: String) -> Failure {
    let quoted = TerminalText.quoted(String(decoding: text, as: UTF8.self))
    return Failure(message: "\(quoted) \(problem); units here: \(unitList)")
  }
}

// MARK: - Units

extension Quantity {
  /// The value of a unit in the base unit, as a product.
  private struct Scale {
    var powerOfTen = 0
    /// A factor that multiplies without rounding.
    var powerOfTwo = 1.0
    var factor: UInt64 = 1
  }

  private struct Unit {
    let spelling: [UInt8]
    let scale: Scale

    init(_ spelling: String, powerOfTen: Int = 0, powerOfTwo: Double = 1, factor: UInt64 = 1) {
      self.spelling = Array(spelling.utf8)
      scale = Scale(powerOfTen: powerOfTen, powerOfTwo: powerOfTwo, factor: factor)
    }
  }

  private func scale(of unit: ArraySlice<UInt8>) -> Scale? {
    if let match = units.first(where: { unit.elementsEqual($0.spelling) }) { return match.scale }
    guard takesPrefixes, let prefix = Self.prefixes.first(where: { unit.starts(with: $0.spelling) }) else {
      return nil
    }
    let rest = unit.dropFirst(prefix.spelling.count)
    guard let match = units.first(where: { rest.elementsEqual($0.spelling) }) else { return nil }
    var scale = match.scale
    scale.powerOfTen += prefix.scale.powerOfTen
    scale.powerOfTwo *= prefix.scale.powerOfTwo
    return scale
  }

  private var takesPrefixes: Bool {
    switch self {
    case .work, .compute, .size, .bandwidth: true
    case .time, .rate: false
    }
  }

  private var units: [Unit] {
    switch self {
    case .work: Self.workUnits
    case .compute: Self.computeUnits
    case .size: Self.sizeUnits
    case .bandwidth: Self.bandwidthUnits
    case .time: Self.timeUnits
    case .rate: Self.rateUnits
    }
  }

  private static let workUnits = [Unit("FLOP"), Unit("MAC", powerOfTwo: 2)]
  private static let computeUnits = [Unit("FLOP/s"), Unit("MAC/s", powerOfTwo: 2)]
  private static let sizeUnits = [
    Unit("B"), Unit("byte"), Unit("b", powerOfTwo: 0.125), Unit("bit", powerOfTwo: 0.125),
  ]
  private static let bandwidthUnits = [
    Unit("bit/s"), Unit("b/s"), Unit("B/s", powerOfTwo: 8), Unit("byte/s", powerOfTwo: 8),
  ]
  private static let timeUnits = [
    Unit("s"), Unit("ms", powerOfTen: -3), Unit("us", powerOfTen: -6),
    Unit("\u{B5}s", powerOfTen: -6),  // the micro sign
    Unit("\u{3BC}s", powerOfTen: -6),  // the Greek letter, which many keyboards write instead
    Unit("ns", powerOfTen: -9), Unit("min", factor: 60),
  ]
  private static let rateUnits = [Unit("/s"), Unit("1/s")]

  /// The binary prefixes come first, because the decimal ones begin like them.
  private static let prefixes = [
    Unit("Ki", powerOfTwo: 0x1p10), Unit("Mi", powerOfTwo: 0x1p20), Unit("Gi", powerOfTwo: 0x1p30),
    Unit("Ti", powerOfTwo: 0x1p40),
    Unit("k", powerOfTen: 3), Unit("M", powerOfTen: 6), Unit("G", powerOfTen: 9), Unit("T", powerOfTen: 12),
    Unit("P", powerOfTen: 15),
  ]
}
