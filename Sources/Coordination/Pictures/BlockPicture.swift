import Charts
import Coordination
import CoordinationChecking
import Foundations

/// The blocks of services in rows, in the colours of their hosts, with connections between them, the path of each task with
/// its rate and accuracy, and the loads of nodes and links.
public struct BlockPicture {
  private let instance: CoordinationInstance
  private let plan: CoordinationPlan?
  private let tasks: [Int]
  private let title: String
  private let graph: BlockGraph
  /// The column of each vertex: arcs lead to the right.
  private let columns: [Int]

  /// Instances with more blocks make pictures that nobody can read.
  public static let mostBlocks = 1000

  private static let (left, top, step, row) = (150.0, 70.0, 100.0, 96.0)
  private static let (width, height) = (66.0, 30.0)

  /// Prepares a picture of some tasks; the plan, if there is one, can be carried out.
  public init(
    _ instance: CoordinationInstance, _ plan: CoordinationPlan?, tasks: [Int], title: String
  ) {
    self.instance = instance
    self.plan = plan
    self.tasks = tasks
    self.title = title
    graph = BlockGraph(instance)
    var columns = [Int](repeating: 0, count: graph.vertexCount)
    for vertex in graph.order.map(Int.init) {
      for arc in Int(graph.starts[vertex])..<Int(graph.starts[vertex + 1]) {
        columns[Int(graph.heads[arc])] = max(columns[Int(graph.heads[arc])], columns[vertex] + 1)
      }
    }
    self.columns = columns
  }

  /// The picture as a file.
  public var svg: String {
    var picture = SVG()
    picture.text(TerminalText.shortened(title), at: Point(20, 30), size: 16, isBold: true)
    drawArcs(&picture)
    drawPaths(&picture)
    drawVertices(&picture)
    let last = drawLegend(&picture)
    let width = max(560, Self.left + Double((columns.max() ?? 0) + 1) * Self.step)
    return picture.document(width: width, height: last + 20, title: title)
  }

  private func centre(_ vertex: Int32) -> Point {
    let service = graph.position(of: vertex).service
    return Point(
      Self.left + Double(columns[Int(vertex)]) * Self.step + Self.width / 2,
      Self.top + Double(service) * Self.row + Self.height / 2)
  }

  /// The corners of an arc: one that passes blocks of its own row by runs below them.
  private func corners(_ arc: Int, shift: Double = 0) -> [Point] {
    let (tail, head) = (graph.tails[arc], graph.heads[arc])
    let start = centre(tail) + Point(Self.width / 2, shift)
    let end = centre(head) + Point(-Self.width / 2, shift)
    let isSameRow = graph.position(of: tail).service == graph.position(of: head).service
    guard isSameRow, head != tail + 1 else { return [start, end] }
    let depth = Self.height * 0.9
    return [start, start + Point(14, depth), end + Point(-14, depth), end]
  }

  private func isConnection(_ arc: Int) -> Bool {
    let (tail, head) = (graph.tails[arc], graph.heads[arc])
    return head != tail + 1 || graph.position(of: tail).service != graph.position(of: head).service
  }

  private func drawArcs(_ picture: inout SVG) {
    for arc in graph.tails.indices {
      let dashes: String? = isConnection(arc) ? "4 3" : nil
      let penalty = Figures.digits(graph.penalties[arc], 4)
      picture.add(
        "polyline", corners(arc),
        ["fill": "none", "stroke": Palette.link, "stroke-width": "1.5", "stroke-dasharray": dashes],
        title: isConnection(arc) ? "penalty \(penalty)" : nil)
      let corners = corners(arc)
      let (before, tip) = (corners[corners.count - 2], corners[corners.count - 1])
      picture.arrowhead(at: tip, along: tip - before, size: 7, fill: Palette.link)
    }
  }

  private func drawPaths(_ picture: inout SVG) {
    guard let plan else { return }
    for (place, task) in tasks.enumerated() {
      // Paths lie beside each other.
      let shift = (Double(place % 7) - Double(min(tasks.count, 7) - 1) / 2) * 3
      for stream in plan.tasks[task] {
        let arcs = graph.arcs(through: stream.blocks, of: instance.tasks[task].service) ?? []
        picture.add(
          "polyline", arcs.flatMap { corners(Int($0), shift: shift) },
          [
            "fill": "none", "stroke": Palette.line(place), "stroke-width": "2.5",
            "stroke-dasharray": Palette.dash(place),
          ], title: instance.tasks[task].id.text)
      }
    }
  }

  private func drawVertices(_ picture: inout SVG) {
    for (index, service) in instance.services.enumerated() {
      let y = Self.top + Double(index) * Self.row
      let host = instance.network.nodes[service.host].id.text
      picture.text(Self.short(service.name.text, 20), at: Point(20, y + 14), size: 12, isBold: true)
      picture.text("on \(Self.short(host, 18))", at: Point(20, y + 28), size: 11, fill: Palette.faint)
      for position in 0...service.blocks.count + 1 {
        let vertex = BlockVertex(service: index, position: position)
        let isEnd = position == 0 || position == service.blocks.count + 1
        let middle = centre(graph.vertex(vertex))
        picture.rectangle(
          at: middle - Point(Self.width / 2, Self.height / 2), width: Self.width, height: Self.height,
          [
            "fill": isEnd ? Palette.idle : Palette.area(service.host), "fill-opacity": "0.85",
            "stroke": Palette.text, "rx": isEnd ? "14" : "3",
          ], title: label(vertex))
        picture.text(
          Self.short(instance.name(of: vertex).text, 10), at: middle + Point(0, 4), size: 11, anchor: .middle,
          fill: isEnd ? Palette.text : Palette.textOnArea(service.host))
      }
    }
  }

  /// The figures of a vertex.
  private func label(_ vertex: BlockVertex) -> String {
    let service = instance.services[vertex.service]
    guard vertex.position > 0, vertex.position <= service.blocks.count else { return instance.shown(vertex) }
    let block = service.blocks[vertex.position - 1]
    return "\(instance.shown(vertex)), \(Figures.duration(block.time)), \(Figures.size(block.output))"
  }

  private static func short(_ text: String, _ count: Int) -> String {
    text.count > count ? "\(text.prefix(count - 1))…" : text
  }

  /// Writes rates, accuracies and loads below the rows; returns where they end.
  private func drawLegend(_ picture: inout SVG) -> Double {
    var y = Self.top + Double(instance.services.count) * Self.row
    guard let plan else { return y }
    let evaluation = CoordinationEvaluator(instance).evaluate(plan)
    func write(_ text: String, x: Double = 60) {
      picture.text(text, at: Point(x, y + 4), size: 12)
      y += 20
    }
    for (place, task) in tasks.enumerated() {
      let name = TerminalText.shortened(instance.tasks[task].id.text)
      if plan.tasks[task].isEmpty { write("\(name): no traffic") }
      for (stream, accuracy) in zip(plan.tasks[task], evaluation.pathAccuracies[task]) {
        picture.line(
          from: Point(20, y), to: Point(50, y), stroke: Palette.line(place), width: 2.5,
          dashes: Palette.dash(place))
        write(
          "\(name): \(Figures.digits(stream.rate, 5)) of \(Figures.digits(instance.tasks[task].rate, 5)) a second, "
            + "accuracy \(Figures.digits(accuracy, 4))")
      }
    }
    y += 8
    for (index, node) in instance.network.nodes.enumerated() where evaluation.nodeLoads[index] > 0 {
      picture.rectangle(
        at: Point(20, y - 6), width: 30, height: 12, ["fill": Palette.area(index), "stroke": Palette.text])
      write(
        "\(TerminalText.shortened(node.id.text)): load \(Figures.digits(evaluation.nodeLoads[index], 3)) of "
          + Figures.digits(node.capacity, 3))
    }
    for (link, load) in zip(instance.network.links, evaluation.linkLoads) where load > 0 {
      let ends = [link.tail, link.head].map { TerminalText.shortened(instance.network.nodes[$0].id.text) }
      write("\(ends[0]) > \(ends[1]): load \(Figures.digits(load, 3)) of 1")
    }
    return y
  }
}
