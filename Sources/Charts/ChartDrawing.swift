/// The drawing of a chart.
extension ChartLayout {
  private static let grid = "#e4e4e4"

  var element: String {
    var svg = SVG()
    let title = LabelPlaces.shortened(chart.title, size: 15, width: Self.width - 40)
    svg.text(title, at: Point(20, 26), size: 15, isBold: true)
    drawHorizontalAxis(&svg)
    drawVerticalAxis(&svg)
    frame(&svg)
    for series in chart.series { band(&svg, series) }
    for reference in chart.references where chart.y.shows(reference.value) {
      let y = y(reference.value)
      line(&svg, of: reference.name, from: Point(low.x, y), to: Point(high.x, y))
    }
    for series in chart.series { drawLine(&svg, series) }
    drawMarkers(&svg)
    drawNotes(&svg)
    drawLegend(&svg)
    return svg.element(width: Self.width, height: height, title: chart.title)
  }

  private func drawHorizontalAxis(_ svg: inout SVG) {
    let (top, base) = (low.y, high.y)
    for x in xTicks.minor.map(x) {
      svg.line(from: Point(x, base), to: Point(x, base + 3), stroke: Palette.faint, width: 0.8)
    }
    var end = -Double.infinity
    for value in xTicks.major {
      let x = x(value)
      svg.line(from: Point(x, top), to: Point(x, base), stroke: Self.grid, width: 1)
      svg.line(from: Point(x, base), to: Point(x, base + 5), stroke: Palette.text, width: 1)
      let text = chart.x.text(value, xTicks)
      let half = 0.5 * LabelPlaces.width(text, size: Self.tickSize)
      guard x - half > end + 5 else { continue }
      end = x + half
      svg.text(text, at: Point(x, base + 19), size: Self.tickSize, anchor: .middle)
    }
    let middle = Point(0.5 * (low.x + high.x), base + 39)
    svg.text(chart.x.label, at: middle, size: 13, anchor: .middle)
  }

  private func drawVerticalAxis(_ svg: inout SVG) {
    let (left, right) = (low.x, high.x)
    for y in yTicks.minor.map(y) {
      svg.line(from: Point(left - 3, y), to: Point(left, y), stroke: Palette.faint, width: 0.8)
    }
    for value in yTicks.major {
      let y = y(value)
      svg.line(from: Point(left, y), to: Point(right, y), stroke: Self.grid, width: 1)
      svg.line(from: Point(left - 5, y), to: Point(left, y), stroke: Palette.text, width: 1)
      let text = LabelPlaces.shortened(chart.y.text(value, yTicks), size: Self.tickSize, width: left - 40)
      svg.text(text, at: Point(left - 8, y + 4), size: Self.tickSize, anchor: .end)
    }
    let middle = Point(20, 0.5 * (low.y + high.y))
    svg.text(chart.y.label, at: middle, size: 13, anchor: .middle, rotation: -90)
  }

  private func frame(_ svg: inout SVG) {
    let size = high - low
    let look: SVG.Attributes = ["fill": "none", "stroke": Palette.text, "stroke-width": "1"]
    svg.rectangle(at: low, width: size.x, height: size.y, look)
    if chart.series.allSatisfy({ shown($0).isEmpty }) {
      let middle = 0.5 * (low + high)
      svg.text("no data", at: middle, size: 14, anchor: .middle, fill: Palette.faint)
    }
  }

  private func shown(_ series: Chart.Series) -> [Chart.Point] {
    series.points.filter { chart.x.shows($0.x) && chart.y.shows($0.y) }
  }

  private func place(_ point: Chart.Point) -> Point { Point(x(point.x), y(point.y)) }

  private func drawLine(_ svg: inout SVG, _ series: Chart.Series) {
    let places = shown(series).map(place)
    switch series.kind {
    case .line, .curve: path(&svg, places, series)
    case .steps:
      let corners = zip(places, places.dropFirst()).flatMap { [Point($1.x, $0.y), $1] }
      path(&svg, places.prefix(1) + corners, series)
    case .markers, .boxes: break
    }
  }

  /// Draws the markers of the series that have some, side by side.
  private func drawMarkers(_ svg: inout SVG) {
    let marked = chart.series.filter { $0.kind != .curve }
    let last = Double(max(1, marked.count - 1))
    for (number, series) in marked.enumerated() {
      let aside = marked.count == 1 ? 0 : chart.spread * (Double(number) / last - 0.5)
      let points = shown(series)
      if series.kind == .boxes {
        boxes(&svg, series, points)
        continue
      }
      // If there are many steps, some of the markers are enough to tell the series apart.
      let stride = series.kind == .steps ? max(1, points.count / 12) : 1
      for (index, point) in points.enumerated() where index % stride == 0 {
        marker(&svg, series, point, aside: Point(aside, 0), isHollow: point.isHollow)
      }
    }
  }

  private func marker(
    _ svg: inout SVG, _ series: Chart.Series, _ point: Chart.Point, aside: Point, isHollow: Bool
  ) {
    let values = "\(chart.x.text(point.x)), \(chart.y.text(point.y))"
    series.style.marker.draw(
      in: &svg, at: place(point) + aside, colour: series.style.stroke, isHollow: isHollow,
      title: point.title ?? (series.name.isEmpty ? values : "\(series.name): \(values)"))
  }

  private func path(_ svg: inout SVG, _ places: [Point], _ series: Chart.Series) {
    guard places.count > 1 else { return }
    let look: SVG.Attributes = [
      "fill": "none", "stroke": series.style.stroke, "stroke-width": "1.8", "stroke-linejoin": "round",
      "stroke-dasharray": series.style.dashes,
    ]
    svg.add("polyline", places, look, title: series.name)
  }

  private func band(_ svg: inout SVG, _ series: Chart.Series) {
    let points = shown(series).compactMap { point in point.interval.map { (x: point.x, interval: $0) } }
      .filter { chart.y.shows($0.interval.lowerBound) && chart.y.shows($0.interval.upperBound) }
    guard points.count > 1 else { return }
    let upper = points.map { Point(x($0.x), y($0.interval.upperBound)) }
    let lower = points.map { Point(x($0.x), y($0.interval.lowerBound)) }
    svg.add("polygon", upper + lower.reversed(), ["fill": series.style.stroke, "fill-opacity": "0.15"])
  }

  /// Draws the line of a reference, or its key in the legend.
  private func line(_ svg: inout SVG, of name: String? = nil, from start: Point, to end: Point) {
    svg.line(from: start, to: end, stroke: Palette.faint, width: 1.5, dashes: "1 3", title: name)
  }

  private func boxes(_ svg: inout SVG, _ series: Chart.Series, _ points: [Chart.Point]) {
    for category in yTicks.major {
      let points = points.filter { $0.y == category }.sorted { $0.x < $1.x }
      guard !points.isEmpty else { continue }
      box(&svg, points.map(\.x), series.style.stroke, middle: y(category))
      for (index, point) in points.enumerated() {
        // Neighbours are moved apart, so that equal values are seen.
        let aside = 5 * Double((index * 2 + 2) % 5 - 2)
        marker(&svg, series, point, aside: Point(0, aside), isHollow: true)
      }
    }
  }

  /// Draws a box with whiskers for ascending values, at least one, around a vertical position.
  private func box(_ svg: inout SVG, _ values: [Double], _ colour: String, middle: Double) {
    let half = 16.0
    let quartiles = [0, 0.25, 0.5, 0.75, 1].map { x(Self.quantile($0, of: values)) }
    for (start, end) in [(quartiles[0], quartiles[1]), (quartiles[3], quartiles[4])] {
      svg.line(from: Point(start, middle), to: Point(end, middle), stroke: colour, width: 1.2)
    }
    svg.rectangle(
      at: Point(quartiles[1], middle - half), width: quartiles[3] - quartiles[1], height: 2 * half,
      ["fill": colour, "fill-opacity": "0.2", "stroke": colour, "stroke-width": "1.2"])
    let (top, bottom) = (Point(quartiles[2], middle - half), Point(quartiles[2], middle + half))
    svg.line(from: top, to: bottom, stroke: colour, width: 3)
  }

  /// A quantile, by linear interpolation between the two nearest values.
  ///
  /// Hyndman and Fan, "Sample quantiles in statistical packages" (1996), type 7.
  private static func quantile(_ share: Double, of values: [Double]) -> Double {
    let rank = share * Double(values.count - 1)
    let (low, high) = (values[Int(rank)], values[min(Int(rank) + 1, values.count - 1)])
    return low + (rank - rank.rounded(.down)) * (high - low)
  }

  private func drawNotes(_ svg: inout SVG) {
    for (row, note) in notes.enumerated() {
      let y = noteTop + Self.lineHeight * Double(row) + 13
      svg.text(note, at: Point(20, y), size: Self.tickSize, fill: Palette.faint)
    }
  }

  private func drawLegend(_ svg: inout SVG) {
    let width = legend.columnWidth - ChartLegend.keyWidth - 6
    for (index, name) in (legend.entries.map(\.name) + legend.references).enumerated() {
      let start = Point(20, legendTop) + legend.place(index)
      let end = start + Point(34, 0)
      if index >= legend.entries.count { line(&svg, from: start, to: end) }
      for series in index < legend.entries.count ? legend.entries[index].series : [] {
        if [.line, .steps, .curve].contains(series.kind) { path(&svg, [start, end], series) }
        guard series.kind != .curve else { continue }
        series.style.marker.draw(in: &svg, at: start + Point(17, 0), colour: series.style.stroke)
      }
      svg.text(
        LabelPlaces.shortened(name, size: Self.tickSize, width: width),
        at: start + Point(ChartLegend.keyWidth, 4), size: Self.tickSize)
    }
  }
}
