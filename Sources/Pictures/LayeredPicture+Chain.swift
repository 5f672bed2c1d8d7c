import Charts
import Foundations
import Networks
import Splitting

/// The DNN from top to bottom, beside its layered graph: each stage is a bar beside its copy, and each layer a box in the
/// colour of its host beside the arcs that compute it.
extension LayeredPicture {
  private static let middle = 110.0
  private static let boxWidth = 176.0
  private static let widestBar = 150.0
  private static let textSize = 12.0
  private static let textHeight = 14.0
  /// The part of a box for the letter of the host.
  private static let badge = 24.0

  /// The name of a layer, or those of the first and the last one with the number of layers.
  static func name(of range: Range<Int>, _ layers: [Layer]) -> String {
    let first = layers[range.lowerBound].shownName
    return range.count == 1 ? first : "\(first) … \(layers[range.upperBound - 1].shownName) (\(range.count))"
  }

  func drawChain(in svg: inout SVG) {
    for copy in scene.copies.indices { drawStage(copy, in: &svg) }
    for step in scene.steps.indices { drawLayers(step, in: &svg) }
  }

  /// The height of the middle of a copy.
  private func level(_ copy: Int) -> Double { layout.top(ofCopy: copy) + 0.5 * layout.depth }

  private func drawStage(_ index: Int, in svg: inout SVG) {
    let copy = scene.copies[index]
    let largest = scene.copies.map(\.bytes).max() ?? 0
    let width = largest > 0 ? max(1.5, Self.widestBar * copy.bytes / largest) : 1.5
    let crosses = copy.route.count > 1
    let role =
      copy.stage == layers.count
      ? (layers.isEmpty ? " (input and result)" : " (result)") : copy.stage == 0 ? " (input)" : ""
    svg.text(
      "stage \(copy.stage)\(role): \(Figures.size(copy.bytes))", at: Point(Self.middle, level(index) - 6),
      size: Self.textSize, anchor: .middle, fill: crosses ? Palette.path : Palette.text, isBold: crosses)
    svg.rectangle(
      at: Point(Self.middle - 0.5 * width, level(index) + 2), width: width, height: 9,
      ["rx": "1.5", "fill": crosses ? Palette.path : Palette.switching])
  }

  private func drawLayers(_ index: Int, in svg: inout SVG) {
    let step = scene.steps[index]
    let lines = names(of: step.layers)
    let host = step.host.map { "on \(TerminalText.shortened(instance.network.nodes[$0].id.text))" }
    let centre = 0.5 * (level(index) + level(index + 1))
    let half = 0.5 * Self.textHeight * Double(lines.count + (host == nil ? 0 : 1)) + 5
    arrow(from: level(index) + 15, to: centre - half - 1, in: &svg)
    arrow(from: centre + half, to: level(index + 1) - 19, in: &svg)
    let number = step.host.flatMap { scene.hosts.firstIndex(of: $0) }
    let corner = Point(Self.middle - 0.5 * Self.boxWidth, centre - half)
    let look: SVG.Attributes = [
      "rx": "4", "fill": number.map(Palette.area) ?? Palette.idle, "stroke": Palette.text,
      "stroke-width": "1",
    ]
    let title = Self.name(of: step.layers, layers)
    svg.rectangle(at: corner, width: Self.boxWidth, height: 2 * half, look, title: title)
    if let number {
      let edge = corner + Point(Self.badge, 0)
      svg.line(from: edge, to: edge + Point(0, 2 * half), stroke: Palette.text, width: 0.8)
      let place = Point(corner.x + 0.5 * Self.badge, centre + 4.5)
      svg.letters(ofHost: number, at: place, size: 13, small: 10)
    }
    let left = number == nil ? 0 : Self.badge
    for (row, line) in (lines + [host].compactMap(\.self)).enumerated() {
      let (isName, x) = (row < lines.count, corner.x + 0.5 * (Self.boxWidth + left))
      svg.text(
        LabelPlaces.shortened(line, size: Self.textSize, width: Self.boxWidth - left - 8),
        at: Point(x, corner.y + 5 + Self.textHeight * (Double(row) + 0.78)),
        size: isName ? Self.textSize : 11, anchor: .middle,
        fill: number.map(Palette.textOnArea) ?? Palette.text, isBold: isName)
    }
  }

  /// The names of layers in one line or, if they are too long, in two.
  private func names(of range: Range<Int>) -> [String] {
    let whole = Self.name(of: range, layers)
    // Bold text is wider.
    let width = 1.06 * LabelPlaces.width(whole, size: Self.textSize)
    guard range.count > 1, width > Self.boxWidth - Self.badge - 8 else { return [whole] }
    return [
      "\(layers[range.lowerBound].shownName) …", "\(layers[range.upperBound - 1].shownName) (\(range.count))",
    ]
  }

  private func arrow(from start: Double, to end: Double, in svg: inout SVG) {
    let (start, end) = (Point(Self.middle, start), Point(Self.middle, end))
    guard end.y > start.y + 4 else { return }
    svg.line(from: start, to: end - Point(0, 4), stroke: Palette.faint, width: 1)
    svg.arrowhead(at: end, along: Point(0, 1), size: 6, fill: Palette.faint)
  }
}

extension Layer {
  /// The name as pictures show it, without scopes that the next scope repeats.
  ///
  /// PyTorch exports names with all enclosing scopes, such as /features/features.2/conv/conv.0/Conv, which becomes
  /// features.2/conv.0/Conv.
  var shownName: String {
    let name = TerminalText.shortened(self.name.text)
    let scopes = name.split(separator: "/")
    guard scopes.count > 1 else { return name }
    let telling = scopes.indices.filter { index in
      index + 1 == scopes.count || !scopes[index + 1].hasPrefix(scopes[index] + ".")
    }
    return telling.map { String(scopes[$0]) }.joined(separator: "/")
  }
}
