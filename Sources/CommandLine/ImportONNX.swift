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
      """
      Size of a dimension for which the model gives only a name, for example batch=1, or of one axis of an input, for \
      example "x[0]=1", whatever the model says about it; give the option once for each.
      """,
      valueName: "name=size"))
  var dimensions: [Named<DimensionSize>] = []

  @Option(
    name: .customLong("value"),
    help: ArgumentHelp(
      """
      The elements of an input that decides a branch, a number of rounds or a shape, for example sr=16000; give the \
      option once for each.
      """,
      valueName: "name=number"))
  var values: [Named<Double>] = []

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      """
      Inputs and outputs that stay where they are used between two runs, for example "past.*=present.*"; what a star \
      stands for is the same on both sides. Give the option once for each pattern; none says that nothing stays. \
      (default: past* and present* with equal shapes up to one axis)
      """,
      valueName: "input=output"))
  var states: [String] = []

  @Option(
    name: .customLong("until"),
    help: ArgumentHelp(
      "A tensor at which the model ends; what lies behind is left out. Give the option once for each.",
      valueName: "tensor"))
  var until: [String] = []

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
    if Set(values.map { Name($0.name) }).count < values.count {
      throw ValidationError("--value gives one input two values.")
    }
    _ = try stateRule()
  }

  private func stateRule() throws -> ONNXRequest.StateRule {
    if states.isEmpty { return .recognised }
    if states == ["none"] { return .none }
    return .patterns(
      try states.map { text in
        guard let pattern = StatePattern(text) else {
          throw ValidationError(
            "--state \(TerminalText.quoted(text)) is no pattern INPUT=OUTPUT with equally many stars on both sides."
          )
        }
        return pattern
      })
  }

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [model]) }
    let model = try ONNXModel.read(file: model)
    try refuseWhatDoesNotApply(to: model)
    let request = ONNXRequest(
      sizes: Dictionary(dimensions.map { ($0.name, $0.value.size) }) { first, _ in first },
      unknown: assume == nil ? .refused : .elementwise,
      values: Dictionary(values.map { ($0.name, $0.value) }) { first, _ in first },
      states: try stateRule(), until: until)
    let graph = try model.graph(request)
    try refuseStatesWithoutMatch(in: graph)
    let chain = graph.chain(granularity)
    for line in graph.assumptions.lines { Console.complain("assumed: \(line)") }
    if let hint = granularity.hint(layers: chain.layers.count, operations: chain.operators) {
      Console.complain(hint)
    }
    let parameters = graph.weights.reduce(0) { $0 + $1.parameters }
    try write(
      chain.dnn(name: Name(self.model)).json(),
      text: chain.text(parameters: parameters) + graph.assumptions.summary,
      json: chain.json(parameters: parameters, graph.assumptions))
  }

  /// An option is refused, never ignored.
  private func refuseWhatDoesNotApply(to model: ONNXModel) throws {
    for dimension in dimensions where !model.uses(dimension: dimension.name) {
      let names = model.openDimensions.prefix(20).map(TerminalText.quoted).joined(separator: ", ")
      throw UsageError(
        "--dim \(TerminalText.quoted(dimension.name)) is no dimension of the model; "
          + (names.isEmpty
            ? "all dimensions of its inputs have sizes" : "the open dimensions of its inputs are \(names)")
          + ", and INPUT[AXIS] is one axis of an input")
    }
    for value in values where !model.inputNames.contains(where: { Name($0) == Name(value.name) }) {
      throw UsageError(
        "--value \(TerminalText.quoted(value.name)): the model has no such input"
          + hint(value.name, among: model.inputNames))
    }
    let tensors = Set(model.producedNames.map { Name($0) })
    for tensor in until where !tensors.contains(Name(tensor)) {
      throw UsageError(
        "--until \(TerminalText.quoted(tensor)): no operator of the model produces such a tensor"
          + hint(tensor, among: model.producedNames))
    }
  }

  private func hint(_ name: String, among names: [String]) -> String {
    EditDistance.nearest(to: name, among: names).map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
  }

  private func refuseStatesWithoutMatch(in graph: OperationGraph) throws {
    guard !states.isEmpty, states != ["none"], graph.states.isEmpty else { return }
    throw UsageError(
      "--state \(states.map(TerminalText.quoted).joined(separator: " --state ")) matches no input together with an "
        + "output of the model")
  }
}

extension Granularity: ExpressibleByArgument {
  /// A hint if a graph has few places where one tensor crosses, so that another granularity cuts it better.
  func hint(layers: Int, operations: Int) -> String? {
    guard self != .operator, layers <= 4, operations >= 10 * max(1, layers) else { return nil }
    return "one tensor crosses at only \(max(0, layers - 1)) places between \(operations) operators; "
      + "--granularity operator cuts at all others too"
  }
}

struct DimensionSize: ExpressibleByArgument {
  let size: Int

  init?(argument: String) {
    guard let size = Int(argument), (0...1 << 31).contains(size) else { return nil }
    self.size = size
  }
}

// MARK: The summary

extension Chain {
  fileprivate var operators: Int { layers.reduce(0) { $0 + $1.operations.count } }
  private var multiplyAddFLOP: Double { layers.reduce(0) { $0 + $1.multiplyAddFLOP } }
  private var otherFLOP: Double { layers.reduce(0) { $0 + $1.otherFLOP } }

  /// The totals: sizes in byte, the activations at their peak.
  fileprivate func json(parameters: Double, _ assumptions: [Assumption]) -> JSONValue {
    [
      "parameters": .number(parameters), "multiplyAddFLOP": .number(multiplyAddFLOP),
      "otherFLOP": .number(otherFLOP), "operators": .number(Double(operators)),
      "layers": .number(Double(layers.count)), "weights": .number(weights), "memory": .number(memory),
      "activations": .number(activations), "footprint": .number(footprint),
      "assumed": .array(assumptions.map(\.jsonValue)),
    ]
  }

  /// A line for each layer, and the totals: weights once, and the activations at their peak.
  fileprivate func text(parameters: Double) -> String {
    let hasMemory = memory > 0
    let figures = ["in", "out"] + (hasMemory ? ["memory"] : []) + ["weights", "activations", "footprint"]
    var table = TextTable(
      [
        ("layer", .left), ("operators", .right), ("multiply-add", .right), ("other", .right),
        ("parameters", .right),
      ] + figures.map { ($0, .right) })
    for layer in layers {
      let sizes =
        [layer.input, layer.output] + (hasMemory ? [layer.memory] : [])
        + [layer.weights, layer.activations, layer.footprint]
      table.add(
        [
          TerminalText.shortened(layer.name), String(layer.operations.count),
          Figures.work(layer.multiplyAddFLOP), Figures.work(layer.otherFLOP), String(Int(layer.parameters)),
        ] + sizes.map(Figures.size))
    }
    let totals = (hasMemory ? [memory] : []) + [weights, activations, footprint]
    table.add(
      [
        "(\(Figures.count(layers.count, "layer")))", String(operators), Figures.work(multiplyAddFLOP),
        Figures.work(otherFLOP),
        String(Int(parameters)), "", "",
      ] + totals.map(Figures.size))
    return table.text
  }
}

extension [Assumption] {
  /// The assumptions after an empty line.
  var summary: String { isEmpty ? "" : "\n" + lines.map { "  assumed: \($0)\n" }.joined() }
}
