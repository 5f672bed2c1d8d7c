/// Series of points between two axes, their legend below, where it hides nothing.
package struct Chart: Sendable {
  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series] = []
  package var references: [Reference] = []
  /// What readers have to know besides, a line each.
  package var notes: [String] = []
  /// Markers of several series at one place stand side by side, so far from the first to the last, in the picture's
  /// units: the picture is 640 wide.
  package var spread = 0.0

  package init(title: String, x: Axis, y: Axis) {
    self.title = title
    self.x = x
    self.y = y
  }

  /// Points that belong together, and how they are shown.
  package struct Series: Sendable {
    /// In the legend, where series of one name share a line; what has no name is left out there.
    package var name: String
    package var kind: Kind
    package var style: Style
    package var points: [Point]

    package init(_ name: String, _ kind: Kind, _ style: Style, _ points: [Point]) {
      self.name = name
      self.kind = kind
      self.style = style
      self.points = points
    }
  }

  package enum Kind: Sendable {
    /// Markers joined by lines; intervals as a band.
    case line
    /// A step function that has each point's value from there on.
    case steps
    /// Markers alone.
    case markers
    /// A line without markers, such as one that was fitted.
    case curve
    /// For each category of the vertical axis the quartiles as a box, the extremes as whiskers, and all points.
    case boxes
  }

  package struct Style: Sendable {
    /// Number of a colour. Beyond the seventh colours come again, with other patterns.
    package var colour: Int
    /// Number of a marker and of a pattern of dashes.
    package var pattern: Int

    package init(colour: Int, pattern: Int = 0) {
      self.colour = colour
      self.pattern = pattern
    }
  }

  package struct Point: Sendable {
    package var x: Double
    package var y: Double
    /// What is shaded around `y`.
    package var interval: ClosedRange<Double>?
    /// Of points that are no measured values, such as runs that the limit ended.
    package var isHollow: Bool
    /// What viewers show under the pointer; `nil` for the series' name and the values.
    package var title: String?

    package init(
      _ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil, isHollow: Bool = false,
      title: String? = nil
    ) {
      self.x = x
      self.y = y
      self.interval = interval
      self.isHollow = isHollow
      self.title = title
    }
  }

  /// A horizontal line, such as a time limit.
  package struct Reference: Sendable {
    package var name: String
    package var value: Double

    package init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The chart in SVG, a file of its own.
  package var svg: String { ChartDrawing(self).document }

  /// The chart as an element of an HTML page.
  package var element: String { ChartDrawing(self).element }
}
