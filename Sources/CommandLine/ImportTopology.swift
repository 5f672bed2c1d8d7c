import ArgumentParser
import Importers
import LayerRoute

struct ImportTopology: SummarizingCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology", abstract: "Convert a topology (GraphML, GML or node-link JSON) to a network.",
    discussion: """
      The result is one network, to which an instance refers as {"file": "network.json"}. The Internet Topology Zoo, \
      topohub and networkx write such files. The format is recognised by the extension, otherwise by the content.

      The propagation delay of a link is computed from its length, at 200,000 km/s, or from the coordinates of its \
      ends. Parallel links are merged into one with the sum of their bandwidths; links from a node to itself are \
      dropped. docs/importing-networks.md lists the keys that are read.
      """)

  @Argument(
    help: "The topology; \"-\" is standard input.",
    completion: .file(extensions: ["graphml", "xml", "gml", "json"]))
  var topology: String

  @Option(output: "Write the network to this file instead of standard output.") var output: String?

  @OptionGroup(title: "LINKS") var links: LinkDefaults

  @OptionGroup(title: "NODES") var nodes: NodeDefaults

  @Flag(help: "Print a summary of the network; the network itself is written only with --output.")
  var summary = false

  @Option(help: "Format of the summary. (default: text)") var format: OutputFormat?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [topology]) }
    let topology = try Topology.read(file: topology)
    let completed = try topology.network(completedWith: defaults(for: topology))
    for line in completed.assumptions.lines { Console.complain(line) }
    try write(
      completed.network.json(), text: completed.text + completed.assumptions.summary, json: completed.json)
  }

  private func defaults(for topology: Topology) throws -> NetworkDefaults {
    var defaults = NetworkDefaults()
    if links.speedUnit != nil, !topology.hasSpeedsWithoutUnit {
      throw UsageError("--speed-unit applies to speeds without a unit, and this topology has none")
    }
    if links.latencyUnit != nil, !topology.hasLatenciesWithoutUnit {
      throw UsageError("--latency-unit applies to latencies without a unit, and this topology has none")
    }
    defaults.latencyUnit = links.latencyUnit?.value
    defaults.bandwidth = links.bandwidth?.value
    defaults.speedUnit = links.speedUnit?.value
    defaults.latency = links.latency?.value
    defaults.compute = nodes.compute?.value ?? 0
    defaults.memory = nodes.memory?.value
    defaults.memoryBandwidth = nodes.memoryBandwidth?.value
    defaults.isRelay = nodes.relay
    defaults.classes = try nodes.classes.map { try NodeClasses.read(file: $0) }
    if nodes.seed != nil, defaults.classes?.isRandom != true {
      throw UsageError("--seed is for classes with a share of the nodes, and there are none")
    }
    defaults.seed = nodes.seed ?? 0
    defaults.computeAt = try nodes.rates(topology)
    return defaults
  }
}

/// Values for links whose values the file does not give.
struct LinkDefaults: ParsableArguments {
  @Option(help: "Bandwidth of each link without one in the file, for example \"10 Gbit/s\".")
  var bandwidth: SpeedArgument?

  @Option(help: "Unit of the speeds without a unit in the file, for example \"Mbit/s\".")
  var speedUnit: SpeedUnit?

  @Option(help: "Propagation delay of each link of unknown length, for example \"1 ms\".")
  var latency: Amount<Delay>?

  @Option(help: "Unit of the propagation delays without a unit in the file, for example \"ms\".")
  var latencyUnit: DelayUnit?
}

/// Values for nodes, which topologies do not give.
struct NodeDefaults: ParsableArguments {
  @Option(help: "Compute rate of every node, for example \"1 TFLOP/s\". (default: 0, no computing)")
  var compute: Amount<ComputeRate>?

  @Option(help: "Memory of every node, for example \"16 GiB\". (default: no limit)")
  var memory: Amount<DataSize>?

  @Option(
    help: """
      Rate at which every node moves the traffic of layers, for example "25.6 GB/s". (default: no limit)
      """)
  var memoryBandwidth: Amount<MemoryBandwidth>?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether routes may pass through the nodes, or only begin and end there.")
  var relay = true

  @Option(
    help: ArgumentHelp(
      "Compute rate of one node, for example \"Paris=10 TFLOP/s\"; give the option once for each node.",
      valueName: "node=rate"))
  var computeAt: [Named<Amount<ComputeRate>>] = []

  @Option(
    help: """
      A YAML file of node classes, each with compute rate, memory, memory bandwidth, backlog, whether it relays, and \
      its nodes or its share of the nodes.
      """,
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var classes: String?

  @Option(
    help: "Seed of the draw of nodes for the classes; it gives the same nodes on every machine. (default: 0)")
  var seed: UInt64?

  /// The rates of `--compute-at` by node.
  func rates(_ topology: Topology) throws -> [Int: Double] {
    let indices = Dictionary(topology.nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var rates: [Int: Double] = [:]
    for rate in computeAt {
      let quoted = TerminalText.quoted(rate.name)
      guard let node = indices[Name(rate.name)] else {
        let near = EditDistance.nearest(to: rate.name, among: topology.nodes.lazy.map(\.id.text))
        let hint = near.map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
        throw UsageError("--compute-at \(quoted): the topology has no such node\(hint)")
      }
      guard rates.updateValue(rate.value.value, forKey: node) == nil else {
        throw UsageError("--compute-at gives \(quoted) two rates")
      }
    }
    return rates
  }
}

/// A bandwidth in the spellings of topologies [bit/s], positive.
struct SpeedArgument: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    let reading = LinkSpeed.reading(of: argument)
    if let remark = reading?.remark { Console.remark(remark) }
    guard let value = reading?.value ?? Quantity.bandwidth.argument(argument), value > 0 else { return nil }
    self.value = value
  }
}

/// A unit of bandwidth, perhaps after a number [bit/s].
struct SpeedUnit: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    let value = LinkSpeed.reading(of: "1 " + argument)?.value ?? SpeedArgument(argument: argument)?.value
    guard let value, value > 0 else { return nil }
    self.value = value
  }
}

/// A unit of time, perhaps after a number [s].
struct DelayUnit: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    let value = (try? Quantity.time.value(of: "1 " + argument)) ?? Quantity.time.argument(argument)
    guard let value, value > 0 else { return nil }
    self.value = value
  }
}

// MARK: The summary

extension CompletedNetwork {
  private var computing: Int { network.nodes.count { $0.compute > 0 } }
  private var computeRate: Double { network.nodes.reduce(0) { $0 + $1.compute } }

  /// Lengths in km, propagation in s, the compute rate in FLOP/s.
  fileprivate var json: JSONValue {
    [
      "nodes": .number(Double(network.nodes.count)), "computingNodes": .number(Double(computing)),
      "computeRate": .number(computeRate), "links": .number(Double(network.links.count)),
      "fileLinks": .number(Double(fileLinks)), "mergedLinks": .number(Double(mergedLinks)),
      "selfLinks": .number(Double(selfLinks)), "totalLength": .number(totalLength),
      "longestPropagation": .number(longestPropagation), "assumed": .array(assumptions.map(\.jsonValue)),
    ]
  }

  fileprivate var text: String {
    var table = TextTable([("nodes", .left), ("\(network.nodes.count)", .right)])
    table.add(["computing nodes", "\(computing)"])
    table.add(["compute rate of all", Figures.computeRate(computeRate)])
    table.add(["links, each direction", "\(network.links.count)"])
    table.add(["links of the file", "\(fileLinks)"])
    table.add(["merged with parallel ones", "\(mergedLinks)"])
    table.add(["dropped, from a node to itself", "\(selfLinks)"])
    table.add(["total length", "\(Figures.digits(totalLength, 6)) km"])
    table.add(["longest propagation", Figures.duration(longestPropagation)])
    return table.text
  }
}
