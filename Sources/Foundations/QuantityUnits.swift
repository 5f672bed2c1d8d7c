/// The units of each kind of quantity, and how texts name them.
extension Quantity {
  /// A unit, or the prefix of one; its value in the base unit is a product.
  struct Unit {
    /// The name in texts; for a unit with a prefix all of it.
    var name: String
    var powerOfTen = 0
    /// A factor that multiplies without rounding.
    var powerOfTwo = 1.0
    var factor: UInt64 = 1
    /// What the unit is taken for, if it has other meanings as well: "OPS is taken as FLOP/s".
    var meaning: String?
  }

  /// The unit with a name, which may have a prefix.
  func unit(named name: ArraySlice<UInt8>) -> Unit? {
    // "GBps" is another spelling of "GB/s".
    let isShort = name.suffix(3).elementsEqual("Bps".utf8)
    let name = isShort ? name.dropLast(2) + Array("/s".utf8) : name
    if let unit = units.first(where: { name.elementsEqual($0.name.utf8) }) { return unit }
    guard
      let prefix = prefixes.first(where: { name.starts(with: $0.name.utf8) }),
      let unit = units.first(where: { name.dropFirst(prefix.name.utf8.count).elementsEqual($0.name.utf8) })
    else { return nil }
    return unit.with(prefix)
  }

  /// The names of all units with all prefixes, for hints.
  var unitNames: [String] { units.flatMap { unit in [unit.name] + prefixes.map { $0.name + unit.name } } }

  /// The units without prefixes, the base unit first.
  var units: [Unit] {
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

  /// The prefixes of the units.
  private var prefixes: [Unit] {
    switch self {
    case .time, .rate: []
    case .frequency: Self.decimalPrefixes
    case .work, .compute, .size, .bandwidth, .memoryBandwidth: Self.allPrefixes
    }
  }

  /// Accelerators are sold by operations, of which a multiply-accumulate has one or two. One is 1 FLOP here.
  private static let operation = "1 OP is taken as 1 FLOP"

  private static let workUnits = [
    Unit(name: "FLOP"), Unit(name: "FLOPs"), Unit(name: "MAC", powerOfTwo: 2),
    Unit(name: "MACs", powerOfTwo: 2), Unit(name: "OP", meaning: operation),
    Unit(name: "OPs", meaning: operation),
  ]
  private static let computeUnits = [
    Unit(name: "FLOP/s"), Unit(name: "FLOPS"), Unit(name: "FLOPs/s"), Unit(name: "MAC/s", powerOfTwo: 2),
    Unit(name: "MACs/s", powerOfTwo: 2), Unit(name: "OP/s", meaning: operation),
    Unit(name: "OPS", meaning: operation), Unit(name: "OPs/s", meaning: operation),
  ]
  private static let sizeUnits = [
    Unit(name: "byte"), Unit(name: "bytes"), Unit(name: "B"),
    Unit(name: "b", powerOfTwo: 0.125, meaning: "b is taken as bit, and B as byte"),
    Unit(name: "bit", powerOfTwo: 0.125), Unit(name: "bits", powerOfTwo: 0.125),
  ]
  private static let bandwidthUnits = [
    Unit(name: "bit/s"), Unit(name: "bits/s"), Unit(name: "b/s"), Unit(name: "bps"),
    Unit(name: "B/s", powerOfTwo: 8), Unit(name: "byte/s", powerOfTwo: 8),
    Unit(name: "bytes/s", powerOfTwo: 8),
  ]
  private static let memoryBandwidthUnits = [
    Unit(name: "byte/s"), Unit(name: "bytes/s"), Unit(name: "B/s"), Unit(name: "b/s", powerOfTwo: 0.125),
    Unit(name: "bps", powerOfTwo: 0.125), Unit(name: "bit/s", powerOfTwo: 0.125),
    Unit(name: "bits/s", powerOfTwo: 0.125),
  ]
  private static let timeUnits = [
    Unit(name: "s"), Unit(name: "ms", powerOfTen: -3), Unit(name: "us", powerOfTen: -6),
    Unit(name: "\u{B5}s", powerOfTen: -6),  // the micro sign
    Unit(name: "\u{3BC}s", powerOfTen: -6),  // the Greek letter, which many keyboards write instead
    Unit(name: "ns", powerOfTen: -9), Unit(name: "min", factor: 60),
  ]
  private static let frequencyUnits = [Unit(name: "Hz")]
  private static let rateUnits = [Unit(name: "1/s"), Unit(name: "/s")]

  /// The binary prefixes come first, because the decimal ones begin like them.
  private static let allPrefixes =
    [
      Unit(name: "Ki", powerOfTwo: 0x1p10), Unit(name: "Mi", powerOfTwo: 0x1p20),
      Unit(name: "Gi", powerOfTwo: 0x1p30), Unit(name: "Ti", powerOfTwo: 0x1p40),
    ] + decimalPrefixes
  private static let decimalPrefixes = [
    Unit(name: "k", powerOfTen: 3), Unit(name: "M", powerOfTen: 6), Unit(name: "G", powerOfTen: 9),
    Unit(name: "T", powerOfTen: 12), Unit(name: "P", powerOfTen: 15),
    // Many programs write K for 1024.
    Unit(name: "K", powerOfTen: 3, meaning: "is taken as 1000"),
  ]
}

extension Quantity.Unit {
  /// The unit with a prefix.
  fileprivate func with(_ prefix: Self) -> Self {
    var unit = self
    unit.name = prefix.name + name
    unit.powerOfTen += prefix.powerOfTen
    unit.powerOfTwo *= prefix.powerOfTwo
    if let meaning = prefix.meaning {
      let rule = "the K of \(unit.name) \(meaning) (Ki\(name) is 1024)"
      unit.meaning = unit.meaning.map { "\(rule), and \($0)" } ?? rule
    }
    return unit
  }
}
