import Charts
import Coordination
import CoordinationChecking
import Foundations

/// The graph of blocks with a plan in the language of Graphviz, for other layouts and for editing by hand.
public struct BlockGraphvizText {
  private let instance: CoordinationInstance
  private let graph: BlockGraph
  private let plan: CoordinationPlan?

  /// Prepares the text for an instance with a plan that can be carried out, or alone without one.
  public init(_ instance: CoordinationInstance, _ plan: CoordinationPlan?) {
    self.instance = instance
    self.plan = plan
    graph = BlockGraph(instance)
  }

  /// The graph as a `digraph` with a cluster for each DNN; tasks are edges of their own.
  /// - Complexity: O(V + E), plus the length of the paths.
  public var text: String {
    var lines = ["digraph blocks {", "  rankdir=LR;", "  node [shape=box, style=filled];"]
    for (index, service) in instance.services.enumerated() {
      let host = instance.network.nodes[service.host].id.text
      lines.append("  subgraph cluster_\(index) {")
      lines.append("    label=\(Self.quoted("\(service.name.text) on \(host)"));")
      for position in 0...service.blocks.count + 1 {
        let vertex = BlockVertex(service: index, position: position)
        let look =
          "fillcolor=\"\(Palette.area(service.host))\", fontcolor=\"\(Palette.textOnArea(service.host))\""
        lines.append(
          "    v\(graph.vertex(vertex)) [label=\(Self.quoted(instance.name(of: vertex).text)), \(look)];")
      }
      lines.append("  }")
    }
    for (tail, head) in zip(graph.tails, graph.heads) {
      let isChain = graph.position(of: tail).service == graph.position(of: head).service && head == tail + 1
      lines.append("  v\(tail) -> v\(head) [color=\"\(Palette.link)\"\(isChain ? "" : ", style=dashed")];")
    }
    for (task, streams) in (plan?.tasks ?? []).enumerated() {
      for stream in streams {
        let service = instance.tasks[task].service
        let arcs = graph.arcs(through: stream.blocks, of: service) ?? []
        let label = "\(instance.tasks[task].id.text) \(Figures.digits(stream.rate, 4))/s"
        for (place, arc) in arcs.map(Int.init).enumerated() {
          let name = place == 0 ? ", label=\(Self.quoted(label))" : ""
          lines.append(
            "  v\(graph.tails[arc]) -> v\(graph.heads[arc]) [color=\"\(Palette.line(task))\", penwidth=2\(name)];"
          )
        }
      }
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    let escaped = TerminalText.escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }
}
