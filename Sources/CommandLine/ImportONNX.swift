import ArgumentParser
import Documents
import Foundations
import Importers
import Networks

struct ImportONNX: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx",
    abstract: "Turn an ONNX model into a DNN: a chain of layers with work, output and memory.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. Shapes suffice: weights may be in the \
      model, in other files, or absent.

      Granularities: operator makes every operator a layer, and counts all tensors that cross a cut; block cuts only \
      where one tensor crosses, besides those derived from secondary inputs such as an attention mask; fused also puts \
      activations, normalisations and changes of shape into the layer that feeds them.
      """)

  @Argument(help: "The model; \"-\" is standard input.", completion: .file(extensions: ["onnx"]))
  var model: String

  @Option(
    name: .shortAndLong, help: "Write the DNN to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "What becomes a layer.")
  var granularity: Granularity = .block

  @Option(
    name: .customLong("dim"),
    help: ArgumentHelp(
      "The size of a dimension to which the model gives only a name, for example batch=1; once for each.",
      valueName: "name=size"))
  var dimensions: [NamedSize] = []

  @Option(
    help: "What to take operators for that are not known: one FLOP an element, shapes as their inputs'.")
  var assume: Assumption?

  @Flag(help: "Print a table of the layers; the DNN is written only with --output.")
  var summary = false

  @Option(help: "How the summary is printed. (default: text)")
  var format: OutputFormat?

  enum Assumption: String, ExpressibleByArgument, CaseIterable { case elementwise }

  func validate() throws {
    if format != nil, !summary { throw ValidationError("--format is for what --summary prints.") }
    let names = dimensions.map { Name($0.name) }
    if Set(names).count < names.count { throw ValidationError("--dim gives a size twice.") }
  }

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [model]) }
    let model = try ONNXModel.read(file: model)
    try refuseUnknownDimensions(of: model)
    let sizes = Dictionary(dimensions.map { ($0.name, $0.size) }) { first, _ in first }
    let graph = try model.graph(sizes: sizes, unknown: assume == nil ? .refused : .elementwise)
    let chain = graph.chain(granularity)
    if !summary || output != nil {
      try Console.write(chain.dnn(name: Name(self.model)).json(), to: output)
    }
    guard summary else { return }
    let report = ImportReport(graph, chain)
    Console.write(format == .json ? JSONWriter.text(of: report.json) : report.text)
  }

  /// An option is refused, never ignored.
  private func refuseUnknownDimensions(of model: ONNXModel) throws(UsageError) {
    for dimension in dimensions where !model.uses(dimension: dimension.name) {
      let names = model.openDimensions.prefix(20).map(TerminalText.quoted).joined(separator: ", ")
      throw UsageError(
        message: "--dim \(TerminalText.quoted(dimension.name)) is no open dimension of the model's inputs; "
          + (names.isEmpty ? "all of theirs have sizes" : "these are: \(names)"))
    }
  }
}

extension Granularity: ExpressibleByArgument {}

/// A name and a size on the command line, as `batch=1`.
struct NamedSize: ExpressibleByArgument {
  let name: String
  let size: Int

  init?(argument: String) {
    // The size is behind the last sign: names may hold some.
    guard let sign = argument.lastIndex(of: "="), let size = Int(argument[argument.index(after: sign)...]),
      size >= 0, size <= 1 << 31, sign > argument.startIndex
    else { return nil }
    name = String(argument[..<sign])
    self.size = size
  }
}
