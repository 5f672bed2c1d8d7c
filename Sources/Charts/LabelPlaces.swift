/// Finds places for labels at which they hide little: each label takes the best of eight places around its point.
package struct LabelPlaces {
  /// A rectangle that is taken, by its corners.
  private struct Box {
    let low: Point
    let high: Point
    /// How much it costs to hide the rectangle, compared to a line.
    var weight = 1.0

    func overlap(_ other: Box) -> Double {
      let width = min(high.x, other.high.x) - max(low.x, other.low.x)
      let height = min(high.y, other.high.y) - max(low.y, other.low.y)
      return width > 0 && height > 0 ? weight * width * height : 0
    }
  }

  private let area: Box
  private var taken: [Box] = []

  /// For labels between the upper left corner of an area and the lower right one.
  package init(low: Point, high: Point) { area = Box(low: low, high: high) }

  /// Keeps a circle free.
  package mutating func take(_ centre: Point, radius: Double) {
    let reach = Point(radius, radius)
    taken.append(Box(low: centre - reach, high: centre + reach, weight: radius > 2 ? 6 : 1))
  }

  /// Keeps a line approximately free.
  package mutating func take(from start: Point, to end: Point, radius: Double = 1.5) {
    let steps = max(1, Int((end - start).length / 8))
    for step in 0...steps { take(start + (Double(step) / Double(steps)) * (end - start), radius: radius) }
  }

  /// Writes lines at a distance beside a point, the first one in bold text of a size, the others smaller and faint,
  /// unless more than a share of the label (the tolerance) would hide something at every place. Bold text is wider.
  package mutating func write(
    _ lines: [String], beside point: Point, distance: Double, size: Double, boldness: Double = 1,
    smaller: Double = 1, fill: String, isBold: Bool = true, tolerance: Double, in svg: inout SVG
  ) {
    guard let place = place(lines, beside: point, distance, boldness * size, tolerance) else { return }
    for (row, line) in lines.enumerated() {
      svg.text(
        line, at: place.point + Point(0, 1.15 * size * Double(row)), size: row == 0 ? size : smaller * size,
        anchor: place.anchor, fill: row == 0 ? fill : Palette.faint, isBold: row == 0 && isBold, hasHalo: true
      )
    }
  }

  /// Takes a place for a label: the point at the baseline of the first line, and how text is anchored there.
  private mutating func place(
    _ lines: [String], beside point: Point, _ distance: Double, _ size: Double, _ tolerance: Double
  ) -> (point: Point, anchor: SVG.Anchor)? {
    let width = lines.map { Self.width($0, size: size) }.max() ?? 0
    let height = 1.15 * size * Double(lines.count)
    let middle = -0.5 * height
    let aside = 0.75 * distance
    // The upper left corners of the places, in the order in which readers expect a label there.
    let places: [(corner: Point, anchor: SVG.Anchor)] = [
      (Point(distance, middle), .start), (Point(-distance - width, middle), .end),
      (Point(-0.5 * width, -distance - height), .middle), (Point(-0.5 * width, distance), .middle),
      (Point(aside, -aside - height), .start), (Point(aside, aside), .start),
      (Point(-aside - width, -aside - height), .end), (Point(-aside - width, aside), .end),
    ]
    let reach = Point(distance + width, distance + height)
    let around = Box(low: point - reach, high: point + reach)
    let near = taken.filter { $0.overlap(around) > 0 }
    var best: (hidden: Double, box: Box, anchor: SVG.Anchor)?
    for place in places {
      let low = point + place.corner
      let box = Box(low: low, high: low + Point(width, height))
      let outside = width * height - box.overlap(area)
      let hidden = near.reduce(3 * outside) { $0 + $1.overlap(box) }
      if hidden < best?.hidden ?? .infinity { best = (hidden, box, place.anchor) }
    }
    guard let best, best.hidden <= tolerance * width * height else { return nil }
    taken.append(best.box)
    let share = best.anchor == .start ? 0 : best.anchor == .middle ? 0.5 : 1
    return (best.box.low + Point(share * width, 0.9 * size), best.anchor)
  }

  /// The approximate width of a line, since fonts differ.
  package static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { width, scalar in
      let isWide = scalar.value >= 0x1100
      return width + size * (isWide ? 1 : "ijlt.,:;|'I ".unicodeScalars.contains(scalar) ? 0.3 : 0.57)
    }
  }

  /// The text, shortened in the middle if it is too wide, since names often differ at the beginning and at the end.
  package static func shortened(_ text: String, size: Double, width: Double) -> String {
    if self.width(text, size: size) <= width { return text }
    let characters = Array(text)
    var best = ""
    for count in 2..<max(2, characters.count) {
      let head = characters.prefix(count * 2 / 5)
      let short = String(head) + "…" + String(characters.suffix(count - head.count))
      if self.width(short, size: size) > width { break }
      best = short
    }
    return best
  }
}
