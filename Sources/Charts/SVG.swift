import Foundation

/// A point of a picture in its units, with y downwards.
package struct Point: Equatable, Sendable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  package static func + (left: Point, right: Point) -> Point { Point(left.x + right.x, left.y + right.y) }
  package static func - (left: Point, right: Point) -> Point { Point(left.x - right.x, left.y - right.y) }
  package static func * (left: Double, right: Point) -> Point { Point(left * right.x, left * right.y) }

  package var length: Double { (x * x + y * y).squareRoot() }
}

/// A picture in SVG 1.1, built element by element. Titles are what viewers show under the pointer.
package struct SVG {
  private var body = ""

  package init() {}

  /// How text is anchored at its point.
  package enum Anchor: String { case start, middle, end }

  /// Names and values in order; values are not escaped, and `nil` leaves an attribute out.
  package typealias Attributes = KeyValuePairs<String, String?>

  /// Adds a rectangle with its upper left corner.
  package mutating func rectangle(
    at corner: Point, width: Double, height: Double, _ look: Attributes, title: String? = nil
  ) {
    let (x, y) = (Self.number(corner.x), Self.number(corner.y))
    let place: Attributes = ["x": x, "y": y, "width": Self.number(width), "height": Self.number(height)]
    add("rect", place, look, title: title)
  }

  package mutating func circle(at centre: Point, radius: Double, _ look: Attributes, title: String? = nil) {
    let (x, y) = (Self.number(centre.x), Self.number(centre.y))
    add("circle", ["cx": x, "cy": y, "r": Self.number(radius)], look, title: title)
  }

  /// Adds a `polygon` or a `polyline` with these corners.
  package mutating func add(_ name: String, _ corners: [Point], _ look: Attributes, title: String? = nil) {
    let points = corners.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    add(name, ["points": points], look, title: title)
  }

  private mutating func add(_ name: String, _ place: Attributes, _ look: Attributes, title: String?) {
    body += "<\(name)\(Self.list(place))\(Self.list(look))"
    body += title.map { "><title>\(XMLText.escaped($0))</title></\(name)>\n" } ?? "/>\n"
  }

  /// Adds a line of text, which is escaped.
  package mutating func text(
    _ text: String, at point: Point, size: Double, anchor: Anchor = .start, fill: String = Palette.text,
    isBold: Bool = false, rotation: Double = 0, hasHalo: Bool = false
  ) {
    let (x, y) = (Self.number(point.x), Self.number(point.y))
    let list = Self.list([
      "x": x, "y": y, "font-size": Self.number(size), "text-anchor": anchor.rawValue, "fill": fill,
      "font-weight": isBold ? "bold" : nil,
      "transform": rotation == 0 ? nil : "rotate(\(Self.number(rotation)) \(x) \(y))",
      "paint-order": hasHalo ? "stroke" : nil, "stroke": hasHalo ? "#ffffff" : nil,
      "stroke-width": hasHalo ? "3" : nil, "stroke-linejoin": hasHalo ? "round" : nil,
    ])
    body += "<text\(list)>\(XMLText.escaped(text))</text>\n"
  }

  package mutating func line(
    from start: Point, to end: Point, stroke: String, width: Double, dashes: String? = nil,
    kind: String? = nil, title: String? = nil
  ) {
    let place: Attributes = [
      "class": kind, "x1": Self.number(start.x), "y1": Self.number(start.y), "x2": Self.number(end.x),
      "y2": Self.number(end.y),
    ]
    let look: Attributes = ["stroke": stroke, "stroke-width": Self.number(width), "stroke-dasharray": dashes]
    add("line", place, look, title: title)
  }

  /// Adds a filled triangle that points in a direction.
  package mutating func arrowhead(at tip: Point, along direction: Point, size: Double, fill: String) {
    guard direction.length > 0 else { return }
    let ahead = (size / direction.length) * direction
    let aside = Point(-0.5 * ahead.y, 0.5 * ahead.x)
    add("polygon", [tip, tip - ahead + aside, tip - ahead - aside], ["fill": fill])
  }

  /// Adds the elements of another picture as a group.
  package mutating func add(group: SVG, _ attributes: Attributes) {
    body += "<g\(Self.list(attributes))>\n\(group.body)</g>\n"
  }

  /// The finished picture as a file.
  package func document(width: Double, height: Double, title: String) -> String {
    Self.declaration + element(width: width, height: height, title: title)
  }

  /// What a file begins with, before the element.
  static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  /// The finished picture as an element of an HTML page.
  package func element(width: Double, height: Double, title: String) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Self.number(width))" \
      height="\(Self.number(height))" font-family="Helvetica, Arial, sans-serif">
      <title>\(XMLText.escaped(title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(body)</svg>

      """
  }

  private static func list(_ attributes: Attributes) -> String {
    attributes.map { name, value in value.map { " \(name)=\"\($0)\"" } ?? "" }.joined()
  }

  /// A number with at most two decimals.
  package static func number(_ value: Double) -> String {
    let text = String(format: "%.2f", value == 0 ? 0 : value)
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }
}
