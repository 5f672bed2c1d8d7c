import Charts
import Foundations
import Networks
import Splitting

/// A drawing of the network with its nodes and links, the jobs' routes, and the hosts in their colours.
struct NetworkMap {
  private let instance: Instance
  private let plan: DrawnPlan?
  private let loads: DrawnLoads?
  private let jobs: [Int]
  private let isComputing: [Bool]
  let positions: [Point]
  /// The unit in which the sizes of nodes are given.
  private let radius: Double
  /// The lower right corner of the drawing.
  let size: Point

  /// A tensor that crosses a link.
  private typealias Crossing = (job: Int, stage: Int, tail: Int, head: Int)

  /// Places the nodes in a picture of a width, to draw them with the routes of a plan, if any, and the ends of jobs. This
  /// takes O(N (N + E)) if positions are missing, otherwise O(N).
  init(
    _ instance: Instance, _ plan: DrawnPlan?, _ loads: DrawnLoads? = nil, jobs: [Int], width: Double
  ) {
    (self.instance, self.plan, self.loads, self.jobs) = (instance, plan, loads, jobs)
    isComputing = instance.computingNodes
    let places = Self.places(instance.network)
    let count = places.count
    radius = count <= 30 ? 10 : count <= 100 ? 7 : count <= 500 ? 4 : 2.5
    (positions, size) = Self.fitted(places, width: width)
  }

  /// The nodes at their positions, or laid out, with y downwards.
  static func places(_ network: Network) -> [Point] {
    // In files y grows upwards, in pictures downwards.
    let known = network.nodes.map { node in node.position.map { Point($0.x, -$0.y) } }
    if known.allSatisfy({ $0 != nil }) { return known.compactMap(\.self) }
    var layout = StressLayout(network)
    return layout.positions(known: known)
  }

  /// The positions moved and scaled into the picture, and the lower right corner of the picture.
  private static func fitted(_ places: [Point], width: Double) -> ([Point], Point) {
    let (margin, right) = (40.0, 110.0)
    let (places, low, extent) = bounded(places)
    let (widest, highest) = (width - margin - right, 520.0)
    // The extent is 0 for a single position, and for positions whose differences are rounding errors.
    let scale =
      max(extent.x, extent.y) > 1e-12 ? min(widest / max(extent.x, 1e-15), highest / max(extent.y, 1e-15)) : 0
    let height = max(60, scale * extent.y)
    let offset = Point(margin + 0.5 * (widest - scale * extent.x), margin + 0.5 * (height - scale * extent.y))
    return (places.map { offset + scale * ($0 - low) }, Point(width, height + 2 * margin))
  }

  /// Positions divided by the largest coordinate, since the difference of very large numbers can overflow, with their
  /// upper left corner and their extent.
  static func bounded(_ places: [Point]) -> (places: [Point], low: Point, extent: Point) {
    let largest = places.reduce(0) { max($0, abs($1.x), abs($1.y)) }
    let places = largest > 0 ? places.map { Point($0.x / largest, $0.y / largest) } : places
    let (xs, ys) = (places.map(\.x), places.map(\.y))
    let low = Point(xs.min() ?? 0, ys.min() ?? 0)
    return (places, low, Point(xs.max() ?? 0, ys.max() ?? 0) - low)
  }

  func draw(in svg: inout SVG) {
    var labels = LabelPlaces(low: Point(4, 4), high: Point(size.x - 4, size.y - 4))
    for (node, point) in positions.enumerated() {
      labels.take(point, radius: plan?.numberOfHost[node] == nil ? radius : hostRadius)
    }
    // If very many links were kept free, no label would find a place.
    if instance.network.links.count <= 400 {
      for link in instance.network.links { labels.take(from: positions[link.tail], to: positions[link.head]) }
    }
    svg.add(
      links: instance.network.links, width: radius >= 7 ? 1.2 : 0.6, arrow: radius >= 4 ? 8 : nil,
      title: { $0.map(title).joined(separator: "; ") }, at: { positions[$0] })
    drawLimits(&svg)
    drawRoutes(&svg, &labels)
    drawNodes(&svg)
    drawLabels(&svg, &labels)
    drawLinkLoads(&svg, &labels)
  }

  /// Draws what limits the throughput broad and red, under all that belongs to jobs.
  private func drawLimits(_ svg: inout SVG) {
    guard let loads else { return }
    for link in loads.limitingLinks.sorted() {
      let ends = instance.network.links[link]
      let (start, end) = (positions[ends.tail], positions[ends.head])
      svg.line(
        from: start, to: end, stroke: Palette.limitLine, width: max(6, 0.9 * radius),
        title: loads.links[link])
    }
    for node in loads.limitingNodes.sorted() {
      let half = hostRadius + 5
      svg.rectangle(
        at: positions[node] - Point(half, half), width: 2 * half, height: 2 * half,
        ["rx": SVG.number(0.3 * half), "fill": "none", "stroke": Palette.limit, "stroke-width": "3"],
        title: loads.nodes[node])
    }
  }

  /// Writes the loads of links beside their middle: always of those that limit, of others if there is room.
  private func drawLinkLoads(_ svg: inout SVG, _ labels: inout LabelPlaces) {
    guard let loads else { return }
    let busy = loads.links.indices.filter { loads.links[$0] != nil }
    let order = busy.sorted {
      (loads.limitingLinks.contains($0) ? 0 : 1, $0) < (loads.limitingLinks.contains($1) ? 0 : 1, $1)
    }
    for link in order {
      guard let text = loads.links[link] else { continue }
      let ends = instance.network.links[link]
      let limits = loads.limitingLinks.contains(link)
      labels.write(
        [text], beside: 0.5 * (positions[ends.tail] + positions[ends.head]), distance: 6, size: 10,
        fill: limits ? Palette.limit : Palette.faint, isBold: limits, tolerance: limits ? .infinity : 0.15,
        in: &svg)
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
    var crossings: [NodePair: [Crossing]] = [:]
    for job in jobs {
      for (stage, route) in (plan?.jobs[job].routes ?? []).enumerated() {
        for (tail, head) in zip(route, route.dropFirst()) {
          crossings[NodePair(tail, head), default: []].append((job, stage, tail, head))
        }
      }
    }
    for (pair, crossings) in crossings.sorted(by: { $0.key < $1.key }) {
      let along = positions[pair.high] - positions[pair.low]
      guard along.length > 0 else { continue }
      let aside = Point(-along.y / along.length, along.x / along.length)
      let gap = min(4.5, 2 * radius / Double(crossings.count))
      for (lane, crossing) in crossings.enumerated() {
        let shift = (gap * (Double(lane) - 0.5 * Double(crossings.count - 1))) * aside
        let (start, end) = (positions[crossing.tail] + shift, positions[crossing.head] + shift)
        let (colour, job) = (Palette.line(crossing.job), crossing.job)
        let size = Figures.size(instance.stageBytes(ofJob: job)[crossing.stage])
        svg.line(
          from: start, to: end, stroke: colour, width: min(2.4, 0.8 * gap), dashes: Palette.dash(job),
          title: "\(instance.jobs[job].id): tensor \(crossing.stage), \(size)")
        let spread = 0.45 + 0.2 * Double(lane % 3) / 2
        svg.arrowhead(
          at: start + spread * (end - start), along: end - start, size: max(5, min(9, 2 * gap)), fill: colour)
        labels.take(from: start, to: end)
      }
    }
  }

  /// Draws the nodes, the hosts last, so that nothing covers them.
  private func drawNodes(_ svg: inout SVG) {
    let rim = radius >= 7 ? "1.2" : "0.6"
    for (index, node) in instance.network.nodes.enumerated() where plan?.numberOfHost[index] == nil {
      let (centre, title) = (positions[index], title(index))
      if isComputing[index] {
        svg.square(of: node, at: centre, 0.85 * radius, fill: Palette.idle, width: rim, title: title)
      } else {
        svg.circle(
          of: node, at: centre, radius: 0.55 * radius, fill: Palette.switching, width: "0.8", title: title)
      }
    }
    for (number, host) in (plan?.hosts ?? []).enumerated() {
      let (centre, half, node) = (positions[host], hostRadius, instance.network.nodes[host])
      svg.square(
        of: node, at: centre, half, fill: Palette.area(number), width: rim, title: title(host))
      let place = centre + Point(0, 0.34 * half)
      svg.letters(ofHost: number, at: place, size: 0.96 * half, small: 0.72 * half)
    }
  }

  /// Half the side of a host, which has room for its letters in networks of any size.
  private var hostRadius: Double { max(8, 1.25 * radius) }

  private func title(_ index: Int) -> String {
    let node = instance.network.nodes[index]
    let rate = isComputing[index] ? "measured times" : "no compute rate"
    var parts = [node.compute > 0 ? Figures.computeRate(node.compute) : rate]
    if let memory = node.memory { parts.append("memory \(Figures.size(memory))") }
    if let bandwidth = node.memoryBandwidth {
      parts.append("memory bandwidth \(Figures.size(bandwidth))/s")
    }
    if node.backlog > 0 { parts.append("backlog \(Figures.work(node.backlog))") }
    if !node.isRelay { parts.append("no relay") }
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
      lines += [loads?.nodes[node]].compactMap(\.self)
      labels.write(
        lines, beside: positions[node],
        distance: plan?.numberOfHost[node] == nil ? 1.2 * radius + 4 : hostRadius + 4, size: size,
        smaller: 0.85, fill: Palette.text, isBold: important, tolerance: important ? .infinity : 0.15,
        in: &svg)
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
