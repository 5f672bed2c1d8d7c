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
  let instance: Instance
  let job: Int
  private let title: String
  private let captions: [String]
  private let isComputing: [Bool]
  let scene: LayeredScene
  let layout: LayeredLayout

  /// Prepares a picture of a job and a valid path, or of the graph alone without one. Not all nodes of a network with
  /// more than ``PlanPicture/largestLayout`` nodes may lack a position. The captions are below the title.
  ///
  /// - Complexity: O(N (N + E)) if positions are missing, otherwise O(N); plus O(L N + C (N + E)) for C copies.
  public init(_ instance: Instance, job: Int, path: LayeredPath?, title: String, captions: [String]) {
    (self.instance, self.job, self.title) = (instance, job, title)
    isComputing = instance.computingNodes
    scene = LayeredScene(instance, job: job, path: path)
    layout = LayeredLayout(instance.network)
    let (shown, count) = (scene.copies.count, instance.dnn(ofJob: job).layers.count + 1)
    let remark = "\(shown) of \(count) copies are drawn; layers in a row on one node are one step"
    let width = layout.width - 40
    self.captions = (captions + (shown < count ? [remark] : [])).flatMap { Self.wrapped($0, width: width) }
  }

  var nodes: [Node] { instance.network.nodes }
  var layers: [Layer] { instance.dnn(ofJob: job).layers }
  private var head: Double { 50 + Self.lineHeight * Double(captions.count) }

  private static let captionSize = 12.0
  private static let lineHeight = 17.0

  /// The picture as an SVG file.
  ///
  /// - Complexity: O(C (N + E)) for C copies, plus the number of labels times the number of nodes, lines and labels that
  ///   they must not hide.
  public var svg: String {
    var svg = SVG()
    svg.text(title, at: Point(20, 26), size: 16, isBold: true)
    for (row, caption) in captions.enumerated() {
      let place = Point(20, 46 + Self.lineHeight * Double(row))
      svg.text(caption, at: place, size: Self.captionSize, fill: Palette.faint)
    }
    var graph = SVG()
    // Lower copies first: the copies above lie on them, and what is behind a copy shines through.
    for copy in scene.copies.indices.reversed() {
      if copy < scene.steps.count { draw(step: copy, in: &graph) }
      draw(copy: copy, in: &graph)
    }
    drawLabels(in: &graph)
    drawChain(in: &graph)
    svg.add(group: graph, ["transform": "translate(0 \(SVG.number(head)))"])
    let bottom = head + layout.top(ofCopy: scene.copies.count - 1) + layout.depth
    let height = drawLegend(in: &svg, top: bottom + 28)
    return svg.document(width: layout.width, height: height, title: title)
  }

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

  private func draw(copy index: Int, in svg: inout SVG) {
    let copy = scene.copies[index]
    var sheet = SVG()
    let look: SVG.Attributes = [
      "fill": "#eef1f5", "fill-opacity": "0.64", "stroke": "#c3cad4", "stroke-width": "1",
      "stroke-linejoin": "round",
    ]
    let bytes = Figures.size(copy.bytes)
    sheet.add("polygon", layout.corners(ofCopy: index), look, title: "copy of stage \(copy.stage): \(bytes)")
    sheet.add(
      links: copy.links.map { instance.network.links[$0] },
      except: Set(zip(copy.route, copy.route.dropFirst()).map(NodePair.init)),
      width: layout.radius >= 6 ? 1.1 : 0.6, arrow: layout.radius >= 4 ? 7 : nil
    ) { layout.place($0, copy: index) }
    for (hop, (tail, head)) in zip(copy.route, copy.route.dropFirst()).enumerated() {
      let cost = Figures.duration(copy.hopCosts[hop])
      let title = "stage \(copy.stage), \(bytes): \(name(tail)) to \(name(head)), \(cost)"
      drawPath(from: (tail, index), to: (head, index), title: title, in: &sheet)
    }
    drawNodes(index, in: &sheet)
    svg.add(group: sheet, ["class": "copy"])
  }

  private func drawNodes(_ copy: Int, in svg: inout SVG) {
    let hosts = scene.hosts(ofCopy: copy)
    let route = scene.copies[copy].route
    let width = layout.radius >= 6 ? "1.1" : "0.6"
    for node in nodes.indices where !hosts.contains(node) {
      let centre = layout.place(node, copy: copy)
      let isOnPath = route.contains(node)
      let rim = isOnPath ? Palette.path : isComputing[node] ? Palette.text : Palette.faint
      if isComputing[node] {
        svg.square(
          of: nodes[node], at: centre, 0.8 * layout.radius, fill: Palette.idle, rim: rim,
          width: isOnPath ? "2" : width, title: name(node))
      } else {
        let fill = isOnPath ? Palette.idle : Palette.switching
        svg.circle(
          of: nodes[node], at: centre, radius: (isOnPath ? 0.75 : 0.6) * layout.radius, fill: fill, rim: rim,
          width: isOnPath ? "2" : "0.8", title: name(node))
      }
    }
    for node in Set(hosts).sorted() {
      let (centre, half) = (layout.place(node, copy: copy), layout.hostRadius)
      let number = scene.hosts.firstIndex(of: node) ?? 0
      svg.square(
        of: nodes[node], at: centre, half, fill: Palette.area(number), width: width, title: name(node))
      let place = centre + Point(0, 0.36 * half)
      svg.letters(ofHost: number, at: place, size: 1.05 * half, small: 0.75 * half)
    }
  }

  private func name(_ node: Int) -> String { TerminalText.shortened(nodes[node].id.text) }

  private func draw(step index: Int, in svg: inout SVG) {
    let step = scene.steps[index]
    var arcs = SVG()
    for node in step.candidates where node != step.host {
      let (start, end) = (layout.place(node, copy: index), layout.place(node, copy: index + 1))
      let first = start + Point(0, layout.radius(of: node, copy: index, in: scene))
      let tip = end - Point(0, layout.radius(of: node, copy: index + 1, in: scene))
      let width = layout.radius >= 6 ? 1 : 0.5
      arcs.line(from: first, to: tip, stroke: Palette.link, width: width, dashes: "3 3")
      if layout.radius >= 4 { arcs.arrowhead(at: tip, along: end - start, size: 6, fill: Palette.link) }
    }
    if let host = step.host {
      let waiting = step.waiting > 0 ? " and \(Figures.duration(step.waiting)) of waiting" : ""
      let layers = Self.name(of: step.layers, layers)
      let title = "\(layers) on \(name(host)): \(Figures.duration(step.compute))\(waiting)"
      drawPath(from: (host, index), to: (host, index + 1), title: title, in: &arcs)
    }
    svg.add(group: arcs, ["class": "step"])
  }

  /// Draws an arc of the path between two nodes in their copies.
  private func drawPath(
    from tail: (node: Int, copy: Int), to head: (node: Int, copy: Int), title: String, in svg: inout SVG
  ) {
    let start = layout.place(tail.node, copy: tail.copy)
    let end = layout.place(head.node, copy: head.copy)
    let startRadius = layout.radius(of: tail.node, copy: tail.copy, in: scene)
    let endRadius = layout.radius(of: head.node, copy: head.copy, in: scene)
    let along = end - start
    guard along.length > 0 else { return }
    let unit = (1 / along.length) * along
    let (first, tip) = (start + startRadius * unit, end - (endRadius + 1) * unit)
    let size = max(5, min(layout.radius >= 6 ? 12 : 9, 0.4 * along.length))
    let width = layout.radius >= 6 ? 3.4 : 2.4
    svg.line(
      from: first, to: tip - 0.5 * size * unit, stroke: Palette.path, width: width, kind: "path", title: title
    )
    svg.arrowhead(at: tip, along: along, size: size, fill: Palette.path)
  }

  /// Draws the legend, and returns the lower end of the picture.
  private func drawLegend(in svg: inout SVG, top: Double) -> Double {
    var (x, y) = (20.0, top)
    func entry(_ text: String, sample: (inout SVG) -> Void) {
      // Fonts differ: a tenth more keeps the next sample clear of the text.
      let length = 44 + 1.1 * LabelPlaces.width(text, size: 11.5)
      if x > 20, x + length > layout.width - 16 { (x, y) = (20, y + 19) }
      sample(&svg)
      svg.text(text, at: Point(x + 35, y + 4), size: 11.5, fill: Palette.faint)
      x += length + 12
    }
    func entry(_ text: String, stroke: String, width: Double, dashes: String? = nil) {
      entry(text) { svg in
        let tip = Point(x + 28, y)
        svg.line(from: Point(x, y), to: tip - Point(4, 0), stroke: stroke, width: width, dashes: dashes)
        svg.arrowhead(at: tip, along: Point(1, 0), size: width > 2 ? 10 : 6, fill: stroke)
      }
    }
    entry("moves the tensor over a link", stroke: Palette.link, width: 1.1)
    if !scene.steps.isEmpty {
      entry("computes a layer, which leads to the next copy", stroke: Palette.link, width: 1, dashes: "3 3")
    }
    if !scene.copies[0].route.isEmpty {
      entry("the path; its length is the latency", stroke: Palette.path, width: 3.4)
    }
    if let node = nodes.first(where: { !$0.isRelay }) {
      entry("no relay: what comes over a link is computed or ends there") {
        let centre = Point(x + 18, y)
        $0.square(of: node, at: centre, 7, fill: Palette.idle, width: "1.1", title: "a node that is no relay")
      }
    }
    return y + 22
  }
}
