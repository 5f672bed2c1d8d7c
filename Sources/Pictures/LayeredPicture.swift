import Charts
import Foundations
import Graphs
import Networks
import Splitting

/// A picture of the layered graph of a job: copies of the network above each other, one for each stage, with a path
/// from the source in the first copy to the target in the last one.
///
/// To the left is the DNN, its layers in the colours of their hosts beside the arcs that compute them.
public struct LayeredPicture {
  private let instance: Instance
  private let job: Int
  private let title: String
  private let captions: [String]
  private let scene: LayeredScene
  private let layout: LayeredLayout

  /// Prepares a picture.
  ///
  /// - Parameters:
  ///   - instance: an instance with at most ``PlanPicture/largestLayout`` nodes, or with positions for all nodes.
  ///   - job: the index of the job.
  ///   - path: a valid path of the job; `nil` for the graph alone.
  ///   - title: the title of the picture, for example the job's latency.
  ///   - captions: lines below the title, for example the parts of the latency.
  /// - Complexity: O(N (N + E)) if positions are missing, otherwise O(N); plus O(L N + C (N + E)) for C copies.
  public init(_ instance: Instance, job: Int, path: LayeredPath?, title: String, captions: [String]) {
    self.instance = instance
    self.job = job
    self.title = title
    scene = LayeredScene(instance, job: job, path: path)
    layout = LayeredLayout(instance.network)
    var captions = captions
    let (shown, count) = (scene.copies.count, instance.dnn(ofJob: job).layers.count + 1)
    if shown < count {
      captions.append(
        "\(shown) of \(count) copies are drawn; layers in a row on one node are one step")
    }
    self.captions = captions.flatMap { [width = layout.width] in Self.wrapped($0, width: width - 40) }
  }

  private var nodes: [Node] { instance.network.nodes }
  private var layers: [Layer] { instance.dnn(ofJob: job).layers }
  private var head: Double { 50 + Self.lineHeight * Double(captions.count) }

  private static let captionSize = 12.0
  private static let lineHeight = 17.0

  /// The picture as an SVG file.
  ///
  /// - Complexity: O(C (N + E)) for C copies, plus the number of labels times the number of nodes, lines and labels that
  ///   they must not hide.
  public var svg: String {
    var svg = SVG()
    svg.text(title, at: Point(x: 20, y: 26), size: 16, isBold: true)
    for (row, caption) in captions.enumerated() {
      svg.text(
        caption, at: Point(x: 20, y: 46 + Self.lineHeight * Double(row)), size: Self.captionSize,
        fill: Palette.faint)
    }
    var graph = SVG()
    // Lower copies first: the copies above lie on them, and what is behind a copy shines through.
    for copy in scene.copies.indices.reversed() {
      if copy < scene.steps.count { draw(step: copy, in: &graph) }
      draw(copy: copy, in: &graph)
    }
    LayeredLabels(instance, job: job, scene, layout).draw(in: &graph)
    LayeredChain(instance, job: job, scene, layout).draw(in: &graph)
    svg.add(group: graph, at: Point(x: 0, y: head))
    let bottom = head + layout.top(ofCopy: scene.copies.count - 1) + layout.depth
    let height = drawLegend(in: &svg, top: bottom + 28)
    return svg.document(width: layout.width, height: height, title: title)
  }

  /// The text in lines of words.
  private static func wrapped(_ text: String, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, LabelPlaces.width("\(last) \(word)", size: captionSize) <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  // MARK: Copies

  private func draw(copy index: Int, in svg: inout SVG) {
    let copy = scene.copies[index]
    var sheet = SVG()
    sheet.add(
      "polygon",
      [
        ("points", SVG.points(layout.corners(ofCopy: index))), ("fill", "#eef1f5"), ("fill-opacity", "0.64"),
        ("stroke", "#c3cad4"), ("stroke-width", "1"), ("stroke-linejoin", "round"),
      ],
      title: "copy of stage \(copy.stage): \(Figures.size(copy.bytes))")
    drawLinks(copy, index, in: &sheet)
    for (hop, (tail, head)) in zip(copy.route, copy.route.dropFirst()).enumerated() {
      let title =
        "stage \(copy.stage), \(Figures.size(copy.bytes)): \(name(tail)) to \(name(head)), "
        + Figures.duration(copy.hopCosts[hop])
      drawPath(
        from: layout.place(tail, copy: index), layout.radius(of: tail, copy: index, in: scene),
        to: layout.place(head, copy: index),
        layout.radius(of: head, copy: index, in: scene), title: title, in: &sheet)
    }
    drawNodes(index, in: &sheet)
    svg.add(group: sheet, [("class", "copy")])
  }

  private func drawLinks(_ copy: LayeredScene.Copy, _ index: Int, in svg: inout SVG) {
    let directed = copy.links.map { (instance.network.links[$0].tail, instance.network.links[$0].head) }
    let pairs = Dictionary(grouping: directed) { [min($0, $1), max($0, $1)] }
    let crossed = Set(zip(copy.route, copy.route.dropFirst()).map { [min($0, $1), max($0, $1)] })
    for (pair, both) in pairs.sorted(by: { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) })
    where !crossed.contains(pair) {
      let (start, end) = (layout.place(pair[0], copy: index), layout.place(pair[1], copy: index))
      svg.line(from: start, to: end, stroke: Palette.link, width: layout.radius >= 6 ? 1.1 : 0.6)
      guard both.count == 1, layout.radius >= 4 else { continue }
      let (tail, head) = (layout.place(both[0].0, copy: index), layout.place(both[0].1, copy: index))
      svg.arrowhead(at: tail + 0.55 * (head - tail), along: head - tail, size: 7, fill: Palette.link)
    }
  }

  private func drawNodes(_ copy: Int, in svg: inout SVG) {
    let hosts = scene.hosts(ofCopy: copy)
    let route = scene.copies[copy].route
    for node in nodes.indices where !hosts.contains(node) {
      let centre = layout.place(node, copy: copy)
      let isOnPath = route.contains(node)
      let rim = isOnPath ? Palette.path : nodes[node].compute > 0 ? Palette.text : Palette.faint
      if nodes[node].compute > 0 {
        square(
          in: &svg, centre, 0.8 * layout.radius, fill: Palette.idle, rim: rim, isStrong: isOnPath, name(node))
      } else {
        svg.add(
          "circle",
          [
            ("cx", SVG.number(centre.x)), ("cy", SVG.number(centre.y)),
            ("r", SVG.number((isOnPath ? 0.75 : 0.6) * layout.radius)),
            ("fill", isOnPath ? Palette.idle : Palette.switching), ("stroke", rim),
            ("stroke-width", isOnPath ? "2" : "0.8"),
          ], title: name(node))
      }
    }
    for node in Set(hosts).sorted() {
      let centre = layout.place(node, copy: copy)
      let number = scene.hosts.firstIndex(of: node) ?? 0
      let letters = Palette.letters(number)
      square(in: &svg, centre, layout.hostRadius, fill: Palette.area(number), rim: Palette.text, name(node))
      svg.text(
        letters, at: centre + Point(x: 0, y: 0.36 * layout.hostRadius),
        size: (letters.count > 1 ? 0.75 : 1.05) * layout.hostRadius, anchor: .middle,
        fill: Palette.textOnArea(number), isBold: true)
    }
  }

  private func square(
    in svg: inout SVG, _ centre: Point, _ half: Double, fill: String, rim: String, isStrong: Bool = false,
    _ title: String
  ) {
    svg.add(
      "rect",
      [
        ("x", SVG.number(centre.x - half)), ("y", SVG.number(centre.y - half)),
        ("width", SVG.number(2 * half)), ("height", SVG.number(2 * half)), ("rx", SVG.number(0.3 * half)),
        ("fill", fill), ("stroke", rim),
        ("stroke-width", isStrong ? "2" : layout.radius >= 6 ? "1.1" : "0.6"),
      ], title: title)
  }

  private func name(_ node: Int) -> String { TerminalText.shortened(nodes[node].id.text) }

  // MARK: Steps

  private func draw(step index: Int, in svg: inout SVG) {
    let step = scene.steps[index]
    var arcs = SVG()
    for node in step.candidates where node != step.host {
      let (start, end) = (layout.place(node, copy: index), layout.place(node, copy: index + 1))
      let tip = end - Point(x: 0, y: layout.radius(of: node, copy: index + 1, in: scene))
      arcs.line(
        from: start + Point(x: 0, y: layout.radius(of: node, copy: index, in: scene)), to: tip,
        stroke: Palette.link,
        width: layout.radius >= 6 ? 1 : 0.5, dashes: "3 3")
      if layout.radius >= 4 { arcs.arrowhead(at: tip, along: end - start, size: 6, fill: Palette.link) }
    }
    if let host = step.host {
      let waiting = step.waiting > 0 ? " and \(Figures.duration(step.waiting)) of waiting" : ""
      drawPath(
        from: layout.place(host, copy: index), layout.hostRadius, to: layout.place(host, copy: index + 1),
        layout.hostRadius,
        title: "\(LayeredChain.name(of: step.layers, layers)) on \(name(host)): "
          + "\(Figures.duration(step.compute))\(waiting)",
        in: &arcs)
    }
    svg.add(group: arcs, [("class", "step")])
  }

  /// Draws an arc of the path between two nodes of these radii.
  private func drawPath(
    from start: Point, _ startRadius: Double, to end: Point, _ endRadius: Double, title: String,
    in svg: inout SVG
  ) {
    let along = end - start
    guard along.length > 0 else { return }
    let unit = (1 / along.length) * along
    let (first, tip) = (start + startRadius * unit, end - (endRadius + 1) * unit)
    let size = max(5, min(layout.radius >= 6 ? 12 : 9, 0.4 * along.length))
    let last = tip - 0.5 * size * unit
    svg.add(
      "line",
      [
        ("class", "path"), ("x1", SVG.number(first.x)), ("y1", SVG.number(first.y)),
        ("x2", SVG.number(last.x)), ("y2", SVG.number(last.y)), ("stroke", Palette.path),
        ("stroke-width", layout.radius >= 6 ? "3.4" : "2.4"),
      ], title: title)
    svg.arrowhead(at: tip, along: along, size: size, fill: Palette.path)
  }

  // MARK: Legend

  /// Draws the legend.
  ///
  /// - Returns: the lower end of the picture.
  private func drawLegend(in svg: inout SVG, top: Double) -> Double {
    var (x, y) = (20.0, top)
    func entry(_ text: String, stroke: String, width: Double, dashes: String? = nil, _ svg: inout SVG) {
      let length = 44 + LabelPlaces.width(text, size: 11.5)
      if x > 20, x + length > layout.width - 16 { (x, y) = (20, y + 19) }
      let tip = Point(x: x + 28, y: y)
      svg.line(
        from: Point(x: x, y: y), to: tip - Point(x: 4, y: 0), stroke: stroke, width: width, dashes: dashes)
      svg.arrowhead(at: tip, along: Point(x: 1, y: 0), size: width > 2 ? 10 : 6, fill: stroke)
      svg.text(text, at: Point(x: x + 35, y: y + 4), size: 11.5, fill: Palette.faint)
      x += length + 12
    }
    entry("moves the tensor over a link", stroke: Palette.link, width: 1.1, &svg)
    if !scene.steps.isEmpty {
      entry(
        "computes a layer, which leads to the next copy", stroke: Palette.link, width: 1, dashes: "3 3", &svg)
    }
    if !scene.copies[0].route.isEmpty {
      entry("the path; its length is the latency", stroke: Palette.path, width: 3.4, &svg)
    }
    return y + 22
  }
}
