import ArgumentParser
import Foundation
import Instances
import LayerRoute

/// How far the plans of the heuristic are from the optimum, and how long it takes to find them.
struct HeuristicQuality: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heuristic",
    abstract: "Gap and time of the heuristic on seeded coupled instances.")

  @Option(help: "How many seeds, from 1.")
  var seeds = 10

  @Option(help: "Limit for the exact planner on each instance [s]; unfinished ones count by their bound.")
  var limit = 20.0

  @Option(help: "Kinds of instances, separated by commas; all without it.")
  var kinds = ""

  @Option(help: "Rounds of price adjustment.")
  var rounds = 40

  @Option(help: "File that keeps the exact planner's values, so that they are computed once.")
  var references: String?

  @Flag(help: "Print a line an instance.")
  var each = false

  func run() async throws {
    var known = try ReferenceFile(path: references)
    let chosen = kinds.isEmpty ? CoupledKind.allCases.map(\.rawValue) : kinds.split(separator: ",").map(String.init)
    print(
      "| instances | solved | bounded | no plan found | mean gap [%] | largest gap [%] "
        + "| median [ms] | mean [ms] | largest [ms] |")
    print("|---|---|---|---|---|---|---|---|---|")
    var all = GapSummary()
    for name in chosen {
      guard let kind = CoupledKind(rawValue: name) else { throw ValidationError("no kind named \(name)") }
      var summary = GapSummary()
      for seed in 1...seeds {
        let instance = kind.instance(seed: UInt64(seed))
        let reference = try await known.reference("\(name) \(seed)", instance, limit: limit)
        // Nothing to find where shortest paths do, or where there is no plan.
        guard reference.kind == .solved || reference.kind == .bounded else { continue }
        if ProcessInfo.processInfo.environment["DBG"] != nil {
          let doc = try await Planner().solve(instance).document
          for (i, r) in doc.jobs.enumerated() { print("opt", i, r.latency, runs(r.hosts.map(\.text))) }
          let mine = ResidualRouting(instance).bestPlan()!
          for (i, r) in mine.plan.jobs.enumerated() { print("own", i, runs(r.hosts.map { instance.network.nodes[$0].id.text })) }
          print(instance.network.nodes.filter { $0.compute > 0 }.map { "\($0.id.text) \($0.compute / 1e9) \($0.memory! / 1e6)" })
        }
        let result = measure(instance, reference)
        summary.add(result)
        all.add(result)
        if each { print("<!-- \(name) \(seed): \(result) -->") }
        fflush(nil)
      }
      print(summary.row(named: name))
    }
    print(all.row(named: "all"))
  }

  private func measure(_ instance: Instance, _ reference: Reference) -> GapResult {
    var best = Double.infinity
    var plan: KnownPlan?
    for _ in 0..<3 {
      let start = ContinuousClock.now
      plan = ResidualRouting(instance).bestPlan(rounds: rounds)
      let elapsed = (ContinuousClock.now - start).components
      best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    let gap = plan.map { max(0, ($0.value - reference.value) / reference.value) }
    return GapResult(gap: gap, seconds: best, isProven: reference.kind == .solved)
  }
}

/// The heuristic on one instance.
private struct GapResult: CustomStringConvertible {
  /// (value - reference) / reference; `nil` where no plan was found.
  let gap: Double?
  let seconds: Double
  /// Whether the reference is the optimum, and not a bound.
  let isProven: Bool

  var description: String {
    let gap = gap.map { String(format: "%.4f %%", 100 * $0) } ?? "no plan"
    return "\(gap)\(isProven ? "" : " of a bound"), \(String(format: "%.2f", 1000 * seconds)) ms"
  }
}

private struct GapSummary {
  private var results: [GapResult] = []

  mutating func add(_ result: GapResult) { results.append(result) }

  func row(named name: String) -> String {
    let gaps = results.compactMap(\.gap)
    let times = results.map { 1000 * $0.seconds }.sorted()
    guard !times.isEmpty else { return "| \(name) | 0 | 0 | 0 | | | | | |" }
    let figures = [
      100 * (gaps.reduce(0, +) / Double(max(1, gaps.count))), 100 * (gaps.max() ?? 0), times[times.count / 2],
      times.reduce(0, +) / Double(times.count), times[times.count - 1],
    ].map { String(format: "%.2f", $0) }
    let proven = results.filter(\.isProven).count
    return "| \(name) | \(proven) | \(results.count - proven) | \(results.count - gaps.count) | "
      + figures.joined(separator: " | ") + " |"
  }
}

/// What the exact planner says about an instance.
private struct Reference {
  enum Kind: String { case solved, bounded, shortest, infeasible, unknown }
  let kind: Kind
  /// The optimum, or the proven bound [s].
  let value: Double
}

/// References that were computed before, a line each.
private struct ReferenceFile {
  private let path: String?
  private var known: [String: Reference] = [:]

  init(path: String?) throws {
    self.path = path
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: ",").map(String.init)
      guard parts.count == 3, let kind = Reference.Kind(rawValue: parts[1]), let value = Double(parts[2]) else {
        continue
      }
      known[parts[0]] = Reference(kind: kind, value: value)
    }
  }

  mutating func reference(_ name: String, _ instance: Instance, limit: Double) async throws -> Reference {
    if let reference = known[name] { return reference }
    let request = Planner.Request(limits: MIPPlanner.Limits(seconds: limit))
    let document = try await Planner().solve(instance, request).document
    let kind: Reference.Kind =
      switch document.status {
      case .optimal: document.solver?.backend == Registry.native ? .shortest : .solved
      case .feasible: .bounded
      case .infeasible: .infeasible
      case .unknown: .unknown
      }
    let objective = document.objective
    let value = (kind == .bounded ? objective?.bound : objective?.value) ?? 0
    let reference = Reference(kind: kind, value: value)
    known[name] = reference
    try save()
    return reference
  }

  private func save() throws {
    guard let path else { return }
    let lines = known.sorted { $0.key < $1.key }.map { "\($0),\($1.kind.rawValue),\($1.value)\n" }
    try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
  }
}

/// Ten jobs on 24 nodes, coupled in different ways; and the demo's four streams.
private enum CoupledKind: String, CaseIterable {
  case demo, memory, load, links, deadlines, together, worst

  func instance(seed: UInt64) -> Instance {
    if self == .demo { return .demo(seed: seed) }
    var maker = CoupledInstance(kind: self, seed: seed)
    return maker.instance()
  }
}

private struct CoupledInstance {
  private let kind: CoupledKind
  private var random: SplitMix64
  private let nodeCount = 24
  private let jobCount = 10

  init(kind: CoupledKind, seed: UInt64) {
    self.kind = kind
    random = SplitMix64(seed: seed &* 16 &+ UInt64(CoupledKind.allCases.firstIndex(of: kind) ?? 0))
  }

  private var hasRates: Bool { [.load, .links, .together, .worst].contains(kind) }
  private var hasMemory: Bool { kind != .load && kind != .links }

  mutating func instance() -> Instance {
    let network = network()
    let dnns = (0..<3).map { dnn($0) }
    var jobs: [Job] = []
    for index in 0..<jobCount {
      let (source, target) = (int(nodeCount / 3, nodeCount - 1), int(0, nodeCount - 1))
      var job = Job(id: Name("j\(index)"), dnn: int(0, 2), source: source, target: target)
      job.weight = 0.5 + random.nextUnit()
      if hasRates { job.rate = logUniform(2, 12) }
      jobs.append(job)
    }
    var instance = Instance(network: network, dnns: dnns, jobs: jobs)
    if kind == .worst { instance.options.objective = .max }
    if kind == .deadlines || kind == .together {
      let shortest = NativePlanner(instance).latencies
      for job in 0..<jobCount { instance.jobs[job].deadline = shortest[job] * (1.1 + 0.9 * random.nextUnit()) }
    }
    return instance
  }

  /// Places in a square, each linked to its three nearest in both directions; a third are servers.
  private mutating func network() -> Network {
    let places = (0..<nodeCount).map { _ in (random.nextUnit(), random.nextUnit()) }
    let nodes = (0..<nodeCount).map { index in
      let isServer = index < nodeCount / 3
      var node = Node(
        id: Name("n\(index)"), compute: isServer ? logUniform(4e11, 8e12) : logUniform(1e10, 1e11))
      if hasMemory { node.memory = isServer ? logUniform(1e8, 6e8) : logUniform(2e7, 1e8) }
      if isServer { node.backlog = node.compute * 1e-3 * random.nextUnit() }
      return node
    }
    let bandwidth = kind == .links || kind == .together || kind == .worst ? 2e8 : 1e9
    var links: [Link] = []
    for tail in 0..<nodeCount {
      let others = (0..<nodeCount).filter { $0 != tail }.sorted { distance($0) < distance($1) }
      func distance(_ other: Int) -> Double {
        let (dx, dy) = (places[tail].0 - places[other].0, places[tail].1 - places[other].1)
        return dx * dx + dy * dy
      }
      for other in others.prefix(3) + [(tail + 1) % nodeCount] {
        for (from, to) in [(tail, other), (other, tail)]
        where !links.contains(where: { $0.tail == from && $0.head == to }) {
          links.append(
            Link(
              tail: from, head: to, bandwidth: logUniform(bandwidth, 5 * bandwidth),
              latency: distance(other).squareRoot() * 5e-3))
        }
      }
    }
    return Network(nodes: nodes, links: links)
  }

  /// Tensors shrink and weights grow from layer to layer, as in convolutional networks.
  private mutating func dnn(_ index: Int) -> DNN {
    let count = int(10, 20)
    let layers = (0..<count).map { layer in
      let depth = Double(layer) / Double(count)
      return Layer(
        name: Name("l\(layer)"), work: logUniform(1e8, 3e9),
        output: logUniform(1e5, 1e6) * exp(-4 * depth) + 4e3, memory: logUniform(1e6, 5e6) * exp(3 * depth))
    }
    return DNN(name: Name("d\(index)"), input: 6e5, layers: layers)
  }

  private mutating func int(_ low: Int, _ high: Int) -> Int { Int.random(in: low...high, using: &random) }

  /// Evenly spread on a logarithmic scale.
  private mutating func logUniform(_ low: Double, _ high: Double) -> Double {
    low * pow(high / low, random.nextUnit())
  }
}

func runs(_ hosts: [String]) -> String {
  var out = ""
  for h in hosts { if out.hasSuffix(h + "+") { continue }; out += h + "+" }
  var counts: [String] = []
  var last = ""
  for (i, h) in hosts.enumerated() where h != last { counts.append("\(h)@\(i)"); last = h }
  return counts.joined(separator: " ")
}
