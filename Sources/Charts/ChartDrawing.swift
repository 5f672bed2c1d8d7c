/// Draws a chart with its layout.
struct ChartDrawing {
  private let chart: Chart
  private let layout: ChartLayout
  private let grid = "#e4e4e4"

  init(_ chart: Chart) {
    self.chart = chart
    layout = ChartLayout(chart)
  }

  var document: String { svg.document(width: ChartLayout.width, height: layout.height, title: chart.title) }
  var element: String { svg.element(width: ChartLayout.width, height: layout.height, title: chart.title) }

  private var svg: SVG {
    var svg = SVG()
    let title = LabelPlaces.shortened(chart.title, size: 15, width: ChartLayout.width - 40)
    svg.text(title, at: Point(x: 20, y: 26), size: 15, isBold: true)
    drawHorizontalAxis(&svg)
    drawVerticalAxis(&svg)
    frame(&svg)
    for series in chart.series { band(&svg, series) }
    for reference in chart.references { draw(&svg, reference) }
    for series in chart.series { drawLine(&svg, series) }
    for (number, series) in marked.enumerated() { drawMarkers(&svg, series, aside: aside(number)) }
    drawNotes(&svg)
    drawLegend(&svg)
    return svg
  }

  // MARK: Axes

  private func drawHorizontalAxis(_ svg: inout SVG) {
    let (top, base) = (layout.low.y, layout.high.y)
    for value in layout.xTicks.minor {
      let x = layout.x(value)
      svg.line(from: Point(x: x, y: base), to: Point(x: x, y: base + 3), stroke: Palette.faint, width: 0.8)
    }
    var end = -Double.infinity
    for value in layout.xTicks.major {
      let x = layout.x(value)
      svg.line(from: Point(x: x, y: top), to: Point(x: x, y: base), stroke: grid, width: 1)
      svg.line(from: Point(x: x, y: base), to: Point(x: x, y: base + 5), stroke: Palette.text, width: 1)
      let text = chart.x.text(value, layout.xTicks)
      let half = 0.5 * LabelPlaces.width(text, size: ChartLayout.tickSize)
      guard x - half > end + 5 else { continue }
      end = x + half
      svg.text(text, at: Point(x: x, y: base + 19), size: ChartLayout.tickSize, anchor: .middle)
    }
    svg.text(
      chart.x.label, at: Point(x: 0.5 * (layout.low.x + layout.high.x), y: base + 39), size: 13,
      anchor: .middle)
  }

  private func drawVerticalAxis(_ svg: inout SVG) {
    let (left, right) = (layout.low.x, layout.high.x)
    for value in layout.yTicks.minor {
      let y = layout.y(value)
      svg.line(from: Point(x: left - 3, y: y), to: Point(x: left, y: y), stroke: Palette.faint, width: 0.8)
    }
    for value in layout.yTicks.major {
      let y = layout.y(value)
      svg.line(from: Point(x: left, y: y), to: Point(x: right, y: y), stroke: grid, width: 1)
      svg.line(from: Point(x: left - 5, y: y), to: Point(x: left, y: y), stroke: Palette.text, width: 1)
      let text = LabelPlaces.shortened(
        chart.y.text(value, layout.yTicks), size: ChartLayout.tickSize, width: left - 40)
      svg.text(text, at: Point(x: left - 8, y: y + 4), size: ChartLayout.tickSize, anchor: .end)
    }
    svg.text(
      chart.y.label, at: Point(x: 20, y: 0.5 * (layout.low.y + layout.high.y)), size: 13, anchor: .middle,
      rotation: -90)
  }

  private func frame(_ svg: inout SVG) {
    let size = layout.high - layout.low
    svg.add(
      "rect",
      [
        ("x", SVG.number(layout.low.x)), ("y", SVG.number(layout.low.y)), ("width", SVG.number(size.x)),
        ("height", SVG.number(size.y)), ("fill", "none"), ("stroke", Palette.text), ("stroke-width", "1"),
      ])
    if chart.series.allSatisfy({ shown($0).isEmpty }) {
      let middle = 0.5 * (layout.low + layout.high)
      svg.text("no data", at: middle, size: 14, anchor: .middle, fill: Palette.faint)
    }
  }

  // MARK: Series

  private func shown(_ series: Chart.Series) -> [Chart.Point] {
    series.points.filter { chart.x.shows($0.x) && chart.y.shows($0.y) }
  }

  private func place(_ point: Chart.Point) -> Point { Point(x: layout.x(point.x), y: layout.y(point.y)) }

  private func title(_ point: Chart.Point, _ series: Chart.Series) -> String {
    if let title = point.title { return title }
    let values = "\(chart.x.text(point.x)), \(chart.y.text(point.y))"
    return series.name.isEmpty ? values : "\(series.name): \(values)"
  }

  private func drawLine(_ svg: inout SVG, _ series: Chart.Series) {
    let places = shown(series).map(place)
    switch series.kind {
    case .line, .curve: path(&svg, places, series.style, title: series.name)
    case .steps: path(&svg, Self.steps(places), series.style, title: series.name)
    case .markers, .boxes: break
    }
  }

  /// The series whose points are drawn as markers.
  private var marked: [Chart.Series] {
    chart.series.filter { series in
      if case .curve = series.kind { false } else { true }
    }
  }

  /// By how much the markers of a series are moved sideways.
  private func aside(_ number: Int) -> Double {
    let last = Double(max(1, marked.count - 1))
    return marked.count == 1 ? 0 : chart.spread * (Double(number) / last - 0.5)
  }

  private func drawMarkers(_ svg: inout SVG, _ series: Chart.Series, aside: Double) {
    let points = shown(series)
    switch series.kind {
    case .line, .markers: markers(&svg, series, points, aside: aside)
    case .steps:
      // If there are many points, some of the markers are enough to tell the series apart.
      let stride = max(1, points.count / 12)
      markers(&svg, series, points.indices.filter { $0 % stride == 0 }.map { points[$0] }, aside: aside)
    case .boxes: boxes(&svg, series, points)
    case .curve: break
    }
  }

  private func markers(
    _ svg: inout SVG, _ series: Chart.Series, _ points: [Chart.Point], aside: Double
  ) {
    for point in points {
      series.style.marker.draw(
        in: &svg, at: place(point) + Point(x: aside, y: 0), colour: series.style.stroke,
        isHollow: point.isHollow, title: title(point, series))
    }
  }

  private func path(_ svg: inout SVG, _ places: [Point], _ style: Chart.Style, title: String) {
    guard places.count > 1 else { return }
    var attributes = [
      ("points", SVG.points(places)), ("fill", "none"), ("stroke", style.stroke), ("stroke-width", "1.8"),
      ("stroke-linejoin", "round"),
    ]
    if let dashes = style.dashes { attributes.append(("stroke-dasharray", dashes)) }
    svg.add("polyline", attributes, title: title)
  }

  private static func steps(_ places: [Point]) -> [Point] {
    places.prefix(1) + zip(places, places.dropFirst()).flatMap { [Point(x: $1.x, y: $0.y), $1] }
  }

  private func band(_ svg: inout SVG, _ series: Chart.Series) {
    let points = shown(series).compactMap { point in point.interval.map { (x: point.x, interval: $0) } }
      .filter { chart.y.shows($0.interval.lowerBound) && chart.y.shows($0.interval.upperBound) }
    guard points.count > 1 else { return }
    let upper = points.map { Point(x: layout.x($0.x), y: layout.y($0.interval.upperBound)) }
    let lower = points.map { Point(x: layout.x($0.x), y: layout.y($0.interval.lowerBound)) }
    svg.add(
      "polygon",
      [
        ("points", SVG.points(upper + lower.reversed())), ("fill", series.style.stroke),
        ("fill-opacity", "0.15"),
      ])
  }

  private func draw(_ svg: inout SVG, _ reference: Chart.Reference) {
    guard chart.y.shows(reference.value) else { return }
    let y = layout.y(reference.value)
    svg.line(
      from: Point(x: layout.low.x, y: y), to: Point(x: layout.high.x, y: y), stroke: Palette.faint,
      width: 1.5, dashes: Self.referenceDashes, title: reference.name)
  }

  private static let referenceDashes = "1 3"

  // MARK: Boxes

  private func boxes(_ svg: inout SVG, _ series: Chart.Series, _ points: [Chart.Point]) {
    for category in layout.yTicks.major {
      let points = points.filter { $0.y == category }.sorted { $0.x < $1.x }
      guard !points.isEmpty else { continue }
      box(&svg, points.map(\.x), series.style.stroke, middle: layout.y(category))
      for (index, point) in points.enumerated() {
        // Neighbours are moved apart, so that equal values are seen.
        let aside = 5 * Double((index * 2 + 2) % 5 - 2)
        series.style.marker.draw(
          in: &svg, at: place(point) + Point(x: 0, y: aside), colour: series.style.stroke, isHollow: true,
          title: title(point, series))
      }
    }
  }

  /// Draws a box with whiskers.
  ///
  /// - Parameters:
  ///   - values: the values, ascending, at least one.
  ///   - middle: the vertical position.
  private func box(_ svg: inout SVG, _ values: [Double], _ colour: String, middle: Double) {
    let half = 16.0
    let quartiles = [0, 0.25, 0.5, 0.75, 1].map { layout.x(Self.quantile($0, of: values)) }
    for (start, end) in [(quartiles[0], quartiles[1]), (quartiles[3], quartiles[4])] {
      svg.line(from: Point(x: start, y: middle), to: Point(x: end, y: middle), stroke: colour, width: 1.2)
    }
    svg.add(
      "rect",
      [
        ("x", SVG.number(quartiles[1])), ("y", SVG.number(middle - half)),
        ("width", SVG.number(quartiles[3] - quartiles[1])), ("height", SVG.number(2 * half)),
        ("fill", colour), ("fill-opacity", "0.2"), ("stroke", colour), ("stroke-width", "1.2"),
      ])
    svg.line(
      from: Point(x: quartiles[2], y: middle - half), to: Point(x: quartiles[2], y: middle + half),
      stroke: colour, width: 3)
  }

  /// A quantile, by linear interpolation between the two nearest values.
  ///
  /// Hyndman and Fan, "Sample quantiles in statistical packages" (1996), type 7.
  private static func quantile(_ share: Double, of values: [Double]) -> Double {
    let rank = share * Double(values.count - 1)
    let (low, high) = (values[Int(rank)], values[min(Int(rank) + 1, values.count - 1)])
    return low + (rank - rank.rounded(.down)) * (high - low)
  }

  // MARK: Notes and legend

  private func drawNotes(_ svg: inout SVG) {
    for (row, note) in layout.notes.enumerated() {
      let y = layout.noteTop + ChartLayout.lineHeight * Double(row) + 13
      svg.text(note, at: Point(x: 20, y: y), size: ChartLayout.tickSize, fill: Palette.faint)
    }
  }

  private func drawLegend(_ svg: inout SVG) {
    let legend = layout.legend
    let corner = Point(x: 20, y: layout.legendTop)
    for (index, entry) in legend.entries.enumerated() {
      let start = corner + legend.place(index)
      for series in entry.series { key(&svg, series, at: start) }
      label(&svg, entry.name, at: start)
    }
    for (index, name) in legend.references.enumerated() {
      let start = corner + legend.place(legend.entries.count + index)
      svg.line(
        from: start, to: start + Point(x: 34, y: 0), stroke: Palette.faint, width: 1.5,
        dashes: Self.referenceDashes)
      label(&svg, name, at: start)
    }
  }

  private func key(_ svg: inout SVG, _ series: Chart.Series, at start: Point) {
    switch series.kind {
    case .line, .steps, .curve:
      path(&svg, [start, start + Point(x: 34, y: 0)], series.style, title: series.name)
    case .markers, .boxes: break
    }
    if case .curve = series.kind { return }
    series.style.marker.draw(in: &svg, at: start + Point(x: 17, y: 0), colour: series.style.stroke)
  }

  private func label(_ svg: inout SVG, _ name: String, at start: Point) {
    let width = layout.legend.columnWidth - ChartLegend.keyWidth - 6
    svg.text(
      LabelPlaces.shortened(name, size: ChartLayout.tickSize, width: width),
      at: start + Point(x: ChartLegend.keyWidth, y: 4), size: ChartLayout.tickSize)
  }
}
