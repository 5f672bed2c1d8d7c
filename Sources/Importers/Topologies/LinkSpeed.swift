import Foundations

/// The speeds of links in the spellings of topologies and of network tools.
public enum LinkSpeed {
  /// A speed with a unit [bit/s]: as in instances ("10 Gbit/s", "10 Gbps"), as Shadow and tc write it ("100 Mbit",
  /// "1 gigabit", "10gbit", "12.5MBps"), or with a prefix alone ("10 G"); `nil` for other texts.
  public static func reading(of text: String) -> Quantity.Reading? {
    if let reading = try? Quantity.bandwidth.reading(of: text) { return reading }
    let bytes = Array(text.utf8)
    guard
      let number = DecimalNumber(bytes, in: bytes.indices),
      let unit = unit(String(decoding: bytes[number.end...].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self))
    else { return nil }
    let digits = String(decoding: bytes[..<number.end], as: UTF8.self)
    guard var reading = try? Quantity.bandwidth.reading(of: "\(digits) \(unit.name)") else { return nil }
    reading.remark = unit.remark ?? reading.remark
    return reading
  }

  /// A unit of another tool as a unit of instances: "gbit" as "Gbit/s".
  private static func unit(_ text: String) -> (name: String, remark: String?)? {
    var name = Substring(text)
    let ending = ["/sec", "/s", "ps"].first { name.hasSuffix($0) && name.count > $0.count }
    if let ending { name = name.dropLast(ending.count) }
    let unit = units.first { name.hasSuffix($0.suffix) && (ending != nil || $0.standsAlone) }
    name = name.dropLast(unit?.suffix.count ?? 0)
    // The prefix alone, without any unit, is one of bits.
    guard unit != nil || ending == nil, let prefix = prefixes[String(name)] else { return nil }
    guard unit != nil || !prefix.isEmpty else { return nil }
    let base = unit?.base ?? "bit"
    // For tc a small "bps" is bytes; it writes "bit" itself, and everybody else means bits.
    let isOfBits = ending == "ps" && unit?.suffix == "b" && name.first?.isLowercase == true
    let remark = isOfBits ? "\(text) is taken as \(prefix)bit/s" : nil
    return (prefix + base + "/s", remark)
  }

  /// The endings of units, the longer ones first; those that stand alone need no "/s".
  private static let units: [(suffix: String, base: String, standsAlone: Bool)] = [
    ("bits", "bit", true), ("Bits", "bit", true), ("bit", "bit", true), ("Bit", "bit", true),
    ("bytes", "B", false), ("Bytes", "B", false), ("byte", "B", false), ("Byte", "B", false),
    ("b", "bit", true), ("B", "B", false),
  ]

  /// Prefixes as they are written, and those of instances.
  private static let prefixes: [String: String] = {
    var prefixes = ["": ""]
    for (prefix, spellings) in [
      ("k", ["k", "kilo"]), ("K", ["K"]), ("M", ["M", "m", "mega"]), ("G", ["G", "g", "giga"]),
      ("T", ["T", "t", "tera"]), ("Ki", ["Ki", "ki", "kibi"]), ("Mi", ["Mi", "mi", "mebi"]),
      ("Gi", ["Gi", "gi", "gibi"]), ("Ti", ["Ti", "ti", "tebi"]),
    ] {
      for spelling in spellings { prefixes[spelling] = prefix }
    }
    return prefixes
  }()
}
