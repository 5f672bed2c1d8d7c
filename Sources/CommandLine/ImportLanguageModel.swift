import ArgumentParser
import Importers
import LayerRoute

/// How a language model is used, which decides what its layers compute and keep.
struct LanguageModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tokens that the cache of keys and values holds. (default: 4096, or what the model was made for, if that is less)",
      valueName: "tokens"))
  var context: Int?

  @Option(
    help: "decode: one token of each sequence, the last of the context; prefill: all tokens of the context.")
  var phase = LanguageModelUse.Phase.decode

  @Option(help: ArgumentHelp("Sequences that are computed together.", valueName: "count"))
  var batch = 1

  @Option(
    help: ArgumentHelp(
      "Type of keys and values in the cache, such as f16 or q8_0. (default: f16)", valueName: "type"),
    transform: CacheType.init(named:))
  var cacheType = CacheType(type: .float16)

  static let usualContext = 4096

  func validate() throws {
    for (name, value) in [("--context", context), ("--batch", batch)] {
      guard let value, !(1...1 << 31).contains(value) else { continue }
      throw ValidationError("\(name) is \(value); it must be from 1 to 2^31.")
    }
  }

  /// The use of a model, and what was assumed about it.
  func use(of model: LanguageModel) -> (use: LanguageModelUse, assumptions: [Assumption]) {
    let usual = min(Self.usualContext, model.longestContext ?? Self.usualContext)
    var assumptions: [Assumption] = []
    func assume(_ text: String) { assumptions.append(.init(subject: .file, count: 1, treatment: text)) }
    if context == nil { assume("a context of \(usual) tokens; --context sets it") }
    if let context, let longest = model.longestContext, context > longest {
      assume("a context of \(context) tokens, although the model was made for \(longest)")
    }
    let use = LanguageModelUse(
      phase: phase, context: context ?? usual, batch: batch, cache: cacheType.type)
    return (use, assumptions)
  }
}

extension LanguageModelUse.Phase: ExpressibleByArgument {}

/// The name of a tensor type.
struct CacheType: CustomStringConvertible {
  let type: TensorType

  init(type: TensorType) { self.type = type }

  init(named name: String) throws {
    guard let type = TensorType.named(name) else {
      let names = TensorType.names.map { $0.lowercased() }
      let near = EditDistance.nearest(to: name, among: names).map { "Did you mean \"\($0)\"? " } ?? ""
      throw ValidationError("There is no such type. \(near)The types are \(names.joined(separator: ", ")).")
    }
    self.type = type
  }

  var description: String { type.name.lowercased() }
}

struct ImportGGUF: SummarizingCommand {
  static let configuration = CommandConfiguration(
    commandName: "gguf",
    abstract: "Convert the header of a GGUF file (llama.cpp) to a DNN: embedding, blocks and head.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. Only the header and the table of \
      tensors are read: weights are as large as their types say. A model in several files is read from its first one. \
      docs/importing-language-models.md says what is counted.
      """)

  @Argument(help: "The model; \"-\" is standard input.", completion: .file(extensions: ["gguf"]))
  var model: String

  @OptionGroup(title: "USE") var use: LanguageModelOptions

  @Option(output: "Write the DNN to this file instead of standard output.") var output: String?

  @Flag(help: "Print a table of the layers; the DNN itself is written only with --output.")
  var summary = false

  @Option(help: "Format of the summary. (default: text)") var format: OutputFormat?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [model]) }
    try write(GGUFFile.read(file: model).languageModel(), named: model, use)
  }
}

struct ImportTransformer: SummarizingCommand {
  static let configuration = CommandConfiguration(
    commandName: "transformer",
    abstract:
      "Convert a configuration of Hugging Face Transformers (config.json) to a DNN: embedding, blocks and head.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. The matrices follow from the \
      configuration; no weights are needed. docs/importing-language-models.md lists the families and says what is counted.
      """)

  @Argument(help: "The configuration; \"-\" is standard input.", completion: .file(extensions: ["json"]))
  var configuration: String

  @OptionGroup(title: "USE") var use: LanguageModelOptions

  @Option(
    help: ArgumentHelp(
      "Type of the matrices of blocks, such as q4_k. (default: that of the configuration)", valueName: "type"),
    transform: CacheType.init(named:))
  var weightType: CacheType?

  @Option(output: "Write the DNN to this file instead of standard output.") var output: String?

  @Flag(help: "Print a table of the layers; the DNN itself is written only with --output.")
  var summary = false

  @Option(help: "Format of the summary. (default: text)") var format: OutputFormat?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [configuration]) }
    let configuration = try TransformerConfiguration.read(file: configuration)
    try write(configuration.languageModel(weightType: weightType?.type), named: self.configuration, use)
  }
}

extension SummarizingCommand {
  /// Writes a language model in use, and its summary.
  fileprivate func write(_ model: LanguageModel, named name: String, _ options: LanguageModelOptions) throws {
    let (use, assumed) = options.use(of: model)
    let assumptions = model.assumptions + assumed
    for line in assumptions.lines { Console.complain("assumed: \(line)") }
    let dnn = model.dnn(name: Name(name), use)
    try write(
      dnn.json(), text: dnn.languageModelTable(model.parameters) + assumptions.summary,
      json: dnn.languageModelSummary(model, assumptions))
  }
}

extension DNN {
  private func total(_ figure: (Layer) -> Double) -> Double { layers.reduce(0) { $0 + figure($1) } }
  private var activations: Double { layers.lazy.map(\.activations).max() ?? 0 }
  private var footprint: Double { total(\.weights) + total(\.memory) + activations }

  /// The totals: sizes in byte, the activations at their peak.
  fileprivate func languageModelSummary(_ model: LanguageModel, _ assumptions: [Assumption]) -> JSONValue {
    [
      "parameters": .number(model.parameters), "layers": .number(Double(layers.count)),
      "blocks": .number(Double(model.blocks)), "work": .number(total { $0.work ?? 0 }),
      "weights": .number(total(\.weights)), "memory": .number(total(\.memory)),
      "traffic": .number(total(\.traffic)), "activations": .number(activations),
      "footprint": .number(footprint), "assumed": .array(assumptions.map(\.jsonValue)),
    ]
  }

  /// A line for each run of equal layers, and the totals.
  fileprivate func languageModelTable(_ parameters: Double) -> String {
    var table = TextTable([
      ("layers", .left), ("work", .right), ("out", .right), ("weights", .right), ("memory", .right),
      ("traffic", .right),
    ])
    var start = 0
    while start < layers.count {
      let end = layers[start...].firstIndex { !$0.isLike(layers[start]) } ?? layers.count
      let (first, last) = (layers[start], layers[end - 1])
      let count = end - start
      let title = count == 1 ? first.name.text : "\(first.name.text) ... \(last.name.text) (\(count), each)"
      table.add(
        [title, Figures.work(first.work ?? 0)]
          + [first.output, first.weights, first.memory, first.traffic].map(Figures.size))
      start = end
    }
    table.add(
      ["(\(Figures.count(layers.count, "layer")))", Figures.work(total { $0.work ?? 0 }), ""]
        + [total(\.weights), total(\.memory), total(\.traffic)].map(Figures.size))
    return table.text + "\n  parameters \(String(Int(parameters))), footprint \(Figures.size(footprint))\n"
  }
}

extension Layer {
  /// Whether all figures are equal.
  fileprivate func isLike(_ other: Layer) -> Bool {
    (work, output, weights, memory, traffic) == (
      other.work, other.output, other.weights, other.memory, other.traffic
    )
  }
}
