import Charts
import Foundations
import Networks
import Splitting

/// The names of nodes and the costs of the path's arcs in a picture of a layered graph.
struct LayeredLabels {
  private let nodes: [Node]
  private let links: [Link]
  private let job: Job
  private let scene: LayeredScene
  private let layout: LayeredLayout

  private static let nameSize = 12.0
  private static let costSize = 12.0
  /// How much wider bold text is.
  private static let boldness = 1.07
  /// How much on each side of the path is kept free of labels.
  private static let pathReach = 2.5

  init(_ instance: Instance, job: Int, _ scene: LayeredScene, _ layout: LayeredLayout) {
    nodes = instance.network.nodes
    links = instance.network.links
    self.job = instance.jobs[job]
    self.scene = scene
    self.layout = layout
  }

  /// How much the name of a node matters.
  private enum Rank {
    /// A host, the source or the target.
    case needed
    /// Passed by the path.
    case passed
    case other

    /// The share of the name that may hide something.
    var tolerance: Double {
      switch self {
      case .needed: .infinity
      case .passed: 0.5
      case .other: 0.15
      }
    }
  }

  /// Writes the labels, those that matter most first.
  func draw(in svg: inout SVG) {
    let end = layout.top(ofCopy: scene.copies.count - 1) + layout.depth
    var labels = LabelPlaces(
      low: Point(x: LayeredLayout.left, y: -10), high: Point(x: layout.width - 4, y: end + 14))
    take(&labels)
    for copy in scene.copies.indices { drawNames(copy, .needed, &labels, in: &svg) }
    for copy in scene.copies.indices { drawNames(copy, .passed, &labels, in: &svg) }
    for copy in scene.copies.indices { drawCosts(copy, &labels, in: &svg) }
    // In large networks only the first copy has the names of the others.
    let count = nodes.count <= 8 ? scene.copies.count : nodes.count <= 30 ? 1 : 0
    for copy in scene.copies.indices.prefix(count) { drawNames(copy, .other, &labels, in: &svg) }
  }

  /// Keeps nodes and lines free of labels.
  private func take(_ labels: inout LabelPlaces) {
    let count = scene.copies.reduce(0) { $0 + $1.links.count }
    for (index, copy) in scene.copies.enumerated() {
      for node in nodes.indices {
        labels.take(layout.place(node, copy: index), radius: layout.radius(of: node, copy: index, in: scene))
      }
      // If very many links were kept free, no label would find a place.
      for link in count <= 400 ? copy.links : [] {
        let (tail, head) = (links[link].tail, links[link].head)
        labels.take(from: layout.place(tail, copy: index), to: layout.place(head, copy: index))
      }
      for (tail, head) in zip(copy.route, copy.route.dropFirst()) {
        labels.take(
          from: layout.place(tail, copy: index), to: layout.place(head, copy: index), radius: Self.pathReach)
      }
    }
    for (index, step) in scene.steps.enumerated() {
      for node in nodes.count <= 30 ? step.candidates : [] where node != step.host {
        labels.take(from: layout.place(node, copy: index), to: layout.place(node, copy: index + 1))
      }
      if let host = step.host {
        labels.take(
          from: layout.place(host, copy: index), to: layout.place(host, copy: index + 1),
          radius: Self.pathReach)
      }
    }
  }

  /// Writes the names of the nodes of a rank.
  private func drawNames(_ copy: Int, _ rank: Rank, _ labels: inout LabelPlaces, in svg: inout SVG) {
    let isFirst = copy == 0
    let isLast = copy == scene.copies.count - 1
    let route = Set(scene.copies[copy].route)
    var needed = Set(scene.hosts(ofCopy: copy))
    if isFirst { needed.insert(job.source) }
    if isLast { needed.insert(job.target) }
    for node in nodes.indices
    where rank == (needed.contains(node) ? .needed : route.contains(node) ? .passed : .other) {
      let name = TerminalText.shortened(nodes[node].id.text)
      var lines = [LabelPlaces.shortened(name, size: Self.nameSize, width: 150)]
      if isFirst, node == job.source { lines.append("source") }
      if isLast, node == job.target { lines.append("target") }
      let place = labels.place(
        lines, beside: layout.place(node, copy: copy),
        distance: layout.radius(of: node, copy: copy, in: scene) + 4, size: Self.boldness * Self.nameSize,
        tolerance: rank.tolerance)
      guard let place else { continue }
      for (row, line) in lines.enumerated() {
        let isBold = rank != .other && row == 0
        svg.text(
          line, at: place.point + Point(x: 0, y: 1.15 * Self.nameSize * Double(row)),
          size: row == 0 ? Self.nameSize : 0.9 * Self.nameSize, anchor: place.anchor,
          fill: isBold ? Palette.text : Palette.faint, isBold: isBold, hasHalo: true)
      }
    }
  }

  /// Writes the costs of the path in a copy and below it, where there is room.
  private func drawCosts(_ index: Int, _ labels: inout LabelPlaces, in svg: inout SVG) {
    if index < scene.steps.count, let host = scene.steps[index].host {
      let step = scene.steps[index]
      // Beside the visible part of the arc, between the copies.
      let top = layout.top(ofCopy: index)
      let middle = Point(
        x: layout.place(host, copy: index).x, y: 0.5 * (top + layout.depth + top + layout.pitch))
      var text = Figures.duration(step.compute)
      if step.waiting > 0 { text += " + \(Figures.duration(step.waiting)) waiting" }
      draw(cost: text, beside: middle, &labels, in: &svg)
    }
    let copy = scene.copies[index]
    for (hop, (tail, head)) in zip(copy.route, copy.route.dropFirst()).enumerated() {
      let (start, end) = (layout.place(tail, copy: index), layout.place(head, copy: index))
      draw(
        cost: Figures.duration(copy.hopCosts[hop]), beside: start + 0.5 * (end - start), &labels, in: &svg)
    }
  }

  private func draw(
    cost text: String, beside point: Point, _ labels: inout LabelPlaces, in svg: inout SVG
  ) {
    let place = labels.place(
      [text], beside: point, distance: 7, size: Self.boldness * Self.costSize, tolerance: 0.3)
    guard let place else { return }
    svg.text(
      text, at: place.point, size: Self.costSize, anchor: place.anchor, fill: Palette.path, isBold: true,
      hasHalo: true)
  }
}
