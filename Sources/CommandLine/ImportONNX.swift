import ArgumentParser
import Documents
import Foundations
import Importers
import Networks

struct ImportONNX: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx",
    abstract: "Convert an ONNX model to a DNN: a chain of layers with work, output and memory.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. Shapes suffice: weights may be in \
      the model, in other files, or absent.

      Granularities: operator makes every operator a layer, and counts all tensors that cross a cut. block cuts only \
      where a single tensor crosses; tensors derived from secondary inputs, such as an attention mask, do not count. \
      fused cuts like block, and merges activations, normalisations and changes of shape into the layer that feeds them.
      """)

  @Argument(help: "The model; \"-\" is standard input.", completion: .file(extensions: ["onnx"]))
  var model: String

  @Option(
    name: .shortAndLong, help: "Write the DNN to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "What becomes a layer, as described above.")
  var granularity: Granularity = .block

  @Option(
    name: .customLong("dim"),
    help: ArgumentHelp(
      "Size of a dimension for which the model gives only a name, for example batch=1; give the option once for each.",
      valueName: "name=size"))
  var dimensions: [NamedSize] = []

  @Option(
    help: """
      What unknown operators are taken for: elementwise is one FLOP for each element, and the shapes of the inputs. \
      (default: unknown operators are refused)
      """)
  var assume: Assumption?

  @Flag(help: "Print a table of the layers; the DNN itself is written only with --output.")
  var summary = false

  @Option(help: "Format of the summary. (default: text)")
  var format: OutputFormat?

  enum Assumption: String, ExpressibleByArgument, CaseIterable { case elementwise }

  func validate() throws {
    if format != nil, !summary { throw ValidationError("--format needs --summary, which it formats.") }
    let names = dimensions.map { Name($0.name) }
    if Set(names).count < names.count { throw ValidationError("--dim gives two sizes for one dimension.") }
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
          + (names.isEmpty ? "all dimensions have sizes" : "the open dimensions are \(names)"))
    }
  }
}

extension Granularity: ExpressibleByArgument {}

/// A name and a size on the command line, as `batch=1`.
struct NamedSize: ExpressibleByArgument {
  let name: String
  let size: Int

  init?(argument: String) {
    // The size follows the last "=": names may contain others.
    guard let sign = argument.lastIndex(of: "="), let size = Int(argument[argument.index(after: sign)...]),
      size >= 0, size <= 1 << 31, sign > argument.startIndex
    else { return nil }
    name = String(argument[..<sign])
    self.size = size
  }
}
