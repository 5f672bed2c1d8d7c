/// The colours, markers and dashes of series. Each of the three tells the series apart on its own, up to its number.
extension Chart.Style {
  /// The colours of Okabe and Ito, "Color Universal Design" (2008), without yellow, which is faint on white.
  private static let colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
  private static let dashList = [nil, "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "14 3 2 3 2 3", "5 6"]

  var stroke: String { Self.colours[colour % Self.colours.count] }
  /// The number of the pattern, which changes when the colours repeat.
  private var shiftedPattern: Int { pattern + 2 * (colour / Self.colours.count) }
  var dashes: String? { Self.dashList[shiftedPattern % Self.dashList.count] }
  var marker: ChartMarker { ChartMarker.allCases[shiftedPattern % ChartMarker.allCases.count] }
}

/// The shape of a marker.
enum ChartMarker: CaseIterable {
  case circle, square, triangle, diamond, inverted, cross, left, right

  /// The corners in units of the marker's radius; none for the circle.
  private var corners: [Point] {
    let (half, arm) = (0.85, 0.35)
    return switch self {
    case .circle: []
    case .square: [Point(-half, -half), Point(half, -half), Point(half, half), Point(-half, half)]
    case .triangle: [Point(0, -1.1), Point(1, 0.8), Point(-1, 0.8)]
    case .diamond: [Point(0, -1.2), Point(1, 0), Point(0, 1.2), Point(-1, 0)]
    case .inverted: [Point(0, 1.1), Point(1, -0.8), Point(-1, -0.8)]
    case .left: [Point(-1.1, 0), Point(0.8, -1), Point(0.8, 1)]
    case .right: [Point(1.1, 0), Point(-0.8, -1), Point(-0.8, 1)]
    case .cross:
      [
        Point(-arm, -1), Point(arm, -1), Point(arm, -arm), Point(1, -arm), Point(1, arm), Point(arm, arm),
        Point(arm, 1), Point(-arm, 1), Point(-arm, arm), Point(-1, arm), Point(-1, -arm), Point(-arm, -arm),
      ]
    }
  }

  static let radius = 4.6

  func draw(in svg: inout SVG, at place: Point, colour: String, isHollow: Bool = false, title: String? = nil)
  {
    // A filled marker has a rim in the colour of the background, which separates markers that overlap.
    let look: SVG.Attributes = [
      "fill": isHollow ? "#ffffff" : colour, "stroke": isHollow ? colour : "#ffffff",
      "stroke-width": isHollow ? "1.3" : "0.6",
    ]
    if corners.isEmpty {
      svg.circle(at: place, radius: 0.9 * Self.radius, look, title: title)
    } else {
      svg.add("polygon", corners.map { place + Self.radius * $0 }, look, title: title)
    }
  }
}
