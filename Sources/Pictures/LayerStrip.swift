import Charts
import Foundations
import Networks
import Splitting

/// The DNN of a job as a strip of layers.
///
/// Each layer is a cell in the colour of its host. Each tensor is a bar above the cut between two layers. The bar is
/// dark and has its size if the tensor crosses links.
struct LayerStrip {
  private let instance: Instance
  private let plan: DrawnPlan
  private let job: Int
  private let width: Double
  private let margin = 40.0
  private let barHeight = 44.0
  private let cellHeight = 26.0

  init(_ instance: Instance, _ plan: DrawnPlan, job: Int, width: Double) {
    self.instance = instance
    self.plan = plan
    self.job = job
    self.width = width
  }

  private var layers: [Layer] { instance.dnn(ofJob: job).layers }
  private var cellWidth: Double { (width - 2 * margin) / Double(max(1, layers.count)) }
  private var hasNames: Bool { cellWidth >= 13 }
  /// The height above the cells, for the caption, rows of sizes, and bars.
  private var head: Double { 56 + barHeight }

  /// The height of the strip.
  var height: Double {
    let longest = layers.map { LabelPlaces.width(shown($0), size: Self.nameSize) }.max() ?? 0
    return head + cellHeight + (hasNames ? 24 + 0.82 * longest : 20)
  }

  private static let nameSize = 10.0

  private func shown(_ layer: Layer) -> String {
    LabelPlaces.shortened(layer.shownName, size: Self.nameSize, width: 150)
  }

  /// Draws the strip.
  ///
  /// - Parameters:
  ///   - svg: the picture to draw in.
  ///   - top: the upper end of the strip.
  ///   - caption: the job's latency in words.
  func draw(in svg: inout SVG, top: Double, caption: String) {
    let name = LabelPlaces.shortened(
      TerminalText.shortened(instance.jobs[job].id.text), size: 14, width: 300)
    svg.line(
      from: Point(x: margin, y: top + 11), to: Point(x: margin + 26, y: top + 11),
      stroke: Palette.line(job), width: 2.4, dashes: Palette.dash(job))
    svg.text(name, at: Point(x: margin + 34, y: top + 16), size: 14, isBold: true)
    svg.text(
      caption, at: Point(x: margin + 46 + LabelPlaces.width(name, size: 15), y: top + 16), size: 12,
      fill: Palette.faint)
    let cells = top + head
    drawBars(&svg, base: cells)
    drawCells(&svg, top: cells)
  }

  // MARK: Tensors

  private func drawBars(_ svg: inout SVG, base: Double) {
    let bytes = plan.stageBytes(ofJob: job)
    let largest = bytes.max() ?? 0
    let routes = plan.plan.jobs[job].routes
    let barWidth = max(1, min(7, 0.4 * cellWidth))
    for (stage, size) in bytes.enumerated() {
      let crosses = routes[stage].count > 1
      let x = margin + cellWidth * Double(stage)
      let high = largest > 0 ? max(1, barHeight * size / largest) : 1
      let route = routes[stage].map { instance.network.nodes[$0].id.text }.joined(separator: " > ")
      svg.add(
        "rect",
        [
          ("x", SVG.number(x - 0.5 * barWidth)), ("y", SVG.number(base - high - 2)),
          ("width", SVG.number(barWidth)), ("height", SVG.number(high)),
          ("fill", crosses ? Palette.line(job) : "#cccccc"),
        ], title: "tensor \(stage): \(Figures.size(size)), \(crosses ? route : "stays on \(route)")")
    }
    drawSizes(&svg, base: base, bytes, routes)
  }

  /// Writes the sizes of the tensors that cross links, or of all tensors if there is room for them.
  private func drawSizes(_ svg: inout SVG, base: Double, _ bytes: [Double], _ routes: [[Int]]) {
    let largest = bytes.max() ?? 0
    var ends = [-Double.infinity, -Double.infinity, -Double.infinity]
    for (stage, size) in bytes.enumerated() where routes[stage].count > 1 || cellWidth >= 60 {
      let text = Figures.size(size)
      let half = 0.5 * LabelPlaces.width(text, size: 10.5)
      let x = min(max(margin + cellWidth * Double(stage), half + 2), width - half - 2)
      // The size goes into the lowest row that is free at this place. If no row is free, the size is left out.
      guard let row = ends.firstIndex(where: { $0 < x - half - 4 }) else { continue }
      ends[row] = x + half
      let high = largest > 0 ? barHeight * size / largest : 0
      let y = base - high - 6 - 12 * Double(row)
      svg.text(
        text, at: Point(x: x, y: y), size: 10.5, anchor: .middle,
        fill: routes[stage].count > 1 ? Palette.line(job) : Palette.faint,
        isBold: routes[stage].count > 1)
    }
  }

  // MARK: Layers

  private func drawCells(_ svg: inout SVG, top: Double) {
    let hosts = plan.plan.jobs[job].hosts
    for (layer, host) in hosts.enumerated() {
      let x = margin + cellWidth * Double(layer)
      let node = instance.network.nodes[host].id
      svg.add(
        "rect",
        [
          ("x", SVG.number(x)), ("y", SVG.number(top)), ("width", SVG.number(cellWidth)),
          ("height", SVG.number(cellHeight)), ("fill", Palette.area(plan.numberOfHost[host] ?? 0)),
          ("shape-rendering", "crispEdges"),
        ], title: "\(layers[layer].name) on \(node)")
      if cellWidth >= 4, layer > 0 {
        let low = Point(x: x, y: top + cellHeight)
        svg.line(from: low - Point(x: 0, y: 5), to: low, stroke: Palette.text, width: 0.8)
      }
      if hasNames {
        svg.text(
          shown(layers[layer]), at: Point(x: x + 0.5 * cellWidth + 3, y: top + cellHeight + 9),
          size: Self.nameSize, anchor: .end,
          fill: Palette.faint, rotation: -55)
      }
    }
    for run in runs(hosts) { drawRun(&svg, run, hosts[run.lowerBound], top: top) }
    svg.add(
      "rect",
      [
        ("x", SVG.number(margin)), ("y", SVG.number(top)), ("width", SVG.number(width - 2 * margin)),
        ("height", SVG.number(cellHeight)), ("fill", "none"), ("stroke", Palette.text), ("stroke-width", "1"),
      ])
    if hosts.isEmpty {
      svg.text(
        "no layers", at: Point(x: 0.5 * width, y: top + 0.68 * cellHeight), size: 12, anchor: .middle,
        fill: Palette.faint)
    }
  }

  /// Marks the beginning of a run of layers on the same host, and writes the host into the run.
  private func drawRun(_ svg: inout SVG, _ run: Range<Int>, _ host: Int, top: Double) {
    let number = plan.numberOfHost[host] ?? 0
    let (left, wide) = (margin + cellWidth * Double(run.lowerBound), cellWidth * Double(run.count))
    svg.line(
      from: Point(x: left, y: top), to: Point(x: left, y: top + cellHeight), stroke: Palette.text, width: 1.4)
    let node = TerminalText.shortened(instance.network.nodes[host].id.text)
    let letters = Palette.letters(number)
    let whole = "\(letters)  \(node)"
    let short = LabelPlaces.shortened(whole, size: 12, width: wide - 8)
    let isLegible = short == whole || short.count >= letters.count + 8
    let text = isLegible ? short : LabelPlaces.width(letters, size: 12) <= wide - 2 ? letters : ""
    svg.text(
      text, at: Point(x: left + 0.5 * wide, y: top + 0.68 * cellHeight), size: 12, anchor: .middle,
      fill: Palette.textOnArea(number), isBold: true)
  }

  /// The maximal ranges of consecutive layers on the same host.
  private func runs(_ hosts: [Int]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for layer in hosts.indices {
      if let last = runs.last, hosts[last.lowerBound] == hosts[layer] {
        runs[runs.count - 1] = last.lowerBound..<layer + 1
      } else {
        runs.append(layer..<layer + 1)
      }
    }
    return runs
  }
}
