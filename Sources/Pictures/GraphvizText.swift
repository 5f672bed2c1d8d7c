import Charts
import Foundations
import Networks
import Splitting

/// A network with a plan in the language of Graphviz, for other layouts and for editing by hand.
public struct GraphvizText {
  private let instance: Instance
  private let plan: DrawnPlan?
  private let jobs: [Int]
  private let positions: [Point?]

  /// Prepares the text for a network with a valid plan, or alone without one; the jobs to draw are ascending indices.
  ///
  /// - Complexity: O(N + J L).
  public init(_ instance: Instance, _ plan: Plan?, jobs: [Int]) {
    (self.instance, self.jobs) = (instance, jobs)
    self.plan = plan.map { DrawnPlan($0, jobs: jobs) }
    positions = Self.inPoints(instance.network)
  }

  /// The known positions in the points of Graphviz, scaled such that the longer side of the picture is ten inches.
  private static func inPoints(_ network: Network) -> [Point?] {
    let known = network.nodes.map { node in node.position.map { Point($0.x, $0.y) } }
    let places = known.compactMap(\.self)
    let low = Point(places.map(\.x).min() ?? 0, places.map(\.y).min() ?? 0)
    let extent = places.reduce(0) { max($0, $1.x - low.x, $1.y - low.y) }
    let hasExtent = extent > 0 && extent.isFinite
    func scaled(_ distance: Double) -> Double { hasExtent ? 720 * (distance / extent) : 0 }
    return known.map { $0.map { Point(scaled($0.x - low.x), scaled($0.y - low.y)) } }
  }

  /// The network as a `digraph`. Two opposite links with equal figures are one edge without arrowheads.
  ///
  /// - Complexity: O(N + E + J L), plus the length of the routes.
  public var text: String {
    let head = [
      "digraph network {", "  node [shape=circle, style=filled, fillcolor=\"\(Palette.switching)\"];",
      "  edge [color=\"\(Palette.link)\"];",
    ]
    let isComputing = instance.computingNodes
    let nodes = instance.network.nodes.enumerated().map {
      "  \(declaration($1, $0, isComputing: isComputing[$0]))"
    }
    return (head + nodes + links() + routes() + ["}", ""]).joined(separator: "\n")
  }

  private func declaration(_ node: Node, _ index: Int, isComputing: Bool) -> String {
    let letters = plan?.numberOfHost[index].map { "\(Palette.letters($0))  " } ?? ""
    var attributes = ["label=\(Self.quoted(letters + node.id.text))"]
    if let host = plan?.numberOfHost[index] {
      attributes += [
        "shape=box", "fillcolor=\"\(Palette.area(host))\"", "fontcolor=\"\(Palette.textOnArea(host))\"",
      ]
    } else if isComputing {
      attributes += ["shape=box", "fillcolor=\"\(Palette.idle)\""]
    }
    if !node.isRelay { attributes.append("style=\"filled,dashed\"") }
    if let position = positions[index] {
      attributes.append("pos=\"\(SVG.number(position.x)),\(SVG.number(position.y))\"")
    }
    return "n\(index) [\(attributes.joined(separator: ", "))];"
  }

  private func links() -> [String] {
    let network = instance.network
    let reverse = Dictionary(network.links.map { ([$0.head, $0.tail], $0) }) { first, _ in first }
    return network.links.compactMap { link in
      let other = reverse[[link.tail, link.head]]
      let both =
        other?.bandwidth == link.bandwidth && other?.latency == link.latency && other?.backlog == link.backlog
      if both && link.tail > link.head { return nil }
      let label = "\(Figures.bandwidth(link.bandwidth)), \(Figures.duration(link.latency))"
      let direction = both ? "dir=none, " : ""
      return "  n\(link.tail) -> n\(link.head) [\(direction)tooltip=\(Self.quoted(label))];"
    }
  }

  private func routes() -> [String] {
    guard let plan else { return [] }
    return jobs.flatMap { job in
      plan.jobs[job].routes.enumerated().flatMap { stage, route in
        let size = Figures.size(instance.stageBytes(ofJob: job)[stage])
        let label = Self.quoted("\(instance.jobs[job].id.text): \(size)")
        return zip(route, route.dropFirst()).map { tail, head in
          "  n\(tail) -> n\(head) [color=\"\(Palette.line(job))\", penwidth=2, constraint=false, label=\(label)];"
        }
      }
    }
  }

  /// A text in quotation marks. Graphviz has no escapes except that of the quotation mark, and gives backslashes other
  /// meanings, such as line breaks.
  private static func quoted(_ text: String) -> String {
    let escaped = TerminalText.escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }
}
