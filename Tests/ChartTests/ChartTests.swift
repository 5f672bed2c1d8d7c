import Foundation
import Problems
import TestSupport
import Testing

@testable import Charts

/// Charts show all data where the axes say, and nothing covers them.
@Suite struct ChartTests {
  // MARK: Ticks

  @Test func linearTicksAreStepsOfOneTwoOrFive() {
    #expect(AxisTicks.linear(0...1, leastStep: 0).major == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(AxisTicks.linear(0...12, leastStep: 0).major == [0, 2, 4, 6, 8, 10, 12])
    #expect(AxisTicks.linear(-30...200, leastStep: 0).major == [-50, 0, 50, 100, 150, 200])
    #expect(AxisTicks.linear(0.03...0.29, leastStep: 0).major == [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    #expect(AxisTicks.linear(90...100, leastStep: 0).major == [90, 92, 94, 96, 98, 100])
    #expect(AxisTicks.linear(1...3, leastStep: 1).major == [0, 1, 2, 3])
  }

  @Test func logarithmicTicksArePowersOfTen() {
    let long = AxisTicks.logarithmic(0.003...40)
    #expect(long.major == [0.01, 0.1, 1, 10] && long.low == 0.003 && long.high == 40)
    #expect(long.minor.starts(with: [0.003, 0.004]) && long.minor.suffix(2) == [30, 40])
    #expect(AxisTicks.logarithmic(1...9).major == [1, 2, 5, 10])
    let veryLong = AxisTicks.logarithmic(1e-8...1e12)
    #expect(veryLong.major == [1e-6, 1e-3, 1, 1e3, 1e6, 1e9, 1e12] && veryLong.low == 1e-8)
  }

  @Test func equalValuesHaveAxes() {
    #expect(AxisTicks.linear(0...0, leastStep: 0).major == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(AxisTicks.linear(5...5, leastStep: 0).major == [2, 3, 4, 5, 6, 7, 8])
    #expect(AxisTicks.logarithmic(5...5).major == [2, 5, 10])
  }

  @Test(arguments: [1e-299, 1e-20, 3, 1e15, 1e299])
  func axesOfAnySizeHoldTheirValues(_ size: Double) {
    for range in [size...size, size...1.000001 * size, 0.3 * size...size, size / 1e9...size] {
      for ticks in [AxisTicks.linear(range, leastStep: 0), .logarithmic(range)] {
        let rounding = 1e-9 * range.upperBound
        #expect(ticks.low <= range.lowerBound + rounding, "\(range): \(ticks)")
        #expect(ticks.high >= range.upperBound - rounding, "\(range): \(ticks)")
        #expect((2...10).contains(ticks.major.count), "\(range): \(ticks)")
        #expect(ticks.low < ticks.high && ticks.major == ticks.major.sorted(), "\(range): \(ticks)")
      }
    }
  }

  @Test func labelsAreReadable() {
    func texts(_ axis: Chart.Axis, _ values: [Double]) -> [String] {
      let ticks = axis.ticks(for: values)
      return ticks.major.map { axis.text($0, ticks) }
    }
    #expect(
      texts(.init("", .logarithmic, unit: .seconds), [0.01, 10]) == ["10 ms", "100 ms", "1 s", "10 s"])
    #expect(texts(.init("", unit: .seconds), [0, 0.8]).suffix(2) == ["600 ms", "800 ms"])
    #expect(texts(.init("", .logarithmic), [0.01, 1e6]).suffix(4) == ["1000", "10⁴", "10⁵", "10⁶"])
    #expect(texts(.init(""), [0, 3e6]).suffix(2) == ["2.5×10⁶", "3×10⁶"])
    #expect(texts(.init("", unit: .share), [0, 0.5]).prefix(2) == ["0 %", "10 %"])
    #expect(texts(.init("", .categories(["a", "b"])), []) == ["a", "b"])
  }

  // MARK: Drawing

  private func chart(_ kind: Chart.Kind, _ points: [(Double, Double)], _ scale: Chart.Axis.Scale) -> Chart {
    var chart = Chart(title: "<a & b>", x: .init("nodes", scale), y: .init("time", scale, unit: .seconds))
    chart.series = [.init("\"first\" <s>", kind, .init(colour: 0), points.map { .init($0.0, $0.1) })]
    return chart
  }

  private static let kinds: [Chart.Kind] = [.line, .steps, .markers, .curve, .boxes]
  private static let sets: [[(Double, Double)]] = [
    [], [(0, 0)], [(1, 1)], [(2, 3), (2, 3)], [(0, 1), (10, 100), (20, 0)],
    [(.infinity, 1), (.nan, 2), (-3, 1e305), (1, -1)], [(1e-300, 1e300), (1e300, 1e-300)],
  ]

  @Test(arguments: kinds, sets.indices)
  func anyDataMakeAPicture(_ kind: Chart.Kind, _ index: Int) throws {
    for scale in [Chart.Axis.Scale.linear, .logarithmic] {
      let chart = chart(kind, Self.sets[index], scale)
      let content = try #require(XMLContent(chart.svg))
      #expect(content.texts("text").contains("<a & b>"))
      #expect(content.texts("text").contains("\"first\" <s>"))
      #expect(!chart.svg.contains("nan") && !chart.svg.contains("inf"), "\(chart.svg)")
      #expect(chart.svg == chart.svg && chart.svg.hasSuffix(chart.element))
    }
  }

  @Test func withoutDataItSaysSo() throws {
    let content = try #require(XMLContent(chart(.line, [], .linear).svg))
    #expect(content.texts("text").contains("no data"))
    let zeros = try #require(XMLContent(chart(.line, [(0, 1), (1, 1)], .logarithmic).svg))
    #expect(zeros.texts("text").contains("1 point cannot be shown on these axes."))
  }

  @Test(arguments: [Chart.Axis.Scale.linear, .logarithmic])
  func placesFollowValues(_ scale: Chart.Axis.Scale) throws {
    let values = [0.5, 1, 3, 17, 80, 300]
    let content = try #require(XMLContent(chart(.markers, values.map { ($0, $0) }, scale).svg))
    let circles = content["circle"].dropLast()
    let (xs, ys) = (circles.compactMap { $0.number("cx") }, circles.compactMap { $0.number("cy") })
    #expect(xs.count == values.count && xs == xs.sorted() && Set(xs).count == xs.count)
    #expect(ys == ys.sorted(by: >) && Set(ys).count == ys.count)
    #expect(content.texts("title").contains("\"first\" <s>: 17, 17 s"))
  }

  @Test func theLegendStandsBelowAllElse() {
    var chart = chart(.line, [(1, 1), (2, 4)], .linear)
    chart.references = [.init("limit", 10)]
    chart.notes = ["a note"]
    for number in 0..<20 {
      let name = String(repeating: "long ", count: number)
      chart.series.append(.init("\(name)\(number)", .curve, .init(colour: number), []))
    }
    let layout = ChartLayout(chart)
    #expect(layout.legendTop > layout.noteTop && layout.noteTop > layout.high.y)
    let places = (0..<22).map(layout.legend.place)
    #expect(Set(places.map { "\($0)" }).count == 22 && layout.legend.columns == 2)
    #expect(places.allSatisfy { layout.legendTop + $0.y < layout.height })
  }

  /// One line for points and the curve fitted to them; none for what has no name.
  @Test func theLegendHasALineForAName() {
    var chart = chart(.markers, [(1, 1)], .linear)
    chart.series.append(.init(chart.series[0].name, .curve, .init(colour: 0), []))
    chart.series.append(.init("", .curve, .init(colour: 1), []))
    #expect(ChartLegend(chart, width: 600).entries.map(\.series.count) == [2])
  }

  @Test func stylesDiffer() {
    let styles = (0..<21).map { Chart.Style(colour: $0) }
    #expect(Set(styles.map { "\($0.stroke) \($0.marker)" }).count == styles.count)
    #expect(Set((0..<8).map { Chart.Style(colour: 0, pattern: $0).dashes }).count == 8)
    #expect(Set((0..<8).map { Chart.Style(colour: 0, pattern: $0).marker }).count == 8)
  }

  @Test func bandsAndHollowMarkersAreDrawn() throws {
    var chart = chart(.line, [], .linear)
    chart.series[0].points = [
      .init(1, 2, interval: 1...3), .init(2, 4, interval: 3...9, isHollow: true, title: "<last>"),
    ]
    let content = try #require(XMLContent(chart.svg))
    #expect(content["polygon"].contains { $0.attributes["fill-opacity"] == "0.15" })
    #expect(content["circle"].contains { $0.attributes["fill"] == "#ffffff" && $0.text == "<last>" })
    #expect(ChartLayout(chart).yTicks.high >= 9)
  }

  @Test func seriesAtOnePlaceStandSideBySide() throws {
    var chart = chart(.markers, [(1, 1), (2, 4)], .linear)
    chart.series += [chart.series[0], chart.series[0]]
    chart.spread = 20
    let layout = ChartLayout(chart)
    let xs = try #require(XMLContent(chart.svg))["circle"].compactMap { $0.number("cx") }
    #expect(xs[0] + 20 == xs[4] && xs[0] + 10 == xs[2], "\(xs)")
    #expect(xs[0] > layout.low.x && xs[5] < layout.high.x)
  }

  /// Of 1, 2, 3, 4 the quartiles are 1.75, 2.5 and 3.25.
  @Test func boxesSpanTheQuartiles() throws {
    var chart = Chart(title: "gaps", x: .init("gap"), y: .init("", .categories(["one", "two"])))
    let points = [4.0, 1, 3, 2].map { Chart.Point($0, 1) }
    chart.series = [.init("", .boxes, .init(colour: 1), points)]
    let layout = ChartLayout(chart)
    let content = try #require(XMLContent(chart.svg))
    let box = try #require(content["rect"].first { $0.attributes["fill-opacity"] == "0.2" })
    let (x, width) = (try #require(box.number("x")), try #require(box.number("width")))
    #expect(abs(x - layout.x(1.75)) < 0.01 && abs(x + width - layout.x(3.25)) < 0.02)
    #expect(layout.y(0) < layout.y(1) && content.texts("title").contains("4, two"))
  }
}
