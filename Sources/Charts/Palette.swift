/// Colours that colour-blind readers can tell apart, and letters that identify hosts in black and white.
package enum Palette {
  /// The colours of hosts (Okabe and Ito, "Color Universal Design", 2008), the light ones first, since they carry text.
  private static let areas = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#0072B2"]
  /// The colours of jobs' lines, which are dark to stand out from the hosts (Tol, "Colour schemes", 2021, scheme dark).
  private static let lines = ["#222255", "#663333", "#225522", "#225555", "#666633", "#555555"]
  private static let dashes = [nil, "7 3", "2 3", "9 3 2 3", "12 4"]

  /// The colour of the host with a number. After the seventh host the colours repeat, but not the letters.
  package static func area(_ host: Int) -> String { areas[host % areas.count] }

  /// Black or white, whichever is easier to read on the colour of a host.
  package static func textOnArea(_ host: Int) -> String { host % areas.count < 5 ? "#000000" : "#ffffff" }

  /// The colour of a stripe that tells the eighth area from the first, and so on; `nil` for the first seven areas.
  package static func stripe(_ number: Int) -> String? {
    let round = number / areas.count
    return round == 0 ? nil : areas[(number + round) % areas.count]
  }

  /// The colour of a job's lines, and their dashes, which tell jobs of the same colour apart; `nil` for a solid line.
  package static func line(_ job: Int) -> String { lines[job % lines.count] }
  package static func dash(_ job: Int) -> String? { dashes[job / lines.count % dashes.count] }

  /// The letters of a host: A, B, ... Z, AA, AB, ...
  package static func letters(_ host: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + host % 26)))
    return host < 26 ? letter : letters(host / 26 - 1) + letter
  }

  /// The colours of nodes that can compute but host no layer, of nodes that only forward, and of links.
  package static let idle = "#ffffff"
  package static let switching = "#bbbbbb"
  package static let link = "#aaaaaa"
  /// The colour of a path through a layered graph, which stands out from links and hosts.
  package static let path = "#C2185B"
  /// The colours of what limits a throughput: of frames and words, and of broad lines under others.
  package static let limit = "#E4003A"
  package static let limitLine = "#F6A1B5"
  /// The colour of text and frames, and that of captions and other text of less importance.
  package static let text = "#222222"
  package static let faint = "#666666"
}
