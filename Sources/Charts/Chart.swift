/// Series of points between two axes, with a legend below, where it hides nothing.
package struct Chart: Sendable {
  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series] = []
  /// Horizontal lines across the chart.
  package var references: [Reference] = []
  /// Remarks below the chart, one line each.
  package var notes: [String] = []
  /// The distance from the markers of the first series to those of the last, which are drawn side by side. It is in
  /// the units of the picture, which is 640 wide.
  package var spread = 0.0

  package init(title: String, x: Axis, y: Axis) { (self.title, self.x, self.y) = (title, x, y) }

  /// Points that belong together, with the style in which they are drawn.
  package struct Series: Sendable {
    /// The name in the legend. Series with the same name share a line, and a series without a name has none.
    package var name: String
    package var kind: Kind
    package var style: Style
    package var points: [Point]

    package init(_ name: String, _ kind: Kind, _ style: Style, _ points: [Point]) {
      (self.name, self.kind, self.style, self.points) = (name, kind, style, points)
    }
  }

  /// How the points of a series are drawn.
  package enum Kind: Sendable {
    /// Markers joined by lines, with intervals as a band.
    case line
    /// A step function that takes the value of each point from that point on.
    case steps
    /// Markers alone.
    case markers
    /// A line without markers, such as a fitted line.
    case curve
    /// For each category of the vertical axis, a box for the quartiles, whiskers for the extremes, and all points.
    case boxes
  }

  /// The colour, marker and dashes of a series.
  package struct Style: Sendable {
    /// The number of a colour. After the seventh, the colours repeat with other markers and dashes.
    package var colour: Int
    /// The number of a marker and of a pattern of dashes.
    package var pattern: Int

    package init(colour: Int, pattern: Int = 0) { (self.colour, self.pattern) = (colour, pattern) }
  }

  /// A point of a series, in the units of the axes.
  package struct Point: Sendable {
    package var x: Double
    package var y: Double
    /// The interval around `y` that is shaded.
    package var interval: ClosedRange<Double>?
    /// Whether the point is not a measured value, such as a run that the time limit ended.
    package var isHollow: Bool
    /// The text that viewers show under the pointer; `nil` for the name of the series and the values.
    package var title: String?

    package init(
      _ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil, isHollow: Bool = false,
      title: String? = nil
    ) {
      (self.x, self.y, self.interval) = (x, y, interval)
      (self.isHollow, self.title) = (isHollow, title)
    }
  }

  /// A horizontal line, such as a time limit.
  package struct Reference: Sendable {
    package var name: String
    /// The position on the vertical axis, in its unit.
    package var value: Double

    package init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
  }

  /// The chart as an SVG file.
  package var svg: String { SVG.declaration + element }

  /// The chart as an SVG element of an HTML page, in O(n log n) for n points, plus O(c n) for boxes in c categories.
  package var element: String { ChartLayout(self).element }
}
