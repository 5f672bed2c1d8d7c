import ArgumentParser
import Documents
import Foundations
import Importers
import LinearModels

struct ImportTopology: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology",
    abstract: "Turn a topology into a network: GraphML, GML or node-link JSON.",
    discussion: """
      The result is one network, to which an instance refers as {"file": "network.json"}. The Internet Topology Zoo, \
      topohub and networkx write such files. The format is known by the extension, otherwise by the content.

      Propagation comes from the length of a link, at 200,000 km/s, or from the coordinates of its ends. Parallel links \
      become one with the sum of their bandwidths; links from a node to itself are dropped. docs/importing-networks.md \
      says which keys are read.
      """)

  @Argument(
    help: "The topology; \"-\" is standard input.",
    completion: .file(extensions: ["graphml", "xml", "gml", "json"]))
  var topology: String

  @Option(
    name: .shortAndLong, help: "Write the network to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @OptionGroup(title: "LINKS")
  var links: LinkDefaults

  @OptionGroup(title: "NODES")
  var nodes: NodeDefaults

  @Flag(help: "Print what the network amounts to; the network is written only with --output.")
  var summary = false

  @Option(help: "How the summary is printed. (default: text)")
  var format: OutputFormat?

  func validate() throws {
    if format != nil, !summary { throw ValidationError("--format is for what --summary prints.") }
  }

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [topology]) }
    let topology = try Topology.read(file: topology)
    let completed = try topology.network(completedWith: defaults(for: topology))
    for note in completed.notes { Console.complain(note) }
    if !summary || output != nil { try Console.write(completed.network.json(), to: output) }
    guard summary else { return }
    let report = NetworkReport(completed)
    Console.write(format == .json ? JSONWriter.text(of: report.json) : report.text)
  }

  private func defaults(for topology: Topology) throws -> NetworkDefaults {
    var defaults = NetworkDefaults()
    if links.speedUnit != nil, !topology.hasSpeedsWithoutUnit {
      throw UsageError(message: "--speed-unit is for speeds without a unit, and this topology has none")
    }
    defaults.bandwidth = links.bandwidth?.value
    defaults.speedUnit = links.speedUnit?.value
    defaults.latency = links.latency?.value
    defaults.compute = nodes.compute?.value ?? 0
    defaults.memory = nodes.memory?.value
    defaults.classes = try nodes.classes.map { try NodeClasses.read(file: $0) }
    if nodes.seed != nil, defaults.classes?.isRandom != true {
      throw UsageError(message: "--seed is for classes with a share of the nodes, and there are none")
    }
    defaults.seed = nodes.seed ?? 0
    defaults.computeAt = try nodes.rates(topology)
    return defaults
  }
}

/// What links may lack.
struct LinkDefaults: ParsableArguments {
  @Option(help: "Bandwidth of each link to which the file gives none, for example \"10 Gbit/s\".")
  var bandwidth: LinkBandwidth?

  @Option(help: "What speeds without a unit are in, for example \"Mbit/s\".")
  var speedUnit: SpeedUnit?

  @Option(
    help: "Propagation delay of each link whose length is not known, for example \"1 ms\".")
  var latency: Delay?
}

/// What nodes do not say.
struct NodeDefaults: ParsableArguments {
  @Option(help: "Compute rate of every node, for example \"1 TFLOP/s\". (default: nodes compute nothing)")
  var compute: ComputeRate?

  @Option(help: "Memory of every node, for example \"16 GiB\". (default: no limit)")
  var memory: NodeMemory?

  @Option(
    help: ArgumentHelp(
      "Compute rate of one node, for example \"Paris=10 TFLOP/s\"; once for each.", valueName: "node=rate"))
  var computeAt: [NamedRate] = []

  @Option(
    help: "Classes of nodes: a YAML file with compute, memory, backlog, and nodes or a share of them.",
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var classes: String?

  @Option(help: "The same seed draws the same nodes for the classes on every machine. (default: 0)")
  var seed: UInt64?

  /// The rates of `--compute-at` by node.
  func rates(_ topology: Topology) throws(UsageError) -> [Int: Double] {
    let indices = Dictionary(topology.nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var rates: [Int: Double] = [:]
    for rate in computeAt {
      let quoted = TerminalText.quoted(rate.name)
      guard let node = indices[Name(rate.name)] else {
        let near = EditDistance.nearest(to: rate.name, among: topology.nodes.lazy.map(\.id.text))
        let hint = near.map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
        throw UsageError(message: "--compute-at \(quoted) is no node of the topology\(hint)")
      }
      guard rates.updateValue(rate.value, forKey: node) == nil else {
        throw UsageError(message: "--compute-at gives \(quoted) two rates")
      }
    }
    return rates
  }
}

// MARK: Quantities on the command line

/// A bandwidth [bit/s], positive.
struct LinkBandwidth: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = Quantity.bandwidth.argument(argument), value > 0 else { return nil }
    self.value = value
  }
}

/// A unit of bandwidth, alone or with a number before it [bit/s].
struct SpeedUnit: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    let value = (try? Quantity.bandwidth.value(of: "1 " + argument)) ?? Quantity.bandwidth.argument(argument)
    guard let value, value > 0 else { return nil }
    self.value = value
  }
}

/// A time [s].
struct Delay: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = Quantity.time.argument(argument) else { return nil }
    self.value = value
  }
}

/// A compute rate [FLOP/s].
struct ComputeRate: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = Quantity.compute.argument(argument) else { return nil }
    self.value = value
  }
}

/// A memory [byte].
struct NodeMemory: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = Quantity.size.argument(argument) else { return nil }
    self.value = value
  }
}

/// A name and a compute rate [FLOP/s], as `Paris=10 TFLOP/s`.
struct NamedRate: ExpressibleByArgument {
  let name: String
  let value: Double

  init?(argument: String) {
    // The rate is behind the last sign: names may hold some.
    guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex,
      let value = Quantity.compute.argument(String(argument[argument.index(after: sign)...]))
    else { return nil }
    name = String(argument[..<sign])
    self.value = value
  }
}

extension Quantity {
  /// A quantity on the command line: a number in the base unit, or with a unit as in files; finite, not negative.
  func argument(_ text: String) -> Double? {
    guard let number = Double(text) else { return try? value(of: text) }
    return number.isFinite && number >= 0 ? number : nil
  }
}
