import Charts
import Foundations
import Networks
import Splitting

/// The names of nodes and the costs of the path's arcs in a picture of a layered graph.
extension LayeredPicture {
  private static let labelSize = 12.0
  /// How much wider bold text is.
  private static let boldness = 1.07
  /// How much on each side of the path is kept free of labels.
  private static let pathReach = 2.5

  /// How much the name of a node matters: it is a host, the source or the target; the path passes it; neither.
  private enum Rank { case needed, passed, other }

  /// Writes the labels, those that matter most first.
  func drawLabels(in svg: inout SVG) {
    let end = layout.top(ofCopy: scene.copies.count - 1) + layout.depth
    var labels = LabelPlaces(low: Point(LayeredLayout.left, -10), high: Point(layout.width - 4, end + 14))
    take(&labels)
    for copy in scene.copies.indices { drawNames(copy, .needed, &labels, in: &svg) }
    for copy in scene.copies.indices { drawNames(copy, .passed, &labels, in: &svg) }
    for copy in scene.copies.indices { drawCosts(copy, &labels, in: &svg) }
    // In large networks only the first copy has the names of the others.
    let count = nodes.count <= 8 ? scene.copies.count : nodes.count <= 30 ? 1 : 0
    for copy in scene.copies.indices.prefix(count) { drawNames(copy, .other, &labels, in: &svg) }
  }

  private func take(_ labels: inout LabelPlaces) {
    let count = scene.copies.reduce(0) { $0 + $1.links.count }
    for (index, copy) in scene.copies.enumerated() {
      for node in nodes.indices {
        labels.take(layout.place(node, copy: index), radius: layout.radius(of: node, copy: index, in: scene))
      }
      // If very many links were kept free, no label would find a place.
      for link in count <= 400 ? copy.links : [] {
        let (tail, head) = (instance.network.links[link].tail, instance.network.links[link].head)
        labels.take(from: layout.place(tail, copy: index), to: layout.place(head, copy: index))
      }
      for (tail, head) in zip(copy.route, copy.route.dropFirst()) {
        let (start, end) = (layout.place(tail, copy: index), layout.place(head, copy: index))
        labels.take(from: start, to: end, radius: Self.pathReach)
      }
    }
    for (index, step) in scene.steps.enumerated() {
      for node in nodes.count <= 30 ? step.candidates : [] where node != step.host {
        labels.take(from: layout.place(node, copy: index), to: layout.place(node, copy: index + 1))
      }
      guard let host = step.host else { continue }
      let (start, end) = (layout.place(host, copy: index), layout.place(host, copy: index + 1))
      labels.take(from: start, to: end, radius: Self.pathReach)
    }
  }

  private func drawNames(_ copy: Int, _ rank: Rank, _ labels: inout LabelPlaces, in svg: inout SVG) {
    let isFirst = copy == 0
    let isLast = copy == scene.copies.count - 1
    let route = Set(scene.copies[copy].route)
    // The share of the name that may hide something.
    let tolerance = rank == .needed ? .infinity : rank == .passed ? 0.5 : 0.15
    var needed = Set(scene.hosts(ofCopy: copy))
    if isFirst { needed.insert(instance.jobs[job].source) }
    if isLast { needed.insert(instance.jobs[job].target) }
    for node in nodes.indices
    where rank == (needed.contains(node) ? .needed : route.contains(node) ? .passed : .other) {
      let name = TerminalText.shortened(nodes[node].id.text)
      var lines = [LabelPlaces.shortened(name, size: Self.labelSize, width: 150)]
      if isFirst, node == instance.jobs[job].source { lines.append("source") }
      if isLast, node == instance.jobs[job].target { lines.append("target") }
      labels.write(
        lines, beside: layout.place(node, copy: copy),
        distance: layout.radius(of: node, copy: copy, in: scene) + 4, size: Self.labelSize,
        boldness: Self.boldness, smaller: 0.9, fill: rank == .other ? Palette.faint : Palette.text,
        isBold: rank != .other, tolerance: tolerance, in: &svg)
    }
  }

  /// Writes the costs of the path in a copy and below it, where there is room.
  private func drawCosts(_ index: Int, _ labels: inout LabelPlaces, in svg: inout SVG) {
    if index < scene.steps.count, let host = scene.steps[index].host {
      let step = scene.steps[index]
      // Beside the visible part of the arc, between the copies.
      let top = layout.top(ofCopy: index)
      let y = 0.5 * (top + layout.depth + top + layout.pitch)
      let middle = Point(layout.place(host, copy: index).x, y)
      var text = Figures.duration(step.compute)
      if step.waiting > 0 { text += " + \(Figures.duration(step.waiting)) waiting" }
      draw(cost: text, beside: middle, &labels, in: &svg)
    }
    let copy = scene.copies[index]
    for (hop, (tail, head)) in zip(copy.route, copy.route.dropFirst()).enumerated() {
      let (start, end) = (layout.place(tail, copy: index), layout.place(head, copy: index))
      draw(cost: Figures.duration(copy.hopCosts[hop]), beside: start + 0.5 * (end - start), &labels, in: &svg)
    }
  }

  private func draw(cost text: String, beside point: Point, _ labels: inout LabelPlaces, in svg: inout SVG) {
    labels.write(
      [text], beside: point, distance: 7, size: Self.labelSize, boldness: Self.boldness, fill: Palette.path,
      tolerance: 0.3, in: &svg)
  }
}
