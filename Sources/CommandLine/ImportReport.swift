import Documents
import Foundations
import Importers

/// A summary of an imported DNN.
struct ImportReport {
  private let chain: Chain
  private let operators: Int
  private let parameters: Double

  init(_ graph: OperationGraph, _ chain: Chain) {
    self.chain = chain
    operators = chain.layers.reduce(0) { $0 + $1.operations.count }
    parameters = graph.weights.reduce(0) { $0 + $1.parameters }
  }

  private var multiplyAddFLOP: Double { chain.layers.reduce(0) { $0 + $1.multiplyAddFLOP } }
  private var otherFLOP: Double { chain.layers.reduce(0) { $0 + $1.otherFLOP } }

  /// The totals.
  var json: JSONValue {
    [
      "parameters": .number(parameters), "multiplyAddFLOP": .number(multiplyAddFLOP),
      "otherFLOP": .number(otherFLOP), "operators": .number(Double(operators)),
      "layers": .number(Double(chain.layers.count)),
    ]
  }

  /// A line for each layer, and the totals.
  var text: String {
    var table = TextTable([
      ("layer", .left), ("operators", .right), ("multiply-add", .right), ("other", .right),
      ("parameters", .right),
      ("in", .right), ("out", .right), ("weights", .right), ("activations", .right),
    ])
    for layer in chain.layers {
      table.add([
        TerminalText.shortened(layer.name), String(layer.operations.count),
        Figures.work(layer.multiplyAddFLOP),
        Figures.work(layer.otherFLOP), Self.count(layer.parameters), Figures.size(layer.input),
        Figures.size(layer.output), Figures.size(layer.weights), Figures.size(layer.activations),
      ])
    }
    table.add([
      "(\(chain.layers.count) layers)", String(operators), Figures.work(multiplyAddFLOP),
      Figures.work(otherFLOP),
      Self.count(parameters), "", "", "", "",
    ])
    return table.text
  }

  private static func count(_ value: Double) -> String { String(Int(value)) }
}
