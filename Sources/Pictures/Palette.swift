/// Colours that differ for the colour-blind as well, and letters that say the same in print.
enum Palette {
  /// A host's area: Okabe and Ito, "Color Universal Design" (2008), the light ones first because text stands on them.
  private static let areas = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#0072B2"]
  /// A job's lines: dark, so that they stand out from areas (Tol, "Colour schemes", 2021, scheme dark).
  private static let lines = ["#222255", "#663333", "#225522", "#225555", "#666633", "#555555"]
  private static let dashes = [nil, "7 3", "2 3", "9 3 2 3", "12 4"]

  /// The colour of the host with that number. Beyond the seventh it comes again; the letter is another.
  static func area(_ host: Int) -> String { areas[host % areas.count] }

  /// Black or white, whatever is easier to read on a host's colour.
  static func textOnArea(_ host: Int) -> String { host % areas.count < 5 ? "#000000" : "#ffffff" }

  /// Tells the eighth area from the first, and so on; `nil` for the first seven.
  static func stripe(_ number: Int) -> String? {
    let round = number / areas.count
    return round == 0 ? nil : areas[(number + round) % areas.count]
  }

  static func line(_ job: Int) -> String { lines[job % lines.count] }

  static func dash(_ job: Int) -> String? { dashes[job / lines.count % dashes.count] }

  /// A, B, ... Z, AA, AB, ...
  static func letters(_ host: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + host % 26)))
    return host < 26 ? letter : letters(host / 26 - 1) + letter
  }

  /// Of what computes but hosts nothing, of what only forwards, and of links without routes.
  static let idle = "#ffffff"
  static let switching = "#bbbbbb"
  static let link = "#aaaaaa"
  static let text = "#222222"
  static let faint = "#666666"
}
