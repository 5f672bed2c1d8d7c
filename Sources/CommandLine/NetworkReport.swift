import Documents
import Foundations
import Importers
import Networks

/// A summary of an imported network.
struct NetworkReport {
  private let completed: CompletedNetwork

  init(_ completed: CompletedNetwork) { self.completed = completed }

  private var computing: [Node] { completed.network.nodes.filter { $0.compute > 0 } }
  private var computeRate: Double { computing.reduce(0) { $0 + $1.compute } }

  /// Lengths in km, propagation in s, the compute rate in FLOP/s.
  var json: JSONValue {
    [
      "nodes": .number(Double(completed.network.nodes.count)),
      "computingNodes": .number(Double(computing.count)),
      "computeRate": .number(computeRate),
      "links": .number(Double(completed.network.links.count)),
      "fileLinks": .number(Double(completed.fileLinks)),
      "mergedLinks": .number(Double(completed.mergedLinks)),
      "selfLinks": .number(Double(completed.selfLinks)),
      "totalLength": .number(completed.totalLength),
      "longestPropagation": .number(completed.longestPropagation),
    ]
  }

  var text: String {
    var table = TextTable([("nodes", .left), (String(completed.network.nodes.count), .right)])
    table.add(["computing nodes", String(computing.count)])
    table.add(["compute rate of all", Figures.apart([computeRate], .computeRate)[0]])
    table.add(["links, each direction", String(completed.network.links.count)])
    table.add(["links of the file", String(completed.fileLinks)])
    table.add(["merged with parallel ones", String(completed.mergedLinks)])
    table.add(["dropped, from a node to itself", String(completed.selfLinks)])
    table.add(["total length", "\(Figures.digits(completed.totalLength, 6)) km"])
    table.add(["longest propagation", Figures.duration(completed.longestPropagation)])
    return table.text
  }
}
