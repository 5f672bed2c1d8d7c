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
    case .work: "FLOP or MAC (2 FLOP), also OP (1 FLOP), \(prefixes)"
    case .compute: "FLOP/s or MAC/s (2 FLOP/s), also FLOPS and OPS (1 FLOP/s), \(prefixes)"
    case .size: "B, byte, b or bit \(prefixes)"
    case .bandwidth, .memoryBandwidth: "bit/s, b/s, B/s or byte/s, also bps and Bps, \(prefixes)"
    case .time: "s, ms, us, µs, ns or min"
    case .rate: "/s or 1/s"
    case .frequency: "Hz with a prefix k, M, G, T, P or none"
    }
  }

  /// What to say of a positive number without a unit that is so small that another unit was probably meant, as in
  /// `compute: 5`; `nil` if it is not.
  package func remark(onPlainNumber value: Double) -> String? {
    guard let name = [.compute: "a compute rate", .bandwidth: "a bandwidth"][self], value > 0, value < 1000
    else {
      return nil
    }
    return
      "\(name) below 1000 \(baseUnit): numbers without a unit are in \(baseUnit); others are written as in "
      + "\"5 G\(baseUnit)\""
  }

  /// The value of a number with a unit in the base unit: finite and not negative.
  ///
  /// The space before the unit is optional, exponents are allowed, and case matters. The value is rounded only once if
  /// possible: "0.2 ms" is the `Double` nearest to 0.0002.
  public func value(of text: String) throws(Failure) -> Double {
    let bytes = Array(text.utf8)
    return try value(of: bytes, in: bytes.indices)
  }

  /// A quantity as it is read, with what its unit leaves open.
  public struct Reading: Sendable, Equatable {
    /// The value in the base unit, finite and not negative.
    public var value: Double
    /// How a unit with several meanings was taken, as "1 OP is taken as 1 FLOP"; `nil` for a unit with one.
    public var remark: String?
  }

  /// The value of a number with a unit, as ``value(of:)`` reads it, and how its unit was taken.
  public func reading(of text: String) throws(Failure) -> Reading {
    let bytes = Array(text.utf8)
    return try reading(of: bytes, in: bytes.indices)
  }

  package func value(of bytes: [UInt8], in range: Range<Int>) throws(Failure) -> Double {
    try reading(of: bytes, in: range).value
  }

  package func reading(of bytes: [UInt8], in range: Range<Int>) throws(Failure) -> Reading {
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
      let text = String(decoding: name, as: UTF8.self)
      // "100 MB" of a bandwidth, "60 M" of a memory: what was left out counts more than what was misspelt.
      let completed = ["/s", "B", baseUnit].map { text + $0 }
      let nearest =
        completed.first(where: unitNames.contains)
        ?? EditDistance.nearest(to: text, among: unitNames)
        ?? EditDistance.nearest(to: text + "/s", among: unitNames)
      let near = nearest.map { ", did you mean \($0)" } ?? ""
      if text.hasPrefix(","), text.dropFirst().first?.isNumber == true {
        throw failure("has a comma; decimals follow a point, and thousands have no mark")
      }
      throw failure(
        "has the unit \(TerminalText.quoted(text)), which is none for this key (case matters\(near))")
    }
    let value = number.value(bytes, shift: unit.powerOfTen, factor: unit.factor) * unit.powerOfTwo
    guard value.isFinite else { throw failure("is not a finite number") }
    guard value >= 0 else { throw failure("is negative") }
    return Reading(value: value + 0, remark: unit.meaning)  // -0 becomes 0
  }
}
