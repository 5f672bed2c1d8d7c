import ArgumentParser
import Importers
import LayerRoute

struct ImportProfile: SummarizingCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Convert measured times (PipeDream, dnn-partitioning, CSV or ONNX Runtime) to a DNN.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. The command reads graph.txt of \
      PipeDream, the JSON of msr-fiddle/dnn-partitioning, and tables (CSV) with the columns layer, device, seconds, \
      output, memory, weights, activations, traffic and work.

      The first two formats do not name the nodes on which the times were measured: name them with --device, or \
      convert the times to work with --compute. A table names the nodes itself; --device replaces these names. Graphs \
      become chains in the same manner as ONNX models (layerroute help import onnx).

      The JSON of ONNX Runtime's profiler has the times of operators: --onto adds them to the layers of a DNN that \
      `layerroute import onnx` wrote.

      A table with the columns block, batch and seconds, and perhaps accuracy, becomes the DNN of an instance of the \
      problem batching. Of the options, -o, --summary and --format apply to it.
      """)

  @Argument(
    help: "The profile; \"-\" is standard input.", completion: .file(extensions: ["txt", "json", "csv"]))
  var profile: String

  @Option(output: "Write the DNN to this file instead of standard output.") var output: String?

  @Option(help: "What becomes a layer, see `layerroute help import onnx`. (default: block)")
  var granularity: Granularity?

  @Option(
    name: .customLong("device"),
    help: ArgumentHelp(
      """
      A node for which the times hold. If several devices were measured, the name of the device comes first, for \
      example "cpu=camera". Give the option once for each node.
      """,
      valueName: "node"))
  var devices: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Convert times to work: the compute rate of the measured device, for example "14 TFLOP/s". If several devices \
      were measured, the name of the device comes first, for example "cpu=50 GFLOP/s".
      """,
      valueName: "rate"))
  var compute: String?

  @Option(
    help: ArgumentHelp(
      "Size of the input, for example \"602112 B\"; it replaces the size in the file, if there is one.",
      valueName: "size"))
  var input: Amount<DataSize>?

  @Option(
    help: ArgumentHelp("Size of the result if the file does not give one. (default: 0)", valueName: "size"))
  var result: Amount<DataSize>?

  @Option(
    help: ArgumentHelp(
      "The DNN of the model that ONNX Runtime profiled; the times are added for the nodes of --device.",
      valueName: "dnn"),
    completion: .file(extensions: ["json"]))
  var onto: String?

  @Flag(help: "Print a table of the layers; the DNN itself is written only with --output.")
  var summary = false

  @Option(help: "Format of the summary. (default: text)") var format: OutputFormat?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [profile]) }
    let bytes = try InputFile.read(file: profile)
    if BlockTable.isWritten(in: bytes) { return try write(BlockTable(bytes, file: profile)) }
    if let onto { return try addTimes(to: onto) }
    let profile = try Profile.read(file: profile)
    try refuseWhatDoesNotApply(to: profile)
    let hosts = try hosts(of: profile)
    let rate = try compute.map { try self.rate($0, of: profile) }
    let chain = try profile.chain(granularity ?? .block, input: input?.value, result: result?.value)
    if let rate { try checkTimes(of: chain, device: rate.device, of: profile) }
    let assumptions = profile.assumptions + assumptions(about: chain, of: profile)
    for line in assumptions.lines { Console.complain(line) }
    let (dnn, nodes) = chain.dnn(name: Name(self.profile), hosts: hosts, rate: rate)
    // Without nodes, the times have become work.
    let measured = hosts.isEmpty ? profile.devices.enumerated().map { ($0, $1) } : hosts
    try write(
      dnn.json(nodes: nodes), text: chain.text(measured) + assumptions.summary,
      json: chain.json(measured, assumptions))
  }

  /// Adds the times of a profile of ONNX Runtime to a DNN.
  private func addTimes(to file: String) throws {
    let others = [
      ("--granularity", granularity != nil), ("--compute", compute != nil), ("--input", input != nil),
    ]
    for (option, isGiven) in others + [("--result", result != nil)] where isGiven {
      throw UsageError("\(option) does not go with --onto, since the DNN has its layers and sizes already")
    }
    guard !devices.isEmpty else {
      throw UsageError("--onto: name the nodes for which the times hold with --device NODE")
    }
    let measured = try RuntimeProfile.read(file: profile)
    var timed = try TimedDNN.read(file: file)
    let (times, assumptions) = try measured.times(of: timed.dnn, file: profile)
    for device in devices.distinct { timed.add(times, on: Name(device)) }
    for line in assumptions.lines { Console.complain(line) }
    try write(
      timed.dnn.json(nodes: timed.nodes),
      text: timed.text(times) + assumptions.summary,
      json: [
        "layers": .number(Double(times.count)), "runs": .number(Double(measured.runs)),
        "seconds": .number(times.reduce(0, +)), "assumed": .array(assumptions.map(\.jsonValue)),
      ])
  }

  private func assumptions(about chain: MeasuredChain, of profile: Profile) -> [Assumption] {
    var texts: [String] = []
    if profile.lacksResult, result == nil {
      texts.append("the file does not give the size of the result, so that it is 0; --result sets it")
    }
    if let given = input?.value, let stated = chain.statedInput, given != stated {
      texts.append("--input \(Figures.size(given)) in place of the \(Figures.size(stated)) in the file")
    }
    if let hint = (granularity ?? .block).hint(layers: chain.layers.count, operations: chain.operations) {
      texts.append(hint)
    }
    return texts.map { Assumption(subject: .file, count: 1, treatment: $0) }
  }

  /// The times of blocks, which are the whole DNN.
  private func write(_ table: BlockTable) throws {
    let given = [
      ("--granularity", granularity != nil), ("--device", !devices.isEmpty), ("--compute", compute != nil),
      ("--input", input != nil), ("--result", result != nil),
    ]
    if let option = given.first(where: \.1)?.0 {
      throw UsageError("\(option) does not apply to a table of blocks and batches")
    }
    for note in table.notes { Console.complain(note) }
    try write(table.json(), text: table.text, json: table.summaryValue)
  }

  /// An option is refused, never ignored.
  private func refuseWhatDoesNotApply(to profile: Profile) throws {
    if granularity != nil, profile.isTable {
      throw UsageError("--granularity applies to graphs; the layers of a table stay as they are")
    }
    if result != nil, !profile.lacksResult {
      throw UsageError("--result applies to files that do not give the size of the result; this one does")
    }
    if devices.isEmpty, compute == nil, !profile.isTable {
      let isOne = profile.devices.count <= 1
      let device = isOne ? "" : (profile.devices.first?.text ?? "") + "="
      throw UsageError(
        "the times of \(TerminalText.quoted(self.profile)) hold for the measured devices only"
          + (isOne ? "" : " (\(names(profile)))")
          + ": name the nodes with --device \(device)NODE, or convert the times to work with "
          + "--compute \"\(device)14 TFLOP/s\"")
    }
  }

  private func names(_ profile: Profile) -> String {
    profile.devices.map { TerminalText.quoted($0.text) }.joined(separator: ", ")
  }

  // MARK: Devices

  /// The nodes for which the times hold.
  private func hosts(of profile: Profile) throws -> [(device: Int, node: Name)] {
    if devices.isEmpty, compute == nil { return profile.devices.enumerated().map { ($0, $1) } }
    var hosts: [(device: Int, node: Name)] = []
    for argument in devices {
      let (device, node) = try device(of: argument, profile, "--device")
      if node.isEmpty { throw UsageError("--device \(TerminalText.quoted(argument)) names no node") }
      if hosts.contains(where: { $0.node == Name(node) }) {
        throw UsageError("--device names \(TerminalText.quoted(node)) twice")
      }
      hosts.append((device, Name(node)))
    }
    return hosts
  }

  /// The device whose name comes before "=", or the only device.
  private func device(
    of argument: String, _ profile: Profile, _ option: String
  ) throws -> (index: Int, rest: String) {
    for (index, device) in profile.devices.enumerated()
    where argument.utf8.starts(with: (device.text + "=").utf8) {
      return (index, String(decoding: argument.utf8.dropFirst(device.text.utf8.count + 1), as: UTF8.self))
    }
    guard profile.devices.count != 1 else { return (0, argument) }
    let start =
      profile.devices.isEmpty ? "there are no times" : "several devices were measured: \(names(profile))"
    throw UsageError(
      "\(option) \(TerminalText.quoted(argument)): \(start); put the device's name and \"=\" before it")
  }

  private func rate(_ argument: String, of profile: Profile) throws -> (device: Int, compute: Double) {
    let (device, rest) = try device(of: argument, profile, "--compute")
    guard let rate = Quantity.compute.argument(rest), rate > 0 else {
      throw UsageError(
        "--compute \(TerminalText.quoted(argument)) is not a positive compute rate, such as \"14 TFLOP/s\"")
    }
    return (device, rate)
  }

  /// Refuses layers without a time on the device: their work would be 0.
  private func checkTimes(of chain: MeasuredChain, device: Int, of profile: Profile) throws {
    if chain.layers.contains(where: { $0.work != nil }) {
      throw UsageError("--compute converts times to work, but this table gives the work itself")
    }
    guard let layer = chain.layers.first(where: { $0.times[device] == nil }) else { return }
    let name = TerminalText.quoted(profile.devices[device].text)
    throw UsageError(
      "--compute: the layer \(TerminalText.quoted(layer.name)) has no time on \(name) to convert to work")
  }
}

// MARK: The summaries

extension BlockTable {
  /// For each block its largest batch, and the times of batches of 1 and of that size.
  fileprivate var text: String {
    var table = TextTable([
      ("block", .left), ("largest batch", .right), ("one task", .right), ("largest", .right),
      ("accuracy", .right),
    ])
    for (block, largest) in sizes {
      table.add([
        TerminalText.shortened(block.name.text), "\(largest)", Figures.duration(block.times.seconds(1)),
        Figures.duration(block.times.seconds(largest)), block.accuracy.map { Figures.digits($0, 4) } ?? "-",
      ])
    }
    return table.text
  }

  /// The same with times in s.
  fileprivate var summaryValue: JSONValue {
    let values = sizes.map { block, largest -> JSONValue in
      [
        "name": .string(block.name.text), "largest": .number(Double(largest)),
        "one": .number(block.times.seconds(1)), "most": .number(block.times.seconds(largest)),
      ]
    }
    return ["blocks": .array(values)]
  }

  private var sizes: [(BatchingInstance.Block, Int)] { blocks.map { ($0, $0.times.largest ?? 1) } }
}

extension TimedDNN {
  /// A line for each layer with its new time, and the sum.
  fileprivate func text(_ times: [Double]) -> String {
    var table = TextTable([("layer", .left), ("time", .right)])
    for (layer, time) in zip(dnn.layers, times) {
      table.add([TerminalText.shortened(layer.name.text), Figures.duration(time)])
    }
    table.add(["(\(Figures.count(times.count, "layer")))", Figures.duration(times.reduce(0, +))])
    return table.text
  }
}

extension MeasuredChain {
  private var operations: Int { layers.reduce(0) { $0 + $1.operations } }

  /// The time of all layers on a device [s]; `nil` if one was not measured there.
  private func seconds(_ device: Int) -> Double? {
    layers.reduce(0) { sum, layer in sum.flatMap { sum in layer.times[device].map { sum + $0 } } }
  }

  /// The totals: sizes in byte, the activations at their peak, times in s by node. A time is null if some layer was not
  /// measured on the device.
  fileprivate func json(_ hosts: [(device: Int, node: Name)], _ assumptions: [Assumption]) -> JSONValue {
    let times = hosts.map { device, node in
      JSONValue.Member(node.text, seconds(device).map { .number($0) } ?? .null)
    }
    return [
      "layers": .number(Double(layers.count)), "operators": .number(Double(operations)),
      "input": .number(input), "result": .number(layers.last?.output ?? input),
      "memory": .number(memory), "weights": .number(weights), "activations": .number(activations),
      "footprint": .number(footprint), "seconds": .object(times),
      "assumed": .array(assumptions.map(\.jsonValue)),
    ]
  }

  /// A line for each layer with its time on each node, and the totals: weights once, and the activations at their peak.
  fileprivate func text(_ hosts: [(device: Int, node: Name)]) -> String {
    var table = TextTable(
      [("layer", .left), ("operators", .right)] + hosts.map { (TerminalText.shortened($0.node.text), .right) }
        + ["out", "memory", "weights", "activations", "footprint"].map { ($0, .right) })
    func add(_ name: String, _ operations: Int, _ times: [Double?], _ sizes: [Double?]) {
      table.add(
        [name, "\(operations)"] + times.map { $0.map(Figures.duration) ?? "-" }
          + sizes.map { $0.map(Figures.size) ?? "" })
    }
    for layer in layers {
      add(
        TerminalText.shortened(layer.name), layer.operations, hosts.map { layer.times[$0.device] },
        [layer.output, layer.memory, layer.weights, layer.activations, layer.footprint])
    }
    add(
      "(\(Figures.count(layers.count, "layer")))", operations, hosts.map { seconds($0.device) },
      [nil, memory, weights, activations, footprint])
    return table.text
  }
}
