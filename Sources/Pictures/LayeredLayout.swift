import Charts
import Networks

/// Where copies of a network are drawn: sheets that lie above each other, seen from the front and from above.
struct LayeredLayout {
  /// The space to the left of the sheets.
  static let left = 216.0
  let width: Double
  /// The height of a sheet in the picture.
  let depth: Double
  /// The distance from a sheet to the next.
  let pitch: Double
  /// Half the size of a node.
  let radius: Double
  private let sheetWidth: Double
  /// The nodes of a sheet, relative to the left end of the picture and the upper end of the sheet.
  private let places: [Point]

  /// How far a sheet leans to the right for each unit of its depth.
  private static let lean = 0.5
  private static let gap = 50.0

  init(_ network: Network) {
    let count = network.nodes.count
    radius = count <= 12 ? 8 : count <= 30 ? 6 : count <= 100 ? 4 : 2.5
    sheetWidth = count <= 3 ? 420 : count <= 8 ? 540 : 720
    let margin = Point(count <= 8 ? 60 : 40, 26)
    let places = NetworkMap.places(network)
    let (unit, aspect) = Self.inUnitSquare(places)
    let inner = Point(sheetWidth - 2 * margin.x, 0)
    let innerDepth = min(count <= 8 ? 90 : 130, 0.4 * aspect * inner.x)
    depth = max(84, innerDepth + 2 * margin.y)
    pitch = depth + Self.gap
    width = Self.left + sheetWidth + Self.lean * depth + 24
    let rows = unit.map { [depth] point in 0.5 * (depth - innerDepth) + innerDepth * point.y }
    let columns = zip(unit, rows).map { [depth] point, row in
      Self.left + margin.x + inner.x * point.x + Self.lean * (depth - row)
    }
    let distance = min(2.5 * radius, 0.8 * inner.x / Double(count))
    self.places = zip(Self.apart(columns, by: distance), rows).map { Point($0, $1) }
  }

  /// Half the size of a host, which has room for its letters in networks of any size.
  var hostRadius: Double { max(9, 1.3 * radius) }

  func radius(of node: Int, copy: Int, in scene: LayeredScene) -> Double {
    scene.hosts(ofCopy: copy).contains(node) ? hostRadius : radius
  }

  /// The upper end of a copy, relative to the first.
  func top(ofCopy copy: Int) -> Double { Double(copy) * pitch }

  func place(_ node: Int, copy: Int) -> Point { places[node] + Point(0, top(ofCopy: copy)) }

  func corners(ofCopy copy: Int) -> [Point] {
    let lean = Self.lean * depth
    return [
      Point(Self.left + lean, 0), Point(Self.left + lean + sheetWidth, 0),
      Point(Self.left + sheetWidth, depth), Point(Self.left, depth),
    ].map { $0 + Point(0, top(ofCopy: copy)) }
  }

  /// The positions scaled to 0...1 in both directions, or 0.5 in one without extent, and how high the network is for its
  /// width.
  private static func inUnitSquare(_ places: [Point]) -> (places: [Point], aspect: Double) {
    let (places, low, extent) = NetworkMap.bounded(places)
    // Extents below these are rounding errors of positions on a line.
    let least = max(1e-12, 1e-6 * max(extent.x, extent.y))
    let unit = places.map {
      Point(
        extent.x > least ? ($0.x - low.x) / extent.x : 0.5, extent.y > least ? ($0.y - low.y) / extent.y : 0.5
      )
    }
    return (unit, extent.y <= least ? 0 : extent.y / max(extent.x, 0.1 * extent.y))
  }

  /// The numbers nearest to the given ones, by least squares, that are in the same order and a distance apart, so that
  /// the arcs that compute on two nodes are not drawn on each other: isotonic regression, by pooling adjacent violators.
  private static func apart(_ values: [Double], by distance: Double) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var pools: [(sum: Double, count: Int)] = []
    for (rank, index) in order.enumerated() {
      var pool = (sum: values[index] - distance * Double(rank), count: 1)
      while let last = pools.last, last.sum / Double(last.count) > pool.sum / Double(pool.count) {
        pool = (pool.sum + last.sum, pool.count + last.count)
        pools.removeLast()
      }
      pools.append(pool)
    }
    let moved = pools.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
    var result = values
    for (rank, index) in order.enumerated() { result[index] = moved[rank] + distance * Double(rank) }
    return result
  }
}
