import Charts
import Serving

/// Pictures of serving: machines as bars over the layers they hold, and flows between them.
extension PictureRequest<ServingProblem> {
  /// - Throws: if the request is for something that this problem has no picture of.
  func picture() throws(PictureError) -> Picture {
    if !jobs.isEmpty { throw PictureError(description: "this problem has no jobs: leave --job out") }
    switch form {
    case .plan: return Picture(text: ServingPicture(instance, plan, title: title).svg)
    case .graphviz: return Picture(text: graph)
    case .layeredGraph:
      throw PictureError(
        description:
          "this problem has no picture of its layered graph; without --layered, machines are drawn over layers"
      )
    }
  }

  private var title: String {
    verdict
      ?? [
        Figures.count(instance.machines.count, "machine"), Figures.count(instance.links.count, "link"),
        Figures.count(instance.layers, "layer"),
      ].joined(separator: ", ")
  }

  /// The links, or the flows of a plan, in the language of Graphviz.
  private var graph: String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        + "\""
    }
    let names = instance.machines.indices.map { machine -> String in
      let id = instance.machines[machine].id.text
      guard let plan, plan.placement.held[machine] > 0 else { return "  \(quoted(id));\n" }
      let layers = "layers \(plan.placement.first[machine] + 1)-\(plan.placement.end(machine))"
      return "  \(quoted(id)) [label=\(quoted("\(id)\n\(layers)"))];\n"
    }
    let arcs =
      plan?.flows.map { ($0.tail, $0.head, Figures.digits($0.rate, 4)) }
      ?? instance.links.map { ($0.tail, $0.head, "") }
    let lines = arcs.map { tail, head, label in
      "  \(quoted(instance.name(of: tail).text)) -> \(quoted(instance.name(of: head).text))"
        + (label.isEmpty ? ";\n" : " [label=\(quoted(label))];\n")
    }
    return "digraph serving {\n  rankdir=LR;\n" + (names + lines).joined() + "}\n"
  }
}

/// A row for each machine, with a bar over the layers that it holds, and what it passes of what it could; a line for each
/// flow from where one machine ends to where the next one takes over, the broader the more flows. What a machine takes
/// from several others stands beside its bar, in the order of their rows.
private struct ServingPicture {
  private let instance: ServingInstance
  private let plan: ServingPlan?
  private let title: String
  /// The machines in the order of rows: those in use by their first layers, then the others.
  private let order: [Int]

  private static let (width, rowHeight, top) = (1000.0, 22.0, 56.0)
  /// Where the columns of figures end.
  private static let (passesColumn, ofColumn) = (width - 72, width - 16)

  init(_ instance: ServingInstance, _ plan: ServingPlan?, title: String) {
    (self.instance, self.plan, self.title) = (instance, plan, title)
    order = instance.machines.indices.sorted { left, right in
      func key(_ machine: Int) -> (Int, Int, Int) {
        guard let placement = plan?.placement, placement.held[machine] > 0 else { return (.max, 0, machine) }
        return (placement.first[machine], placement.held[machine], machine)
      }
      return key(left) < key(right)
    }
  }

  var svg: String {
    var svg = SVG()
    let names = order.map { instance.shown(.machine($0)) }
    let left = min(260, 40 + (names.map { LabelPlaces.width($0, size: 11) }.max() ?? 0))
    let right = plan == nil ? Self.width - 30 : Self.width - 140
    let bottom = Self.top + Double(max(1, order.count)) * Self.rowHeight
    func x(_ boundary: Int) -> Double { left + (right - left) * Double(boundary) / Double(instance.layers) }
    func y(_ row: Int) -> Double { Self.top + (Double(row) + 0.5) * Self.rowHeight }
    svg.text(title, at: Point(20, 24), size: 15, isBold: true)
    let step = max(1, instance.layers / 10)
    for boundary in stride(from: 0, through: instance.layers, by: step) {
      svg.line(
        from: Point(x(boundary), Self.top), to: Point(x(boundary), bottom), stroke: "#eeeeee", width: 1)
      svg.text(
        "\(boundary)", at: Point(x(boundary), bottom + 16), size: 11, anchor: .middle, fill: Palette.faint)
    }
    svg.text("layers", at: Point(right, bottom + 32), size: 11, anchor: .end, fill: Palette.faint)
    var types: [String: Int] = [:]
    for (row, machine) in order.enumerated() {
      let name = LabelPlaces.shortened(names[row], size: 11, width: left - 30)
      svg.text(name, at: Point(left - 8, y(row) + 4), size: 11, anchor: .end)
      let type = instance.typeName(ofMachine: machine)
      let colour = types[type] ?? types.count
      types[type] = colour
      guard let placement = plan?.placement, placement.held[machine] > 0 else { continue }
      let (first, end) = (placement.first[machine], placement.end(machine))
      svg.rectangle(
        at: Point(x(first), y(row) - 8), width: x(end) - x(first), height: 16,
        ["fill": Palette.area(colour), "stroke": "#ffffff"],
        title: "\(names[row]), \(type): layers \(first + 1) to \(end)")
    }
    addFlows(x, y, in: &svg)
    addFigures(x, y, left: left, right: right, in: &svg)
    addLegend(types, top: bottom + 32, left: left, in: &svg)
    return svg.document(width: Self.width, height: bottom + 48, title: title)
  }

  private func addFlows(_ x: (Int) -> Double, _ y: (Int) -> Double, in svg: inout SVG) {
    guard let plan, let most = plan.flows.map(\.rate).max(), most > 0 else { return }
    var row = [Int](repeating: 0, count: order.count)
    for (position, machine) in order.enumerated() { row[machine] = position }
    for flow in plan.flows {
      guard case .machine(let tail) = flow.tail, case .machine(let head) = flow.head else { continue }
      let boundary = plan.placement.end(tail)
      let names = [flow.tail, flow.head].map(instance.shown)
      svg.line(
        from: Point(x(boundary), y(row[tail])), to: Point(x(boundary), y(row[head])), stroke: Palette.path,
        width: 0.75 + 3 * flow.rate / most, kind: "flow",
        title: "\(names[0]) to \(names[1]): \(Figures.digits(flow.rate, 5)) tokens a second")
    }
  }

  /// What each machine in use passes and could pass, and what it takes from several others.
  private func addFigures(
    _ x: (Int) -> Double, _ y: (Int) -> Double, left: Double, right: Double, in svg: inout SVG
  ) {
    guard let plan else { return }
    for (header, column) in [("passes", Self.passesColumn), ("of", Self.ofColumn)] {
      svg.text(header, at: Point(column, Self.top - 6), size: 11, anchor: .end, fill: Palette.faint)
    }
    for (row, machine) in order.enumerated() where plan.placement.held[machine] > 0 {
      let held = plan.placement.held[machine]
      let entry = instance.table(ofMachine: machine).first { $0.held == held }
      let inflows = plan.flows.filter { $0.head == .machine(machine) }
      for (rate, column) in [
        (inflows.reduce(0) { $0 + $1.rate }, Self.passesColumn), (entry?.rate ?? 0, Self.ofColumn),
      ] {
        svg.text(Figures.digits(rate, 5), at: Point(column, y(row) + 4), size: 11, anchor: .end)
      }
      guard inflows.count > 1 else { continue }
      let sum = inflows.sorted { self.row(of: $0.tail) < self.row(of: $1.tail) }
        .map { Figures.digits($0.rate, 4) }.joined(separator: " + ")
      let width = LabelPlaces.width(sum, size: 10)
      let (start, end) = (x(plan.placement.first[machine]), x(plan.placement.end(machine)))
      if start - 6 - width > left {
        svg.text(sum, at: Point(start - 6, y(row) + 4), size: 10, anchor: .end, fill: Palette.faint)
      } else if end + 6 + width < right {
        svg.text(sum, at: Point(end + 6, y(row) + 4), size: 10, fill: Palette.faint)
      }
    }
  }

  /// The row of a link's end; that of the source is above all others.
  private func row(of end: ServingInstance.End) -> Int {
    guard case .machine(let machine) = end else { return -1 }
    return order.firstIndex(of: machine) ?? -1
  }

  private func addLegend(_ types: [String: Int], top: Double, left: Double, in svg: inout SVG) {
    var x = left
    for (type, colour) in types.sorted(by: { $0.value < $1.value }).prefix(20) {
      svg.rectangle(at: Point(x, top - 10), width: 12, height: 12, ["fill": Palette.area(colour)])
      svg.text(type, at: Point(x + 17, top), size: 11, fill: Palette.faint)
      x += 34 + LabelPlaces.width(type, size: 11)
    }
  }
}
