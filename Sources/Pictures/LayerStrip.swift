import Charts
import Foundations
import Networks
import Splitting

/// The DNN of a job as a strip of layers.
///
/// Each layer is a cell in the colour of its host. Each tensor is a bar above the cut between two layers. The bar is
/// dark and has its size if the tensor crosses links.
struct LayerStrip {
  let instance: Instance
  let plan: DrawnPlan
  let job: Int
  let width: Double
  private let margin = 40.0
  private let barHeight = 44.0
  private let cellHeight = 26.0

  private var layers: [Layer] { instance.dnn(ofJob: job).layers }
  private var hosts: [Int] { plan.jobs[job].hosts }
  private var routes: [[Int]] { plan.jobs[job].routes }
  private var cellWidth: Double { (width - 2 * margin) / Double(max(1, layers.count)) }
  private var hasNames: Bool { cellWidth >= 13 }
  /// The height above the cells, for the caption, rows of sizes, and bars.
  private var head: Double { 56 + barHeight }

  var height: Double {
    let longest = layers.map { LabelPlaces.width(shown($0), size: Self.nameSize) }.max() ?? 0
    return head + cellHeight + (hasNames ? 24 + 0.82 * longest : 20)
  }

  private static let nameSize = 10.0

  private func shown(_ layer: Layer) -> String {
    LabelPlaces.shortened(layer.shownName, size: Self.nameSize, width: 150)
  }

  /// Draws the strip below a height, with the job's latency in words.
  func draw(in svg: inout SVG, top: Double, caption: String) {
    let text = TerminalText.shortened(instance.jobs[job].id.text)
    let name = LabelPlaces.shortened(text, size: 14, width: 300)
    svg.line(
      from: Point(margin, top + 11), to: Point(margin + 26, top + 11), stroke: Palette.line(job), width: 2.4,
      dashes: Palette.dash(job))
    svg.text(name, at: Point(margin + 34, top + 16), size: 14, isBold: true)
    let place = Point(margin + 46 + LabelPlaces.width(name, size: 15), top + 16)
    svg.text(caption, at: place, size: 12, fill: Palette.faint)
    drawBars(&svg, base: top + head)
    drawCells(&svg, top: top + head)
  }

  private func drawBars(_ svg: inout SVG, base: Double) {
    let bytes = instance.stageBytes(ofJob: job)
    let largest = bytes.max() ?? 0
    let barWidth = max(1, min(7, 0.4 * cellWidth))
    for (stage, size) in bytes.enumerated() {
      let crosses = routes[stage].count > 1
      let x = margin + cellWidth * Double(stage)
      let high = largest > 0 ? max(1, barHeight * size / largest) : 1
      let route = routes[stage].map { instance.network.nodes[$0].id.text }.joined(separator: " > ")
      svg.rectangle(
        at: Point(x - 0.5 * barWidth, base - high - 2), width: barWidth, height: high,
        ["fill": crosses ? Palette.line(job) : "#cccccc"],
        title: "tensor \(stage): \(Figures.size(size)), \(crosses ? route : "stays on \(route)")")
    }
    // The sizes of the tensors that cross links, or of all tensors if there is room for them.
    var ends = [-Double.infinity, -Double.infinity, -Double.infinity]
    for (stage, size) in bytes.enumerated() where routes[stage].count > 1 || cellWidth >= 60 {
      let text = Figures.size(size)
      let half = 0.5 * LabelPlaces.width(text, size: 10.5)
      let x = min(max(margin + cellWidth * Double(stage), half + 2), width - half - 2)
      // The size goes into the lowest row that is free at this place. If no row is free, the size is left out.
      guard let row = ends.firstIndex(where: { $0 < x - half - 4 }) else { continue }
      ends[row] = x + half
      let high = largest > 0 ? barHeight * size / largest : 0
      let crosses = routes[stage].count > 1
      svg.text(
        text, at: Point(x, base - high - 6 - 12 * Double(row)), size: 10.5, anchor: .middle,
        fill: crosses ? Palette.line(job) : Palette.faint, isBold: crosses)
    }
  }

  private func drawCells(_ svg: inout SVG, top: Double) {
    let layers = layers
    for (layer, host) in hosts.enumerated() {
      let x = margin + cellWidth * Double(layer)
      let fill = Palette.area(plan.numberOfHost[host] ?? 0)
      svg.rectangle(
        at: Point(x, top), width: cellWidth, height: cellHeight,
        ["fill": fill, "shape-rendering": "crispEdges"],
        title: "\(layers[layer].name) on \(instance.network.nodes[host].id)")
      if cellWidth >= 4, layer > 0 {
        let low = Point(x, top + cellHeight)
        svg.line(from: low - Point(0, 5), to: low, stroke: Palette.text, width: 0.8)
      }
      if hasNames {
        svg.text(
          shown(layers[layer]), at: Point(x + 0.5 * cellWidth + 3, top + cellHeight + 9), size: Self.nameSize,
          anchor: .end, fill: Palette.faint, rotation: -55)
      }
    }
    for run in hosts.runs { drawRun(&svg, run, hosts[run.lowerBound], top: top) }
    svg.rectangle(
      at: Point(margin, top), width: width - 2 * margin, height: cellHeight,
      ["fill": "none", "stroke": Palette.text, "stroke-width": "1"])
    if hosts.isEmpty {
      let middle = Point(0.5 * width, top + 0.68 * cellHeight)
      svg.text("no layers", at: middle, size: 12, anchor: .middle, fill: Palette.faint)
    }
  }

  /// Marks the beginning of a run of layers on the same host, and writes the host into the run.
  private func drawRun(_ svg: inout SVG, _ run: Range<Int>, _ host: Int, top: Double) {
    let number = plan.numberOfHost[host] ?? 0
    let (left, wide) = (margin + cellWidth * Double(run.lowerBound), cellWidth * Double(run.count))
    let base = Point(left, top + cellHeight)
    svg.line(from: Point(left, top), to: base, stroke: Palette.text, width: 1.4)
    let letters = Palette.letters(number)
    let whole = "\(letters)  \(TerminalText.shortened(instance.network.nodes[host].id.text))"
    let short = LabelPlaces.shortened(whole, size: 12, width: wide - 8)
    let isLegible = short == whole || short.count >= letters.count + 8
    let text = isLegible ? short : LabelPlaces.width(letters, size: 12) <= wide - 2 ? letters : ""
    svg.text(
      text, at: Point(left + 0.5 * wide, top + 0.68 * cellHeight), size: 12, anchor: .middle,
      fill: Palette.textOnArea(number), isBold: true)
  }
}
