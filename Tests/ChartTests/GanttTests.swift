import Foundation
import Testing

@testable import Charts

@Suite struct GanttTests {
  private func chart(_ bars: [GanttChart.Bar], jobs: Int = 3) -> String {
    GanttChart(
      title: "makespan 10 s", rows: ["node 1", "node 1 > node 2"], bars: bars,
      jobs: (1...jobs).map { "job \($0)" }
    ).svg
  }

  private func bar(_ row: Int, _ job: Int?, _ start: Double, _ end: Double, _ label: String) -> GanttChart.Bar
  {
    GanttChart.Bar(row: row, job: job, start: start, end: end, label: label)
  }

  /// The widths of all rectangles.
  private func widths(_ svg: String) -> [Double] {
    svg.matches(of: #/<rect [^>]* width="([0-9.]+)"/#).compactMap { Double($0.1) }
  }

  @Test func barsAreAsLongAsTheyTake() {
    let svg = chart([
      bar(0, 0, 0, 5, "job 1: conv"), bar(0, nil, 5, 10, "backlog"), bar(1, 1, 0, 2.5, "job 2: input"),
    ])
    let widths = widths(svg)
    #expect(abs(widths[0] - widths[1]) < 0.1 && abs(widths[0] - 2 * widths[2]) < 0.1, "\(widths)")
    for text in ["makespan 10 s", "node 1 &gt; node 2", "job 1: conv, 0 s to 5 s", "backlog, 5 s to 10 s"] {
      #expect(svg.contains(text), "\(text)")
    }
    // In the legend, who is served, and backlogs.
    for text in [">job 1</text>", ">job 2</text>", ">backlog</text>"] {
      #expect(svg.contains(text), "\(text)")
    }
    #expect(!svg.contains(">job 3</text>"))
  }

  /// Layers too short for their names, one after the other, have their job's name together.
  @Test func runsOfShortBarsAreNamedOnce() {
    let layers = (0..<20).map { bar(0, 0, Double($0) / 4, Double($0 + 1) / 4, "job 1: a layer") }
    let svg = chart(layers + [bar(0, 1, 5, 10, "job 2: long")])
    #expect(!svg.contains(">job 1: a layer</text>") && svg.contains(">job 2: long</text>"))
    // Once in the chart, once in the legend.
    #expect(svg.matches(of: />job 1<\/text>/).count == 2)
  }

  @Test func jobsBeyondTheColoursHaveAStripe() {
    let svg = chart((0..<9).map { bar(0, $0, Double($0), Double($0 + 1), "job \($0 + 1)") }, jobs: 9)
    // Two rectangles for the eighth and ninth bars, and in the legend.
    #expect(widths(svg).count == 2 * (9 + 2))
  }

  @Test(arguments: [
    [], [(0.0, 0.0)], [(0, .leastNonzeroMagnitude)], [(0, 1e308)], [(0, .leastNonzeroMagnitude), (1, 2)],
  ])
  func anyTimesMakeAPicture(_ times: [(Double, Double)]) {
    let svg = chart(times.map { bar(0, 0, $0.0, $0.1, "job 1") })
    #expect(svg.hasSuffix("</svg>\n") && !svg.contains("nan") && !svg.contains("inf"), "\(svg)")
  }
}
