import Foundations

/// What happens over time, a row for each participant with bars and marks, and below a bar of shares.
package struct TimelineChart: Sendable {
  package var title: String
  package var rows: [Row]
  /// The marks' meaning in the legend.
  package var markName: String
  /// The name of what is shared, and the shares, which add up to at most 1.
  package var shareTitle: String
  package var shares: [Share]

  package struct Row: Sendable {
    package var name: String
    package var bars: [Bar]
    /// Times that are marked by a line across the row [s].
    package var marks: [Double]
    /// The text after the last bar.
    package var note: String

    package init(name: String, bars: [Bar], marks: [Double] = [], note: String = "") {
      (self.name, self.bars, self.marks, self.note) = (name, bars, marks, note)
    }
  }

  package struct Bar: Sendable {
    /// [s]
    package var start: Double
    package var end: Double
    /// The number of a colour; `nil` for grey.
    package var colour: Int?
    /// The text in the bar, if it fits, and under the pointer.
    package var label: String

    package init(start: Double, end: Double, colour: Int?, label: String) {
      (self.start, self.end, self.colour, self.label) = (start, end, colour, label)
    }
  }

  package struct Share: Sendable {
    package var name: String
    package var share: Double
    package var colour: Int?

    package init(name: String, share: Double, colour: Int?) {
      (self.name, self.share, self.colour) = (name, share, colour)
    }
  }

  package init(title: String, rows: [Row], markName: String, shareTitle: String, shares: [Share]) {
    (self.title, self.rows, self.markName) = (title, rows, markName)
    (self.shareTitle, self.shares) = (shareTitle, shares)
  }

  private static let width = 1000.0
  private static let rowHeight = 24.0
  private static let top = 44.0
  private static let right = 30.0
  private static let free = "#dddddd"

  /// The chart as an SVG file, in linear time.
  package var svg: String {
    var svg = SVG()
    // Marks far behind all bars stand at the edge.
    let lastBar = rows.flatMap { $0.bars.map(\.end) }.max() ?? 0
    let marks = rows.flatMap(\.marks).filter { lastBar == 0 || $0 <= 3 * lastBar }
    let ends = (marks + [lastBar]).filter { $0 > 1e-300 && $0 < 1e300 }
    let ticks = AxisTicks.linear(0...(ends.max() ?? 0), leastStep: 0)
    let left = min(260, 30 + (rows.map { LabelPlaces.width($0.name, size: 11) }.max() ?? 0))
    let scale = (Self.width - left - Self.right) / max(ticks.high - ticks.low, .leastNormalMagnitude)
    let bottom = Self.top + Double(rows.count) * Self.rowHeight
    func x(_ seconds: Double) -> Double { left + (min(max(seconds, 0), ticks.high) - ticks.low) * scale }

    svg.text(title, at: Point(20, 24), size: 15, isBold: true)
    for tick in ticks.major {
      let (x, name) = (x(tick), tick == 0 ? "0 s" : Figures.duration(tick))
      svg.line(from: Point(x, Self.top), to: Point(x, bottom), stroke: "#e4e4e4", width: 1)
      svg.text(name, at: Point(x, bottom + 16), size: 11, anchor: .middle, fill: Palette.faint)
    }
    for (index, row) in rows.enumerated() {
      draw(row, top: Self.top + Double(index) * Self.rowHeight, left: left, x, in: &svg)
    }
    var end = bottom + 22
    if rows.contains(where: { !$0.marks.isEmpty }) {
      svg.line(from: Point(left, end + 4), to: Point(left, end + 18), stroke: Palette.limit, width: 2)
      svg.text(markName, at: Point(left + 8, end + 15), size: 11, fill: Palette.faint)
      end += 22
    }
    if !shares.isEmpty { end = drawShares(top: end + 14, left: left, in: &svg) }
    return svg.document(width: Self.width, height: end + 16, title: title)
  }

  private func draw(
    _ row: Row, top: Double, left: Double, _ x: (Double) -> Double, in svg: inout SVG
  ) {
    let base = top + Self.rowHeight
    svg.line(from: Point(left, base), to: Point(Self.width - Self.right, base), stroke: "#eeeeee", width: 1)
    let name = LabelPlaces.shortened(row.name, size: 11, width: left - 20)
    svg.text(name, at: Point(left - 8, top + 16), size: 11, anchor: .end)
    for bar in row.bars {
      let (start, end) = (x(bar.start), x(bar.end))
      let duration = "\(Figures.duration(bar.start)) to \(Figures.duration(bar.end))"
      fill(
        bar.colour, at: Point(start, top + 3), width: max(end - start, 0.75), "\(bar.label), \(duration)",
        &svg)
      label(bar.label, bar.colour, from: start, to: end, top: top, &svg)
    }
    for mark in row.marks {
      svg.line(
        from: Point(x(mark), top + 1), to: Point(x(mark), base - 1), stroke: Palette.limit, width: 2,
        title: "\(markName) \(Figures.duration(mark))")
    }
    let last = row.bars.map(\.end).max() ?? 0
    svg.text(row.note, at: Point(x(last) + 6, top + 16), size: 10, fill: Palette.faint)
  }

  private func drawShares(top: Double, left: Double, in svg: inout SVG) -> Double {
    let whole = Self.width - left - Self.right
    svg.text(shareTitle, at: Point(left, top), size: 11, fill: Palette.faint)
    fill(nil, at: Point(left, top + 6), width: whole, "not used", &svg)
    var start = left
    for share in shares where share.share > 0 {
      let end = min(start + share.share * whole, left + whole)
      let title = "\(share.name), \(Figures.percentage(share.share))"
      fill(share.colour, at: Point(start, top + 6), width: max(end - start, 0.5), title, &svg)
      label(share.name, share.colour, from: start, to: end, top: top + 3, &svg)
      start = end
    }
    return top + Self.rowHeight + 3
  }

  /// Fills a bar. After the seventh colour they repeat with a stripe of another.
  private func fill(_ colour: Int?, at corner: Point, width: Double, _ title: String, _ svg: inout SVG) {
    let height = Self.rowHeight - 6
    svg.rectangle(
      at: corner, width: width, height: height,
      ["fill": colour.map(Palette.area) ?? Self.free, "stroke": "#ffffff", "stroke-width": "0.5"],
      title: title)
    guard let stripe = colour.flatMap(Palette.stripe) else { return }
    svg.rectangle(
      at: Point(corner.x, corner.y + 0.7 * height), width: width, height: 0.3 * height, ["fill": stripe])
  }

  private func label(
    _ text: String, _ colour: Int?, from start: Double, to end: Double, top: Double, _ svg: inout SVG
  ) {
    guard LabelPlaces.width(text, size: 10) + 6 <= end - start else { return }
    svg.text(
      text, at: Point((start + end) / 2, top + 16), size: 10, anchor: .middle,
      fill: colour.map(Palette.textOnArea) ?? Palette.text)
  }
}
