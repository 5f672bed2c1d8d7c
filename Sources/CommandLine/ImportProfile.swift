import ArgumentParser
import Documents
import Foundations
import Importers
import Networks

struct ImportProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Turn measured times into a DNN: PipeDream, dnn-partitioning or CSV.",
    discussion: """
      The result is one DNN, to which an instance refers as {"file": "dnn.json"}. Read are PipeDream's graph.txt, the JSON \
      of msr-fiddle/dnn-partitioning, and tables with the columns layer, device, seconds, output, memory and work.

      The first two do not name a node that was measured on: --device says which nodes the times hold for, or --compute \
      turns them into work. A table names them itself, which --device changes. Graphs become chains as ONNX models do \
      (layerroute help import onnx).
      """)

  @Argument(
    help: "The profile; \"-\" is standard input.", completion: .file(extensions: ["txt", "json", "csv"]))
  var profile: String

  @Option(
    name: .shortAndLong, help: "Write the DNN to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "What becomes a layer. (default: block)")
  var granularity: Granularity?

  @Option(
    name: .customLong("device"),
    help: ArgumentHelp(
      "A node that the times hold for; where several devices were measured, with the device's name before it, for example \"cpu=camera\". Once for each node.",
      valueName: "node"))
  var devices: [String] = []

  @Option(
    help: ArgumentHelp(
      "Turn times into work: the compute rate of what was measured on, for example \"14 TFLOP/s\"; where several devices were measured, with the device's name before it.",
      valueName: "rate"))
  var compute: String?

  @Option(
    help: ArgumentHelp(
      "Size of the input where the file does not say, or in place of what it says, for example \"602112 B\".",
      valueName: "size"))
  var input: DataSize?

  @Option(
    help: ArgumentHelp("Size of the result where the file does not say. (default: 0)", valueName: "size"))
  var result: DataSize?

  @Flag(help: "Print a table of the layers; the DNN is written only with --output.")
  var summary = false

  @Option(help: "How the summary is printed. (default: text)")
  var format: OutputFormat?

  func validate() throws {
    if format != nil, !summary { throw ValidationError("--format is for what --summary prints.") }
  }

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [profile]) }
    let profile = try Profile.read(file: profile)
    try refuseWhatDoesNotApply(to: profile)
    let hosts = try hosts(of: profile)
    let rate = try compute.map { try self.rate($0, of: profile) }
    let chain = try profile.chain(granularity ?? .block, input: input?.value, result: result?.value)
    if let rate { try checkTimes(of: chain, device: rate.device, of: profile) }
    for note in profile.notes { Console.complain(note) }
    if profile.lacksResult, result == nil {
      Console.complain("the file does not say how large the result is: it is 0; --result gives its size")
    }
    if !summary || output != nil {
      let (dnn, nodes) = chain.dnn(name: Name(self.profile), hosts: hosts, rate: rate)
      try Console.write(dnn.json(nodes: nodes), to: output)
    }
    guard summary else { return }
    let report = ProfileReport(chain, devices: profile.devices)
    Console.write(format == .json ? JSONWriter.text(of: report.json) : report.text)
  }

  /// An option is refused, never ignored.
  private func refuseWhatDoesNotApply(to profile: Profile) throws(UsageError) {
    if granularity != nil, profile.isTable {
      throw UsageError(message: "--granularity is for graphs; the layers of a table stay as they are")
    }
    if result != nil, !profile.lacksResult {
      throw UsageError(
        message: "--result is for files that do not say how large the result is; this one does")
    }
    if devices.isEmpty, compute == nil, !profile.isTable {
      throw UsageError(
        message: "the times of \(TerminalText.quoted(self.profile)) hold for what they were measured on"
          + (profile.devices.count > 1 ? " (\(names(profile)))" : "")
          + ": say which node that is with --device \(example(profile))NODE, or turn them into work with "
          + "--compute \(quotedExample(profile))")
    }
  }

  private func example(_ profile: Profile) -> String {
    profile.devices.count > 1 ? (profile.devices.first?.text ?? "") + "=" : ""
  }

  private func quotedExample(_ profile: Profile) -> String { "\"\(example(profile))14 TFLOP/s\"" }

  private func names(_ profile: Profile) -> String {
    profile.devices.map { TerminalText.quoted($0.text) }.joined(separator: ", ")
  }

  // MARK: Devices

  /// The nodes that times hold for.
  private func hosts(of profile: Profile) throws(UsageError) -> [(device: Int, node: Name)] {
    if devices.isEmpty, compute == nil { return profile.devices.enumerated().map { ($0, $1) } }
    var hosts: [(device: Int, node: Name)] = []
    for argument in devices {
      let (device, rest) = try device(of: argument, profile, "--device")
      guard !rest.isEmpty else {
        throw UsageError(message: "--device \(TerminalText.quoted(argument)) has no node")
      }
      guard !hosts.contains(where: { $0.node == Name(rest) }) else {
        throw UsageError(message: "--device names \(TerminalText.quoted(rest)) twice")
      }
      hosts.append((device, Name(rest)))
    }
    return hosts
  }

  /// The device whose name stands before "=", or the only one.
  private func device(
    of argument: String, _ profile: Profile, _ option: String
  ) throws(UsageError) -> (index: Int, rest: String) {
    for (index, device) in profile.devices.enumerated()
    where argument.utf8.starts(with: (device.text + "=").utf8) {
      return (index, String(decoding: argument.utf8.dropFirst(device.text.utf8.count + 1), as: UTF8.self))
    }
    guard profile.devices.count == 1 else {
      let start =
        profile.devices.isEmpty ? "there are no times" : "several devices were measured: \(names(profile))"
      throw UsageError(
        message:
          "\(option) \(TerminalText.quoted(argument)): \(start); put the device's name and \"=\" before it")
    }
    return (0, argument)
  }

  private func rate(
    _ argument: String, of profile: Profile
  ) throws(UsageError) -> (device: Int, compute: Double) {
    let (device, rest) = try device(of: argument, profile, "--compute")
    guard let rate = Quantity.compute.argument(rest), rate > 0 else {
      throw UsageError(
        message: "--compute \(TerminalText.quoted(argument)) is no positive compute rate, as \"14 TFLOP/s\"")
    }
    return (device, rate)
  }

  /// Work without a time would be 0.
  private func checkTimes(of chain: MeasuredChain, device: Int, of profile: Profile) throws(UsageError) {
    if chain.layers.contains(where: { $0.work != nil }) {
      throw UsageError(message: "--compute turns times into work, but this table says the work itself")
    }
    guard let layer = chain.layers.first(where: { $0.times[device] == nil }) else { return }
    let name = TerminalText.quoted(profile.devices[device].text)
    throw UsageError(
      message:
        "--compute: the layer \(TerminalText.quoted(layer.name)) has no time on \(name) to turn into work")
  }
}

/// The size of a tensor [byte].
struct DataSize: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = Quantity.size.argument(argument) else { return nil }
    self.value = value
  }
}
