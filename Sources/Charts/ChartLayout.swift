import Foundation
import Foundations

/// The positions of the parts of a chart, in the units of the picture.
struct ChartLayout {
  static let width = 640.0
  static let tickSize = 12.0
  static let lineHeight = 19.0

  /// The upper left and the lower right corner of the area between the axes.
  let low: Point
  let high: Point
  let xTicks: AxisTicks
  let yTicks: AxisTicks
  let notes: [String]
  let noteTop: Double
  let legend: ChartLegend
  let legendTop: Double
  let chart: Chart
  /// The number of categories of the vertical axis; `nil` for numbers.
  private let rowCount: Int?

  init(_ chart: Chart) {
    self.chart = chart
    let points = chart.series.flatMap(\.points)
    let ys = points.flatMap { [$0.y, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap(\.self) }
    let shown = points.filter { chart.x.shows($0.x) && chart.y.shows($0.y) }
    xTicks = chart.x.ticks(for: points.map(\.x))
    yTicks = chart.y.ticks(for: ys + chart.references.map(\.value))
    let missing = points.count - shown.count
    let remark = "\(Figures.count(missing, "point")) cannot be shown on these axes."
    notes = chart.notes + (missing == 0 ? [] : [remark])
    let labels = yTicks.major.map { [yTicks] in chart.y.text($0, yTicks) }
    let widest = labels.map { LabelPlaces.width($0, size: Self.tickSize) }.max() ?? 0
    low = Point(44 + min(widest, 200), 42)
    rowCount = if case .categories(let names) = chart.y.scale { max(1, names.count) } else { nil }
    high = Point(Self.width - 24, low.y + (rowCount.map { 50 * Double($0) } ?? 320))
    noteTop = high.y + 50
    legendTop = noteTop + Self.lineHeight * Double(notes.count)
    legend = ChartLegend(chart, width: Self.width - 40)
  }

  var height: Double { legendTop + legend.height + 12 }

  func x(_ value: Double) -> Double {
    let inset = Self.inset + 0.5 * chart.spread
    return Self.place(value, chart.x.scale, xTicks, from: low.x + inset, to: high.x - inset)
  }

  func y(_ value: Double) -> Double {
    let (start, end) = rowCount == nil ? (high.y - Self.inset, low.y + Self.inset) : (low.y, high.y)
    return Self.place(value, chart.y.scale, yTicks, from: start, to: end)
  }

  /// The space that keeps markers at the ends of an axis whole.
  private static let inset = 8.0

  private static func place(
    _ value: Double, _ scale: Chart.Axis.Scale, _ ticks: AxisTicks, from start: Double, to end: Double
  ) -> Double {
    let share =
      scale == .logarithmic
      ? log(value / ticks.low) / log(ticks.high / ticks.low) : (value - ticks.low) / (ticks.high - ticks.low)
    return start + share * (end - start)
  }
}

/// The names of the series and references, in columns.
struct ChartLegend {
  struct Entry {
    let name: String
    var series: [Chart.Series]
  }

  let references: [String]
  let entries: [Entry]
  let columns: Int
  let columnWidth: Double
  static let keyWidth = 42.0

  init(_ chart: Chart, width: Double) {
    references = chart.references.map(\.name)
    var entries: [Entry] = []
    for series in chart.series where !series.name.isEmpty {
      if let index = entries.firstIndex(where: { $0.name == series.name }) {
        entries[index].series.append(series)
      } else {
        entries.append(Entry(name: series.name, series: [series]))
      }
    }
    self.entries = entries
    let names = entries.map(\.name) + references
    let widest = names.map { LabelPlaces.width($0, size: ChartLayout.tickSize) }.max() ?? 0
    // Many names take at least two columns, even if long names are shortened.
    let fitting = max(names.count > 4 ? 2 : 1, Int(width / (widest + Self.keyWidth + 14)))
    columns = max(1, min(names.count, fitting))
    columnWidth = width / Double(columns)
  }

  private var rows: Int { (entries.count + references.count + columns - 1) / columns }
  var height: Double { ChartLayout.lineHeight * Double(rows) }

  /// The left end of the middle line of an entry, relative to the corner of the legend. Entries go column by column.
  func place(_ index: Int) -> Point {
    Point(
      columnWidth * Double(index / max(1, rows)),
      ChartLayout.lineHeight * (Double(index % max(1, rows)) + 0.5))
  }
}
