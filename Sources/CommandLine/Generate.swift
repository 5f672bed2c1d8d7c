import ArgumentParser
import Instances
import LayerRoute

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an instance of a family.",
    discussion: """
      chain: a toy, computing nodes in a row. two-tier: devices, edge servers and a cloud. geometric: random places in \
      a region. backbone: a real backbone with servers at a third of its places. fat-tree: a cluster. demo: four \
      camera streams through VGG-19 on NSFNET; without --seed the instance of `make demo`.

      A tightness is demand over capacity, 0 switches the coupling off. Without these options chain is not coupled, \
      two-tier and fat-tree have a memory tightness of 0.7, geometric and backbone of 0.75. docs/generating.md has the formulae.

      The instance goes to standard output, and what it amounts to to standard error.
      """)

  enum Family: String, ExpressibleByArgument, CaseIterable {
    case chain
    case twoTier = "two-tier"
    case geometric, backbone
    case fatTree = "fat-tree"
    case demo
  }

  @Argument(help: "The family.")
  var family: Family

  @Option(help: "The same seed gives the same instance on every machine. (default: 0)")
  var seed: UInt64?

  @OptionGroup(title: "SIZE")
  var size: SizeOptions

  @OptionGroup(title: "JOBS")
  var workload: WorkloadOptions

  @OptionGroup(title: "COUPLING")
  var coupling: CouplingOptions

  @Option(
    name: .shortAndLong, help: "Write to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Flag(name: .shortAndLong, help: "Say nothing about the instance on standard error.")
  var quiet = false

  func run() throws {
    try refuseWhatDoesNotApply()
    let instance = try instance()
    try Console.write(instance.json(), to: output)
    guard !quiet else { return }
    let title = family == .demo && seed == nil ? "demo" : "\(family.rawValue), seed \(seed ?? 0)"
    Console.complain(InstanceReport(instance, title: title).text)
  }

  private func instance() throws -> Instance {
    let seed = seed ?? 0
    do {
      switch family {
      case .chain:
        let workload = workload(from: .chain)
        return try size.nodes.map { try Instance.chain(seed: seed, nodes: $0, workload: workload) }
          ?? Instance.chain(seed: seed, workload: workload)
      case .twoTier:
        return try Instance.twoTier(
          seed: seed, devices: size.devices ?? 4, edgeServers: size.edgeServers ?? 3,
          workload: workload(from: .twoTier))
      case .geometric:
        return try Instance.geometric(
          seed: seed, nodes: size.nodes ?? 20, workload: workload(from: .geometric))
      case .backbone:
        return try Instance.backbone(
          seed: seed, topology: size.topology ?? .nsfnet, workload: workload(from: .backbone))
      case .fatTree:
        return try Instance.fatTree(seed: seed, arity: size.arity ?? 4, workload: workload(from: .fatTree))
      case .demo:
        return self.seed.map(Instance.demo(seed:)) ?? Instance.demo()
      }
    } catch let error as GeneratorError {
      throw UsageError(message: error.description)
    }
  }

  private func workload(from usual: Workload) -> Workload {
    coupling.applied(to: workload.applied(to: usual))
  }

  /// An option is refused, never ignored.
  private func refuseWhatDoesNotApply() throws(UsageError) {
    let all = Set(Family.allCases.filter { $0 != .demo })
    let uses: [(option: String?, families: Set<Family>)] = [
      (size.nodes.map { _ in "--nodes" }, [.chain, .geometric]),
      (size.devices.map { _ in "--devices" }, [.twoTier]),
      (size.edgeServers.map { _ in "--edge-servers" }, [.twoTier]),
      (size.topology.map { _ in "--topology" }, [.backbone]),
      (size.arity.map { _ in "--arity" }, [.fatTree]),
      (workload.given, all),
      (coupling.given, all),
    ]
    for case (let option?, let families) in uses where !families.contains(family) {
      let others = Family.allCases.filter(families.contains).map(\.rawValue).joined(separator: ", ")
      throw UsageError(message: "\(option) does not apply to \(family.rawValue), only to \(others)")
    }
  }
}

extension Backbone: ExpressibleByArgument {}
extension Architecture: ExpressibleByArgument {}
extension WaitingPolicy: ExpressibleByArgument {}

/// How large the network is.
struct SizeOptions: ParsableArguments {
  @Option(help: "chain, geometric: nodes. (default: 4 and 20)")
  var nodes: Int?

  @Option(help: "two-tier: devices. (default: 4)")
  var devices: Int?

  @Option(help: "two-tier: edge servers. (default: 3)")
  var edgeServers: Int?

  @Option(help: "backbone: which one. (default: nsfnet)")
  var topology: Backbone?

  @Option(help: "fat-tree: ports of a switch, even; k^3/4 hosts. (default: 4)")
  var arity: Int?
}

/// What the jobs run.
struct WorkloadOptions: ParsableArguments {
  @Option(help: "Jobs. (default: chain 1, two-tier 4, geometric 6, backbone 4, fat-tree 6)")
  var jobs: Int?

  @Option(
    help: """
      What they run; mixed draws a real one for each job. (default: chain random, two-tier mixed, geometric resnet50, \
      backbone vgg19, fat-tree vgg16)
      """)
  var dnn: Architecture?

  @Option(help: "Layers of a random DNN, blocks of a transformer. (default: 16 and 12; chain 6)")
  var layers: Int?

  @Option(help: "What is minimised. (default: total)")
  var objective: ObjectiveKind?

  /// The first option that was given.
  var given: String? {
    let options = [
      jobs.map { _ in "--jobs" }, dnn.map { _ in "--dnn" }, layers.map { _ in "--layers" },
      objective.map { _ in "--objective" },
    ]
    return options.compactMap { $0 }.first
  }

  func applied(to usual: Workload) -> Workload {
    var workload = usual
    workload.jobs = jobs ?? usual.jobs
    workload.dnn = dnn ?? usual.dnn
    workload.layers = layers ?? (workload.dnn == usual.dnn ? usual.layers : nil)
    workload.options.objective = objective ?? usual.options.objective
    return workload
  }
}

/// What couples the jobs.
struct CouplingOptions: ParsableArguments {
  @Option(help: "Memory of all layers of all jobs, over that of all nodes.")
  var memoryTightness: Double?

  @Option(help: "Rate times work of all jobs, over the compute rates of all nodes.")
  var computeTightness: Double?

  @Option(help: "Rate times input of all jobs, over the bandwidth of the links that leave their sources.")
  var linkTightness: Double?

  @Option(help: "Shortest latency of a job on one host, over its deadline.")
  var deadlineTightness: Double?

  @Option(
    help: "Work waiting at a server and data at a link: up to this many inferences and inputs. (default: 0)")
  var backlog: Double?

  @Option(
    help: ArgumentHelp(
      "Inferences a second of a job, on average. (default: 5 with a compute or link tightness, else 0)",
      valueName: "rate"))
  var rate: Double?

  @Option(help: "How often a job waits for a backlog. (default: visit)")
  var waiting: WaitingPolicy?

  /// The first option that was given.
  var given: String? {
    let options = [
      memoryTightness.map { _ in "--memory-tightness" }, computeTightness.map { _ in "--compute-tightness" },
      linkTightness.map { _ in "--link-tightness" }, deadlineTightness.map { _ in "--deadline-tightness" },
      rate.map { _ in "--rate" }, backlog.map { _ in "--backlog" }, waiting.map { _ in "--waiting" },
    ]
    return options.compactMap { $0 }.first
  }

  func applied(to usual: Workload) -> Workload {
    var workload = usual
    workload.tightness.memory = memoryTightness ?? usual.tightness.memory
    workload.tightness.computeLoad = computeTightness ?? usual.tightness.computeLoad
    workload.tightness.linkLoad = linkTightness ?? usual.tightness.linkLoad
    workload.tightness.deadline = deadlineTightness ?? usual.tightness.deadline
    let isLoaded = workload.tightness.computeLoad > 0 || workload.tightness.linkLoad > 0
    workload.rate = rate ?? (isLoaded && usual.rate == 0 ? 5 : usual.rate)
    workload.backlog = backlog ?? usual.backlog
    workload.options.waiting = waiting ?? usual.options.waiting
    return workload
  }
}
