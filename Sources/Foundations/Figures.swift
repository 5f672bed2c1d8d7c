#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Prints figures for people, rounded and with units.
public enum Figures {
  /// A count with its noun: "1 job", "2 jobs".
  public static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A duration to five digits in a suitable unit.
  public static func duration(_ seconds: Double) -> String { Quantity.duration.text(seconds) }

  /// A size to four digits in a decimal unit.
  public static func size(_ bytes: Double) -> String { Quantity.size.text(bytes) }

  /// Work to four digits in a suitable unit.
  public static func work(_ flop: Double) -> String { Quantity.work.text(flop) }

  /// A compute rate to four digits in a suitable unit.
  public static func computeRate(_ rate: Double) -> String { Quantity.computeRate.text(rate) }

  /// A bandwidth to four digits in a suitable unit.
  public static func bandwidth(_ bandwidth: Double) -> String { Quantity.bandwidth.text(bandwidth) }

  /// A share as per cent; shares below the rounding errors of a solver are shown as 0.
  public static func percentage(_ share: Double) -> String {
    share < 1e-12 ? "0 %" : "\(digits(share * 100, 3)) %"
  }

  /// A number with that many significant digits.
  public static func digits(_ value: Double, _ count: Int) -> String {
    withVaList([Int32(count), value]) { arguments in
      var text = [CChar](repeating: 0, count: 64)
      let length = vsnprintf(&text, text.count, "%.*g", arguments)
      return String(decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// Figures of one quantity, given in its base unit, with enough digits to distinguish different values, to avoid
  /// "needs 50 ms, has 50 ms".
  public static func apart(_ values: [Double], _ quantity: Quantity) -> [String] {
    let units = quantity.units(for: values)
    return distinct(values) { digits in values.map { quantity.text($0, digits: digits, units) } }
  }

  /// Plain numbers with enough digits to distinguish different values.
  public static func apart(_ values: [Double]) -> [String] {
    distinct(values) { count in values.map { digits($0, count) } }
  }

  /// A limit, and a value that would be enough instead, rounded up so that the printed value is enough.
  public static func relaxed(
    _ limit: Double, to enough: Double, _ quantity: Quantity
  ) -> (limit: String, enough: String) {
    let units = quantity.units(for: [limit, enough])
    // The rounding stays small compared with the difference between the two.
    let lack = enough > limit ? (enough - limit) / enough : 1
    let fewest = min(16, 4 + max(0, Int(-log10(lack)) - 1))
    let texts = distinct([limit, enough], fewest: fewest) { digits in
      zip([limit, enough], [false, true]).map { quantity.text($0, digits: digits, units, roundsUp: $1) }
    }
    return (texts[0], texts[1])
  }

  /// The texts with the fewest digits for which different values have different texts.
  private static func distinct(
    _ values: [Double], fewest: Int = 4, _ texts: (_ digits: Int) -> [String]
  ) -> [String] {
    let count = Set(values).count
    return (fewest..<17).lazy.map(texts).first { Set($0).count >= count } ?? texts(17)
  }

  /// A quantity for printing, with its base unit.
  public enum Quantity: Sendable {
    /// [s]
    case duration
    /// [byte]
    case size
    /// [bit/s]
    case bandwidth
    /// [FLOP]
    case work
    /// [FLOP/s]
    case computeRate
    /// The load of a node [s of work a second].
    case load
    /// [Hz]
    case frequency
    /// A number without a unit.
    case number
    /// Something a second [1/s].
    case rate
  }
}

extension Figures.Quantity {
  /// A figure in a suitable unit: a duration to five digits, a plain number to six, a rate to seven, others to four.
  public func text(_ value: Double) -> String {
    text(value, digits: usualDigits, units)
  }

  private var usualDigits: Int {
    switch self {
    case .duration: 5
    case .number: 6
    case .rate: 7
    default: 4
    }
  }

  fileprivate typealias Unit = (factor: Double, name: String)

  /// The units, the largest first.
  fileprivate var units: [Unit] {
    switch self {
    case .duration: [(1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")]
    case .size: [(1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")]
    case .bandwidth: Self.decimal("bit/s")
    case .work: Self.decimal("FLOP")
    case .computeRate: Self.decimal("FLOP/s")
    case .load: [(1, "s of work a second")]
    case .frequency: Self.decimal("Hz")
    case .number: [(1, "")]
    case .rate: [(1, "/s")]
    }
  }

  private static func decimal(_ name: String) -> [Unit] {
    let prefixes = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")]
    return prefixes.map { ($0.0, $0.1 + name) }
  }

  private static let binarySizes: [Unit] = [
    (0x1p40, "TiB"), (0x1p30, "GiB"), (0x1p20, "MiB"), (0x1p10, "KiB"), (1, "B"),
  ]

  /// The units for these values: powers of 1024 if some size was clearly given in them.
  fileprivate func units(for values: [Double]) -> [Unit] {
    guard case .size = self else { return units }
    let isBinary = values.contains { isRound($0, in: Self.binarySizes) && !isRound($0, in: units) }
    return isBinary ? Self.binarySizes : units
  }

  /// Whether four digits are exact.
  private func isRound(_ value: Double, in units: [Unit]) -> Bool {
    let scaled = value / unit(for: value, in: units).factor
    return Double(Figures.digits(scaled, 4)) == scaled
  }

  private func unit(for value: Double, in units: [Unit]) -> Unit {
    // A value that rounds to one unit is shown in this unit.
    units.first { abs(value) >= $0.factor * 0.999_995 } ?? units[units.count - 1]
  }

  fileprivate func text(_ value: Double, digits: Int, _ units: [Unit], roundsUp: Bool = false) -> String {
    func named(_ number: String, _ name: String) -> String { name.isEmpty ? number : "\(number) \(name)" }
    if value == 0 { return named("0", units.first { $0.factor == 1 }?.name ?? "") }
    let unit = unit(for: value, in: units)
    let scaled = value / unit.factor
    var text = Figures.digits(scaled, digits)
    if roundsUp, let rounded = Double(text), rounded < scaled * (1 - 1e-12) {
      // Adds one to the last digit.
      text = Figures.digits(rounded + pow(10, floor(log10(scaled)) + 1 - Double(digits)), digits)
    }
    return named(text, unit.name)
  }
}
