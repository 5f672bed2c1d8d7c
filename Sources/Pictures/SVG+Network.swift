import Charts
import Networks

/// Two nodes in either order.
struct NodePair: Hashable, Comparable {
  let low: Int
  let high: Int

  init(_ left: Int, _ right: Int) { (low, high) = (min(left, right), max(left, right)) }

  static func < (left: Self, right: Self) -> Bool { (left.low, left.high) < (right.low, right.high) }
}

extension SVG {
  /// Adds links, one line for all between two nodes, with an arrowhead of a size if there is one alone.
  mutating func add(
    links: [Link], except crossed: Set<NodePair> = [], width: Double, arrow: Double?,
    title: ([Link]) -> String? = { _ in nil }, at place: (Int) -> Point
  ) {
    let pairs = Dictionary(grouping: links) { NodePair($0.tail, $0.head) }
    for (pair, both) in pairs.sorted(by: { $0.key < $1.key }) where !crossed.contains(pair) {
      line(
        from: place(pair.low), to: place(pair.high), stroke: Palette.link, width: width, title: title(both))
      guard both.count == 1, let arrow else { continue }
      let (tail, head) = (place(both[0].tail), place(both[0].head))
      arrowhead(at: tail + 0.55 * (head - tail), along: head - tail, size: arrow, fill: Palette.link)
    }
  }

  /// Adds the square of a node that can compute, of half a side; the rim is dashed if the node is no relay.
  mutating func square(
    of node: Node, at centre: Point, _ half: Double, fill: String, rim: String = Palette.text, width: String,
    title: String
  ) {
    let look: SVG.Attributes = [
      "rx": SVG.number(0.3 * half), "fill": fill, "stroke": rim, "stroke-width": width,
      "stroke-dasharray": node.rimDashes,
    ]
    rectangle(at: centre - Point(half, half), width: 2 * half, height: 2 * half, look, title: title)
  }

  /// Adds the circle of a node that cannot compute; the rim is dashed if the node is no relay.
  mutating func circle(
    of node: Node, at centre: Point, radius: Double, fill: String, rim: String = Palette.faint, width: String,
    title: String
  ) {
    let look: SVG.Attributes = [
      "fill": fill, "stroke": rim, "stroke-width": width, "stroke-dasharray": node.rimDashes,
    ]
    circle(at: centre, radius: radius, look, title: title)
  }

  /// Adds the letters of the host with a number, in a smaller font if there are several.
  mutating func letters(ofHost number: Int, at point: Point, size: Double, small: Double) {
    let letters = Palette.letters(number)
    text(
      letters, at: point, size: letters.count > 1 ? small : size, anchor: .middle,
      fill: Palette.textOnArea(number), isBold: true)
  }
}

extension Node {
  /// The dashes of the rim of a node that is no relay.
  static let rimDashes = "2 2"

  /// The dashes of the node's rim; `nil` if it is a solid line.
  fileprivate var rimDashes: String? { isRelay ? nil : Self.rimDashes }
}
