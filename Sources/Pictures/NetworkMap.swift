import Charts
import Foundations
import Networks
import Splitting

/// A drawing of the network with its nodes and links, the jobs' routes, and the hosts in their colours.
struct NetworkMap {
  private let instance: Instance
  private let plan: DrawnPlan?
  private let jobs: [Int]
  /// The position of each node in the picture.
  let positions: [Point]
  /// The unit in which the sizes of nodes are given.
  private let radius: Double
  /// For each pair of nodes that a route links, the routes between them.
  private let crossings: [Pair: [Crossing]]
  /// The lower right corner of the drawing.
  let size: Point

  /// Two nodes in either order.
  private struct Pair: Hashable {
    let low: Int
    let high: Int

    init(_ left: Int, _ right: Int) { (low, high) = (min(left, right), max(left, right)) }
  }

  /// A tensor that crosses a link.
  private struct Crossing {
    let job: Int
    let stage: Int
    let tail: Int
    let head: Int
  }

  /// Places the nodes.
  ///
  /// - Parameters:
  ///   - instance: the instance whose network is drawn.
  ///   - plan: the plan whose routes are drawn; `nil` for the network alone.
  ///   - jobs: indices of the jobs whose sources and targets are marked.
  ///   - width: the width of the picture.
  /// - Complexity: O(N (N + E)) if positions are missing, otherwise O(N); plus the length of the routes.
  init(_ instance: Instance, _ plan: DrawnPlan?, jobs: [Int], width: Double) {
    self.instance = instance
    self.plan = plan
    self.jobs = jobs
    let places = Self.places(instance.network)
    let count = places.count
    radius = count <= 30 ? 10 : count <= 100 ? 7 : count <= 500 ? 4 : 2.5
    (positions, size) = Self.fitted(places, width: width)
    var crossings: [Pair: [Crossing]] = [:]
    for job in plan?.shownJobs ?? [] {
      for (stage, route) in (plan?.plan.jobs[job].routes ?? []).enumerated() {
        for (tail, head) in zip(route, route.dropFirst()) {
          crossings[Pair(tail, head), default: []].append(
            Crossing(job: job, stage: stage, tail: tail, head: head))
        }
      }
    }
    self.crossings = crossings
  }

  /// The nodes at their positions, or laid out, with y downwards.
  static func places(_ network: Network) -> [Point] {
    // In files y grows upwards, in pictures downwards.
    let known = network.nodes.map { node in node.position.map { Point(x: $0.x, y: -$0.y) } }
    if known.allSatisfy({ $0 != nil }) { return known.compactMap(\.self) }
    var layout = StressLayout(network)
    return layout.positions(known: known)
  }

  /// The positions moved and scaled into the picture, and the lower right corner of the picture.
  private static func fitted(_ places: [Point], width: Double) -> ([Point], Point) {
    let (margin, right) = (40.0, 110.0)
    // The positions are divided by the largest, since the difference of very large numbers can overflow.
    let largest = places.reduce(0) { max($0, abs($1.x), abs($1.y)) }
    let places = largest > 0 ? places.map { Point(x: $0.x / largest, y: $0.y / largest) } : places
    let (xs, ys) = (places.map(\.x), places.map(\.y))
    let low = Point(x: xs.min() ?? 0, y: ys.min() ?? 0)
    let extent = Point(x: (xs.max() ?? 0) - low.x, y: (ys.max() ?? 0) - low.y)
    let (widest, highest) = (width - margin - right, 520.0)
    // The extent is 0 for a single position, and for positions whose differences are rounding errors.
    let scale =
      max(extent.x, extent.y) > 1e-12
      ? min(widest / max(extent.x, 1e-15), highest / max(extent.y, 1e-15)) : 0
    let height = max(60, scale * extent.y)
    let offset = Point(
      x: margin + 0.5 * (widest - scale * extent.x), y: margin + 0.5 * (height - scale * extent.y))
    return (
      places.map { offset + scale * ($0 - low) }, Point(x: width, y: height + 2 * margin)
    )
  }

  func draw(in svg: inout SVG) {
    var labels = LabelPlaces(low: Point(x: 4, y: 4), high: Point(x: size.x - 4, y: size.y - 4))
    for (node, point) in positions.enumerated() {
      labels.take(point, radius: plan?.numberOfHost[node] == nil ? radius : hostRadius)
    }
    // If very many links were kept free, no label would find a place.
    if instance.network.links.count <= 400 {
      for link in instance.network.links { labels.take(from: positions[link.tail], to: positions[link.head]) }
    }
    drawLinks(&svg)
    drawRoutes(&svg, &labels)
    drawNodes(&svg)
    drawLabels(&svg, &labels)
  }

  // MARK: Links and routes

  private func drawLinks(_ svg: inout SVG) {
    let links = Dictionary(grouping: instance.network.links) { Pair($0.tail, $0.head) }
    let pairs = links.keys.sorted { ($0.low, $0.high) < ($1.low, $1.high) }
    let width = radius >= 7 ? 1.2 : 0.6
    for pair in pairs {
      let both = links[pair] ?? []
      let title = both.map(title).joined(separator: "; ")
      let (start, end) = (positions[pair.low], positions[pair.high])
      svg.line(from: start, to: end, stroke: Palette.link, width: width, title: title)
      // A link without a reverse link has an arrowhead.
      if both.count == 1, radius >= 4 {
        let (tail, head) = (positions[both[0].tail], positions[both[0].head])
        svg.arrowhead(at: tail + 0.55 * (head - tail), along: head - tail, size: 8, fill: Palette.link)
      }
    }
  }

  private func title(_ link: Link) -> String {
    let nodes = instance.network.nodes
    let backlog = link.backlog > 0 ? ", backlog \(Figures.size(link.backlog))" : ""
    return "\(nodes[link.tail].id) to \(nodes[link.head].id): \(Figures.bandwidth(link.bandwidth)), "
      + "\(Figures.duration(link.latency))\(backlog)"
  }

  /// Draws the routes, side by side if several tensors cross the same link.
  private func drawRoutes(_ svg: inout SVG, _ labels: inout LabelPlaces) {
    for (pair, crossings) in crossings.sorted(by: { ($0.key.low, $0.key.high) < ($1.key.low, $1.key.high) }) {
      let along = positions[pair.high] - positions[pair.low]
      guard along.length > 0 else { continue }
      let aside = Point(x: -along.y / along.length, y: along.x / along.length)
      let gap = min(4.5, 2 * radius / Double(crossings.count))
      for (lane, crossing) in crossings.enumerated() {
        let shift = (gap * (Double(lane) - 0.5 * Double(crossings.count - 1))) * aside
        let (start, end) = (positions[crossing.tail] + shift, positions[crossing.head] + shift)
        let (colour, job) = (Palette.line(crossing.job), instance.jobs[crossing.job])
        let bytes = plan?.stageBytes(ofJob: crossing.job)[crossing.stage] ?? 0
        svg.line(
          from: start, to: end, stroke: colour, width: min(2.4, 0.8 * gap),
          dashes: Palette.dash(crossing.job),
          title: "\(job.id): tensor \(crossing.stage), \(Figures.size(bytes))")
        let spread = 0.45 + 0.2 * Double(lane % 3) / 2
        svg.arrowhead(
          at: start + spread * (end - start), along: end - start, size: max(5, min(9, 2 * gap)), fill: colour)
        labels.take(from: start, to: end)
      }
    }
  }

  // MARK: Nodes

  /// Draws the nodes, the hosts last, so that nothing covers them.
  private func drawNodes(_ svg: inout SVG) {
    for (index, node) in instance.network.nodes.enumerated() where plan?.numberOfHost[index] == nil {
      let (centre, title) = (positions[index], title(node))
      if node.compute > 0 {
        square(&svg, centre, 0.85 * radius, fill: Palette.idle, title: title)
      } else {
        svg.add(
          "circle",
          [
            ("cx", SVG.number(centre.x)), ("cy", SVG.number(centre.y)), ("r", SVG.number(0.55 * radius)),
            ("fill", Palette.switching), ("stroke", Palette.faint), ("stroke-width", "0.8"),
          ], title: title)
      }
    }
    for (number, node) in (plan?.hosts ?? []).enumerated() {
      let (centre, letters) = (positions[node], Palette.letters(number))
      square(
        &svg, centre, hostRadius, fill: Palette.area(number), title: title(instance.network.nodes[node]))
      svg.text(
        letters, at: centre + Point(x: 0, y: 0.34 * hostRadius),
        size: (letters.count > 1 ? 0.72 : 0.96) * hostRadius, anchor: .middle,
        fill: Palette.textOnArea(number), isBold: true)
    }
  }

  /// Half the side of a host, which has room for its letters in networks of any size.
  private var hostRadius: Double { max(8, 1.25 * radius) }

  private func square(_ svg: inout SVG, _ centre: Point, _ half: Double, fill: String, title: String) {
    svg.add(
      "rect",
      [
        ("x", SVG.number(centre.x - half)), ("y", SVG.number(centre.y - half)),
        ("width", SVG.number(2 * half)),
        ("height", SVG.number(2 * half)), ("rx", SVG.number(0.3 * half)), ("fill", fill),
        ("stroke", Palette.text), ("stroke-width", radius >= 7 ? "1.2" : "0.6"),
      ], title: title)
  }

  private func title(_ node: Node) -> String {
    var parts = [node.compute > 0 ? Figures.computeRate(node.compute) : "no compute rate"]
    if let memory = node.memory { parts.append("memory \(Figures.size(memory))") }
    if node.backlog > 0 { parts.append("backlog \(Figures.work(node.backlog))") }
    return "\(node.id): \(parts.joined(separator: ", "))"
  }

  /// Writes the labels: always of hosts and of the sources and targets of jobs, of other nodes if there is room.
  private func drawLabels(_ svg: inout SVG, _ labels: inout LabelPlaces) {
    let sources = Dictionary(grouping: jobs) { instance.jobs[$0].source }
    let targets = Dictionary(grouping: jobs) { instance.jobs[$0].target }
    let isKey = { (node: Int) in
      plan?.numberOfHost[node] != nil || sources[node] != nil || targets[node] != nil
    }
    let nodes = positions.indices.filter(isKey) + positions.indices.filter { !isKey($0) }
    for node in nodes {
      let important = isKey(node)
      let size = radius >= 10 ? 13.0 : radius >= 7 ? 11 : 9
      let name = TerminalText.shortened(instance.network.nodes[node].id.text)
      var lines = [LabelPlaces.shortened(name, size: size, width: 170)]
      lines += role("starts", sources[node]) + role("ends", targets[node])
      let place = labels.place(
        lines, beside: positions[node],
        distance: plan?.numberOfHost[node] == nil ? 1.2 * radius + 4 : hostRadius + 4, size: size,
        tolerance: important ? .infinity : 0.15)
      guard let place else { continue }
      for (row, line) in lines.enumerated() {
        svg.text(
          line, at: place.point + Point(x: 0, y: 1.15 * size * Double(row)),
          size: row == 0 ? size : 0.85 * size, anchor: place.anchor,
          fill: row == 0 ? Palette.text : Palette.faint, isBold: row == 0 && important, hasHalo: true)
      }
    }
  }

  /// The line that says which jobs start or end at a node.
  private func role(_ verb: String, _ jobs: [Int]?) -> [String] {
    guard let jobs else { return [] }
    if jobs.count > 2 { return ["\(jobs.count) jobs \(verb == "starts" ? "start" : "end") here"] }
    let names = jobs.map {
      LabelPlaces.shortened(TerminalText.shortened(instance.jobs[$0].id.text), size: 11, width: 120)
    }
    return ["\(names.joined(separator: ", ")) \(jobs.count == 1 ? verb : String(verb.dropLast()))"]
  }
}
