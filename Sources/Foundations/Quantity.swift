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
  /// Memory bandwidth [byte/s].
  case memoryBandwidth
  /// Times, latencies and deadlines [s].
  case time
  /// Rates of inferences [1/s].
  case rate
  /// The width of a radio channel [Hz].
  case frequency

  /// The reason why a text is not this quantity, without its place.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    public var message: String
    public var description: String { message }

    package init(message: String) { self.message = message }
  }

  /// The unit of plain numbers.
  public var baseUnit: String { units[0].name }

  /// The description of the units, for messages.
  public var unitList: String {
    let prefixes = "with a prefix k, M, G, T, P, Ki, Mi, Gi, Ti or none"
    return switch self {
    case .work: "FLOP or MAC (2 FLOP) \(prefixes)"
    case .compute: "FLOP/s or MAC/s (2 FLOP/s) \(prefixes)"
    case .size: "B, byte, b or bit \(prefixes)"
    case .bandwidth, .memoryBandwidth: "bit/s, b/s, B/s or byte/s \(prefixes)"
    case .time: "s, ms, us, µs, ns or min"
    case .rate: "/s or 1/s"
    case .frequency: "Hz with a prefix k, M, G, T, P or none"
    }
  }

  /// The value of a number with a unit in the base unit: finite and not negative.
  ///
  /// The space before the unit is optional, exponents are allowed, and case matters. The value is rounded only once if
  /// possible: "0.2 ms" is the `Double` nearest to 0.0002.
  public func value(of text: String) throws(Failure) -> Double {
    let bytes = Array(text.utf8)
    return try value(of: bytes, in: bytes.indices)
  }

  package func value(of bytes: [UInt8], in range: Range<Int>) throws(Failure) -> Double {
    func failure(_ problem: String) -> Failure {
      let quoted = TerminalText.quoted(String(decoding: bytes[range], as: UTF8.self))
      return Failure(message: "\(quoted) \(problem); units here: \(unitList)")
    }
    guard let number = DecimalNumber(bytes, in: range) else { throw failure("is not a number and a unit") }
    let name = bytes[number.end..<range.upperBound].drop { $0 == UInt8(ascii: " ") }
    guard !name.isEmpty else {
      throw failure("has no unit; a number without quotation marks is in \(baseUnit)")
    }
    guard let unit = unit(named: name) else {
      let text = TerminalText.quoted(String(decoding: name, as: UTF8.self))
      throw failure("has the unit \(text), which is none for this key (case matters)")
    }
    let value = number.value(bytes, shift: unit.powerOfTen, factor: unit.factor) * unit.powerOfTwo
    guard value.isFinite else { throw failure("is not a finite number") }
    guard value >= 0 else { throw failure("is negative") }
    return value + 0  // -0 becomes 0
  }

  /// A unit, or the prefix of one; its value in the base unit is a product.
  private struct Unit {
    let name: String
    var powerOfTen = 0
    /// A factor that multiplies without rounding.
    var powerOfTwo = 1.0
    var factor: UInt64 = 1
  }

  private func unit(named name: ArraySlice<UInt8>) -> Unit? {
    if let unit = units.first(where: { name.elementsEqual($0.name.utf8) }) { return unit }
    guard let prefix = prefixes.first(where: { name.starts(with: $0.name.utf8) }),
      var unit = units.first(where: { name.dropFirst(prefix.name.utf8.count).elementsEqual($0.name.utf8) })
    else { return nil }
    unit.powerOfTen += prefix.powerOfTen
    unit.powerOfTwo *= prefix.powerOfTwo
    return unit
  }

  /// The units without prefixes, the base unit first.
  private var units: [Unit] {
    switch self {
    case .work: Self.workUnits
    case .compute: Self.computeUnits
    case .size: Self.sizeUnits
    case .bandwidth: Self.bandwidthUnits
    case .memoryBandwidth: Self.memoryBandwidthUnits
    case .time: Self.timeUnits
    case .rate: Self.rateUnits
    case .frequency: Self.frequencyUnits
    }
  }

  private static let workUnits = [Unit(name: "FLOP"), Unit(name: "MAC", powerOfTwo: 2)]
  private static let computeUnits = [Unit(name: "FLOP/s"), Unit(name: "MAC/s", powerOfTwo: 2)]
  private static let sizeUnits = [
    Unit(name: "byte"), Unit(name: "B"), Unit(name: "b", powerOfTwo: 0.125),
    Unit(name: "bit", powerOfTwo: 0.125),
  ]
  private static let bandwidthUnits = [
    Unit(name: "bit/s"), Unit(name: "b/s"), Unit(name: "B/s", powerOfTwo: 8),
    Unit(name: "byte/s", powerOfTwo: 8),
  ]
  private static let memoryBandwidthUnits = [
    Unit(name: "byte/s"), Unit(name: "B/s"), Unit(name: "b/s", powerOfTwo: 0.125),
    Unit(name: "bit/s", powerOfTwo: 0.125),
  ]
  private static let timeUnits = [
    Unit(name: "s"), Unit(name: "ms", powerOfTen: -3), Unit(name: "us", powerOfTen: -6),
    Unit(name: "\u{B5}s", powerOfTen: -6),  // the micro sign
    Unit(name: "\u{3BC}s", powerOfTen: -6),  // the Greek letter, which many keyboards write instead
    Unit(name: "ns", powerOfTen: -9), Unit(name: "min", factor: 60),
  ]
  private static let frequencyUnits = [Unit(name: "Hz")]
  private static let rateUnits = [Unit(name: "1/s"), Unit(name: "/s")]

  /// The prefixes that the units may have. The binary ones come first, because the decimal ones begin like them.
  private var prefixes: [Unit] {
    switch self {
    case .time, .rate: []
    case .frequency: Self.decimalPrefixes
    case .work, .compute, .size, .bandwidth, .memoryBandwidth: Self.allPrefixes
    }
  }

  private static let allPrefixes =
    [
      Unit(name: "Ki", powerOfTwo: 0x1p10), Unit(name: "Mi", powerOfTwo: 0x1p20),
      Unit(name: "Gi", powerOfTwo: 0x1p30), Unit(name: "Ti", powerOfTwo: 0x1p40),
    ] + decimalPrefixes
  private static let decimalPrefixes = [
    Unit(name: "k", powerOfTen: 3), Unit(name: "M", powerOfTen: 6), Unit(name: "G", powerOfTen: 9),
    Unit(name: "T", powerOfTen: 12), Unit(name: "P", powerOfTen: 15),
  ]
}
