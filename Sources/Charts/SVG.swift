import Foundation

/// A point of a picture in its units, with y downwards.
package struct Point: Equatable, Sendable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }

  package static func + (left: Point, right: Point) -> Point {
    Point(x: left.x + right.x, y: left.y + right.y)
  }
  package static func - (left: Point, right: Point) -> Point {
    Point(x: left.x - right.x, y: left.y - right.y)
  }
  package static func * (left: Double, right: Point) -> Point { Point(x: left * right.x, y: left * right.y) }

  package var length: Double { (x * x + y * y).squareRoot() }
}

/// A picture in SVG 1.1, built element by element.
package struct SVG {
  private var body = ""

  package init() {}

  /// How text is anchored at its point.
  package enum Anchor: String { case start, middle, end }

  /// Adds an element.
  ///
  /// - Parameters:
  ///   - name: the name of the element.
  ///   - attributes: names and values in order; values are not escaped.
  ///   - title: the text that viewers show under the pointer.
  package mutating func add(_ name: String, _ attributes: [(String, String)], title: String? = nil) {
    let list = Self.list(attributes)
    guard let title else {
      body += "<\(name)\(list)/>\n"
      return
    }
    body += "<\(name)\(list)><title>\(XMLText.escaped(title))</title></\(name)>\n"
  }

  /// Adds a line of text, which is escaped.
  package mutating func text(
    _ text: String, at point: Point, size: Double, anchor: Anchor = .start, fill: String = "#222222",
    isBold: Bool = false, rotation: Double = 0, hasHalo: Bool = false
  ) {
    var attributes = [
      ("x", Self.number(point.x)), ("y", Self.number(point.y)), ("font-size", Self.number(size)),
      ("text-anchor", anchor.rawValue), ("fill", fill),
    ]
    if isBold { attributes.append(("font-weight", "bold")) }
    if rotation != 0 {
      let centre = "\(Self.number(point.x)) \(Self.number(point.y))"
      attributes.append(("transform", "rotate(\(Self.number(rotation)) \(centre))"))
    }
    if hasHalo {
      attributes += [
        ("paint-order", "stroke"), ("stroke", "#ffffff"), ("stroke-width", "3"), ("stroke-linejoin", "round"),
      ]
    }
    let list = Self.list(attributes)
    body += "<text\(list)>\(XMLText.escaped(text))</text>\n"
  }

  /// Adds a line.
  package mutating func line(
    from start: Point, to end: Point, stroke: String, width: Double, dashes: String? = nil,
    title: String? = nil
  ) {
    var attributes = [
      ("x1", Self.number(start.x)), ("y1", Self.number(start.y)), ("x2", Self.number(end.x)),
      ("y2", Self.number(end.y)), ("stroke", stroke), ("stroke-width", Self.number(width)),
    ]
    if let dashes { attributes.append(("stroke-dasharray", dashes)) }
    add("line", attributes, title: title)
  }

  /// Adds a filled triangle that points in a direction.
  package mutating func arrowhead(at tip: Point, along direction: Point, size: Double, fill: String) {
    guard direction.length > 0 else { return }
    let ahead = (size / direction.length) * direction
    let aside = Point(x: -0.5 * ahead.y, y: 0.5 * ahead.x)
    let corners = [tip, tip - ahead + aside, tip - ahead - aside]
    add("polygon", [("points", Self.points(corners)), ("fill", fill)])
  }

  /// Adds the elements of another picture, moved by an offset.
  package mutating func add(group: SVG, at offset: Point) {
    add(group: group, [("transform", "translate(\(Self.number(offset.x)) \(Self.number(offset.y)))")])
  }

  /// Adds the elements of another picture as a group.
  ///
  /// - Parameters:
  ///   - group: the elements.
  ///   - attributes: names and values in order; values are not escaped.
  package mutating func add(group: SVG, _ attributes: [(String, String)]) {
    body += "<g\(Self.list(attributes))>\n\(group.body)</g>\n"
  }

  /// The finished picture as a file.
  package func document(width: Double, height: Double, title: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    \(element(width: width, height: height, title: title))
    """
  }

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

  private static func list(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\($1)\"" }.joined()
  }

  /// The corners of a line or a polygon as the value of an attribute.
  package static func points(_ points: [Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  /// A number with at most two decimals.
  package static func number(_ value: Double) -> String {
    let text = String(format: "%.2f", value == 0 ? 0 : value)
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }
}
