import ArgumentParser
import Foundation
import Foundations
import Graphs
import Splitting
import SplittingChecking

/// How long the native planner takes, against one plain search on the bare network and against other libraries.
struct NativeSpeed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "native",
    abstract: "Time the native planner on large networks, and on many jobs.",
    discussion: """
      A unit is one search from one node to all others on the bare network, by the same code. Every instance is measured in
      a process of its own, and the peers (benchmarks/native-peers) read the same network from a file.
      """)

  @Option(parsing: .upToNextOption, help: "Nodes of the networks.") var nodes: [Int] = [
    1000, 10_000, 100_000, 1_000_000,
  ]
  @Option(parsing: .upToNextOption, help: "Layers of the job.") var layers: [Int] = [10, 50, 200]
  @Option(parsing: .upToNextOption, help: "Shares of the nodes that compute.") var shares: [Double] = [
    1, 0.1, 0.01,
  ]
  @Option(
    parsing: .upToNextOption,
    help: "Networks: \(NativeNetwork.allCases.map(\.rawValue).joined(separator: ", ")).")
  var networks: [NativeNetwork] = NativeNetwork.allCases
  @Option(help: "Seeds, 1 to this.") var seeds: UInt64 = 10
  @Option(
    help:
      "The layered graph [arcs] up to which compiled peers are given it; SciPy gets a tenth, NetworkX a hundredth."
  ) var peerArcs = 300_000_000
  @Option(help: "Folder for the peers' programs and networks.") var scratch = NSTemporaryDirectory()
  @Option(
    parsing: .upToNextOption,
    help: "Only these peers: \"lemon explicit\", \"lemon per-layer\", \"boost explicit\", scipy, networkx.")
  var peers: [String] = []
  @Flag(help: "Print a row for each seed as well, before the medians.") var each = false
  @Flag(help: "Leave the peers out.") var alone = false
  @Flag(help: "Only the many jobs on a small network.") var jobsOnly = false
  @Option(help: .hidden) var single: String?

  func validate() throws {
    let unknown = Set(peers).subtracting(NativePeer.names)
    guard unknown.isEmpty else {
      throw ValidationError("no peers: \(unknown.sorted()); known: \(NativePeer.names)")
    }
    guard seeds > 0 else { throw ValidationError("--seeds is 0") }
  }

  func run() throws {
    if let single { return try NativeCase(text: single).measureHere(to: scratch) }
    let table = NativeTable()
    if !jobsOnly {
      let others = alone ? [] : NativePeer.built(in: scratch, arcs: peerArcs, named: peers)
      table.printHead(others)
      for network in networks {
        for count in nodes {
          for depth in layers {
            for share in shares { try measure(network, count, depth, share, others, table) }
          }
        }
      }
    }
    try ManyJobs.measure(seeds: seeds)
  }

  /// One row: the medians over the seeds; hosts are far from the source in every second one.
  private func measure(
    _ network: NativeNetwork, _ nodes: Int, _ layers: Int, _ share: Double, _ peers: [NativePeer],
    _ table: NativeTable
  ) throws {
    var rows: [NativeTable.Row] = []
    for seed in 1...seeds {
      let item = NativeCase(
        network: network, nodes: nodes, layers: layers, share: share, hasFarHosts: seed % 2 == 0, seed: seed)
      let fits = peers.contains { item.layeredArcs <= $0.largestGraph }
      let (figures, file) = try item.measureApart(scratch: scratch, keepsFile: fits)
      defer { file.map { try? FileManager.default.removeItem(atPath: $0) } }
      let others = try peers.map { peer -> NativePeer.Figures? in
        guard let file, item.layeredArcs <= peer.largestGraph else { return nil }
        return try peer.measure(file, expecting: figures.latency)
      }
      rows.append(NativeTable.Row(item: item, figures: figures, peers: others))
      if each { table.printMedians(Array(rows.suffix(1))) }
    }
    table.printMedians(rows)
  }
}

/// What one process measures.
struct NativeFigures: Codable {
  /// Times [s]: adjacency, unit, search with everything that it needs besides.
  var build: Double
  var unit: Double
  var search: Double
  var settled: Int
  /// Peak over what the instance takes [KiB].
  var memory: Int
  var latency: Double
}

/// One generated job on one generated network.
struct NativeCase: Codable {
  var network: NativeNetwork
  var nodes: Int
  var layers: Int
  var share: Double
  var hasFarHosts: Bool
  var seed: UInt64

  init(
    network: NativeNetwork, nodes: Int, layers: Int, share: Double, hasFarHosts: Bool, seed: UInt64
  ) {
    self.network = network
    self.nodes = nodes
    self.layers = layers
    self.share = share
    self.hasFarHosts = hasFarHosts
    self.seed = seed
  }

  init(text: String) throws { self = try JSONDecoder().decode(NativeCase.self, from: Data(text.utf8)) }

  /// About how many arcs the explicit graph has.
  var layeredArcs: Int { (layers + 1) * network.linksPerNode * nodes + layers * Int(share * Double(nodes)) }

  private var file: String { "layerroute-native-\(network.rawValue)-\(nodes)-\(layers)-\(share)-\(seed).bin" }

  /// Runs this program again for one case, so that its memory can be told.
  func measureApart(scratch: String, keepsFile: Bool) throws -> (NativeFigures, file: String?) {
    let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    let path = "\(scratch)/\(file)"
    let output = try Program.output(
      CommandLine.arguments[0], ["native", "--single", text, "--scratch", keepsFile ? path : ""])
    return (try JSONDecoder().decode(NativeFigures.self, from: Data(output.utf8)), keepsFile ? path : nil)
  }

  /// Prints the figures as JSON; writes the network to `file` unless that is empty.
  func measureHere(to file: String) throws {
    let instance = network.instance(self)
    if !file.isEmpty { try instance.writeForPeers(to: file) }
    let before = Memory.startOfPeak()
    let clock = ContinuousClock()
    var found: GoalDirectedSearch?
    var network: SearchNetwork?
    let build = clock.measure { network = instance.searchNetwork }
    guard let network else { return }
    let search = try clock.measure {
      found = try GoalDirectedSearch(instance.request(ofJob: 0), in: network, workspace: SearchWorkspace())
    }
    let memory = Memory.peak() - before
    let bytes = instance.dnns[0].layers.last?.output ?? 0
    let units = try (0..<2).map { _ in
      try clock.measure {
        _ = try network.leastCosts(from: 0, bytes: bytes, workspace: SearchWorkspace())
      }
    }
    guard let found, let plan = found.plan else { throw ValidationError("no plan: \(self)") }
    let costed = Evaluator(instance).evaluate(Plan(jobs: [plan])).jobs[0].latency
    guard abs(costed - found.latency) <= 1e-9 * costed else { throw ValidationError("costs differ: \(self)") }
    let figures = NativeFigures(
      build: build.seconds, unit: (units.min() ?? .zero).seconds, search: search.seconds,
      settled: found.settledCount,
      memory: memory, latency: found.latency)
    print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}

/// This process' memory [KiB], from /proc.
enum Memory {
  /// Forgets the peak so far.
  ///
  /// - Returns: what is in use now.
  static func startOfPeak() -> Int {
    try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    return figure("VmRSS:")
  }

  static func peak() -> Int { figure("VmHWM:") }

  private static func figure(_ name: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
  }
}

/// Other programs.
enum Program {
  /// What a program writes to its standard output; throws where it fails.
  static func output(_ path: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError(
        "\(path) \(arguments.joined(separator: " ")) failed: \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
