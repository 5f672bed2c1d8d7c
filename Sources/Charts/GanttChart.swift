import Foundations

/// A schedule over time: a row for each node or link, and a bar for each period in which it serves a job.
package struct GanttChart: Sendable {
  package var title: String
  /// The names of the nodes and links.
  package var rows: [String]
  package var bars: [Bar]
  /// The names of the jobs, by index.
  package var jobs: [String]

  /// A period in which a node or link serves a job.
  package struct Bar: Sendable {
    /// The indices of the row and of the job; `nil` for a backlog.
    package var row: Int
    package var job: Int?
    /// The start and the end of the period [s].
    package var start: Double
    package var end: Double
    /// The text in the bar, if it fits, and under the pointer.
    package var label: String

    package init(row: Int, job: Int?, start: Double, end: Double, label: String) {
      (self.row, self.job, self.start, self.end, self.label) = (row, job, start, end, label)
    }
  }

  package init(title: String, rows: [String], bars: [Bar], jobs: [String]) {
    (self.title, self.rows, self.bars, self.jobs) = (title, rows, bars, jobs)
  }

  private static let width = 1000.0
  private static let rowHeight = 24.0
  private static let top = 44.0
  private static let right = 20.0
  /// The largest number of jobs with a legend. More jobs are easier to tell apart with the pointer than by colour.
  private static let largestLegend = 40

  /// The chart as an SVG file, in O(r + b log b) for r rows and b bars.
  package var svg: String {
    var svg = SVG()
    // An axis has no ticks beyond these bounds.
    let bars = bars.filter { $0.end > 1e-300 && $0.end < 1e300 }
    let ticks = AxisTicks.linear(0...(bars.map(\.end).max() ?? 0), leastStep: 0)
    let left = min(260, 30 + (rows.map { LabelPlaces.width($0, size: 11) }.max() ?? 0))
    let scale = (Self.width - left - Self.right) / max(ticks.high - ticks.low, .leastNormalMagnitude)
    let bottom = Self.top + Double(rows.count) * Self.rowHeight
    func x(_ seconds: Double) -> Double { left + (seconds - ticks.low) * scale }

    svg.text(title, at: Point(20, 24), size: 15, isBold: true)
    for tick in ticks.major {
      let (x, name) = (x(tick), tick == 0 ? "0 s" : Figures.duration(tick))
      svg.line(from: Point(x, Self.top), to: Point(x, bottom), stroke: "#dddddd", width: 1)
      svg.text(name, at: Point(x, bottom + 16), size: 11, anchor: .middle, fill: Palette.faint)
    }
    for (row, name) in rows.enumerated() {
      let y = Self.top + Double(row) * Self.rowHeight
      let (start, end) = (Point(left, y + Self.rowHeight), Point(Self.width - Self.right, y + Self.rowHeight))
      svg.line(from: start, to: end, stroke: "#eeeeee", width: 1)
      let text = LabelPlaces.shortened(name, size: 11, width: left - 20)
      svg.text(text, at: Point(left - 8, y + 16), size: 11, anchor: .end)
    }
    for bar in bars {
      let (start, end) = (x(bar.start), x(bar.end))
      fill(
        bar.job, at: Point(start, Self.top + Double(bar.row) * Self.rowHeight + 3),
        width: max(end - start, 0.75), height: Self.rowHeight - 6, rim: "#ffffff",
        title: "\(bar.label), \(Figures.duration(bar.start)) to \(Figures.duration(bar.end))", in: &svg)
    }
    labels(bars, x, in: &svg)
    let height = legend(of: bars, in: &svg, top: bottom + 36)
    return svg.document(width: Self.width, height: height, title: title)
  }

  /// Fills a rectangle with the colour of a job. After the seventh job, the colours repeat with a stripe of another.
  private func fill(
    _ job: Int?, at corner: Point, width: Double, height: Double, rim: String? = nil, title: String? = nil,
    in svg: inout SVG
  ) {
    func rectangle(_ colour: String, _ top: Double, _ height: Double) {
      svg.rectangle(
        at: Point(corner.x, top), width: width, height: height,
        ["fill": colour, "stroke": rim, "stroke-width": rim.map { _ in "0.5" }], title: title)
    }
    rectangle(job.map(Palette.area) ?? "#cccccc", corner.y, height)
    guard let stripe = job.flatMap(Palette.stripe) else { return }
    rectangle(stripe, corner.y + 0.7 * height, 0.3 * height)
  }

  /// Writes the labels of bars that have room for them. If no bar of a run of the same job has room, the run gets the
  /// name of the job, if it has room for that.
  private func labels(_ bars: [Bar], _ x: (Double) -> Double, in svg: inout SVG) {
    func label(_ text: String, _ bar: Bar, from start: Double, to end: Double) -> Bool {
      guard LabelPlaces.width(text, size: 10) + 6 <= x(end) - x(start) else { return false }
      svg.text(
        text, at: Point((x(start) + x(end)) / 2, Self.top + Double(bar.row) * Self.rowHeight + 16), size: 10,
        anchor: .middle, fill: bar.job.map(Palette.textOnArea) ?? Palette.text)
      return true
    }
    var rest = bars.sorted { ($0.row, $0.start, $0.end) < ($1.row, $1.start, $1.end) }[...]
    while let first = rest.first {
      var end = first.end
      let run = rest.prefix { bar in
        guard bar.row == first.row, bar.job == first.job, bar.start <= end else { return false }
        end = max(end, bar.end)
        return true
      }
      rest = rest[run.endIndex...]
      let shown = run.count { label($0.label, $0, from: $0.start, to: $0.end) }
      if shown == 0, let job = first.job { _ = label(jobs[job], first, from: first.start, to: end) }
    }
  }

  /// Draws the legend, and returns the lower end of the picture.
  private func legend(of bars: [Bar], in svg: inout SVG, top: Double) -> Double {
    var (x, y) = (30.0, top)
    func note(_ text: String, _ job: Int?) {
      let width = 30 + LabelPlaces.width(text, size: 11)
      if x + width > Self.width, x > 30 { (x, y) = (30, y + 20) }
      fill(job, at: Point(x, y - 10), width: 12, height: 12, in: &svg)
      svg.text(text, at: Point(x + 17, y), size: 11, fill: Palette.faint)
      x += width
    }
    let shown = Set(bars.compactMap(\.job)).sorted()
    if shown.count <= Self.largestLegend { for job in shown { note(jobs[job], job) } }
    if bars.contains(where: { $0.job == nil }) { note("backlog", nil) }
    return y + 16
  }
}
