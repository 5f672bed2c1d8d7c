import Foundations

/// The speeds of links in the spellings of topologies and of network tools.
public enum LinkSpeed {
  /// A speed with a unit [bit/s]: as in instances ("10 Gbit/s", "10 Gbps"), as Shadow and tc write it ("100 Mbit",
  /// "10gbit"), or with a prefix alone ("10 G"); `nil` for other texts.
  public static func reading(of text: String) -> Quantity.Reading? {
    let bits = text.hasSuffix("bit") ? text + "/s" : nil
    let spellings = [text, bits, text + "bit/s", upperPrefix(text).map { $0 + "/s" }]
    return spellings.lazy.compactMap(\.self).compactMap { try? Quantity.bandwidth.reading(of: $0) }.first
  }

  /// tc writes prefixes of bits in lower case: "10mbit" as "10Mbit".
  private static func upperPrefix(_ text: String) -> String? {
    for (lower, upper) in [("kbit", "kbit"), ("mbit", "Mbit"), ("gbit", "Gbit"), ("tbit", "Tbit")]
    where text.hasSuffix(lower) {
      return text.dropLast(lower.count) + upper
    }
    return nil
  }
}
