import ArgumentParser
import Importers
import LayerRoute

struct ImportONNX: SummarizingCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx",
    abstract: "Convert an ONNX model to a DNN: a chain of layers with work, output and memory.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. Shapes suffice: weights may be in \
      the model, in other files, or absent. The largest activations do not depend on how finely the model is cut, and \
      weights that several layers use count in the first of them, so that a machine that holds all layers takes what \
      the model takes (footprint in the summary).

      Granularities: operator makes every operator a layer, and counts all tensors that cross a cut. block cuts only \
      where a single tensor crosses; tensors derived from secondary inputs, such as an attention mask, do not count. \
      fused cuts like block, and merges activations, normalisations and changes of shape into the layer that feeds them.
      """)

  @Argument(help: "The model; \"-\" is standard input.", completion: .file(extensions: ["onnx"]))
  var model: String

  @Option(output: "Write the DNN to this file instead of standard output.") var output: String?

  @Option(help: "What becomes a layer, as described above.") var granularity: Granularity = .block

  @Option(
    name: .customLong("dim"),
    help: ArgumentHelp(
      "Size of a dimension for which the model gives only a name, for example batch=1; give the option once for each.",
      valueName: "name=size"))
  var dimensions: [Named<DimensionSize>] = []

  @Option(
    help: """
      What unknown operators are taken for: elementwise is one FLOP for each element, and the shapes of the inputs. \
      (default: unknown operators are refused)
      """)
  var assume: Assumption?

  @Flag(help: "Print a table of the layers; the DNN itself is written only with --output.")
  var summary = false

  @Option(help: "Format of the summary. (default: text)") var format: OutputFormat?

  enum Assumption: String, ExpressibleByArgument, CaseIterable { case elementwise }

  func validate() throws {
    try checkFormat()
    if Set(dimensions.map { Name($0.name) }).count < dimensions.count {
      throw ValidationError("--dim gives two sizes for one dimension.")
    }
  }

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [model]) }
    let model = try ONNXModel.read(file: model)
    try refuseUnknownDimensions(of: model)
    let sizes = Dictionary(dimensions.map { ($0.name, $0.value.size) }) { first, _ in first }
    let graph = try model.graph(sizes: sizes, unknown: assume == nil ? .refused : .elementwise)
    let chain = graph.chain(granularity)
    let parameters = graph.weights.reduce(0) { $0 + $1.parameters }
    try write(
      chain.dnn(name: Name(self.model)).json(), text: chain.text(parameters: parameters),
      json: chain.json(parameters: parameters))
  }

  /// An option is refused, never ignored.
  private func refuseUnknownDimensions(of model: ONNXModel) throws {
    for dimension in dimensions where !model.uses(dimension: dimension.name) {
      let names = model.openDimensions.prefix(20).map(TerminalText.quoted).joined(separator: ", ")
      throw UsageError(
        "--dim \(TerminalText.quoted(dimension.name)) is no open dimension of the model's inputs; "
          + (names.isEmpty ? "all dimensions have sizes" : "the open dimensions are \(names)"))
    }
  }
}

extension Granularity: ExpressibleByArgument {}

struct DimensionSize: ExpressibleByArgument {
  let size: Int

  init?(argument: String) {
    guard let size = Int(argument), (0...1 << 31).contains(size) else { return nil }
    self.size = size
  }
}

// MARK: The summary

extension Chain {
  private var operators: Int { layers.reduce(0) { $0 + $1.operations.count } }
  private var multiplyAddFLOP: Double { layers.reduce(0) { $0 + $1.multiplyAddFLOP } }
  private var otherFLOP: Double { layers.reduce(0) { $0 + $1.otherFLOP } }

  /// The totals: sizes in byte, the activations at their peak.
  fileprivate func json(parameters: Double) -> JSONValue {
    [
      "parameters": .number(parameters), "multiplyAddFLOP": .number(multiplyAddFLOP),
      "otherFLOP": .number(otherFLOP), "operators": .number(Double(operators)),
      "layers": .number(Double(layers.count)), "weights": .number(weights),
      "activations": .number(activations), "footprint": .number(footprint),
    ]
  }

  /// A line for each layer, and the totals: weights once, and the activations at their peak.
  fileprivate func text(parameters: Double) -> String {
    var table = TextTable([
      ("layer", .left), ("operators", .right), ("multiply-add", .right), ("other", .right),
      ("parameters", .right), ("in", .right), ("out", .right), ("weights", .right), ("activations", .right),
      ("footprint", .right),
    ])
    for layer in layers {
      table.add(
        [
          TerminalText.shortened(layer.name), String(layer.operations.count),
          Figures.work(layer.multiplyAddFLOP), Figures.work(layer.otherFLOP), String(Int(layer.parameters)),
        ]
          + [layer.input, layer.output, layer.weights, layer.activations, layer.footprint].map(Figures.size))
    }
    table.add(
      [
        "(\(layers.count) layers)", String(operators), Figures.work(multiplyAddFLOP), Figures.work(otherFLOP),
        String(Int(parameters)), "", "",
      ] + [weights, activations, footprint].map(Figures.size))
    return table.text
  }
}
